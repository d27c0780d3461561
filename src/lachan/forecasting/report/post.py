"""Reports by e-mail: who gets the report of a place, and each report to each of them once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from lachan.access.actors import Actor
from lachan.forecasting.report.archive import DECIDE, ROOM, Language, see
from lachan.immunization.messaging import Outgoing, Result, Transport
from lachan.immunization.messaging.port import EMAIL, REJECTED, SENT
from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED, Outcome
from lachan.kernel.sealing import blind, seal, unseal
from lachan.kernel.statements import load

MOST_READERS: Final = 200  # of a place
BATCH: Final = 20  # letters of one go
MOST_TRIES: Final = 8
_SEALED: Final = "forecasting_reportreader.address"
_WAIT: Final = timedelta(minutes=2)  # doubled from try to try


class Reader(NamedTuple):
    """Who gets the report of a place."""

    id: UUID
    address: str
    language: str
    since: datetime


class Letter(NamedTuple):
    """A letter ready to go: its subject and text, the report as PDF."""

    subject: str
    text: str
    name: str
    pdf: bytes


class Due(NamedTuple):
    """A report on its way to a reader."""

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
        return [Reader(row[0], unseal(row[1], _SEALED), row[2], row[3]) for row in cursor.fetchall()]


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


def send_due(write: Callable[[Due], Letter], way: Transport, now: datetime) -> int:
    """Send what is due, at most ``BATCH`` letters; returns how many went.

    What could not be handed over is tried again, each time after twice the wait, ``MOST_TRIES`` times. The rows stay
    locked while their letters go, so that two workers do not send one twice.
    """
    with hot_cursor() as cursor:
        cursor.execute(load(ROOM, "take_sends"), {"now": now, "limit": BATCH})
        due = [_due(row) for row in cursor.fetchall()]
        if not due:
            return 0
        went = way.send([_outgoing(each, write(each)) for each in due])
        cursor.execute(
            load(ROOM, "note_sends"),
            {
                "now": now, "reports": [each.report_id for each in due], "readers": [each.reader_id for each in due],
                "states": [_state(each, result) for each, result in zip(due, went, strict=True)],
                "nexts": [now + _WAIT * 2**each.tries for each in due], "reasons": [result.reason for result in went],
            },
        )  # fmt: skip
    return sum(result.status == SENT for result in went)


def _outgoing(due: Due, letter: Letter) -> Outgoing:
    name = f"{due.report_id}.{due.reader_id}"
    return Outgoing(name, due.address, letter.text, letter.subject, EMAIL, sheet=(letter.name, letter.pdf))


def _state(due: Due, result: Result) -> str:
    """As the table has it: sent, refused for good, waiting for the next try, or given up."""
    if result.status == SENT:
        return "sent"
    if result.status == REJECTED:
        return "refused"
    return "given_up" if due.tries + 1 >= MOST_TRIES else "waiting"


def _due(row: Sequence[Any]) -> Due:
    language: Language = "vi" if row[4] == "vi" else "en"
    return Due(row[0], row[1], row[2], unseal(row[3], _SEALED), language, row[5], row[6])


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254
