"""The wall of a centre: figures read from six metres that bring themselves up to date; no names, nothing to press."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.places import queries as places
from lachan.tracing.outbreak.wall import wall
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.outbreak import words
from lachan.web.parts.outbreak.listing import place_of


@require_GET
@needs("outbreak.read")
def page(request: HttpRequest) -> HttpResponse:
    """The whole screen."""
    return render(request, "web/outbreak/wall.html", _context(request))


@require_GET
@needs("outbreak.read")
def live(request: HttpRequest) -> HttpResponse:
    """Its figures again, asked for by the open screen."""
    return render(request, "web/outbreak/_wall.html", _context(request))


def _context(request: HttpRequest) -> dict[str, Any]:
    actor, now = actor_here(request), timezone.now()
    found = wall(actor, now)
    medians = found.medians
    mine = scopes.area_ids(actor, "outbreak.read")
    tops = [] if mine is None else [area for area in places.areas(mine) if area.parent_id not in mine]
    return {
        "wall": found, "now": now, "place": place_of(tops[0].id) if len(tops) == 1 else "",
        "behind": [(place_of(one.area_id), one) for one in found.behind],
        "medians": [words.span(medians.to_case), words.span(medians.to_list), words.span(medians.to_reached)],
    }  # fmt: skip
