"""Asking for a one-time code, sending it, and proving that it came.

Nobody learns here whether a number is registered: the same statements run, the same row is written and the same answer
given whether the number is known, belongs to that contact, or was made up.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg
import structlog

from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.sealing import blind, seal, unseal
from lachan.kernel.statements import load
from lachan.people.queries import persons_in
from lachan.people.self_service import rules, secrets, throttle
from lachan.people.self_service.throttle import Counted

CONTEXT: Final = "people_signincode.sealed"
log = structlog.get_logger("lachan.people.self_service")


class Asked(NamedTuple):
    """``token`` for the browser, ``digest`` for who sends; ``wait``: too many tries, nothing was made."""

    token: str
    digest: UUID
    wait: timedelta | None = None


class Outgoing(NamedTuple):
    """A code on its way; ``kind``: phone or email; ``template``: the text it goes out in."""

    kind: str
    to: str
    code: str
    language: str
    template: str = "one_time_code"


@dataclass(frozen=True, slots=True)
class Proved:
    """What came of typing a code. ``person_id`` set: it was right, once. Otherwise ``reason``: wrong, over, wait."""

    person_id: UUID | None = None
    reason: str = ""
    tries_left: int = 0
    wait: timedelta | None = None


def ask(*, number: str, contact: tuple[str, str], language: str, address: str, now: datetime) -> Asked:
    """Make a code for whoever holds the citizen id ``number`` if ``contact`` (kind, value; both as kept) stands in
    their record. Four transactions, the same statements for anybody."""
    wrong_key = secrets.counter("wrong", number)
    wait = _too_often(contact, [Counted(rules.OF_NUMBER, secrets.counter("number", number))], wrong_key, address, now)
    if wait is not None:
        return Asked("", UUID(int=0), wait)
    with hot_cursor() as cursor:
        person_id = _holder(cursor, number, contact)
        asked = _make(cursor, person_id, [*contact], language, wrong_key, now)
    log.info("a code was asked for", reason="known" if person_id else "unknown")
    return asked


def ask_contact(
    *, contact: tuple[str, str], about: UUID, template: str, language: str, address: str, now: datetime
) -> Asked:
    """Make a code for whoever is reached at ``contact``, registered or not: it proves the contact and signs nobody in.

    ``about``: what the code is asked for, a new id that is nobody's; :func:`prove` gives it back in ``person_id``. The
    same limits as for :func:`ask`, and their counters. Three transactions.
    """
    wrong_key = secrets.counter("wrong_contact", ":".join(contact))
    wait = _too_often(contact, [], wrong_key, address, now)
    if wait is not None:
        return Asked("", UUID(int=0), wait)
    with hot_cursor() as cursor:
        return _make(cursor, about, [*contact], language, wrong_key, now, template)


def _too_often(
    contact: tuple[str, str], more: list[Counted], wrong_key: UUID, address: str, now: datetime
) -> timedelta | None:
    """How long to wait when one of the limits is used up; every try counts."""
    asked = ":".join(contact)
    # an address that is over its limit counts towards nothing else: it could use up everybody's alone
    wait = throttle.take([Counted(rules.OF_ADDRESS, secrets.counter("address", address))], now)
    if wait is None:
        wait = throttle.take(
            [
                *more,
                Counted(rules.OF_CONTACT, secrets.counter("contact", asked)),
                Counted(rules.OF_CONTACT_DAY, secrets.counter("contact_day", asked)),
                Counted(rules.OF_EVERYBODY, secrets.counter("everybody", "")),
            ],
            now,
        )
    if wait is None:
        wait = throttle.spent([Counted(rules.WRONG_CODES, wrong_key)], now)
    if wait is not None:
        log.info("a code was asked for too often", reason="throttled")
    return wait


def _make(
    cursor: psycopg.Cursor[Any],
    person_id: UUID | None,
    to: list[str],
    language: str,
    wrong_key: UUID,
    now: datetime,
    *template: str,
) -> Asked:
    token, code = secrets.new_token(), secrets.new_code()
    digest = secrets.digest(token)
    sealed = seal(json.dumps([*to, code, language, *template]), CONTEXT)
    values = [digest, person_id, secrets.mac(digest, code), sealed, wrong_key, now, now + rules.CODE_LIFE]
    cursor.execute(load("people", "insert_code"), values)
    return Asked(token, digest)


def _holder(cursor: psycopg.Cursor[Any], number: str, contact: tuple[str, str]) -> UUID | None:
    """Who holds the number and can be reached there; the dead sign in nowhere. The statements are always the same."""
    cursor.execute(load("people", "persons_by_blind"), [[blind("citizen_id", number)]])
    holders = [person_id for _blind, person_id, _system, trusted in cursor.fetchall() if trusted]
    nobody = new_id()
    asked = holders[0] if holders else nobody
    person = persons_in(cursor, [asked]).get(asked)
    cursor.execute(load("people", "has_contact"), [person.id if person else nobody, blind(*contact)])
    [[reached]] = cursor.fetchall()
    return person.id if person is not None and reached and person.died_on is None else None


def to_send(cursor: psycopg.Cursor[Any], digest: UUID, now: datetime) -> Outgoing | None:
    """The code to send, held in the caller's transaction; None when there is none, or nobody to send it to."""
    cursor.execute(load("people", "code_to_send"), [digest, now])
    row = cursor.fetchone()
    if row is None or row[0] is None:
        return None
    return Outgoing(*json.loads(unseal(row[1], CONTEXT)))


def sent(cursor: psycopg.Cursor[Any], digest: UUID) -> None:
    """It is on its way, or there was nobody: what was sealed is no longer kept."""
    cursor.execute(load("people", "code_sent"), [digest])


def unsent(now: datetime, older_than: timedelta) -> list[UUID]:
    """Codes whose sender died before they went out."""
    with hot_cursor() as cursor:
        cursor.execute(load("people", "codes_unsent"), [now, now - older_than])
        return [row[0] for row in cursor.fetchall()]


def prove(token: str, code: str, *, address: str, now: datetime) -> Proved:
    """Type a code into the browser that asked for it: right once, wrong at most five times. One transaction holds the
    row, so two requests cannot both be right."""
    wait = throttle.take([Counted(rules.CODE_POSTS, secrets.counter("code_posts", address))], now)
    if wait is not None:
        return Proved(reason="wait", wait=wait)
    digest = secrets.digest(token)
    with hot_cursor() as cursor:
        cursor.execute(load("people", "code_of"), [digest, now])
        row = cursor.fetchone()
    if row is None:
        return Proved(reason="over")
    wrong_key = row[0]
    wait = throttle.spent([Counted(rules.WRONG_CODES, wrong_key)], now)
    if wait is not None:
        return Proved(reason="wait", wait=wait)
    proved = _try(digest, "".join(sign for sign in code if sign.isdigit()), now)
    if proved.reason == "wrong":
        throttle.take([Counted(rules.WRONG_CODES, wrong_key)], now)
    log.info("a code was typed", reason=proved.reason or "right")
    return proved


def _try(digest: UUID, code: str, now: datetime) -> Proved:
    with hot_cursor() as cursor:
        cursor.execute(load("people", "try_code"), [digest, now, rules.MOST_TRIES])
        row = cursor.fetchone()
        if row is None:
            return Proved(reason="over")
        person_id, kept, tries = row
        right = secrets.same(kept, secrets.mac(digest, code))
        if right and person_id is not None:
            cursor.execute(load("people", "use_code"), [now, digest])
            return Proved(person_id)
        left = rules.MOST_TRIES - tries
        if left == 0 and person_id is not None:
            journal.append(cursor, [journal.Entry("person.code_closed", person_id, now, person_id, "{}")])
        return Proved(reason="wrong", tries_left=left)
