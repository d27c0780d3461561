"""Brings the meter up to date behind the facts: a job twice a minute, so that recording a dose costs nothing more.

One process at a time: the reader's cursor in the journal is a lock. What a run has read and what it has written commit
together, and the screens say how far it has come (``as_of``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg
from django.db import connection, transaction
from django.utils import timezone

from lachan.analytics.debt import cells
from lachan.immunization.queries import debt as immunization
from lachan.immunization.queries.debt import Cell
from lachan.kernel import arrays, journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.people.facts import VerificationChanged
from lachan.people.published import CONFIRMED

READER: Final = "analytics.debt"
ROWS: Final = 5_000  # facts a transaction
CELLS: Final = 500  # facilities and days counted by one round of statements
PEOPLE: Final = 5_000  # changed with the register, a transaction
MATCHED: Final = frozenset(CONFIRMED)
ROUNDS: Final = 200  # of each kind in one run: what is left waits for the next


class Progress(NamedTuple):
    """One run: facts read, days counted again, days that changed, and up to when the meter is complete."""

    facts: int
    counted: int
    changed: int
    as_of: datetime


def note_verified(cursor: psycopg.Cursor[Any], changes: Sequence[VerificationChanged]) -> None:
    """Somebody became right with the population register, or is no longer: their doses' days are counted again.

    One statement for the batch, none when nobody crossed that line: a registration costs nothing here.
    """
    crossed = [
        change.person_id
        for change in changes
        if change.before is not None and (change.before in MATCHED) != (change.after in MATCHED)
    ]
    if crossed:
        arrays.execute(cursor, load("analytics", "touch_people"), [crossed])


def run() -> Progress:
    """Read what is new and count again what it touches. Safe beside another run, which then does the work."""
    began = timezone.now()
    facts = counted = changed = 0
    for rows in islice(journal.read(READER, ROWS), ROUNDS):
        facts += len(rows)
        found = cells.touched(rows)
        counted += len(found)
        changed += recount(found)
    for _ in range(ROUNDS):
        people = _changed_people()
        if people is None:
            break
        counted, changed = counted + people[0], changed + people[1]
    wrong = _items_changed()
    changed += recount(wrong)
    as_of = journal.unread_since(READER) or began
    with connection.cursor() as cursor:
        cursor.execute(load("analytics", "keep_debt_state"), [as_of])
    return Progress(facts, counted + len(wrong), changed, as_of)


def recount(touched: Iterable[Cell]) -> int:
    """Count these facilities and days again and keep the result; how many changed."""
    wanted = sorted(set(touched))
    if not wanted:
        return 0
    items = cells.standing_items()
    changed = 0
    with hot_cursor() as cursor:
        cursor.execute(load("analytics", "one_debt_writer"))
        for part in _parts(wanted, CELLS):
            changed += cells.write(cursor, cells.count(cursor, part, items))
    return changed


def rebuild() -> int:
    """Throw the meter away and count it again from the tables; how many facilities and days it holds.

    Facts committed meanwhile are read by the next run as ever: the cursor stays where it is.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute(load("analytics", "one_debt_writer"))
            cursor.execute(load("analytics", "clear_debt"))
        return recount({*immunization.every_day(), *cells.standing_items()})


def as_of() -> datetime | None:
    """Up to when the meter is complete; None: it was never counted. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(load("analytics", "debt_state"))
        row = cursor.fetchone()
    return row[0] if row else None


def _changed_people() -> tuple[int, int] | None:
    """(days counted, days changed) of one portion of people; None: nobody waits."""
    with transaction.atomic():
        with hot_cursor() as cursor:
            cursor.execute(load("analytics", "take_touched_people"), [PEOPLE])
            people: set[UUID] = {row[0] for row in cursor.fetchall()}
        if not people:
            return None
        found = immunization.days_of_people(sorted(people))
        return len(found), recount(found)


def _items_changed() -> set[Cell]:
    """Days whose held or refused doses are others than the meter says."""
    now = cells.standing_items()
    with connection.cursor() as cursor:
        cursor.execute(load("analytics", "debt_days_with_items"))
        kept = {(row[0], row[1]): (row[2], row[3]) for row in cursor.fetchall()}
    return {cell for cell in now.keys() | kept.keys() if now.get(cell, (0, 0)) != kept.get(cell, (0, 0))}


def _parts(wanted: Sequence[Cell], size: int) -> Iterable[Sequence[Cell]]:
    return (wanted[start : start + size] for start in range(0, len(wanted), size))
