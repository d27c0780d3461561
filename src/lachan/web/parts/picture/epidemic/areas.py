"""Places of a map with what is measured in them: incidence, growth, coverage; and which of them fell silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from lachan.access.actors import Actor
from lachan.analytics import queries as coverage
from lachan.analytics.epidemic import queries as epidemic
from lachan.analytics.epidemic.changed import (
    DAYS,
    LEAST_IN_PLACE,
    SILENT_DAYS,
    SILENT_FROM,
    WEEK,
    Line,
)
from lachan.analytics.epidemic.facts import Ints, Table, Wanted
from lachan.analytics.epidemic.growing import clear
from lachan.analytics.epidemic.reported import reported
from lachan.analytics.facts import AreaRow
from lachan.analytics.maps import Map
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COMMUNE, PROVINCE
from lachan.web.parts.picture.epidemic.ask import Ask

MEASURED: Final = ("cases", "deaths", "in_hospital")
PER: Final = 100_000
KEPT: Final = 48  # pictures a process remembers: the provinces', and some megabytes of every commune
Counted = tuple[Table, Ints, npt.NDArray[np.bool_]]


@dataclass(frozen=True)
class Place:
    """A place with its last whole days. ``days``: cases by the day they were reported, oldest first; ``ill``: cases
    of seven days by onset, as known; ``deaths`` of seven days; ``sure``: the growth is more than chance, beside the
    other places of its map."""

    area: AreaFact
    days: Sequence[int]
    ill: int
    deaths: int
    in_hospital: int
    coverage: float | None
    sure: bool = False

    @cached_property
    def week(self) -> int:
        """Cases reported in seven days."""
        return sum(self.days[-WEEK:])

    @cached_property
    def before(self) -> int:
        """And in the seven before."""
        return sum(self.days[-2 * WEEK : -WEEK])

    @property
    def incidence(self) -> float | None:
        """Cases of seven days by onset per 100,000 residents; None: population not known."""
        people = self.area.population
        return PER * self.ill / people if people else None

    @property
    def growth(self) -> float | None:
        """Cases of seven days as a multiple of the seven before; None: too few to say."""
        if self.week + self.before < LEAST_IN_PLACE or not self.before:
            return None
        return self.week / self.before

    @cached_property
    def silent(self) -> bool:
        """Whether it had cases every day and has reported none for three days."""
        usual = sum(self.days[:-WEEK]) / max(len(self.days) - WEEK, 1)
        return usual >= SILENT_FROM and not any(self.days[-SILENT_DAYS:])

    def value(self, shown: str) -> float | None:
        """The measure of the map."""
        if self.silent and shown != "coverage":
            return None
        return {"incidence": self.incidence, "growth": self.growth, "coverage": self.coverage}[shown]

    @property
    def line(self) -> Line:
        return Line(self.days, self.area.id, self.area.name)


def last_whole(ask: Ask) -> date:
    """The day comparisons end with: today is still being counted."""
    return ask.day - timedelta(days=1) if ask.day == ask.today and ask.as_of is None else ask.day


def wanted(ask: Ask, measures: Sequence[str] = MEASURED, *, as_known_now: bool = False) -> Wanted:
    """The last 28 whole days of the page's place itself, as the page knows them or as known now."""
    until = last_whole(ask)
    return Wanted(measures=tuple(measures), since=until - timedelta(days=DAYS - 1), until=until,
                  area_ids=(ask.area_id,), as_of=None if as_known_now else ask.as_of, map=ask.of)  # fmt: skip


def places_in(actor: Actor, ask: Ask) -> tuple[Place, ...]:
    """Provinces of the nation, communes of a province or district, by code; none of a commune. Four statements."""
    area = places.area(ask.area_id)
    if area is None or area.level == COMMUNE:
        return ()
    if area.level == 0:
        return _made(actor, ask, coverage.coverage_by_province(actor, ask.of, ask.day).rows, ask.of)
    return _made(actor, ask, coverage.coverage_by_commune(actor, ask.area_id, ask.day).rows, ask.of)


def points_in(actor: Actor, ask: Ask) -> tuple[Place, ...]:
    """Communes of a place on the map of 2025, which alone has coordinates. Four statements."""
    covered = coverage.coverage_by_commune(actor, ask.area_id, ask.day, Map.OF_2025).rows
    return _made(actor, ask, covered, Map.OF_2025)


def _made(actor: Actor, ask: Ask, covered: Sequence[AreaRow], of: Map) -> tuple[Place, ...]:
    """``covered`` with its cases. Whoever may see a place may see what lies in it; the communes of the nation and of a
    district are asked for by name."""
    area = places.area(ask.area_id)
    below = 1 if area is not None and area.level == 0 else COMMUNE
    if area is not None and area.level <= PROVINCE and covered and covered[0].area.level == below:
        asked = replace(wanted(ask), area_ids=(), children_of=ask.area_id, map=of)
    else:
        asked = replace(wanted(ask), area_ids=tuple(row.area.id for row in covered), map=of)
    if not covered:
        return ()
    week = replace(asked, since=asked.until - timedelta(days=WEEK - 1))
    many = area is not None and area.level == 0 and covered[0].area.level == COMMUNE
    if many:  # drawn, and nothing else: nobody asks there who lies in hospital
        week = replace(week, measures=MEASURED[:2])
    epidemic.allowed(actor, week)
    found, news, sure = _counted(week, epidemic.version())
    sums = found.values.sum(axis=2).tolist()  # of cases and deaths; a stock is what it is on the last day
    hospital = [0] * len(news) if many else found.of("in_hospital")[:, -1].tolist()
    days = news.tolist()
    rows = {row.area.id: row for row in covered}
    return tuple(
        Place(rows[area_id].area, days[at], sums[0][at], sums[1][at], hospital[at], rows[area_id].percent("completed"),
              bool(sure[at]))
        for at, area_id in enumerate(found.area_ids) if area_id in rows
    )  # fmt: skip


def _counted(week: Wanted, version: int | None) -> Counted:
    """Counts of the week, four weeks of reports, and where they truly grow. Two statements; none where nothing changed
    since somebody asked."""
    if not version:  # nothing was ever counted
        found = epidemic.for_jobs(week)
        news = reported(found.area_ids, week.until, DAYS)
        return found, news, clear(news)
    return _kept(week, version)


@lru_cache(maxsize=KEPT)
def _kept(week: Wanted, _version: int) -> Counted:
    return _counted(week, None)
