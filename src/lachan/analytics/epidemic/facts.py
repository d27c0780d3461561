"""What the epidemic's figures tell the rooms above: arrays and frozen figures, no names of persons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from lachan.analytics.maps import Map
from lachan.places.facts import AreaFact

COVID: Final = "covid-19"
SPARK: Final = 28  # days of a spark line

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which figures, of which areas and days (both included).

    ``measures``: ids of ``data/indicators.json`` that are counts or stocks. Areas: ``area_ids`` in their order, or the
    provinces of the nation, or the communes of a province (``children_of``) on ``map`` (by default the one in force on
    the last day); an area is always its own map's. ``as_of``: as known at the end of that day; None: as known now.
    """

    measures: tuple[str, ...]
    since: date
    until: date
    disease: str = COVID
    area_ids: tuple[int, ...] = ()
    children_of: int | None = None
    as_of: date | None = None
    map: Map | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by measure, area and day: ``values`` [M, A, D]. A day without a fact is zero, a stock is what it is on
    that day. ``days`` [D] is without gaps."""

    measures: tuple[str, ...]
    area_ids: tuple[int, ...]
    days: Days
    values: Ints

    def of(self, measure: str) -> Ints:
        """One measure, [A, D]; KeyError when it was not asked for."""
        if measure not in self.measures:
            raise KeyError(measure)
        found: Ints = self.values[self.measures.index(measure)]
        return found


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a day, the day before it, and the last 28 days (the day is the last one); None: cannot be said."""

    value: float | None
    before: float | None
    spark: tuple[float | None, ...]

    @property
    def difference(self) -> float | None:
        return None if self.value is None or self.before is None else self.value - self.before


@dataclass(frozen=True, slots=True)
class Figures:
    """An area on a day, as known on ``as_of``: by id of ``data/indicators.json``, counted and derived.

    Counts of a day (``cases``), shares in percent (``positivity``), per 100,000 in seven days (``incidence7``), percent
    against the seven days before (``growth``), days (``doubling``; negative: halving).
    """

    area: AreaFact
    day: date
    as_of: date | None
    figures: Mapping[str, Figure]


class Breakdown(NamedTuple):
    """A count by whom it is of. ``age_band``: its lowest year, -1 not known. ``vaccinated`` at the time, doses of the
    last 14 days left out: 0 not, 1 begun, 2 completed, 3 with a further dose."""

    age_band: int
    sex: str
    vaccinated: int
    total: int


@dataclass(frozen=True, slots=True)
class PublicLine:
    """An area in the public view, sums of the week; None: suppressed."""

    area: AreaFact
    cases7: int | None
    deaths7: int | None
    tests7: int | None
    incidence7: float | None


@dataclass(frozen=True, slots=True)
class Public:
    """What anybody may see of an area: its own line and those below it (nation: provinces, province: communes), of the
    last whole week that ended (on a Sunday) before the day asked for or on it: two weeks that overlap would say what
    happened on one day. ``hidden``: cells that are not shown. No hidden cell follows from the others and the totals."""

    week_end: date
    whole: PublicLine
    lines: tuple[PublicLine, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Delays:
    """Hours of the one line of cases whose list was committed in the days asked for: median and nine tenths of each
    step; None: no case came so far. ``cases``: lists."""

    cases: int
    steps: Mapping[str, tuple[int, float | None, float | None]]
    """Step -> (cases that came so far, median hours, hours of nine in ten): listed, reached, quarantined, tested; each
    since the result."""
