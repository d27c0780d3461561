"""Addresses of the outbreak's screens: one line each."""

from __future__ import annotations

from django.urls import path

from lachan.web.parts.outbreak import capacity, case, clocks, downloads, files, listing, why

_CASE = "outbreak/cases/<uuid:person_id>/<uuid:episode_id>/"

urlpatterns = [
    path("outbreak/", listing.page, name="outbreak"),
    path("outbreak/step/", listing.step, name="outbreak-step"),
    path("outbreak/cases/", clocks.page, name="outbreak-clocks"),
    path(_CASE, case.page, name="outbreak-case"),
    path(f"{_CASE}why/", why.search_page, name="outbreak-why"),
    path(f"{_CASE}why/<uuid:listed_id>/", why.page, name="outbreak-why-person"),
    path("outbreak/capacity/", capacity.page, name="outbreak-capacity"),
    path("outbreak/capacity/set/", capacity.set_calls, name="outbreak-capacity-set"),
    path("outbreak/export/", downloads.page, name="outbreak-export"),
    path("outbreak/files/", files.page, name="outbreak-files"),
    path("outbreak/files/<uuid:list_id>/", files.sheet, name="outbreak-file"),
]
