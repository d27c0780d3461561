"""What demand tells the faces: frozen, figures of places only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from lachan.forecasting.facts import Band

PAST: Final = 12  # weeks whose doses say how soon people come
AHEAD: Final = 8  # weeks worked out
COVERED: Final = 4  # weeks an order is to last: the way of a delivery and the time to the next one
LEVEL: Final = 0.95  # share of the paths in which it does
REST: Final = 28  # days somebody deferred is left out of the line
LIKELY: Final = 0.5  # chances of a stock-out, as they are told at a glance
POSSIBLE: Final = 0.1
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DemandRunFact:
    """``as_of``: doses up to that day are known, the next week begins after it. ``reason`` (a code of
    :mod:`lachan.forecasting.sentences`) says why nothing is said; ``found`` what was counted."""

    id: UUID
    as_of: date
    of_map: str
    status: str
    reason: str
    begun_at: datetime
    made_at: datetime | None
    engine: str
    found: dict[str, Any]

    def week(self, number: int) -> date:
        """Last day of a week ahead, the next one being 1; 0 and less: weeks that were."""
        return self.as_of + _WEEK * number


@dataclass(frozen=True, slots=True)
class Demand:
    """One place and product. ``given``: doses of the last weeks; ``wanted`` by week and ``through`` up to each;
    ``out``: chance that somebody is turned away, ``ever`` in any of the weeks covered; None where ``note`` says why it
    cannot be said, and for areas of several communes. ``unmet``: people turned away and not served yet, mean."""

    area_id: int
    product_id: int
    level: int
    given: tuple[tuple[date, int], ...]
    wanted: tuple[Band, ...]
    through: tuple[Band, ...]
    stock: tuple[int, ...]
    coming: tuple[int, ...]
    out: tuple[float, ...] | None
    ever: float | None
    unmet: tuple[float, ...] | None
    expired: float
    opened: float
    target: int
    ordered: int
    vial: int
    waiting: int
    note: str
    places: int
    likely: int

    @property
    def in_stock(self) -> int:
        return sum(self.stock)

    @property
    def on_the_way(self) -> int:
        """Confirmed for the weeks covered."""
        return sum(self.coming[:COVERED])

    @property
    def vials(self) -> int:
        return self.ordered // self.vial

    @property
    def covered(self) -> Band:
        """Doses wanted until the order's end."""
        return self.through[COVERED - 1]

    @property
    def sign(self) -> str:
        """likely, possible, unlikely or unknown: of a stock-out within the weeks covered; of an area of several
        communes by how many of them it is likely in."""
        if self.note:
            return "unknown"
        chance = self.ever if self.ever is not None else (LIKELY if self.likely else 0.0)
        return "likely" if chance >= LIKELY else "possible" if chance >= POSSIBLE else "unlikely"


@dataclass(frozen=True, slots=True)
class DemandPage:
    """What a place's page shows: the run, the place's own lines and those of the places below, the gravest first."""

    run: DemandRunFact | None
    own: tuple[Demand, ...]
    below: tuple[Demand, ...]
    gravest: tuple[Demand, ...]
