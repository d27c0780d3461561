"""Reports by e-mail: who gets the report of a place, and each report to each of them once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Final, NamedTuple
from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from lachan.access.actors import Actor
from lachan.forecasting.report.archive import DECIDE, ROOM, Language, see
from lachan.immunization.messaging import Outgoing, Result, Transport
from lachan.immunization.messaging.port import EMAIL, REJECTED, RETRY, SENT
from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED, Outcome
from lachan.kernel.sealing import blind, seal, unseal
from lachan.kernel.statements import load

MOST_READERS: Final = 200  # of a place
MOST_AT_ONCE: Final = 400  # letters of one round
MOST_TRIES: Final = 8
LEASE: Final = timedelta(minutes=10)  # longer than a round and the slowest server over its last letter
ROUND: Final = timedelta(minutes=5)  # of letters; the rest goes with the next
SERVER_AWAY: Final = "mail_server_away"
log = structlog.get_logger("lachan.forecasting")
_SEALED: Final = "forecasting_reportreader.address"
_WAIT: Final = timedelta(minutes=2)  # doubled from try to try


class Reader(NamedTuple):
    """Who gets the report of a place. ``last_day``, ``last_state``, ``last_reason``: how the latest letter went (states
    of :class:`lachan.forecasting.models.ReportSend`); None and "" before the first."""

    id: UUID
    address: str
    language: str
    since: datetime
    last_day: date | None
    last_state: str
    last_reason: str


class Letter(NamedTuple):
    """A letter ready to go: its subject and text, the report as PDF."""

    subject: str
    text: str
    name: str
    pdf: bytes


class Due(NamedTuple):
    """A report on its way to a reader; ``tries``: this one counted."""

    report_id: UUID
    reader_id: UUID
    tries: int
    address: str
    language: Language
    area_id: int
    day: date


def readers(actor: Actor, area_id: int) -> list[Reader]:
    """Who gets the report of a place. Forbidden without ``report.decide`` there."""
    see(actor, area_id, DECIDE)
    with hot_cursor() as cursor:
        cursor.execute(load(ROOM, "readers_of"), {"area": area_id, "limit": MOST_READERS})
        return [Reader(row[0], unseal(row[1], _SEALED), *row[2:]) for row in cursor.fetchall()]


def add(addresses: Sequence[str], *, area_id: int, language: Language, actor: Actor, now: datetime) -> list[Outcome]:
    """Addresses that get the report from now on: one outcome each. Refused: ``address_wrong``, ``readers_many``."""
    there = len(readers(actor, area_id))
    plain = [address.strip().lower() for address in addresses]
    good = [address for address in dict.fromkeys(plain) if _is_address(address)]
    outcomes = {address: Outcome(REFUSED, "address_wrong") for address in plain if address not in good}
    for address in good[max(0, MOST_READERS - there) :]:
        outcomes[address] = Outcome(REFUSED, "readers_many", params={"most": MOST_READERS})
    good = [address for address in good if address not in outcomes]
    ids = [new_id() for _ in good]
    with hot_cursor() as cursor:
        cursor.execute(
            load(ROOM, "add_readers"),
            {
                "area": area_id, "now": now, "actor": actor.id, "ids": ids,
                "addresses": [seal(address, _SEALED) for address in good],
                "blinds": [blind("email", address) for address in good], "languages": [language for _ in good],
            },
        )  # fmt: skip
        added = {row[0] for row in cursor.fetchall()}
        journal.append(cursor, [journal.Entry("report.reader_added", one, now, actor.id, "{}") for one in added])
    for one, address in zip(ids, good, strict=True):
        outcomes[address] = Outcome(ACCEPTED, id=one) if one in added else Outcome(DUPLICATE)
    return [outcomes[address] for address in plain]


def end(ids: Sequence[UUID], *, area_id: int, actor: Actor, now: datetime) -> list[Outcome]:
    """Addresses that get no more reports: one outcome each. Refused: ``reader_unknown``."""
    see(actor, area_id, DECIDE)
    with hot_cursor() as cursor:
        cursor.execute(load(ROOM, "end_readers"), {"ids": list(ids), "area": area_id, "now": now})
        ended = {row[0] for row in cursor.fetchall()}
        journal.append(cursor, [journal.Entry("report.reader_ended", one, now, actor.id, "{}") for one in ended])
    return [Outcome(ACCEPTED, id=one) if one in ended else Outcome(REFUSED, "reader_unknown") for one in ids]


def send_due(write: Callable[[Due], Letter], way: Transport, now: datetime, most: int = MOST_AT_ONCE) -> int:
    """Send what is due, at most ``most`` letters and for ``ROUND``; returns how many went.

    A letter is claimed for ``LEASE`` and its try counted before it goes, and what came of it is written when it has
    gone: no transaction is open meanwhile, two workers never hold the same letter, and one whose worker died is claimed
    again when the lease is over, ``MOST_TRIES`` times in all. Only a worker that dies between the server's word and
    ours can make a letter go twice; its ``Message-ID`` is then the same. What could not be handed over is tried again,
    each time after twice the wait; a server that is away ends the round.
    """
    with hot_cursor() as cursor:
        cursor.execute(load(ROOM, "give_up_sends"), {"now": now, "most": MOST_TRIES})
    sent, until = 0, monotonic() + ROUND.total_seconds()
    for _ in range(most):
        due = _claimed(now) if monotonic() < until else None
        if due is None:
            break
        result = _handed_over(due, write, way)
        _note(due, result, now)
        sent += result.status == SENT
        if result.reason == SERVER_AWAY:
            break
    return sent


def _claimed(now: datetime) -> Due | None:
    """One letter that is due, ours until the lease is over."""
    with hot_cursor() as cursor:
        cursor.execute(load(ROOM, "claim_send"), {"now": now, "until": now + LEASE, "most": MOST_TRIES})
        row = cursor.fetchone()
    if row is None:
        return None
    language: Language = "vi" if row[4] == "vi" else "en"
    return Due(row[0], row[1], row[2], unseal(row[3], _SEALED), language, row[5], row[6])


def _handed_over(due: Due, write: Callable[[Due], Letter], way: Transport) -> Result:
    """What the way out said. A letter that cannot be written costs the others nothing."""
    try:
        letter = write(due)
    except Exception:
        log.exception("a report could not be written as a letter", report=str(due.report_id))
        return Result(RETRY, "letter_failed")
    name = f"{due.report_id}.{due.reader_id}"
    [result] = way.send(
        [Outgoing(name, due.address, letter.text, letter.subject, EMAIL, sheet=(letter.name, letter.pdf))]
    )
    return result


def _note(due: Due, result: Result, now: datetime) -> None:
    """What came of a letter, unless somebody else has claimed it since."""
    told = {
        "report": due.report_id, "reader": due.reader_id, "tries": due.tries, "state": _state(due, result),
        "next": now + _WAIT * 2 ** (due.tries - 1), "reason": result.reason, "now": now,
    }  # fmt: skip
    with hot_cursor() as cursor:
        cursor.execute(load(ROOM, "note_send"), told)


def _state(due: Due, result: Result) -> str:
    """As the table has it: sent, refused for good, waiting for the next try, or given up."""
    if result.status == SENT:
        return "sent"
    if result.status == REJECTED:
        return "refused"
    return "given_up" if due.tries >= MOST_TRIES else "waiting"


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254
