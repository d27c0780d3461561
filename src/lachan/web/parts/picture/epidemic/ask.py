"""What the address of a page of the epidemic asks for: place, day, as known when, map, measure, drawing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from lachan.analytics.maps import Map, map_on
from lachan.places.rules import COUNTRY_ID
from lachan.web.parts.picture.address import day_of, number

SHOWN: Final = ("incidence", "growth", "coverage")  # measures of the map, the first by default
DRAWN: Final = ("tiles", "points")
WHO: Final = ("cases", "tests", "admissions", "severe", "deaths")  # counted by age, sex and vaccination
BEGINNING: Final = date(2020, 1, 23)  # first cases in Vietnam
COMPARED: Final = ("incidence7", "cases", "in_hospital", "deaths")
FEWEST: Final = 2  # areas side by side
MOST: Final = 5


@dataclass(frozen=True)
class Ask:
    """Everything is optional in the address; what cannot be read is as if it were not there.

    ``day``: the day the page is of. ``as_of``: show the figures as they were known then, None: as known now.
    """

    today: date
    day: date
    as_of: date | None
    of: Map
    shown: str
    drawn: str
    area_id: int = COUNTRY_ID
    who: str = WHO[0]

    @property
    def is_now(self) -> bool:
        return self.day == self.today and self.as_of is None

    def query(self) -> str:
        """The parts that differ from what a plain address means, as ``?…``."""
        plain = self.as_of or self.today
        parts = {
            "as_of": self.as_of.isoformat() if self.as_of else "",
            "day": "" if self.day == plain else self.day.isoformat(),
            "map": "" if self.of == map_on(self.day) else str(self.of),
            "show": "" if self.shown == SHOWN[0] else self.shown,
            "draw": "" if self.drawn == DRAWN[0] else self.drawn,
            "who": "" if self.who == WHO[0] else self.who,
        }
        text = urlencode({key: value for key, value in parts.items() if value})
        return f"?{text}" if text else ""

    def address(self) -> str:
        if self.area_id == COUNTRY_ID:
            return reverse("picture") + self.query()
        return reverse("picture-area", args=[self.area_id]) + self.query()

    def of_area(self, area_id: int) -> str:
        return self.but(area_id=area_id).address()

    def now(self) -> str:
        """The same page as known now, of today."""
        return self.but(as_of=None, day=self.today).address()

    def but(self, **changes: object) -> Ask:
        return replace(self, **changes)  # type: ignore[arg-type]

    def table(self, name: str, form: str) -> str:
        """Address of a table as a file."""
        parts = {"area": str(self.area_id), "day": self.day.isoformat(), "map": str(self.of)}
        if self.as_of:
            parts["as_of"] = self.as_of.isoformat()
        if self.who != WHO[0]:
            parts["who"] = self.who
        return f"{reverse('picture-table', args=[name, form])}?{urlencode(parts)}"


def ask_of(request: HttpRequest, area_id: int | None = None) -> Ask:
    asked, today = request.GET, timezone.localdate()
    as_of = day_of(asked.get("as_of", ""), BEGINNING, today)
    as_of = None if as_of == today else as_of
    day = day_of(asked.get("day", ""), BEGINNING, as_of or today) or as_of or today
    shown, drawn, of = asked.get("show", ""), asked.get("draw", ""), asked.get("map", "")
    who = asked.get("who", "")
    return Ask(
        today,
        day,
        as_of,
        Map(of) if of in list(Map) else map_on(day),
        shown if shown in SHOWN else SHOWN[0],
        drawn if drawn in DRAWN else DRAWN[0],
        area_id if area_id is not None else number(asked.get("area", "")) or COUNTRY_ID,
        who if who in WHO else WHO[0],
    )
