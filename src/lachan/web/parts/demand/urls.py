"""Addresses of demand."""

from __future__ import annotations

from django.urls import path

from lachan.web.parts.demand import files, views

urlpatterns = [
    path("demand/", views.home, name="demand"),
    path("demand/ask/", views.ask, name="demand-ask"),
    path("demand/<int:area_id>/", views.page, name="demand-area"),
    path("demand/<int:area_id>/table.csv", files.table, name="demand-table"),
]
