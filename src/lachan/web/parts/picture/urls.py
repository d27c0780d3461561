from __future__ import annotations

from django.urls import path

from lachan.web.parts.picture.downloads import download
from lachan.web.parts.picture.epidemic import compare, files, page, public, wall
from lachan.web.parts.picture.live import communes, live
from lachan.web.parts.picture.views import area, facility, national

urlpatterns = [
    # the epidemic: a minister's minute, from the nation down
    path("picture/", page.nation, name="picture"),
    path("picture/compare/", compare.page, name="picture-compare"),
    path("picture/wall/", wall.page, name="picture-wall"),
    path("picture/wall/live/", wall.live, name="picture-wall-live"),
    path("picture/table/<slug:table>.<slug:form>", files.download, name="picture-table"),
    path("picture/<int:area_id>/", page.area, name="picture-area"),
    path("public/", public.page, name="public"),
    # vaccination: as doses are given, down to the facility
    path("national/", national, name="national"),
    path("national/live.json", live, name="national_live"),
    path("national/communes.json", communes, name="national_communes"),
    path("national/table/<slug:table>.<slug:form>", download, name="national_table"),
    path("national/facility/<int:facility_id>/", facility, name="national_facility"),
    path("national/<int:area_id>/", area, name="national_area"),
]
