"""How many persons are in each state, by province: counted now and then, read at once, with the moment beside it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.people.verification import notes
from lachan.people.verification.queue import all_provinces
from lachan.people.verification.rules import STATES


class Figure(NamedTuple):
    """Persons of a province in a state. ``province_id`` 0: residence not known."""

    province_id: int
    state: str
    persons: int
    oldest: datetime | None
    counted_at: datetime


def recount(now: datetime, seconds: float | None = None) -> int:
    """Count provinces anew, those counted longest ago first, until the time is up (None: all of them); how many were.

    A province of ten million people takes about a second, from the index alone.
    """
    begun = time.monotonic()
    with hot_cursor() as cursor:
        cursor.execute(load("people", "counted_least_lately"))
        counted = [row[0] for row in cursor.fetchall()]
    turn = [place for place in all_provinces() if place not in set(counted)] + counted
    for done, province in enumerate(turn):
        if seconds is not None and time.monotonic() - begun >= seconds:
            return done
        _count(province, now)
    return len(turn)


def figures(areas: Iterable[int] | None) -> list[Figure]:
    """As last counted, of every province in which some of ``areas`` lie; None for the nation.

    Who held a province before the merger of July 2025 therefore reads the figures of the one it became part of: they
    name nobody, and the part of before is not counted any more.
    """
    given = None if areas is None else set(areas)
    wanted = None if given is None else sorted((given | {notes.province_of(area) for area in given}) - {0})
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("people", "figures"), [wanted, wanted])
        return [Figure(*row) for row in cursor.fetchall()]


def _count(province: int, now: datetime) -> None:
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("people", "count_province"), [province, list(STATES)])
        found = {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
        counts = [found.get(state, (0, None)) for state in STATES]
        arrays.execute(
            cursor,
            load("people", "replace_figures"),
            [province, now, list(STATES), [count for count, _ in counts], [oldest for _, oldest in counts]],
        )
