from __future__ import annotations

from django.urls import path

from lachan.web.parts.debt import views

urlpatterns = [
    path("debt/", views.home, name="debt"),
    path("debt/areas/<int:area_id>/", views.area, name="debt-area"),
    path("debt/areas/<int:area_id>/csv/", views.download, name="debt-csv"),
    path("debt/facilities/<int:facility_id>/", views.facility, name="debt-facility"),
]
