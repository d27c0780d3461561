"""What heads of facilities have signed, and what still waits for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from django.db import connection

from lachan.immunization.queries.published import doses_by_day
from lachan.kernel import arrays
from lachan.kernel.statements import load


class SigningDay(NamedTuple):
    """A facility's day: doses given, those signed, when the last was recorded."""

    facility_id: int
    day: date
    doses: int
    signed: int
    last_recorded_at: datetime

    @property
    def unsigned(self) -> int:
        return max(0, self.doses - self.signed)


class Gesture(NamedTuple):
    """A list somebody signed."""

    id: UUID
    first_day: date
    last_day: date
    doses: int
    digest: bytes
    actor_id: UUID
    signed_at: datetime


def days(facilities: Sequence[int], since: date) -> list[SigningDay]:
    """Days with doses of these facilities, oldest first; two queries."""
    given = doses_by_day(facilities, since)
    signed = signed_by_day(facilities, since)
    return [
        SigningDay(facility_id, day, doses, signed.get((facility_id, day), 0), last)
        for (facility_id, day), (doses, last) in sorted(given.items(), key=lambda item: (item[0][1], item[0][0]))
    ]


def signed_by_day(facilities: Sequence[int], since: date) -> dict[tuple[int, date], int]:
    """Signed doses that count, by facility and day; one query."""
    with connection.cursor() as cursor:
        cursor.execute(load("certificates", "signed_by_day"), [list(facilities), since])
        return {(row[0], row[1]): row[2] for row in cursor.fetchall()}


def signed_in(cursor: psycopg.Cursor[Any], cells: Collection[tuple[int, date]]) -> dict[tuple[int, date], int]:
    """Signed doses that count, of these facilities and days; one query."""
    order = sorted(cells)
    arrays.execute(cursor, load("certificates", "signed_in"), [[one for one, _ in order], [day for _, day in order]])
    return {(row[0], row[1]): row[2] for row in cursor.fetchall()}


def gestures(facility_id: int, most: int = 20) -> list[Gesture]:
    """Lists signed at a facility, newest first; one query."""
    with connection.cursor() as cursor:
        cursor.execute(load("certificates", "batches_of"), [facility_id, most])
        return [Gesture._make((*row[:4], bytes(row[4]), *row[5:])) for row in cursor.fetchall()]
