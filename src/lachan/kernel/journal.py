"""The journal: every fact once, in the transaction that made it; audit trail and outbox in one.

Transactions commit in another order than their rows were numbered. A reader therefore orders by (transaction id, row
id) and reads only below the oldest transaction still running (``pg_snapshot_xmin``): nothing can appear behind its
cursor.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import psycopg
from django.db import connection, transaction

from lachan.kernel import arrays
from lachan.kernel.statements import load

MOST_ROWS = 10_000  # rows a reader takes at once
MOST_SUBJECTS = 100_000  # the same of a reader that takes no rows
_Batch = TypeVar("_Batch")


class Entry(NamedTuple):
    """One fact to append. ``body`` is JSON text already (the hot path writes thousands a second)."""

    verb: str
    subject: UUID
    happened_at: datetime
    actor: UUID
    body: str


class Row(NamedTuple):
    """One fact as read back."""

    xid: int
    id: int
    verb: str
    subject: UUID
    happened_at: datetime
    recorded_at: datetime
    actor: UUID
    body: dict[str, Any]


def append(cursor: psycopg.Cursor[Any], entries: Sequence[Entry]) -> None:
    """Append facts in the caller's transaction; one statement however many."""
    if entries:
        arrays.execute(cursor, load("kernel", "append_journal"), arrays.columns(entries))


def read(reader: str, limit: int = 1_000) -> Iterator[list[Row]]:
    """Batches of rows that ``reader`` has not had, each batch and its cursor in one transaction.

    The caller's work inside the loop body commits with the cursor: an exception, or leaving the loop early, takes back
    the work on that batch and leaves the cursor where it was. Only one process reads as ``reader`` at a time; a second
    gets nothing.
    """
    return behind(
        reader,
        load("kernel", "read_journal"),
        [min(limit, MOST_ROWS)],
        lambda found: [_row(record) for record in found],
    )


class Only(NamedTuple):
    """Facts a reader looks at: verbs by SQL patterns; of ``but`` not those whose body holds the JSON ``holding``."""

    verbs: tuple[str, ...]
    but: str = ""
    holding: str = "{}"


class Glance(NamedTuple):
    """Of ``read`` facts those asked for, with an empty body."""

    rows: list[Row]
    read: int


def glance(reader: str, only: Only, limit: int = 1_000) -> Iterator[Glance]:
    """As :func:`read`, for a reader that needs few of the facts and of none the body: the server leaves out the rest,
    which at a rush is nearly all, and costs a fifth of reading it."""
    asked = [min(limit, MOST_ROWS), list(only.verbs), only.but, only.holding]
    return behind(reader, load("kernel", "glance_journal"), asked, _glanced)


def _glanced(found: Sequence[Any]) -> Glance:
    return Glance([Row._make((*record[:7], {})) for record in found if record[7]], found[-1][8])


class Subjects(NamedTuple):
    """Of ``read`` facts whom those asked for are about: ``people`` of them, each once, with the moment of the latest
    fact about each, as two arrays in the server's own text, to be handed back to it (``%s::uuid[]``,
    ``%s::timestamptz[]``)."""

    read: int
    people: int
    ids: str
    moments: str


def subjects(reader: str, verbs: Sequence[str], limit: int = 1_000) -> Iterator[Subjects]:
    """As :func:`glance`, for a reader that asks only whom facts of some verbs (SQL patterns) are about: a million of
    them cost no row in this process."""
    asked = [min(limit, MOST_SUBJECTS), list(verbs)]
    return behind(reader, load("kernel", "journal_subjects"), asked, lambda found: Subjects._make(found[-1][2:]))


def behind(reader: str, statement: str, asked: list[Any], made: Callable[[Sequence[Any]], _Batch]) -> Iterator[_Batch]:
    """What ``statement`` finds behind the cursor, as ``made`` of it, until nothing is left; each batch and the cursor's
    move, to the (xid, id) its last row begins with, in one transaction. The statement takes the cursor's two numbers,
    then ``asked``; any table that is written once a transaction and numbered like the journal can be read so."""
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(load("kernel", "claim_journal_cursor"), [reader, reader])
            claimed = cursor.fetchone()
            if claimed is None:
                return
            cursor.execute(statement, [claimed[0], claimed[1], *asked])
            found = cursor.fetchall()
            if not found:
                return
            yield made(found)
            cursor.execute(load("kernel", "move_journal_cursor"), [found[-1][0], found[-1][1], reader])


def unread_since(reader: str) -> datetime | None:
    """When the first fact that ``reader`` has not had was recorded; None: it has had them all."""
    with connection.cursor() as cursor:
        cursor.execute(load("kernel", "unread_since"), [reader])
        row = cursor.fetchone()
    return row[0] if row else None


def unread(reader: str) -> Iterator[Row]:
    """Facts that ``reader`` has not had, streamed; the cursor stays where it is. For whoever compares a projection with
    a recount and has to leave out what the projection cannot know yet."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(load("kernel", "unread_rows"), [reader])
        while rows := cursor.fetchmany(MOST_ROWS):
            yield from (_row(record) for record in rows)


def history(subject: UUID, limit: int = 200) -> list[Row]:
    """The latest facts about one subject, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(load("kernel", "journal_of_subject"), [subject, min(limit, MOST_ROWS)])
        return [_row(record) for record in cursor.fetchall()]


def touched(actor: UUID, subjects: Iterable[UUID], since: datetime, until: datetime, *, but: str = "") -> set[UUID]:
    """Those of the subjects about whom this actor recorded something in that time (``since`` included), facts of the
    verb ``but`` left out. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(load("kernel", "journal_touched"), [actor, list(subjects), since, until, but])
        return {row[0] for row in cursor.fetchall()}


def rewind(reader: str) -> None:
    """Let ``reader`` begin again at the first row; its projection is thrown away and rebuilt by the caller."""
    with connection.cursor() as cursor:
        cursor.execute(load("kernel", "rewind_journal_cursor"), [reader])


def _row(record: Sequence[Any]) -> Row:
    body = record[7]
    return Row._make((*record[:7], json.loads(body) if isinstance(body, str) else body))
