"""Persons of before this was noted get their first state; resumable, a page a transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.sealing import unseal
from lachan.kernel.statements import load
from lachan.people import identifiers
from lachan.people.queries import IDENTIFIER_CONTEXT
from lachan.people.verification.notes import local_day, note_changes
from lachan.people.verification.rules import CARD_AGE

PAGE = 2_000  # persons a transaction

Progress = Callable[[int], None]


class Swept(NamedTuple):
    """Persons looked at, those who had no state before, and old numbers found malformed."""

    seen: int
    noted: int
    malformed: int


def sweep(now: datetime, *, every: bool = False, progress: Progress | None = None) -> Swept:
    """Give a state to everybody who has none. ``every``: work out everybody's anew (after a rule changed).

    Persons who have one are passed over quickly, so a stopped run is simply started again.
    """
    seen = noted = malformed = 0
    after = UUID(int=0)
    while True:
        with hot_cursor() as cursor:
            cursor.execute(load("people", "persons_without_state"), [after, PAGE])
            rows = cursor.fetchall()
            if not rows:
                return Swept(seen, noted, malformed)
            after = rows[-1][0]
            without = [person_id for person_id, has_one in rows if not has_one]
            pending = [row[0] for row in rows] if every else without
            if pending:
                arrays.execute(cursor, load("people", "old_numbers_of"), [pending])
                bad = [
                    (bytes(blind), person_id)
                    for blind, person_id, sealed in cursor.fetchall()
                    if not identifiers.check("old_id", unseal(sealed, IDENTIFIER_CONTEXT)).ok
                ]
                if bad:
                    blinds, persons = (list(column) for column in zip(*bad, strict=True))
                    arrays.execute(cursor, load("people", "mark_malformed"), [blinds, persons])
                note_changes(cursor, pending, now=now)
                malformed += len(bad)
        seen, noted = seen + len(rows), noted + len(without)
        if progress:
            progress(seen)


def come_of_age(now: datetime, days: int = 3) -> int:
    """Children who reached the age of the card in the last days owe a number from now on; how many were looked at."""
    last = _years_before(local_day(now), CARD_AGE)
    seen, after = 0, UUID(int=0)
    while True:
        with hot_cursor() as cursor:
            cursor.execute(load("people", "persons_born_between"), [last - timedelta(days=days), last, after, PAGE])
            ids = [row[0] for row in cursor.fetchall()]
            note_changes(cursor, ids, now=now)
        if not ids:
            return seen
        seen, after = seen + len(ids), ids[-1]


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return date(day.year - years, 3, 1)
