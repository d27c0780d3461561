"""What the address of a forecast page asks for: place, measure, source, as known when. Nonsense asks for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from lachan.access.actors import Actor, actor_of
from lachan.forecasting import queries
from lachan.forecasting.facts import MEASURES, REGISTER, REPLAY
from lachan.kernel.errors import Problem
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COUNTRY_ID

SOURCES: Final = {"register": REGISTER, "replay": REPLAY}  # as addresses name them
BEGINNING: Final = date(2020, 1, 23)  # first cases in Vietnam


@dataclass(frozen=True, slots=True)
class Ask:
    """``as_of``: only what was known on that day; None: what is known now."""

    area_id: int
    measure: str
    source: str
    as_of: date | None

    @property
    def replayed(self) -> bool:
        return self.source == REPLAY

    @property
    def query(self) -> str:
        """What differs from a plain address, as ``?…``."""
        parts = {
            "measure": "" if self.measure == MEASURES[0] else self.measure,
            "source": "replay" if self.replayed else "",
            "as_of": self.as_of.isoformat() if self.as_of else "",
        }
        text = urlencode({key: value for key, value in parts.items() if value})
        return f"?{text}" if text else ""

    @property
    def address(self) -> str:
        return reverse("forecast-area", args=[self.area_id]) + self.query

    def but(self, **changes: Any) -> Ask:
        return replace(self, **changes)


def ask_of(request: HttpRequest, area_id: int) -> Ask:
    asked = request.GET
    measure, source = asked.get("measure", ""), asked.get("source", "")
    return Ask(
        area_id,
        measure if measure in MEASURES else MEASURES[0],
        SOURCES.get(source, REGISTER),
        _day(asked.get("as_of", "")),
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if BEGINNING <= day < timezone.localdate() else None


def actor_for(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if actor is None:
        raise PermissionDenied
    return actor


def home_of(actor: Actor) -> int:
    """Where a reader begins: the widest area of their grants, a station's commune for its head; PermissionDenied
    where there is none."""
    if queries.may_see(actor, COUNTRY_ID):
        return COUNTRY_ID
    found: list[AreaFact] = []
    for grant in actor.grants:
        facility = places.facility(grant.facility_id) if grant.facility_id is not None else None
        area = places.area(grant.area_id or (facility.area_id if facility else 0))
        if area is not None and queries.may_see(actor, area.id):
            found.append(area)
    if not found:
        raise PermissionDenied
    return min(found, key=lambda area: (area.level, area.id)).id


@contextmanager
def plainly() -> Iterator[None]:
    """403 for a place outside the actor's grants, 404 for one that does not exist."""
    try:
        yield
    except Problem as problem:
        if problem.status == 403:
            raise PermissionDenied from problem
        if problem.status == 404:
            raise Http404 from problem
        raise
