"""The message queue: put in, sent when it is day, taken back when it is no longer true, and followed up by people.

Sending is at least once: a process that dies between the gateway's answer and our note of it sends again, under the
same id. Each try is a claim, one call outside of any transaction, and a note of what came of it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

import msgspec
import psycopg

from lachan.immunization.messaging import Outgoing, Result, Transport
from lachan.immunization.messaging.port import MOST, REJECTED, RETRY, SENT
from lachan.immunization.rules import messages as rules
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons_in, preferred_contacts
from lachan.places import queries as places

CLAIMED: Final = timedelta(minutes=5)  # longer than the longest call
MOST_QUEUED: Final = 10_000
_KEYS: Final = UUID("6f2d1a52-6f0e-5a86-8c11-3f3f0c5e0a16")


class NewMessage(NamedTuple):
    """A message to put into the queue. ``params``: never a name, a number or a contact."""

    person_id: UUID
    cause_id: UUID
    template: str
    params: Mapping[str, Any]
    residence_id: int | None = None
    facility_id: int | None = None
    given_on: date | None = None
    language: str = "vi"


class Claimed(NamedTuple):
    """A message this process is sending."""

    person_id: UUID
    cause_id: UUID
    template: str
    language: str
    params: dict[str, Any]
    attempts: int
    facility_id: int | None
    given_on: date | None


class _Fate(NamedTuple):
    """State, reason and next try of a message."""

    state: str
    reason: str
    next_at: datetime


StillTrue = Callable[[psycopg.Cursor[Any], Sequence[Claimed]], dict[tuple[UUID, UUID], str]]
_checks: dict[str, StillTrue] = {}


def check_before_sending(template: str, check: StillTrue) -> None:
    """``check(cursor, messages)`` names those that are no longer true, by (person, cause), with the reason."""
    _checks[template] = check


def queue_messages(cursor: psycopg.Cursor[Any], messages: Sequence[NewMessage], *, now: datetime) -> None:
    """Put messages into the queue in the caller's transaction; one statement. A person has one message a cause, asking
    again changes nothing. Raises ValueError for an unknown template or more than ``MOST_QUEUED``."""
    if len(messages) > MOST_QUEUED:
        raise ValueError(f"{len(messages)} messages at once; the limit is {MOST_QUEUED}")
    for code in {message.template for message in messages}:
        if all(template.code != code for template in templates()):
            raise ValueError(f"no message template {code!r}")
    if not messages:
        return
    rows = [
        (m.person_id, m.cause_id, m.template, m.language, json.dumps(dict(m.params), ensure_ascii=False),
         m.residence_id, m.facility_id, m.given_on)
        for m in sorted(messages, key=lambda message: message.person_id)
    ]  # fmt: skip
    columns = arrays.columns(rows)
    arrays.execute(cursor, load("immunization", "insert_messages"), [now, now, *columns])


def sent(cursor: psycopg.Cursor[Any], messages: Sequence[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Those of these messages, by (person, cause), that a gateway took; one statement."""
    if not messages:
        return set()
    people, causes = zip(*messages, strict=True)
    arrays.execute(cursor, load("immunization", "sent_messages"), [list(people), list(causes), list(people)])
    return {(row[0], row[1]) for row in cursor.fetchall()}


def send_due(transport: Transport, *, now: datetime, most: int) -> Counter[str]:
    """Send up to ``most`` due messages; how many came to which state. Nothing at night."""
    done: Counter[str] = Counter()
    if rules.window_opens(now) is not None:
        return done
    while done.total() < most:
        claimed = _claim(min(MOST, most - done.total()), now)
        if not claimed:
            break
        done.update(fate.state for fate in _send(claimed, transport, now).values())
    return done


@cache
def templates() -> tuple[rules.Template, ...]:
    """All texts, of every time."""
    text = (resources.files("lachan.immunization") / "data" / "message_templates.json").read_text(encoding="utf-8")
    return tuple(msgspec.convert(json.loads(text)["templates"], tuple[rules.Template, ...]))


def _claim(most: int, now: datetime) -> list[Claimed]:
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "due_messages"), {"now": now, "most": most})
        keys = sorted(cursor.fetchall())
        if not keys:
            return []
        arrays.execute(
            cursor, load("immunization", "claim_messages"),
            [now + CLAIMED, [key[0] for key in keys], [key[1] for key in keys], now],
        )  # fmt: skip
        return [Claimed._make((*row[:4], _plain(row[4]), *row[5:])) for row in cursor.fetchall()]


def _send(claimed: Sequence[Claimed], transport: Transport, now: datetime) -> dict[tuple[UUID, UUID], _Fate]:
    fates: dict[tuple[UUID, UUID], _Fate] = {}
    with hot_cursor() as cursor:
        people = persons_in(cursor, {message.person_id for message in claimed})
        gone = _no_longer_true(cursor, claimed)
    contacts = _contacts(people)
    outgoing: list[tuple[Claimed, Outgoing]] = []
    for message in claimed:
        key = (message.person_id, message.cause_id)
        person = people.get(message.person_id)
        contact = contacts.get(person.id) if person is not None else None
        if key in gone:
            fates[key] = _Fate("withdrawn", gone[key], now)
        elif person is None or person.died_on is not None:
            fates[key] = _Fate("failed", "dead" if person is not None else "person_gone", now)
        elif contact is None:
            fates[key] = _Fate("failed", "no_contact", now)
        elif (text := _text(message, now)) is None:
            fates[key] = _Fate("failed", "no_text", now)
        else:
            name = f"{message.person_id}{message.cause_id}"
            kind, value = contact
            out = Outgoing(str(uuid5(_KEYS, name)), value, text, _title(message, now), kind)
            outgoing.append((message, out))
    if outgoing:
        results = transport.send([out for _, out in outgoing])
        for (message, _), result in zip(outgoing, results, strict=True):
            fates[message.person_id, message.cause_id] = _fate(message, result, now)
    _finish(fates, now)
    return fates


def _no_longer_true(cursor: psycopg.Cursor[Any], claimed: Sequence[Claimed]) -> dict[tuple[UUID, UUID], str]:
    gone: dict[tuple[UUID, UUID], str] = {}
    for template, check in _checks.items():
        about = [message for message in claimed if message.template == template]
        if about:
            gone |= check(cursor, about)
    return gone


def _contacts(people: Mapping[UUID, PersonFacts]) -> dict[UUID, tuple[str, str]]:
    """Where each is told, as it is now: the contact they prefer, else the first telephone, else the first e-mail; a
    merged record's is that of who it was merged into."""
    found = preferred_contacts(sorted({person.id for person in people.values()}))
    return {
        person_id: min(entries, key=lambda entry: (not entry.preferred, entry.kind != "phone"))[:2]
        for person_id, entries in found.items()
    }


def _title(message: Claimed, now: datetime) -> str:
    template = rules.template_on(templates(), message.template, now.astimezone(VIETNAM).date())
    return template.title(message.language) if template is not None else ""


def _text(message: Claimed, now: datetime) -> str | None:
    template = rules.template_on(templates(), message.template, now.astimezone(VIETNAM).date())
    facility = places.facility(message.facility_id) if message.facility_id is not None else None
    words = {
        **message.params,
        "facility": facility.name if facility is not None else "",
        "day": message.given_on.strftime("%d/%m/%Y") if message.given_on is not None else "",
    }
    try:
        return template.text(message.language, words) if template is not None else None
    except KeyError:
        return None


def _fate(message: Claimed, result: Result, now: datetime) -> _Fate:
    if result.status == SENT:
        return _Fate("sent", "", now)
    if result.status == REJECTED:
        return _Fate("failed", result.reason or "rejected", now)
    assert result.status == RETRY
    again = rules.next_try(message.attempts, now, result.retry_after)
    return _Fate("queued", result.reason, again) if again is not None else _Fate("failed", "too_many_tries", now)


def _finish(fates: Mapping[tuple[UUID, UUID], _Fate], now: datetime) -> None:
    rows = [(*key, *fates[key]) for key in sorted(fates)]
    with hot_cursor() as cursor:
        columns = arrays.columns(rows)
        arrays.execute(cursor, load("immunization", "finish_messages"), [now, *columns])


def _plain(params: Any) -> dict[str, Any]:
    return dict(msgspec.json.decode(params)) if isinstance(params, str | bytes) else dict(params)
