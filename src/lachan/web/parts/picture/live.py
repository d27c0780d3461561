"""What the open page asks for in the background: today's figures as they come, and the communes as points."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from lachan.access.doors import needs
from lachan.analytics import queries
from lachan.analytics.maps import Map
from lachan.places import queries as places
from lachan.web.parts.picture.wish import wish_of
from lachan.web.reading import actor_for, plainly


@require_GET
@needs("coverage.read")
def live(request: HttpRequest) -> HttpResponse:
    """Figures of the day, small enough to ask for every few seconds: 304 and nothing else while they stay the same."""
    wish = wish_of(request)
    with plainly():
        found = queries.live(actor_for(request), wish.area_id, wish.day, wish.of)
    body = {
        "doses": found.today.doses,
        "first": found.today.first,
        "completed": found.today.completed,
        "boosters": found.today.boosters,
        "sessions": found.sessions,
        "stations": found.stations,
        "provinces": {str(key): value for key, value in sorted(found.by_province.items())},
    }
    return _unless_known(request, body)


@gzip_page  # no secret and nothing of the reader's in it: compression gives nothing away
@require_GET
@needs("coverage.read")
def communes(request: HttpRequest) -> HttpResponse:
    """Communes as points: columns of id, name, latitude, longitude, population and people by measure.

    Those of the map of 2025 whatever the page's map: no source gives coordinates of the communes of 2021.
    """
    wish = wish_of(request)
    with plainly():
        found = queries.coverage_by_commune(actor_for(request), wish.area_id, wish.day, Map.OF_2025)
    rows = [row for row in found.rows if row.area.lat is not None and row.area.lon is not None]
    body = {
        "id": [row.area.id for row in rows],
        "name": [row.area.full_name for row in rows],
        "province": [row.area.province_id for row in rows],
        "provinces": {str(area.id): area.name for area in places.provinces(Map.OF_2025.day)},
        "lat": [round(row.area.lat or 0, 3) for row in rows],
        "lon": [round(row.area.lon or 0, 3) for row in rows],
        "people": [row.area.population or 0 for row in rows],
        "first": [row.sums.first for row in rows],
        "completed": [row.sums.completed for row in rows],
        "boosters": [row.sums.boosters for row in rows],
    }
    return _unless_known(request, body)


def _unless_known(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    content = msgspec.json.encode(body)
    tag = f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(content, content_type="application/json")
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response
