"""Addresses of vaccine effectiveness."""

from __future__ import annotations

from django.urls import path

from lachan.web.parts.effectiveness import page

urlpatterns = [
    path("effectiveness/", page.home, name="effectiveness"),
    path("effectiveness/<int:area_id>/", page.page, name="effectiveness-area"),
]
