"""Which lists are to be worked out: asked for in the transaction that changed something, taken by the follower."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg
from django.db import connection
from django.utils import timezone

from lachan.kernel import arrays
from lachan.kernel.statements import load
from lachan.people.facts import PersonChanged
from lachan.surveillance.facts import CaseChanged
from lachan.tracing.visits.subjects import subjects_of

MOST_ATTEMPTS_SHOWN: Final = 100
LOOKS_BACK: Final = timedelta(days=21)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=10)


class Asked(NamedTuple):
    """One case's list, wanted; ``asked_at`` of the first who asked. ``what``: every change since, comma-separated."""

    case_id: UUID
    person_id: UUID
    disease: str
    what: str
    asked_at: datetime
    attempts: int = 0


def ask(cursor: psycopg.Cursor[Any], changes: Sequence[CaseChanged]) -> None:
    """The lists of these cases, as soon as the transaction is committed. Hears ``case.changed.v1``."""
    _write(cursor, [Asked(c.case_id, c.person_id, c.disease, c.what, c.recorded_at) for c in changes], timezone.now())


def ask_about_people(cursor: psycopg.Cursor[Any], changes: Sequence[PersonChanged]) -> None:
    """Lists with these people on them, and of cases they met too briefly before their records were one; after records
    became one or two. Hears ``people.changed.v1``."""
    people = sorted({change.person_id for change in changes if change.kind != "amended"})
    if not people:
        return
    now = timezone.now()
    arrays.execute(cursor, load("tracing", "cases_around"), [people, people, people])
    cases = set(cursor.fetchall())
    subjects = sorted({subject for of in subjects_of(people).values() for subject in of})
    arrays.execute(cursor, load("tracing", "cases_met"), [subjects, now - LOOKS_BACK])
    cases |= set(cursor.fetchall())
    _write(cursor, [Asked(row[0], row[1], row[2], "merge", now) for row in sorted(cases)], now)


def ask_again(cursor: psycopg.Cursor[Any], cases: Iterable[tuple[UUID, UUID, str]], what: str, after: datetime) -> None:
    """Lists of (case, person, disease) again, not before ``after``."""
    _write(cursor, [Asked(*case, what, timezone.now()) for case in cases], after)


def take(cursor: psycopg.Cursor[Any], most: int, now: datetime) -> list[Asked]:
    """Due requests, one a case however often it was asked for; taken back if the transaction fails."""
    cursor.execute(load("tracing", "take_requests"), [now, most])
    found: dict[UUID, Asked] = {}
    for row in sorted(cursor.fetchall(), key=lambda row: row[4]):
        asked = Asked(*row)
        known = found.get(asked.case_id)
        if known is None:
            found[asked.case_id] = asked
        else:
            what = known.what if asked.what in known.what.split(",") else f"{known.what},{asked.what}"
            found[asked.case_id] = known._replace(what=what, attempts=max(known.attempts, asked.attempts))
    return list(found.values())


def put_off(cursor: psycopg.Cursor[Any], asked: Sequence[Asked], now: datetime) -> None:
    """What failed is asked for again, later and later; it is never dropped."""
    for one in asked:
        wait = min(FIRST_WAIT * 2 ** min(one.attempts, 20), LONGEST_WAIT)
        attempts = min(one.attempts + 1, MOST_ATTEMPTS_SHOWN)
        columns = [[one.case_id], [one.person_id], [one.disease], [one.what[:200]], [one.asked_at], [attempts]]
        arrays.execute(cursor, load("tracing", "put_requests_off"), [now + wait, *columns])


def waiting() -> tuple[int, datetime | None]:
    """How many cases wait for their list, and since when."""
    with connection.cursor() as cursor:
        cursor.execute(load("tracing", "waiting_requests"))
        count, since = cursor.fetchone()
    return count, since


def waited() -> float:
    """Seconds the oldest request has waited; 0 when none does. For whoever watches the house."""
    _, since = waiting()
    return max(0.0, (timezone.now() - since).total_seconds()) if since is not None else 0.0


def _write(cursor: psycopg.Cursor[Any], asked: Sequence[Asked], after: datetime) -> None:
    if not asked:
        return
    columns = arrays.columns((*one[:5], after) for one in asked)
    arrays.execute(cursor, load("tracing", "ask_for_lists"), columns)
