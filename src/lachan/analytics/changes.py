"""What changed, as facts for sentences: at most three, the most telling first. Pure; the words are the page's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean
from typing import Final, Literal

from lachan.analytics.facts import AreaRow, DayRow, FacilityDays
from lachan.places.facts import AreaFact

WEEK: Final = 7
SAME: Final = 0.05  # a change of less than 5 % is no change worth a sentence
LEAST: Final = 20  # doses a day below which a ratio says nothing

Kind = Literal["pace", "rise", "fall", "lowest", "busiest", "quiet"]


@dataclass(frozen=True, slots=True)
class Change:
    """One fact. ``area_id`` or ``facility_id`` is where its link leads; None: to the days on the same page.

    pace: ``count`` doses on ``day`` against ``usual``, the mean of the seven days before. rise and fall: the same of
    the area that moved most. quiet: no dose on ``day``. lowest: ``share`` percent of the area's residents are fully
    vaccinated, ``usual`` percent in the whole. busiest: the facility with most doses (``count``) on ``day``.
    """

    kind: Kind
    day: date
    area_id: int | None = None
    facility_id: int | None = None
    name: str = ""
    count: int = 0
    usual: float = 0.0
    share: float = 0.0

    @property
    def ratio(self) -> float:
        """Change against the usual: 0.12 is 12 % more; 0 when there is nothing to compare with."""
        return self.count / self.usual - 1 if self.usual else 0.0


def changes(
    days: Sequence[DayRow],
    given: Mapping[AreaFact, Mapping[date, int]],
    areas: Sequence[AreaRow],
    whole: float | None,
    facilities: Sequence[FacilityDays] = (),
) -> list[Change]:
    """Sentences' facts. The day compared is the last whole one: the day before the last of ``days``.

    ``given``: doses by area and day, for the mover; ``areas``: coverage, for the lowest against ``whole``, the percent
    of all residents fully vaccinated.
    """
    day = days[-2].day
    found = [_pace(days, day), _mover(given, day), _lowest(areas, whole, day), _busiest(facilities, day)]
    return [change for change in found if change is not None][:3]


def _usual(by_day: Mapping[date, int], day: date) -> float:
    return fmean(by_day.get(day - timedelta(days=step), 0) for step in range(1, WEEK + 1))


def _pace(days: Sequence[DayRow], day: date) -> Change | None:
    by_day = {row.day: row.sums.doses for row in days}
    usual = _usual(by_day, day)
    if not usual and not by_day[day]:
        return None
    return Change("pace" if by_day[day] else "quiet", day, count=by_day[day], usual=usual)


def _mover(given: Mapping[AreaFact, Mapping[date, int]], day: date) -> Change | None:
    moved = [(by_day.get(day, 0) - _usual(by_day, day), area, by_day) for area, by_day in given.items()]
    if not moved:
        return None
    difference, area, by_day = max(moved, key=lambda entry: (abs(entry[0]), entry[1].id))
    usual, count = _usual(by_day, day), by_day.get(day, 0)
    if max(usual, count) < LEAST or abs(difference) < SAME * max(usual, 1):
        return None
    return Change("rise" if difference > 0 else "fall", day, area.id, name=area.name, count=count, usual=usual)


def _lowest(areas: Sequence[AreaRow], whole: float | None, day: date) -> Change | None:
    known = [(share, row) for row in areas if (share := row.percent("completed")) is not None]
    if len(known) < 2 or not whole:
        return None
    share, row = min(known, key=lambda entry: (entry[0], entry[1].area.id))
    return Change("lowest", day, row.area.id, name=row.area.name, share=share, usual=whole)


def _busiest(facilities: Sequence[FacilityDays], day: date) -> Change | None:
    best = max(facilities, key=lambda row: (row.yesterday, -row.facility.id), default=None)
    if best is None or not best.yesterday:
        return None
    return Change("busiest", day, facility_id=best.facility.id, name=best.facility.name, count=best.yesterday)
