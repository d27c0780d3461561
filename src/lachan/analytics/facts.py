"""What analytics tells the rooms above: frozen, without names of persons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from lachan.analytics.rules import Sums
from lachan.places.facts import AreaFact, FacilityRow


class DayRow(NamedTuple):
    """Doses given on a day; a day without any is there with zeros."""

    day: date
    sums: Sums


@dataclass(frozen=True, slots=True)
class Picture:
    """An area, or a facility, on a day.

    ``residents``: all doses of the people who live there, wherever given (a facility: all doses given at it).
    ``days``: doses given there on the 28 days that end with ``on``, oldest first; the last is the day itself.
    ``given``: doses by province of the station and day, of the map of ``area``; only for the nation.
    """

    area: AreaFact
    facility: FacilityRow | None
    on: date
    residents: Sums
    days: tuple[DayRow, ...]
    given: Mapping[int, Mapping[date, int]]

    @property
    def today(self) -> Sums:
        return self.days[-1].sums

    @property
    def yesterday(self) -> Sums:
        return self.days[-2].sums


@dataclass(frozen=True, slots=True)
class AreaRow:
    """Coverage of the residents of an area. ``today``: doses given in it on the day asked for."""

    area: AreaFact
    sums: Sums
    today: int

    def percent(self, measure: str) -> float | None:
        """``first``, ``completed`` or ``boosters`` of 100 residents, ``today`` of 100,000; None: population unknown.

        Over 100 is possible: the population is an estimate, the doses are counted.
        """
        people = self.area.population
        if not people:
            return None
        if measure == "today":
            return 100_000 * self.today / people
        return 100 * int(getattr(self.sums, measure)) / people


@dataclass(frozen=True, slots=True)
class AreaTable:
    """Areas of one map with what belongs to them; with ``unassigned`` and ``unassigned_today`` the totals are exact.

    Unassigned are residents of communes that were split and wait for review, and those whose residence is not known.
    """

    rows: tuple[AreaRow, ...]
    unassigned: Sums
    unassigned_today: int


@dataclass(frozen=True, slots=True)
class FacilityDays:
    """Doses given at a facility: on the day, on the day before, on the 28 days that end with it."""

    facility: FacilityRow
    today: int
    yesterday: int
    recent: int


@dataclass(frozen=True, slots=True)
class ProductRow:
    """Doses of one product, by number; ``numbers[-1]`` counts that number and all above."""

    product_id: int
    name: str
    numbers: tuple[int, int, int, int]
    doses: int
    completed: int


@dataclass(frozen=True, slots=True)
class AgeRow:
    """Doses by age band on the day of the dose. ``band`` is its first year, -1: birth date not known."""

    band: int
    female: Sums
    male: Sums
    unknown: Sums

    @property
    def all(self) -> Sums:
        return self.female.plus(self.male).plus(self.unknown)


@dataclass(frozen=True, slots=True)
class Live:
    """Doses given on a day, as of now, with those of each province of the map, and the sessions open."""

    today: Sums
    by_province: Mapping[int, int]
    sessions: int
    stations: int
