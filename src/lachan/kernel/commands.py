"""Commands: what a client asks to be recorded, each with an id of the client's making.

The law of the house: the same id with the same content gets the same outcome and has no second effect; the same id with
other content is refused and both versions are kept; what is refused or held stays in a worklist until someone has dealt
with it; one command's fate never touches its neighbours'.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg
import structlog
from django.db import Error as DjangoError
from django.db import connection

from lachan.kernel import arrays, measures
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, HELD, REFUSED, Outcome, Status
from lachan.kernel.sealing import sealer
from lachan.kernel.statements import load

SLICE = 250  # commands a transaction: bounds its locks, and what a lost connection can make a client send again
MOST_COMMANDS = 1_000  # commands a call
UNREADABLE = "unreadable"  # verb under which a piece of a call that is no command is kept, to be refused
ATTEMPTS = 5  # of a slice that lost a race against another transaction
# Times a list may hold: PostgreSQL stores more than Python reads back, and one such row would close the whole list.
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
LONGEST_VERB = 60

known_verbs: set[str] = set()  # rooms add theirs; bounds the labels of the metrics

_encode = msgspec.json.Encoder(order="deterministic").encode
_log = structlog.get_logger("lachan.commands")


class Command(msgspec.Struct, forbid_unknown_fields=True):
    """One command as sent: client's id, verb, when it happened (with offset), and the verb's body."""

    id: UUID
    verb: str
    happened_at: datetime
    body: dict[str, Any]


class Refusal(NamedTuple):
    """Where a refused or held command belongs: the list of this facility, or of this area, about this person."""

    facility_id: int | None = None
    area_id: int | None = None
    person_id: UUID | None = None


class Worked(NamedTuple):
    """Outcome of one command as the room decided it, and whose worklist it belongs to when that is not ``accepted``.

    ``follow_up`` puts an accepted command on the list as well: recorded, but something about it wants a person.
    """

    outcome: Outcome
    owner: Refusal = Refusal()
    follow_up: str | None = None


Work = Callable[[psycopg.Cursor[Any], Sequence[Command]], list[Worked]]


class LostRace(Exception):
    """Another transaction was first: with one of our commands, or with what they are about; try again and see it."""


_RACES = (LostRace, psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)


def content_hash(command: Command) -> bytes:
    """16 bytes over verb, time and body, independent of key order and white space (BLAKE2b)."""
    return hashlib.blake2b(_encode((command.verb, command.happened_at, command.body)), digest_size=16).digest()


class _Sender(NamedTuple):
    """Who sent the call, and whose list takes what names no place of its own."""

    actor_id: UUID
    home: Refusal


def run(
    commands: Sequence[Command], work: Work, *, actor_id: UUID, now: datetime, home: Refusal | None = None
) -> list[Outcome]:
    """Carry out commands in slices of one transaction each; one outcome a command, in order.

    ``home`` is the sender's own place: its worklist takes the refused and held commands that name no place, which
    nobody would see otherwise.

    ``work`` decides and writes the commands nobody has seen before. A slice that the database refuses, or on which our
    own code fails, is divided until the one command at fault stands alone; that one is held. Where the database itself
    is away nothing is decided: the error goes to the caller, and the call is sent again.
    """
    outcomes: list[Outcome] = []
    for start in range(0, len(commands), SLICE):
        outcomes += _slice(commands[start : start + SLICE], work, _Sender(actor_id, home or Refusal()), now)
    for (verb, status), count in Counter((c.verb, o.status) for c, o in zip(commands, outcomes, strict=True)).items():
        measures.COMMANDS.labels(verb if verb in known_verbs else "unknown", status).inc(count)
    return outcomes


def _slice(commands: Sequence[Command], work: Work, sender: _Sender, now: datetime) -> list[Outcome]:
    for _ in range(ATTEMPTS):
        try:
            with hot_cursor(together=True) as cursor:
                return _in_transaction(cursor, commands, work, sender, now)
        except Exception as error:
            cause = _cause(error)
            if isinstance(cause, _RACES):
                continue
            if work is _hold or not _at_fault(cause):
                raise
            if len(commands) == 1:
                _log.exception("a command could not be processed", command_id=str(commands[0].id))
                break
            half = len(commands) // 2
            return _slice(commands[:half], work, sender, now) + _slice(commands[half:], work, sender, now)
    if len(commands) > 1:
        return [outcome for command in commands for outcome in _slice([command], work, sender, now)]
    if work is _hold:
        raise LostRace  # five times against the same command: what the other recorded is known at the second try
    return _slice(commands, _hold, sender, now)


def _hold(_cursor: psycopg.Cursor[Any], fresh: Sequence[Command]) -> list[Worked]:
    """What is done with a command on which the work itself fails: kept, for someone to look at."""
    return [Worked(Outcome(HELD, "not_processed")) for _ in fresh]


def _cause(error: Exception) -> BaseException:
    """The driver's own error: with statements under way together it may first be met, and wrapped, by Django."""
    wrapped = isinstance(error, DjangoError) and isinstance(error.__cause__, psycopg.Error)
    return error.__cause__ if wrapped and error.__cause__ is not None else error


def _at_fault(cause: BaseException) -> bool:
    """Whether the content of a command can have caused this, rather than the state of the database."""
    if isinstance(cause, psycopg.IntegrityError | psycopg.DataError):
        return True
    return not isinstance(cause, psycopg.Error | DjangoError)


def _in_transaction(
    cursor: psycopg.Cursor[Any], commands: Sequence[Command], work: Work, sender: _Sender, now: datetime
) -> list[Outcome]:
    hashes = [content_hash(command) for command in commands]
    known = _known(cursor, [command.id for command in commands])
    outcomes: list[Outcome | None] = [None] * len(commands)
    fresh: list[int] = []
    changed: list[int] = []
    twin_of: dict[UUID, int] = {}
    twins: list[tuple[int, int]] = []
    for index, command in enumerate(commands):
        before = known.get(command.id)
        if before is not None:
            if before.content_hash == hashes[index]:
                outcomes[index] = _again(before)
            else:
                outcomes[index] = Outcome(REFUSED, "content_changed", before.id)
                changed.append(index)
        elif command.id in twin_of:  # the same id twice in one call
            twins.append((index, twin_of[command.id]))
        else:
            twin_of[command.id] = index
            fresh.append(index)
    worked = dict(zip(fresh, work(cursor, [commands[i] for i in fresh]), strict=True)) if fresh else {}
    for index, done in worked.items():
        outcomes[index] = done.outcome
    for index, first in twins:
        first_outcome = worked[first].outcome
        if hashes[index] == hashes[first]:
            outcomes[index] = _again(Known(hashes[first], *first_outcome))
        else:
            outcomes[index] = Outcome(REFUSED, "content_changed", first_outcome.id)
            changed.append(index)
    if fresh or changed:
        _keep(cursor, commands, hashes, worked, changed, sender, now)
    return outcomes  # type: ignore[return-value]


class Known(NamedTuple):
    """A command recorded before."""

    content_hash: bytes
    status: str
    reason: str | None
    id: UUID | None
    params: dict[str, Any] | None


def _again(known: Known) -> Outcome:
    """The same outcome as the first time, marked as a repetition; ``first`` is the status it had then."""
    return Outcome(DUPLICATE, known.reason, known.id, {**(known.params or {}), "first": known.status})


def _known(cursor: psycopg.Cursor[Any], ids: list[UUID]) -> dict[UUID, Known]:
    arrays.execute(cursor, load("kernel", "known_commands"), [ids])
    return {row[0]: Known._make((bytes(row[1]), *row[2:5], _params(row[5]))) for row in cursor.fetchall()}


def _params(stored: Any) -> Any:
    """Django's connection hands JSON over as text, a bare psycopg one as objects."""
    return msgspec.json.decode(stored) if isinstance(stored, str) else stored


def _keep(
    cursor: psycopg.Cursor[Any],
    commands: Sequence[Command],
    hashes: list[bytes],
    worked: dict[int, Worked],
    changed: list[int],
    sender: _Sender,
    now: datetime,
) -> None:
    """Store what was sent, each command's outcome, and the worklist entries of those that someone must look at."""
    submission = new_id()
    content = sealer().seal(zlib.compress(_encode(commands), 1), "kernel_submission.content")
    arrays.execute(cursor, load("kernel", "keep_submission"), [submission, sender.actor_id, now, content])
    if worked:
        order = sorted(worked, key=lambda i: commands[i].id)  # one order everywhere: no deadlock between two slices
        arrays.execute(
            cursor,
            load("kernel", "keep_commands"),
            [
                submission,
                sender.actor_id,
                now,
                [commands[i].id for i in order],
                [hashes[i] for i in order],
                [_verb(commands[i]) for i in order],
                [worked[i].outcome.status for i in order],
                [worked[i].outcome.reason for i in order],
                [worked[i].outcome.id for i in order],
                [_encode(params).decode() if (params := worked[i].outcome.params) else None for i in order],
            ],
        )
        if len(cursor.fetchall()) != len(order):
            raise LostRace
    listed = [
        (i, done.owner, done.follow_up)
        for i, done in worked.items()
        if done.outcome.status is not ACCEPTED or done.follow_up
    ]
    entries = [
        _entry(new_id(), commands[i], worked[i].outcome, owner if any(owner) else sender.home, follow_up)
        for i, owner, follow_up in listed
    ] + [
        _entry(_version(commands[i], hashes[i]), commands[i], Outcome(REFUSED, "content_changed"), sender.home, None)
        for i in changed
    ]
    if entries:
        columns = arrays.columns(entries)
        arrays.execute(cursor, load("kernel", "keep_worklist"), [sender.actor_id, submission, now, *columns])


def _version(command: Command, content: bytes) -> UUID:
    """One entry for each other content of a command, however often a device sends it."""
    return UUID(bytes=hashlib.blake2b(command.id.bytes + content, digest_size=16).digest())


def _entry(
    entry_id: UUID, command: Command, outcome: Outcome, owner: Refusal, follow_up: str | None
) -> tuple[Any, ...]:
    return (
        entry_id,
        command.id,
        "held" if follow_up or outcome.status is HELD else "refused",
        _verb(command),
        follow_up or outcome.reason or "",
        _encode(outcome.params or {}).decode(),
        owner.facility_id,
        owner.area_id,
        owner.person_id,
        _storable(command.happened_at),
        sealer().seal(_encode(command), "kernel_worklistitem.content"),
    )


def _verb(command: Command) -> str:
    """The verb as far as a column takes it; whoever sends nonsense still gets an answer and an entry."""
    return command.verb.replace("\0", "\ufffd")[:LONGEST_VERB]


def _storable(at: datetime) -> datetime:
    """A time the list can be ordered and read by; what was sent stands in the content."""
    return min(max(at if at.tzinfo is not None else at.replace(tzinfo=UTC), EARLIEST), LATEST)


def known_outcomes(command_ids: Sequence[UUID]) -> dict[UUID, Outcome]:
    """The recorded outcomes of those commands that were ever seen; one query a thousand."""
    found: dict[UUID, Outcome] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(command_ids), MOST_COMMANDS):
            cursor.execute(load("kernel", "known_commands"), [list(command_ids[start : start + MOST_COMMANDS])])
            for row in cursor.fetchall():
                found[row[0]] = Outcome(Status(row[2]), row[3], row[4], _params(row[5]))
    return found


def outcome_of(command_id: UUID) -> Outcome | None:
    """The recorded outcome of a command, if it was ever seen."""
    with connection.cursor() as cursor:
        cursor.execute(load("kernel", "known_commands"), [[command_id]])
        row = cursor.fetchone()
    return Outcome(Status(row[2]), row[3], row[4], _params(row[5])) if row else None
