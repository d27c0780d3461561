"""Who it is: counts of an area by age band, set against how many people of that age live there, with the interval that
so many cases allow; by sex, and by vaccination at the time.

How many of each age live in an area nobody publishes by commune: the nation's five-year groups of 2020 (United Nations,
World Population Prospects 2019), each split evenly into years, are scaled to the area's population. A place of students
or of the old has other ages; the page says so. By vaccination there is no rate: who is vaccinated differs in age, work
and testing, and a plain ratio would mislead; that is what the page of effectiveness is for.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import sqrt
from typing import Final

from lachan.analytics.epidemic.facts import Breakdown
from lachan.immunization.rules.bands import AGE_BANDS

PER: Final = 100_000
Z90: Final = 1.6449  # of the normal distribution, 5 % on either side
_GROUP: Final = 5  # years of a group of the table
_OLDEST: Final = 105


@dataclass(frozen=True, slots=True)
class Ages:
    """One age band (its lowest year, -1 not known). ``people``: who live there by the nation's ages, None where nobody
    knows; ``vaccinated``: not, begun, completed, with a further dose, at the time."""

    band: int
    female: int
    male: int
    unknown: int
    vaccinated: tuple[int, int, int, int]
    people: float | None

    @property
    def total(self) -> int:
        return self.female + self.male + self.unknown

    @property
    def rate(self) -> float | None:
        """Per 100,000 people of that age."""
        return PER * self.total / self.people if self.people else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Of the rate, 90 %: a Poisson count (Byar's approximation; Breslow and Day 1987, p. 69)."""
        if not self.people:
            return None
        low, high = poisson90(self.total)
        return PER * low / self.people, PER * high / self.people


def by_band(found: Sequence[Breakdown], people: int | None) -> tuple[Ages, ...]:
    """Every band from the youngest, then those of unknown age if there are any."""
    sexes: dict[tuple[int, str], int] = defaultdict(int)
    doses: dict[tuple[int, int], int] = defaultdict(int)
    for row in found:
        sexes[row.age_band, row.sex] += row.total
        doses[row.age_band, row.vaccinated] += row.total
    living = residents(people)
    rows = [
        Ages(band, sexes[band, "F"], sexes[band, "M"], sexes[band, "U"],
             (doses[band, 0], doses[band, 1], doses[band, 2], doses[band, 3]), living.get(band))
        for band in (*AGE_BANDS, -1)
    ]  # fmt: skip
    return tuple(row for row in rows if row.band >= 0 or row.total)


def residents(people: int | None) -> dict[int, float]:
    """People by band where ``people`` live, by the nation's ages; empty where their number is not known."""
    if not people:
        return {}
    nation = _nation()
    return {band: count * people / sum(nation.values()) for band, count in nation.items()}


def poisson90(count: int) -> tuple[float, float]:
    """The interval of 90 % of a Poisson count; a count below zero (more taken back than there was) is none."""
    count = max(count, 0)
    high = (count + 1) * (1 - 1 / (9 * (count + 1)) + Z90 / (3 * sqrt(count + 1))) ** 3
    if not count:
        return 0.0, high
    return count * (1 - 1 / (9 * count) - Z90 / (3 * sqrt(count))) ** 3, high


@cache
def _nation() -> dict[int, float]:
    """The nation's people by band, from groups of five years."""
    years = [0.0] * _OLDEST
    with (resources.files("lachan.people") / "data" / "age_sex.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            first = int(row["age_from"])
            for year in range(first, min(first + _GROUP, _OLDEST)):
                years[year] += (int(row["male"]) + int(row["female"])) / _GROUP
    ends = (*AGE_BANDS[1:], _OLDEST)
    return {band: sum(years[band:end]) for band, end in zip(AGE_BANDS, ends, strict=True)}
