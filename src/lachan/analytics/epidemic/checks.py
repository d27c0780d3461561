"""Whether the epidemic's figures say what the facts say; for ``lachan db check``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import Final
from uuid import UUID

from django.db import connection

from lachan.analytics.epidemic import projection
from lachan.kernel import journal
from lachan.kernel.checks import Finding
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load

_SUMS: Final = (
    ("epidemic changes against the entries", "unequal_epidemic_changes"),
    ("epidemic days against the changes", "unequal_epidemic_days"),
    ("epidemic stocks by month against the changes", "unequal_epidemic_stocks"),
    ("epidemic vintages by province against the changes", "unequal_epidemic_vintages"),
    ("epidemic provinces against the changes", "unequal_epidemic_provinces"),
    ("epidemic ages against the changes", "unequal_epidemic_ages"),
    ("epidemic days of reporting against the changes", "unequal_epidemic_reported"),
)


def prepare() -> None:
    """The desk of this connection: inside a snapshot that only reads it could not be made."""
    with hot_cursor() as cursor:
        projection.prepare(cursor)


def findings(waiting: Iterable[UUID] | None = None) -> list[Finding]:
    """Entries that stand against a recount of everybody, changes against the entries, sums against the changes.

    In the caller's snapshot, after :func:`prepare`. ``waiting``: people left out; None: those about whom a fact has not
    been read yet.
    """
    left_out = _waiting() if waiting is None else set(waiting)
    people = wrong = 0
    first = ""
    for part in projection.everybody():
        asked = [one for one in part if one not in left_out]
        people += len(asked)
        for count, example in _unequal(asked):
            wrong, first = wrong + count, first or example
    detail = f"{people} people" + (f", {len(left_out)} still to be read" if left_out else "")
    if wrong:
        detail = f"{wrong} of {detail} differ, the first is {first}"
    found = [Finding("epidemic entries against a recount", not wrong, detail)]
    with connection.cursor() as cursor:
        for name, statement in _SUMS:
            cursor.execute(load("analytics", statement))
            [unequal] = cursor.fetchone() or (0,)
            found.append(Finding(name, not unequal, f"{unequal} sums differ" if unequal else "equal"))
    return found


def _unequal(people: list[UUID]) -> list[tuple[int, str]]:
    if not people:
        return []
    with hot_cursor() as cursor:
        projection.lay_out(cursor, people, datetime.now(UTC))
        cursor.execute(load("analytics", "unequal_epidemic_people"))
        return [(row[0], str(row[1])) for row in cursor.fetchall() if row[0]]


def _waiting() -> set[UUID]:
    """People of whom the figures cannot know yet."""
    found: set[UUID] = set()
    unread = journal.unread(projection.READER)
    while rows := list(islice(unread, journal.MOST_ROWS)):
        found |= projection.touched_by(rows)
    return found
