"""What this room lets the rooms above read: every dose, the stock book and the open sessions, in plain tuples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from django.db import connection

from lachan.kernel import arrays
from lachan.kernel.statements import load

PAGE = 10_000  # rows fetched at once: a recount of the nation must not fill the memory


class CountingDose(NamedTuple):
    """A dose that counts, as certificates need it; ``source``: here, elsewhere or abroad."""

    person_id: UUID
    id: UUID
    product_id: int
    lot_number: str
    number: int
    completes: bool
    given_on: date
    facility_id: int | None
    country: str
    source: str


class DayDose(NamedTuple):
    """A dose given at a facility, as its head reads it before signing."""

    person_id: UUID
    id: UUID
    product_id: int
    lot_number: str
    number: int
    given_on: date
    happened_at: datetime
    recorded_at: datetime
    actor_id: UUID


def doses_that_count(cursor: psycopg.Cursor[Any], persons: Sequence[UUID]) -> list[CountingDose]:
    """Doses of these persons that count, by person and number; one query."""
    arrays.execute(cursor, load("immunization", "doses_that_count"), [list(persons)])
    return [CountingDose._make(row) for row in cursor.fetchall()]


def day_doses(facility_id: int, first: date, last: date) -> list[DayDose]:
    """Doses given at a facility on these days that count, as they were recorded; one query."""
    with connection.cursor() as cursor:
        cursor.execute(load("immunization", "doses_of_day_that_count"), [facility_id, first, last])
        return [DayDose._make(row) for row in cursor.fetchall()]


def doses_by_day(facilities: Sequence[int], since: date) -> dict[tuple[int, date], tuple[int, datetime]]:
    """(doses given there that count, when the last was recorded) by facility and day; one query."""
    with connection.cursor() as cursor:
        cursor.execute(load("immunization", "doses_by_facility_and_day"), [list(facilities), since])
        return {(row[0], row[1]): (row[2], row[3]) for row in cursor.fetchall()}


def people_with_doses(after: UUID, most: int) -> list[UUID]:
    """Who has a dose that counts, in order of their ids, after one; one query."""
    with connection.cursor() as cursor:
        cursor.execute(load("immunization", "people_with_doses"), [after, most])
        return [row[0] for row in cursor.fetchall()]


def counted_doses() -> Iterator[tuple[tuple[Any, ...], list[int]]]:
    """Every dose that counts, by the grain of the coverage counters and in its order.

    ((facility, day, residence, product, number, band, sex), [doses, completed]); zero stands for a place not known.
    """
    for row in _stream("recount_doses", []):
        yield tuple(row[:7]), [row[7], row[8]]


def dose_ids() -> Iterator[UUID]:
    """Id of every dose ever recorded, voided and amended ones too, in order."""
    return (row[0] for row in _stream("all_dose_ids", []))


def unequal_stock(most: int) -> tuple[int, list[tuple[int, int, int, int]]]:
    """(pairs compared, up to ``most`` of (facility, lot, used as kept, used by doses) that differ)."""
    with connection.cursor() as cursor:
        cursor.execute(load("immunization", "stock_used_by_doses"), [])
        used = {(row[0], row[1]): row[2] for row in cursor.fetchall()}
        cursor.execute(load("immunization", "stock_used_as_kept"), [])
        kept = {(row[0], row[1]): row[2] for row in cursor.fetchall()}
    pairs = sorted(used.keys() | kept.keys())
    wrong = [(*pair, kept.get(pair, 0), used.get(pair, 0)) for pair in pairs if kept.get(pair, 0) != used.get(pair, 0)]
    return len(pairs), wrong[:most]


def sessions_open(on: date, facilities: Sequence[int] | None) -> tuple[int, int]:
    """(sessions open, facilities that have one) on a day; ``facilities`` None is the whole nation."""
    with connection.cursor() as cursor:
        wanted = None if facilities is None else list(facilities)
        cursor.execute(load("immunization", "sessions_open"), {"day": on, "facilities": wanted})
        sessions, stations = cursor.fetchone()
    return sessions, stations


def _stream(name: str, parameters: list[Any]) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(load("immunization", name), parameters)
        while rows := cursor.fetchmany(PAGE):
            yield from rows


def standing_with(persons: set[UUID]) -> int:
    """Doses and visits under these persons' ids; one query."""
    with connection.cursor() as cursor:
        cursor.execute(load("immunization", "standing_with"), [list(persons), list(persons)])
        return int(cursor.fetchone()[0])
