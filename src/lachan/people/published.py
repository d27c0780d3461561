"""What this room lets the rooms above count by: residents without names, and whom the population register confirms."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg
from django.db import connection

from lachan.kernel import arrays
from lachan.kernel.statements import load
from lachan.people.verification.rules import EXEMPT, RIGHT

PAGE: Final = 5_000
CONFIRMED: Final = (RIGHT, EXEMPT)
"""The register confirms them, or there is nothing to ask it about."""


class Resident(NamedTuple):
    """Someone who lives in an area; ``age`` in whole years on the day asked for, None: birth date not known."""

    id: UUID
    group: int | None
    age: int | None


def residents(areas: Collection[int], on: date) -> Iterator[list[Resident]]:
    """People who live in these areas and are not known to have died, in pages. One query, streamed."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(load("people", "residents"), {"areas": sorted(areas), "on": on})
        while rows := cursor.fetchmany(PAGE):
            yield [Resident(*row) for row in rows]


def confirmed(cursor: psycopg.Cursor[Any], ids: Collection[UUID]) -> set[UUID]:
    """Those of these people whom the register confirms, or who are exempt. One query."""
    if not ids:
        return set()
    arrays.execute(cursor, load("people", "confirmed_persons"), [list(ids), list(CONFIRMED)])
    return {row[0] for row in cursor.fetchall()}
