"""Addresses of the situation report: one line each."""

from __future__ import annotations

from django.urls import path

from lachan.web.parts.report import meeting, readers, views

urlpatterns = [
    path("situation/", views.mine, name="report-mine"),
    path("situation/<int:area_id>/", views.page, name="report"),
    path("situation/<int:area_id>/pdf/", views.paper, name="report-pdf"),
    path("situation/<int:area_id>/meeting/", meeting.page, name="report-meeting"),
    path("situation/<int:area_id>/meeting/write/", meeting.write, name="report-write"),
    path("situation/<int:area_id>/meeting/settle/", meeting.settle, name="report-settle"),
    path("situation/<int:area_id>/readers/", readers.page, name="report-readers"),
]
