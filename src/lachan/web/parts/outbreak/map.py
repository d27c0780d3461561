"""Places where cases were lately: on the map by commune, in a list by place, with whose staff is still to be told.

Who may read contacts sees places of their own areas by name; the nation sees provinces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.analytics.maps import Map
from lachan.places import queries as places
from lachan.places.venues.kinds import kinds
from lachan.places.venues.queries import VenueFacts, venues
from lachan.tracing.lists import warnings
from lachan.tracing.outbreak import exposure
from lachan.tracing.outbreak.exposure import ByArea, Exposed
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.cases import words as of_cases
from lachan.web.parts.outbreak import pictured
from lachan.web.parts.outbreak.listing import place_of

DAYS: Final = exposure.LATELY.days


class Row(NamedTuple):
    """A place in words; ``untold``: its staff is to be called."""

    exposed: Exposed
    name: str
    kind: str
    area: str
    code: str


@require_GET
@needs("contact.read", "outbreak.read")
def page(request: HttpRequest) -> HttpResponse:
    """The map and its list; by province and without names of places for whoever reads no contacts."""
    actor, now = actor_here(request), timezone.now()
    named = may(actor, "contact.read")
    areas = scopes.area_array(actor, "contact.read" if named else "outbreak.read")
    disease = request.GET.get("disease", "")
    disease = disease if disease in of_cases.DISEASES else ""
    figures = exposure.by_area(areas, now, disease)
    found = exposure.places_exposed(areas, now, disease) if named else []
    context = {
        "named": named, "rows": _rows(found), "cut": len(found) >= exposure.MOST_LISTED, "days": DAYS,
        "total": _sum(figures), "provinces": _provinces(figures) if areas is None or not named else [],
        "points": _points(figures, communes=named), "texts": pictured.map_texts(), "disease": disease,
        "diseases": of_cases.DISEASES, "lists": named, "tells": may(actor, "contact.add"), "now": now,
        "pictures": may(actor, "outbreak.read"),
    }  # fmt: skip
    return render(request, "web/outbreak/map.html", context)


@require_POST
@needs("contact.add")
def told(request: HttpRequest) -> HttpResponse:
    """Somebody called a place: its staff knows the day and what to do, and not who the case is."""
    actor, now = actor_here(request), timezone.now()
    text = request.POST.get("place", "")
    settled = 0
    if text.isdecimal() and len(text) < 19:
        settled = warnings.told_by_hand(int(text), scopes.area_array(actor, "contact.add"), actor=actor, now=now)
    if settled:
        messages.success(request, _("Noted: the staff of this place was told."))
    else:
        messages.warning(request, _("Nothing is left to tell at this place."))
    return redirect("outbreak-map")


def _rows(found: Iterable[Exposed]) -> list[Row]:
    found = list(found)
    known = venues({one.place_id for one in found})
    return [_row(one, known.get(one.place_id)) for one in found]


def _row(one: Exposed, venue: VenueFacts | None) -> Row:
    if venue is None:
        return Row(one, "–", "", place_of(one.area_id), "")
    return Row(one, venue.name, kind_of(venue), place_of(venue.area_id), venue.code)


def kind_of(venue: VenueFacts) -> str:
    """The kind of a venue in the reader's language."""
    kind = kinds().get(venue.kind)
    return kind.name(get_language() or "vi") if kind is not None else venue.kind


def _sum(figures: Iterable[ByArea]) -> ByArea:
    """Cases who were in several communes count in each."""
    columns = list(zip(*(one[1:] for one in figures), strict=True)) or [(0,)] * 5
    return ByArea(None, *(sum(column) for column in columns))


def _provinces(figures: Iterable[ByArea]) -> list[tuple[str, ByArea]]:
    """Figures by province of today's map, most people exposed first."""
    mapping = places.province_mapping(Map.OF_2025.day)
    sums: dict[int, list[ByArea]] = defaultdict(list)
    for one in figures:
        if one.area_id is not None and one.area_id in mapping:
            sums[mapping[one.area_id]].append(one)
    rows = [(place_of(province), _sum(own)) for province, own in sums.items()]
    return sorted(rows, key=lambda row: (-row[1].others, row[0]))


def _points(figures: Iterable[ByArea], *, communes: bool) -> dict[str, list[Any]]:
    """A point a commune of today's map, or a province; left out where nobody knows where it lies."""
    of_commune, of_province = places.commune_mapping(Map.OF_2025.day), places.province_mapping(Map.OF_2025.day)
    sums: dict[int, list[ByArea]] = defaultdict(list)
    for one in figures:
        placement = of_commune.get(one.area_id or 0)
        at = placement.commune_id if communes and placement is not None else None
        at = at if at is not None else of_province.get(one.area_id or 0)
        if at is not None:
            sums[at].append(one)
    found = [
        (area, _sum(sums[area.id])) for area in places.areas(sums) if area.lat is not None and area.lon is not None
    ]
    return {
        "name": [area.full_name for area, _one in found], "lat": [round(area.lat or 0, 3) for area, _one in found],
        "lon": [round(area.lon or 0, 3) for area, _one in found], "places": [one.places for _area, one in found],
        "cases": [one.cases for _area, one in found], "others": [one.others for _area, one in found],
        "listed": [one.listed for _area, one in found],
    }  # fmt: skip
