"""Brings the epidemic's figures up to date behind the facts: a job, so that recording a result costs nothing more.

A fact adds nothing. It says only *who* it is about; everything that counts of that person is counted again from the
tables and held against the entries, and the difference becomes changes, each on the day of the fact's own recording.
So facts may be read late, twice, in portions of any size: the changes are the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg
from django.db import connection, transaction
from django.utils import timezone

from lachan.analytics.epidemic.courses import intervals
from lachan.immunization.rules.bands import AGE_BANDS
from lachan.kernel import arrays, journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.surveillance.cases.histories import histories

READER: Final = "analytics.epidemic"
VERBS: Final = (
    "result.%", "case.%", "dose.%", "contact.listed", "contact.released", "contact.accepted", "person.amended",
    "person.merged", "person.unmerged",
)  # fmt: skip
ROWS: Final = 100_000  # facts a transaction: the fewer, the more often the sums of a day are written
PEOPLE: Final = 10_000  # of a rebuild, a portion
ROUNDS: Final = 100  # in one run: what is left waits for the next
_NOBODY: Final = UUID(int=0)
_READ: Final = tuple(verb.removesuffix("%") for verb in VERBS)


class Progress(NamedTuple):
    """One run: facts read, people counted again, changes written, and up to when the figures are complete."""

    facts: int
    people: int
    changes: int
    as_of: datetime


def run() -> Progress:
    """Read what is new and count again what it touches. Safe beside another run, which then does the work."""
    began = timezone.now()
    facts = people = changes = 0
    for found in islice(journal.subjects(READER, VERBS, ROWS), ROUNDS):
        facts, people = facts + found.read, people + found.people
        if found.people:
            changes += _counted(found.ids, found.moments)
    as_of = journal.unread_since(READER) or began
    with connection.cursor() as cursor:
        cursor.execute(load("analytics", "keep_epidemic_state"), [as_of])
    return Progress(facts, people, changes, as_of)


def touched_by(rows: Iterable[journal.Row]) -> set[UUID]:
    """People of whom something changed."""
    return {row.subject for row in rows if row.verb.startswith(_READ)}


def count_again(people: Collection[UUID], at: datetime) -> int:
    """Count these people again and keep what changed, where nothing else says when as of that moment; how many changes.
    Ten statements however many people."""
    return _counted(*_arrays(people, at)) if people else 0


def _arrays(people: Collection[UUID], at: datetime) -> tuple[str, str]:
    """People and the moment of the latest fact about each as the desk takes them: arrays in the server's own text."""
    return f"{{{','.join(map(str, people))}}}", f"{{{','.join([at.isoformat()] * len(people))}}}"


def _counted(ids: str, moments: str) -> int:
    with hot_cursor() as cursor:
        cursor.execute(load("analytics", "one_epidemic_writer"))
        prepare(cursor)
        _lay_out(cursor, ids, moments)
        cursor.execute(load("analytics", "epidemic_last_change"))
        [before] = cursor.fetchone() or (0,)
        cursor.execute(load("analytics", "epidemic_apply"))
        written = cursor.rowcount
        if written:
            cursor.execute(load("analytics", "epidemic_sum"), [before])
        return written


def lay_out(cursor: psycopg.Cursor[Any], people: Collection[UUID], at: datetime) -> None:
    """What counts of these people now, on the desk (``stage_epidemic_new``); after :func:`prepare`."""
    _lay_out(cursor, *_arrays(people, at))


def _lay_out(cursor: psycopg.Cursor[Any], ids: str, moments: str) -> None:
    for name in ("epidemic_clear_people", "epidemic_clear_facts"):
        cursor.execute(load("analytics", name))
    cursor.execute(load("analytics", "epidemic_touch"), [ids, moments])
    cursor.execute(load("analytics", "epidemic_know_people"))
    cursor.execute(load("analytics", "epidemic_people_with_cases"))
    ill = [row[0] for row in cursor.fetchall()]
    told = [one for history in histories(cursor, ill) for one in intervals(history)] if ill else []
    columns = arrays.columns(told) if told else [[] for _ in range(9)]
    arrays.execute(cursor, load("analytics", "epidemic_count"), [*columns, list(AGE_BANDS)])
    cursor.execute(load("analytics", "epidemic_know_facts"))


def prepare(cursor: psycopg.Cursor[Any]) -> None:
    """The desk of this connection; emptied at every commit."""
    for name in ("epidemic_desk_people", "epidemic_desk_facts"):
        cursor.execute(load("analytics", name))


def rebuild(*, forget: bool = False) -> int:
    """Write every change again from the entries, and count everybody again; how many people.

    ``forget``: the entries too, from the facts' own times alone. Where somebody lived before a register said otherwise,
    whose a fact was before two records became one, when a late dose became known, the tables do not remember: these
    then count as they stand.
    """
    with transaction.atomic():
        with hot_cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute(load("analytics", "one_epidemic_writer"))
            cursor.execute(load("analytics", "epidemic_clear"))
            if forget:
                cursor.execute(load("analytics", "epidemic_forget"))
            cursor.execute(load("analytics", "epidemic_replay"))
            cursor.execute(load("analytics", "epidemic_sum"), [0])
        return sum(_recount(part) for part in everybody())


def _recount(part: list[UUID]) -> int:
    count_again(part, datetime.now(UTC))
    return len(part)


def everybody() -> Iterable[list[UUID]]:
    """People of whom something counts, in portions."""
    after = _NOBODY
    while True:
        with connection.cursor() as cursor:
            cursor.execute(load("analytics", "epidemic_people"), {"after": after, "most": PEOPLE})
            part = [row[0] for row in cursor.fetchall()]
        if not part:
            return
        yield part
        after = part[-1]


def as_of() -> datetime | None:
    """Up to when the figures are complete; None: they were never counted. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(load("analytics", "epidemic_state"))
        row = cursor.fetchone()
    return row[0] if row else None
