"""Addresses of the interview."""

from __future__ import annotations

from django.urls import path

from lachan.web.parts.interview import page

urlpatterns = [
    path("cases/<uuid:person_id>/<uuid:episode_id>/interview/", page.page, name="interview"),
    path("cases/<uuid:person_id>/<uuid:episode_id>/interview/step/", page.step, name="interview-step"),
]
