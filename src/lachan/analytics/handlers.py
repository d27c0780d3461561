"""Counts doses in the transaction that records them, so every total is exact the moment it commits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from lachan.immunization.facts import CountedDose
from lachan.kernel import arrays
from lachan.kernel.statements import load
from lachan.places import queries as places

SLOTS = 8  # rows a busy province's total is spread over, so stations do not wait for each other's commit

Sums = dict[tuple[Any, ...], list[int]]


def count_doses(cursor: psycopg.Cursor[Any], facts: Sequence[CountedDose]) -> None:
    """Add a batch to the three counters, one statement each."""
    write(cursor, ((fact, fact.sign, fact.sign if fact.completes else 0) for fact in facts))


def write(cursor: psycopg.Cursor[Any], facts: Iterable[tuple[CountedDose, int, int]]) -> None:
    """Add (heading, doses, completed) to the counters; headings that cancel out are not written."""
    grain: Sums = {}
    days: Sums = {}
    provinces: Sums = {}
    areas = places.atlas().areas
    for fact, doses, completed in facts:
        facility, given_in, day, residence, product, number, band, sex, _, _ = fact
        slot = facility % SLOTS
        _add(grain, (facility, day, residence, product, number, band, sex), doses, completed)
        _add(days, (day, given_in, product, number, band, sex, slot), doses, completed)
        home = areas.get(residence)
        lives_in = 0 if home is None else home.province_id or home.id
        _add(provinces, (lives_in, product, number, band, sex, slot), doses, completed)
    for name, sums in (("count_coverage", grain), ("count_day", days), ("count_province", provinces)):
        rows = [(*key, *value) for key, value in sorted(sums.items()) if value != [0, 0]]
        if rows:
            arrays.execute(cursor, load("analytics", name), [list(column) for column in zip(*rows, strict=True)])


def _add(sums: Sums, key: tuple[Any, ...], doses: int, completed: int) -> None:
    found = sums.get(key)
    if found is None:
        sums[key] = [doses, completed]
    else:
        found[0] += doses
        found[1] += completed
