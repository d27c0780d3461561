"""Days of visits: a partition each, made ahead of the clock."""

from __future__ import annotations

import threading
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, Final

import psycopg

from lachan.kernel.statements import load

AHEAD: Final = 3
_made: set[date] = set()
_lock = threading.Lock()


def ensure(cursor: psycopg.Cursor[Any], days: Collection[date]) -> None:
    """Partitions of these days, in the caller's transaction; days this process has seen there cost nothing.

    One that is made here is remembered only when it is found there later: this transaction may yet be taken back."""
    if _made.issuperset(days) or set(standing(cursor)).issuperset(days):
        return
    for day in sorted(set(days) - _made):
        cursor.execute(load("tracing", "ensure_visit_day"), [day])


def ensure_around(cursor: psycopg.Cursor[Any], today: date, *, back: int, ahead: int = AHEAD) -> int:
    """Partitions from ``back`` days before today to ``ahead`` after it; their number."""
    days = [today + timedelta(days=n) for n in range(-back, ahead + 1)]
    for day in days:
        cursor.execute(load("tracing", "ensure_visit_day"), [day])
    return len(days)


def standing(cursor: psycopg.Cursor[Any]) -> list[date]:
    """Days that have a partition, oldest first."""
    cursor.execute(load("tracing", "visit_days"))
    found = [row[0] for row in cursor.fetchall()]
    with _lock:
        _made.clear()
        _made.update(found)
    return found


def forget() -> None:
    """Drop what this process remembers: after a day was dropped, and between tests."""
    with _lock:
        _made.clear()
