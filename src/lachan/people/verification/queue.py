"""The questions to the register, in PostgreSQL: made, leased, answered, put back. Survives any process.

A question (batch) is kept whole and sealed until it is answered, so it is sent again word for word under the same id,
whoever sends it. Nothing is locked while it travels: rows change only where they still are what was read.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
import psycopg

from lachan.kernel import arrays, events, journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.sealing import sealer
from lachan.kernel.statements import load
from lachan.people.facts import VERIFICATION_CHANGED, VerificationChanged
from lachan.people.queries import IDENTIFIER_CONTEXT
from lachan.people.records import written_birth_of
from lachan.people.verification import rules
from lachan.people.verification.notes import insert_changes, note_changes
from lachan.people.verification.rules import Held
from lachan.places import queries as places

BATCH_CONTEXT: Final = "people_registerbatch.sealed"
BATCH: Final = 1_000  # persons of a question
LEASE: Final = timedelta(seconds=90)  # longer than a call may take
KEPT: Final = timedelta(days=30)  # answered questions, without their content
# The journal's actor for what the register said.
REGISTER: Final = uuid5(NAMESPACE_URL, "lachan:register")
BEFORE_ALL: Final = (datetime(1, 1, 1, tzinfo=UTC), UUID(int=0))

Turn = tuple[datetime, UUID]
Sex = Literal["M", "F", ""]
_ALL_SHARES: Final = 1 << 24


class Asked(NamedTuple):
    """One person as the register is asked about."""

    name: str
    sex: Sex
    birth_date: str
    number: str


class Batch(NamedTuple):
    """A question leased to this process: whom it is about, in its order, and the request as it is sent."""

    id: UUID
    persons: list[UUID]
    request: bytes
    attempts: int


class Again(NamedTuple):
    """Which right answers are asked for again: those not younger than a moment, and of them a share from 0 to 1."""

    before: datetime
    share: float = 1.0


class Claimed(NamedTuple):
    """What one claim made; ``after`` is where the next one in this province goes on, None when it is exhausted."""

    batches: list[Batch]
    after: Turn | None


Write = Callable[[UUID, Sequence[Asked]], bytes]


class _Kept(msgspec.Struct, array_like=True):
    """What is sealed of a question."""

    persons: list[bytes]
    request: bytes


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Kept).decode


def provinces_waiting() -> list[int]:
    """Provinces with somebody to ask about, the longest waiting first; 0 is people without a known residence."""
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("people", "oldest_not_sent"), [all_provinces()])
        return [row[0] for row in cursor.fetchall()]


def all_provinces() -> list[int]:
    """Ids of the provinces of every map, and 0."""
    return [0, *sorted(area.id for area in places.atlas().areas.values() if area.level == 1)]


def claim(
    province: int, after: Turn, batches: int, write: Write, *, now: datetime, again: Again | None = None
) -> Claimed:
    """Make up to so many questions of a thousand persons of one province, leased to the caller, in one transaction.

    ``again``: instead of people never asked about, those whose answer was right.
    """
    with hot_cursor() as cursor:
        name = "next_not_sent" if again is None else "next_right"
        chosen = [] if again is None else [again.before, int(again.share * _ALL_SHARES)]
        cursor.execute(load("people", name), [province, *after, *chosen, batches * BATCH])
        turns = cursor.fetchall()
        if not turns:
            return Claimed([], None)
        steps = {row[0]: row[1] for row in turns}
        asked, strays = asked_of(cursor, list(steps))
        made = _make(cursor, asked, steps, write, now, "claim_not_sent" if again is None else "claim_right")
        note_changes(cursor, strays, now=now)
    return Claimed(made, (turns[-1][2], turns[-1][0]) if len(turns) == batches * BATCH else None)


def asked_of(cursor: psycopg.Cursor[Any], ids: list[UUID]) -> tuple[dict[UUID, tuple[Asked, bytes]], list[UUID]]:
    """The four fields of each person, numbers opened, with their fingerprint; and those there is nothing to ask of."""
    arrays.execute(cursor, load("people", "numbers_to_ask_by"), [ids])
    held: dict[UUID, list[tuple[Held, bytes]]] = {}
    for person_id, system, malformed, blind, sealed in cursor.fetchall():
        held.setdefault(person_id, []).append((Held(system, malformed, bytes(blind)), sealed))
    arrays.execute(cursor, load("people", "grounds_of_persons"), [ids])
    unseal = sealer().open
    found: dict[UUID, tuple[Asked, bytes]] = {}
    for person_id, name, sex, born, precision, _residence, nationality, merged_into in cursor.fetchall():
        own = held.get(person_id, [])
        by = rules.number_asked([entry[0] for entry in own])
        if by is None or not rules.within(nationality, merged=merged_into is not None):
            continue
        sealed = next(value for number, value in own if number is by)
        written = written_birth_of(born, precision)
        asked = Asked(name, "" if sex == "U" else sex, written, unseal(sealed, IDENTIFIER_CONTEXT).decode())
        found[person_id] = asked, rules.fingerprint(name, sex, written, by.blind)
    return found, [person_id for person_id in ids if person_id not in found]


def _make(
    cursor: psycopg.Cursor[Any], asked: dict[UUID, tuple[Asked, bytes]], steps: dict[UUID, int], write: Write,
    now: datetime, statement: str,
) -> list[Batch]:  # fmt: skip
    """Claim those persons and keep the questions about them."""
    ids = [person_id for person_id in steps if person_id in asked]
    if not ids:
        return []
    named = [new_id() for _ in range(-(-len(ids) // BATCH))]
    of = [named[index // BATCH] for index in range(len(ids))]
    arrays.execute(
        cursor,
        load("people", statement),
        [now, ids, [steps[pid] for pid in ids], of, [asked[pid][1] for pid in ids]],
    )
    claimed = {row[0] for row in cursor.fetchall()}
    made = []
    for index, batch_id in enumerate(named):
        persons = [pid for pid in ids[index * BATCH : (index + 1) * BATCH] if pid in claimed]
        if persons:
            made.append(Batch(batch_id, persons, write(batch_id, [asked[pid][0] for pid in persons]), 1))
    keep(cursor, made, now, now + LEASE)
    if statement == "claim_not_sent":
        changed = [VerificationChanged(pid, rules.NOT_SENT, rules.WAITING) for batch in made for pid in batch.persons]
        events.publish(cursor, VERIFICATION_CHANGED, changed)
    return made


def keep(cursor: psycopg.Cursor[Any], batches: Sequence[Batch], now: datetime, leased_until: datetime) -> None:
    """Store questions and note them in the journal; two statements."""
    if not batches:
        return
    arrays.execute(
        cursor,
        load("people", "insert_batches"),
        [now, leased_until, [b.id for b in batches], [len(b.persons) for b in batches], [_sealed(b) for b in batches]],
    )
    journal.append(
        cursor,
        [journal.Entry("register.asked", b.id, now, REGISTER, f'{{"persons":{len(b.persons)}}}') for b in batches],
    )


def _sealed(batch: Batch) -> bytes:
    plain = _encode(_Kept([person.bytes for person in batch.persons], batch.request))
    return sealer().seal(zlib.compress(plain, 1), BATCH_CONTEXT)


def _opened(batch_id: UUID, attempts: int, sealed: bytes) -> Batch:
    kept = _decode(zlib.decompress(sealer().open(sealed, BATCH_CONTEXT)))
    return Batch(batch_id, [UUID(bytes=person) for person in kept.persons], kept.request, attempts)


def lease_due(most: int, now: datetime) -> list[Batch]:
    """Up to so many questions that wait for another try, or whose sender was lost; leased to the caller."""
    with hot_cursor() as cursor:
        cursor.execute(load("people", "due_batches"), [now, most])
        due = [row[0] for row in cursor.fetchall()]
        if not due:
            return []
        cursor.execute(load("people", "lease_batches"), [now + LEASE, due, now])
        return [_opened(*row) for row in cursor.fetchall()]


def put_back(batch: Batch, at: datetime, why: str) -> None:
    """The question is due again at that moment."""
    with hot_cursor() as cursor:
        cursor.execute(load("people", "put_back_batch"), [at, why[:200], batch.id])


def answer(batch: Batch, right: Sequence[bool], now: datetime) -> dict[str, int]:
    """Record what the register said of each person of the question, in its order; persons by what became of them.

    Counts: ``right``, ``wrong``, ``taken_back`` (a right that was one no longer; also counted as wrong), ``stale``
    (the record changed while the question was under way). The second answer to one question changes nothing.
    """
    said = [rules.RIGHT if good else rules.WRONG for good in right]
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("people", "answer_persons"), [now, now, list(batch.persons), said, batch.id])
        rows = cursor.fetchall()
        rights = sum(good for good in right)
        cursor.execute(load("people", "close_batch"), [now, rights, len(said) - rights, "", batch.id])
        taken_back = sum(row[2] == rules.RIGHT and row[3] == rules.WRONG for row in rows)
        _record(cursor, batch.id, rows, now, "answer")
    found = sum(row[3] == rules.RIGHT for row in rows)
    return {
        "right": found, "wrong": len(rows) - found, "taken_back": taken_back, "stale": len(batch.persons) - len(rows),
    }  # fmt: skip


def divide(batch: Batch, write_half: Callable[[UUID, bytes, slice], bytes], now: datetime, why: str) -> bool:
    """A question the register cannot read becomes two, until it is one person, who goes to the commune's list.

    ``write_half(id, request, part)`` makes the request of a part of the old one. False when it was one person.
    """
    with hot_cursor() as cursor:
        if len(batch.persons) == 1:
            cursor.execute(load("people", "set_aside_persons"), [now, batch.persons, batch.id])
            _record(cursor, batch.id, cursor.fetchall(), now, "unreadable")
            cursor.execute(load("people", "close_batch"), [now, 0, 0, why[:200], batch.id])
            return False
        middle = len(batch.persons) // 2
        halves = []
        for part in (slice(0, middle), slice(middle, None)):
            half = new_id()
            halves.append(Batch(half, batch.persons[part], write_half(half, batch.request, part), 0))
        of = [half.id for half in halves for _ in half.persons]
        arrays.execute(cursor, load("people", "divide_batch"), [list(batch.persons), of, batch.id])
        cursor.execute(load("people", "close_batch"), [now, 0, 0, why[:200], batch.id])
        if cursor.fetchone() is not None:
            keep(cursor, halves, now, now)
    return True


def _record(cursor: psycopg.Cursor[Any], batch_id: UUID, rows: list[Any], now: datetime, cause: str) -> None:
    """History, journal and the event of persons whose state is another now."""
    changed = [row for row in rows if row[2] != row[3]]
    insert_changes(
        cursor,
        [
            (pid, step, before, after, since, asked_at, now, "taken_back" if before == rules.RIGHT else cause, batch_id)
            for pid, step, before, after, since, asked_at in changed
        ],
    )
    journal.append(
        cursor,
        [
            journal.Entry("person.verified", row[0], now, REGISTER, f'{{"before":"{row[2]}","after":"{row[3]}"}}')
            for row in changed
        ],
    )
    events.publish(cursor, VERIFICATION_CHANGED, [VerificationChanged(row[0], row[2], row[3]) for row in changed])


class Open(NamedTuple):
    """Questions without an answer: when the next is due, how many, about how many persons, the oldest."""

    due_at: datetime | None
    batches: int
    persons: int
    oldest: datetime | None


def open_batches() -> Open:
    with hot_cursor() as cursor:
        cursor.execute(load("people", "earliest_batch"))
        row = cursor.fetchone()
    assert row is not None
    return Open(*row)


class LineState(NamedTuple):
    """How the line to the register was left; the fields of ``exchange.register.breaker.Breaker``."""

    state: str
    failures: int
    trips: int
    retry_at: datetime | None
    error: str
    error_at: datetime | None


def read_line() -> LineState | None:
    """None when nobody has used it yet."""
    with hot_cursor() as cursor:
        cursor.execute(load("people", "read_line"))
        row = cursor.fetchone()
    return LineState(*row) if row else None


def write_line(state: LineState) -> None:
    with hot_cursor() as cursor:
        cursor.execute(load("people", "write_line"), list(state))


def latest_answer() -> datetime | None:
    """When the register answered last."""
    with hot_cursor() as cursor:
        cursor.execute(load("people", "latest_answer"))
        row = cursor.fetchone()
    return row[0] if row else None


def forget_answered(now: datetime) -> None:
    """Drop questions answered more than thirty days ago; journal and history stay."""
    with hot_cursor() as cursor:
        cursor.execute(load("people", "forget_batches"), [now - KEPT])
