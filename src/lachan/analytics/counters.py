"""From doses to the rows of the five counters; the same sums for the hot path, the rebuild and the recount."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

import psycopg

from lachan.immunization.queries import catalogue
from lachan.kernel import arrays
from lachan.kernel.statements import load
from lachan.places import queries as places

NEVER: Final = 1_000  # of a product nobody knows no dose is a booster
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


def _sums() -> Sums:
    return defaultdict(lambda: [0, 0, 0, 0])


def _pairs() -> Sums:
    return defaultdict(lambda: [0, 0])


@dataclass(slots=True)
class Rollups:
    """Sums of the grain. Without slots these are totals, for the recount.

    Values are [doses, first, completed, boosters], of ``provinces`` [doses, completed].
    """

    slots: int = SLOTS
    communes: Sums = field(default_factory=_sums)
    ages: Sums = field(default_factory=_sums)
    days: Sums = field(default_factory=_sums)
    provinces: Sums = field(default_factory=_pairs)

    def add(self, grain: Iterable[tuple[tuple[Any, ...], list[int]]]) -> None:
        """Add (heading, [doses, completed])."""
        slots, asks = self.slots, primary_doses()
        facilities, areas = places.facility_table(), places.atlas().areas
        for (facility, day, residence, product, number, band, sex), (doses, completed) in grain:
            station, home = facilities.get(facility), areas.get(residence)
            given_in = 0 if station is None else station.province_id
            lives_in = 0 if home is None else home.province_id or home.id
            slot = (facility % slots,) if slots else ()
            first = doses if number == 1 else 0
            boosters = doses - completed if number >= asks.get(product, NEVER) else 0
            # few stations serve one commune; those of no known place come from everywhere
            at_home = (residence, 0) if slots and residence else (residence, *slot)
            for entry in (
                self.communes[at_home],
                self.ages[(lives_in, band, sex, *slot)],
                self.days[(day, given_in, *slot)],
            ):
                entry[0] += doses
                entry[1] += first
                entry[2] += completed
                entry[3] += boosters
            pair = self.provinces[(lives_in, product, number, *slot)]
            pair[0] += doses
            pair[1] += completed


def primary_doses() -> dict[int, int]:
    """Doses the primary series of each product asks for, by its rule in force last; when one changes, rebuild."""
    known = catalogue()
    return {product.id: known.primary_doses(product.id, date.max) for product in known.products()}


def write(cursor: psycopg.Cursor[Any], grain: Grain) -> None:
    """Add to the counters in two statements; headings that cancel out are not written."""
    rollups = Rollups()
    rollups.add(grain.items())
    counted = _columns(grain, 9)
    if counted[0]:
        arrays.execute(cursor, load("analytics", "count_coverage"), counted)
    sums = (
        *_columns(rollups.communes, 6),
        *_columns(rollups.ages, 8),
        *_columns(rollups.days, 7),
        *_columns(rollups.provinces, 6),
    )
    if any(sums):
        arrays.execute(cursor, load("analytics", "count_sums"), sums)


def _columns(sums: Grain, width: int) -> list[list[Any]]:
    """Key and value columns of what is not zero, in the order of the key: two slices cannot deadlock on its rows."""
    rows = [(*key, *value) for key, value in sorted(sums.items()) if any(value)]
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]
