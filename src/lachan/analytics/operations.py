"""Throwing the counters away and counting again."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.db import connection, transaction

from lachan.analytics.counters import write
from lachan.analytics.projection import grain_of_journal
from lachan.immunization.queries import published
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load

AT_ONCE = 20_000  # headings written by one round of statements


def rebuild() -> int:
    """Count again from the doses; returns the headings counted. Stations that record meanwhile wait until it is done.

    Safe at any time: a dose that is not yet committed counts itself afterwards.
    """
    return _replace(published.counted_doses)


def rebuild_from_journal() -> int:
    """The same from the journal alone: the proof that the journal lacks nothing."""
    return _replace(lambda: ((key, list(value)) for key, value in sorted(grain_of_journal().items())))


def _replace(source: Any) -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute(load("analytics", "clear_counters"))
        with hot_cursor() as cursor:
            return sum(_write(cursor, part) for part in _parts(source()))


def _write(cursor: Any, part: list[tuple[tuple[Any, ...], list[int]]]) -> int:
    write(cursor, dict(part))
    return len(part)


def _parts(rows: Iterable[Any]) -> Iterable[list[Any]]:
    rows = iter(rows)
    while part := list(islice(rows, AT_ONCE)):
        yield part
