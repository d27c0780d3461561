"""What reads of figures share: whose places a key may ask about, and which days there are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Final

from django.http import HttpRequest
from django.utils import timezone
from pydantic import Field

from lachan.access.actors import Actor
from lachan.access.doors import key_holder
from lachan.access.reach import home, may_see
from lachan.analytics.epidemic.series import MOST_DAYS
from lachan.analytics.maps import Map, map_on, on_map
from lachan.kernel.errors import Forbidden, Problem
from lachan.places.facts import AreaFact
from lachan.rest.pages import IsoDay
from lachan.rest.places import area_of

DAYS: Final = 28
# a day with room before and after it: no sum of days leaves the calendar
FigureDay = Annotated[IsoDay, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]


def place_of(request: HttpRequest, verb: str, code: str, of: str | None, on: date) -> tuple[Actor, AreaFact]:
    """Who asks, and the area named on the map asked for, by default that of the day; without a code the widest of the
    key, on that map where it is on it: nobody is counted any more in an area of the other. 422, ``Forbidden``."""
    actor = key_holder(request, verb)
    drawn = Map(of) if of else map_on(on)
    if code:
        return actor, area_of(code, drawn.day, "area")
    own = home(actor, verb)
    if own is None:
        raise Forbidden("The key has no area whose figures it may read.")
    there = on_map(own.id, drawn)
    return actor, there if there is not None and may_see(actor, verb, there.id) else own


def days_of(first: date | None, last: date | None) -> tuple[date, date]:
    """First and last day asked for: 28 days that end today when both are left out. Problem 422 for days in the wrong
    order or more than ``MOST_DAYS``."""
    until = last or timezone.localdate()
    since = first or until - timedelta(days=DAYS - 1)
    if not 0 <= (until - since).days < MOST_DAYS:
        detail = f"Ask for 1 to {MOST_DAYS} days, `first` not after `last`."
        raise Problem("days_out_of_range", "Days out of range", detail, status=422, field="query.first")
    return since, until
