"""What the address of a picture asks for: which place, day, map and measure."""

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

MEASURES: Final = ("first", "completed", "boosters", "today")
BEGINNING: Final = date(2021, 3, 8)  # first day of vaccination in Vietnam


@dataclass(frozen=True)
class Wish:
    """Everything is optional in the address; what cannot be read is as if it were not there."""

    today: date
    day: date
    of: Map
    measure: str
    area_id: int = COUNTRY_ID
    facility_id: int | None = None

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    def query(self) -> str:
        """The parts that differ from what a plain address means, as ``?…``."""
        parts = {
            "day": "" if self.is_today else self.day.isoformat(),
            "map": "" if self.of == map_on(self.day) else str(self.of),
            "measure": "" if self.measure == MEASURES[0] else self.measure,
        }
        text = urlencode({key: value for key, value in parts.items() if value})
        return f"?{text}" if text else ""

    def address(self) -> str:
        if self.facility_id is not None:
            return reverse("national_facility", args=[self.facility_id]) + self.query()
        if self.area_id == COUNTRY_ID:
            return reverse("national") + self.query()
        return reverse("national_area", args=[self.area_id]) + self.query()

    def but(self, **changes: object) -> Wish:
        return replace(self, **changes)  # type: ignore[arg-type]

    def table(self, name: str, form: str) -> str:
        """Address of a table as a file."""
        place = {"area": self.area_id} if self.facility_id is None else {"facility": self.facility_id}
        text = urlencode({**place, "day": self.day.isoformat(), "map": self.of})
        return f"{reverse('national_table', args=[name, form])}?{text}"


def wish_of(request: HttpRequest, area_id: int | None = None, facility_id: int | None = None) -> Wish:
    today = timezone.localdate()
    asked = request.GET
    day = day_of(asked.get("day", ""), BEGINNING, today) or today
    known = asked.get("map", "") in list(Map)
    measure = asked.get("measure", "")
    return Wish(
        today,
        day,
        Map(asked["map"]) if known else map_on(day),
        measure if measure in MEASURES else MEASURES[0],
        area_id if area_id is not None else number(asked.get("area", "")) or COUNTRY_ID,
        facility_id if facility_id is not None else number(asked.get("facility", "")),
    )
