from __future__ import annotations

from django.urls import path

from lachan.web.parts.picture.downloads import download
from lachan.web.parts.picture.live import communes, live
from lachan.web.parts.picture.views import area, facility, national

urlpatterns = [
    path("national/", national, name="national"),
    path("national/live.json", live, name="national_live"),
    path("national/communes.json", communes, name="national_communes"),
    path("national/table/<slug:table>.<slug:form>", download, name="national_table"),
    path("national/facility/<int:facility_id>/", facility, name="national_facility"),
    path("national/<int:area_id>/", area, name="national_area"),
]
