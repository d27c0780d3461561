"""Whether the meter says what the tables say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from heapq import merge
from itertools import groupby, islice
from typing import Any

from django.db import connection

from lachan.analytics.debt import cells
from lachan.analytics.debt.facts import Owed
from lachan.analytics.debt.projection import CELLS, READER
from lachan.analytics.rules import compare, compare_sorted
from lachan.immunization.queries import debt as immunization
from lachan.immunization.queries.debt import Cell
from lachan.kernel import journal
from lachan.kernel.checks import Finding
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.places import queries as places


def findings(waiting: set[Cell] | None = None) -> list[Finding]:
    """The meter against a recount, and its sums by province against the same; in the caller's snapshot.

    ``waiting``: days left out; None: those touched by a fact the meter has not read yet, as it says itself.
    """
    waiting = _waiting() if waiting is None else waiting
    facilities = places.facility_table()
    sums: dict[tuple[date, int], list[int]] = defaultdict(lambda: [0] * len(Owed()))

    def kept() -> Iterator[tuple[tuple[Any, ...], Any]]:
        for cell, owed in _stored("stored_debt_days"):
            facility = facilities.get(cell[0])
            entry = sums[cell[1], facility.province_id if facility is not None else 0]
            for index, value in enumerate(owed):
                entry[index] += value
            if cell not in waiting:
                yield cell, owed

    found = compare_sorted(kept(), _recounted(waiting))
    by_province = compare(
        dict(_stored("stored_debt_provinces")), {key: tuple(value) for key, value in sums.items() if any(value)}
    )
    detail = f"{found}, {len(waiting)} days still to be read" if waiting else str(found)
    return [
        Finding("debt against a recount", found.equal, detail),
        Finding("debt by province against the days", by_province.equal, str(by_province)),
    ]


def _waiting() -> set[Cell]:
    """Days of which the meter cannot know yet."""
    found: set[Cell] = set()
    unread = journal.unread(READER)
    while rows := list(islice(unread, 10_000)):
        found |= cells.touched(rows)
    with connection.cursor() as cursor:
        cursor.execute(load("analytics", "touched_people"))
        people = [row[0] for row in cursor.fetchall()]
        found |= immunization.days_of_people(people)
        cursor.execute(load("analytics", "debt_days_with_items"))
        kept = {(row[0], row[1]): (row[2], row[3]) for row in cursor.fetchall()}
    now = cells.standing_items()
    return found | {cell for cell in now.keys() | kept.keys() if now.get(cell, (0, 0)) != kept.get(cell, (0, 0))}


def _recounted(waiting: set[Cell]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    items = cells.standing_items()
    ordered = (cell for cell, _ in groupby(merge(immunization.every_day(), sorted(items))))
    wanted = (cell for cell in ordered if cell not in waiting)
    while part := list(islice(wanted, CELLS)):
        with hot_cursor() as cursor:
            counted = cells.count(cursor, part, items)
        yield from ((cell, tuple(counted[cell])) for cell in part if any(counted[cell]))


def _stored(name: str) -> Iterator[tuple[tuple[Any, ...], Any]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(load("analytics", name), [])
        while rows := cursor.fetchmany(10_000):
            yield from ((row[:2], tuple(row[2:])) for row in rows)
