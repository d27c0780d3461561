from __future__ import annotations

from django.urls import path

from lachan.web.parts.picture import downloads, live, views

urlpatterns = [
    path("national/", views.national, name="national"),
    path("national/live.json", live.live, name="national_live"),
    path("national/communes.json", live.communes, name="national_communes"),
    path("national/table/<slug:table>.<slug:form>", downloads.download, name="national_table"),
    path("national/facility/<int:facility_id>/", views.facility, name="national_facility"),
    path("national/<int:area_id>/", views.area, name="national_area"),
]
