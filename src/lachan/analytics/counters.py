"""From doses to the rows of the five counters; the same sums for the hot path, the rebuild and the recount."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

import psycopg

from lachan.kernel import arrays
from lachan.kernel.statements import load
from lachan.places import queries as places

SLOTS: Final = 8  # rows a busy province's sum is spread over, so that stations do not wait for each other's commit


class Heading(NamedTuple):
    """The grain: doses under one heading cannot be told apart. Zero stands for a place that is not known."""

    facility_id: int
    day: date
    residence_id: int
    product_id: int
    dose_number: int
    age_band: int
    sex: str


Grain = Mapping[tuple[Any, ...], list[int]]
Sums = dict[tuple[Any, ...], list[int]]


def _zero() -> list[int]:
    return [0, 0]


def _sums() -> Sums:
    return defaultdict(_zero)


@dataclass(slots=True)
class Rollups:
    """Sums of the grain; values are [doses, completed]. Without slots these are totals, for the recount."""

    slots: int = SLOTS
    communes: Sums = field(default_factory=_sums)
    provinces: Sums = field(default_factory=_sums)
    ages: Sums = field(default_factory=_sums)
    days: Sums = field(default_factory=_sums)

    def add(self, grain: Iterable[tuple[tuple[Any, ...], list[int]]]) -> None:
        """Add (heading, [doses, completed])."""
        slots = self.slots
        facilities, areas = places.facility_table(), places.atlas().areas
        for (facility, day, residence, product, number, band, sex), (doses, completed) in grain:
            station, home = facilities.get(facility), areas.get(residence)
            given_in = 0 if station is None else station.province_id
            lives_in = 0 if home is None else home.province_id or home.id
            slot = (facility % slots,) if slots else ()
            for sums, key in (
                (self.communes, (residence, product, number)),
                (self.provinces, (lives_in, product, number, *slot)),
                (self.ages, (lives_in, band, sex, product, number, *slot)),
                (self.days, (day, given_in, product, number, *slot)),
            ):
                entry = sums[key]
                entry[0] += doses
                entry[1] += completed


def write(cursor: psycopg.Cursor[Any], grain: Grain) -> None:
    """Add to the counters, one statement each; headings that cancel out are not written."""
    rollups = Rollups()
    rollups.add(grain.items())
    for name, sums in (
        ("count_coverage", grain),
        ("count_commune", rollups.communes),
        ("count_province", rollups.provinces),
        ("count_age", rollups.ages),
        ("count_day", rollups.days),
    ):
        rows = [(*key, *value) for key, value in sorted(sums.items()) if value[0] or value[1]]
        if rows:
            arrays.execute(cursor, load("analytics", name), [list(column) for column in zip(*rows, strict=True)])
