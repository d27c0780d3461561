"""What a device at a door sends: up to 1,000 visits a call, as lines of JSON or in a lean binary form, into one answer.

docs/reference/visits.md describes both forms. A call is named by its sender; the same call again is answered as it was
the first time and records nothing.
"""

from __future__ import annotations

import hashlib
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Problem
from lachan.kernel.outcomes import REFUSED, Outcome
from lachan.kernel.statements import load
from lachan.places.venues import keys
from lachan.tracing.visits import operations
from lachan.tracing.visits.facts import IN, OUT, STAY, VisitIn, What
from lachan.tracing.visits.intake import whose
from lachan.tracing.visits.limits import limits_on
from lachan.tracing.visits.operations import MOST_VISITS, Refusal, Sender
from lachan.tracing.visits.rules import shift

MAGIC: Final = b"LVB1"
_HEAD = struct.Struct("<4s16sqqiH")
_ROW = struct.Struct("<qBH")
_UNTIL = struct.Struct("<i")
_WHATS: Final[tuple[What, ...]] = (IN, OUT, STAY)
_DATABASE_TIMES: Final = 1 << 40  # beyond these seconds nothing is a time


class Line(msgspec.Struct, forbid_unknown_fields=True):
    """One visit as a line of JSON. ``t``: UNIX seconds; ``k``: in, out or stay; ``u``: end of a stay; ``s``: what was
    scanned or typed; ``v``: the venue, where it is not the call's."""

    t: int
    s: str
    k: What = "in"
    u: int | None = None
    v: int | None = None


class Head(msgspec.Struct, forbid_unknown_fields=True):
    """The first line: ``batch`` names the call; ``sent_at``: what the device's clock says now; ``venue``: of all lines
    that name none; ``waiting``: visits the device still holds."""

    batch: UUID
    sent_at: int
    venue: int
    waiting: int = 0


class Call(NamedTuple):
    """``digest`` is over the venue and the visits: the head's clock differs when a lost call is sent again."""

    head: Head
    lines: list[Line]
    faults: dict[int, str]  # lines that are none, as they came
    digest: bytes


class Answer(msgspec.Struct):
    """``refused``: [index, reason, parameters] of each visit that was not recorded; ``shifted``: seconds by which the
    times were put right."""

    batch: UUID
    accepted: int
    duplicate: int
    refused: list[tuple[int, str, dict[str, Any]]]
    shifted: int = 0


_head = msgspec.json.Decoder(Head)
_line = msgspec.json.Decoder(Line)
_NO_LINE: Final = Line(0, "")


def read_lines(body: bytes) -> Call:
    """A call as lines of JSON, the head first. Problems: 400 for a head that is none, 413 for too many lines."""
    first, _, rest = body.lstrip().partition(b"\n")
    try:
        head = _head.decode(first)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Problem("head_unreadable", "Unreadable head", f"The first line names the call: {error}"[:300]) from None
    pieces = [piece for piece in rest.split(b"\n") if piece.strip()]
    _enough(len(pieces))
    lines, faults = [], {}
    for index, piece in enumerate(pieces):
        try:
            lines.append(_line.decode(piece))
        except (msgspec.DecodeError, msgspec.ValidationError):
            lines.append(_NO_LINE)
            faults[index] = piece[:2_000].decode("utf-8", "replace")
    return Call(head, lines, faults, _digest(head, rest))


def read_binary(body: bytes) -> Call:
    """A call in the binary form. Problems: 400 for one that is cut off or no call of ours."""
    try:
        magic, batch, sent_at, venue, waiting, count = _HEAD.unpack_from(body)
        _enough(count)
        if magic != MAGIC:
            raise Problem("head_unreadable", "Unreadable head", "A binary call begins with LVB1.")
        lines, at = [], _HEAD.size
        for _ in range(count):
            scanned, what, length = _ROW.unpack_from(body, at)
            at += _ROW.size
            until = None
            if what == 2:
                until = scanned + _UNTIL.unpack_from(body, at)[0]
                at += _UNTIL.size
            if at + length > len(body):
                raise struct.error
            lines.append(Line(scanned, body[at : at + length].decode("utf-8"), _WHATS[what], until))
            at += length
    except (struct.error, IndexError, UnicodeDecodeError):
        raise Problem("body_cut_off", "Body cut off", "The call is shorter than it says, or holds no text.") from None
    head = Head(UUID(bytes=batch), sent_at, venue, max(waiting, 0))
    return Call(head, lines, {}, _digest(head, body[_HEAD.size : at]))


def _digest(head: Head, visits: bytes) -> bytes:
    return hashlib.sha256(b"%d\n" % head.venue + visits).digest()


def write_binary(head: Head, lines: Sequence[Line]) -> bytes:
    """A call in the binary form: what a device does, for tests and measuring."""
    parts = [_HEAD.pack(MAGIC, head.batch.bytes, head.sent_at, head.venue, head.waiting, len(lines))]
    for line in lines:
        text = line.s.encode()
        parts.append(_ROW.pack(line.t, _WHATS.index(line.k), len(text)))
        if line.k == STAY:
            parts.append(_UNTIL.pack((line.u or line.t) - line.t))
        parts.append(text)
    return b"".join(parts)


def _enough(count: int) -> None:
    if count > MOST_VISITS:
        detail = f"Send at most {MOST_VISITS} visits a call; this one has {count}."
        raise Problem("too_many_visits", "Too many visits", detail, status=413)
    if count == 0:
        raise Problem("no_visits", "No visits", "Send at least one visit after the head.", status=422)


def carry_out(call: Call, *, sender: Sender, now: datetime) -> Answer:
    """Record a call in one transaction, durable when this returns. Problems: 409 for a name another call bears, 422 for
    a clock nobody can put right."""
    off = shift(call.head.sent_at, int(now.timestamp()), limits_on(now.date()))
    if off is None:
        raise Problem(
            "clock_wrong", "Clock wrong",
            "The device's clock is more than a day off. Set date and time, then send again.", status=422,
        )  # fmt: skip
    with hot_cursor() as cursor:
        before = _before(cursor, call, sender)
        if before is not None:
            return before
        answer = _record(cursor, call, sender, off, now)
        cursor.execute(
            load("tracing", "keep_visit_call"),
            [call.head.batch, sender.id, call.digest, now, msgspec.json.encode(answer).decode()],
        )
    return answer


def _before(cursor: psycopg.Cursor[Any], call: Call, sender: Sender) -> Answer | None:
    batch = call.head.batch
    cursor.execute("SELECT pg_advisory_xact_lock(%s::bigint)", [int.from_bytes(batch.bytes[-8:], signed=True)])
    cursor.execute(load("tracing", "visit_call"), [batch])
    row = cursor.fetchone()
    if row is None:
        return None
    if row[0] != sender.id or bytes(row[1]) != call.digest:
        raise Problem(
            "call_name_taken", "Another call bears this name",
            "The same name was sent with other content. Give every call a name of its own.", status=409,
        )  # fmt: skip
    return msgspec.json.decode(row[2], type=Answer)


def _record(cursor: psycopg.Cursor[Any], call: Call, sender: Sender, off: int, now: datetime) -> Answer:
    public = keys.public_keys()
    visits, places, unread = _understood(call, off, public)
    outcomes = operations.record_in(cursor, visits, actor=sender, now=now) if visits else []
    told = dict(zip(places, outcomes, strict=True)) | {index: Outcome(REFUSED, row.reason) for index, row in unread}
    operations.keep_refused(cursor, [row for _, row in unread], actor=sender, now=now)
    counted = Counter(outcome.status.value for outcome in told.values())
    refused = [
        (index, told[index].reason or "", told[index].params or {})
        for index in sorted(told)
        if told[index].status is REFUSED
    ]
    return Answer(call.head.batch, counted["accepted"], counted["duplicate"], refused, off)


def _understood(
    call: Call, off: int, public: Mapping[int, Ed25519PublicKey]
) -> tuple[list[VisitIn], list[int], list[tuple[int, Refusal]]]:
    """(visits, which line each is, lines that name nobody)."""
    visits, places, unread = [], [], []
    for index, line in enumerate(call.lines):
        place = line.v if line.v is not None else call.head.venue
        fault = call.faults.get(index)
        whom = whose(line.s, line.t + off, public) if fault is None else "visit_malformed"
        if not isinstance(whom, str) and not (
            0 <= line.t < _DATABASE_TIMES and (line.u is None or 0 <= line.u < _DATABASE_TIMES) and 0 < place < 1 << 63
        ):
            whom = "visit_malformed"
        if isinstance(whom, str):
            sent = (fault if fault is not None else line.s).encode()
            unread.append((index, Refusal(place if 0 < place < 1 << 63 else None, None, line.t, whom, None, sent)))
            continue
        until = line.u + off if line.u is not None else None
        visits.append(VisitIn(place, line.t + off, line.k, whom.person, whom.number, whom.source, until))
        places.append(index)
    return visits, places, unread
