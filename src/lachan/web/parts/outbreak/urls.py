"""Addresses of the outbreak's screens: one line each."""

from __future__ import annotations

from django.urls import path

from lachan.web.parts.outbreak import (
    capacity,
    case,
    clocks,
    clusters,
    downloads,
    files,
    graph,
    imports,
    listing,
    map,
    wall,
    why,
)

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
    path("outbreak/chains/", graph.page, name="outbreak-chains"),
    path("outbreak/chains/<uuid:episode_id>/", graph.data, name="outbreak-chains-data"),
    path("outbreak/map/", map.page, name="outbreak-map"),
    path("outbreak/map/told/", map.told, name="outbreak-map-told"),
    path("outbreak/clusters/", clusters.page, name="outbreak-clusters"),
    path("outbreak/clusters/<uuid:episode_id>/", clusters.cluster, name="outbreak-cluster"),
    path("outbreak/clusters/<uuid:episode_id>/name/", clusters.name, name="outbreak-cluster-name"),
    path("outbreak/wall/", wall.page, name="outbreak-wall"),
    path("outbreak/wall/live/", wall.live, name="outbreak-wall-live"),
    path("outbreak/export/", downloads.page, name="outbreak-export"),
    path("outbreak/files/", files.page, name="outbreak-files"),
    path("outbreak/files/<uuid:list_id>/", files.sheet, name="outbreak-file"),
    path("outbreak/files/<slug:what>.xlsx", imports.sheet, name="outbreak-blank"),
]
