"""What the address of a forecast page asks for: place, measure, source, as known when. Nonsense asks for nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from lachan.access import reach
from lachan.access.actors import Actor
from lachan.forecasting import queries
from lachan.forecasting.facts import BEDS, MEASURES, REGISTER, REPLAY
from lachan.web.parts.picture.address import day_of

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
        measure if measure in (*MEASURES, *BEDS) else MEASURES[0],
        SOURCES.get(source, REGISTER),
        day_of(asked.get("as_of", ""), BEGINNING, timezone.localdate() - timedelta(days=1)),
    )


def home_of(actor: Actor) -> int:
    """Where a reader begins; PermissionDenied where there is nothing to read."""
    found = reach.home(actor, queries.VERB)
    if found is None:
        raise PermissionDenied
    return found.id
