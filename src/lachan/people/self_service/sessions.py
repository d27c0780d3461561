"""Sessions of people at their own door."""

from __future__ import annotations

import json
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import structlog

from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.people.self_service import rules, secrets, throttle
from lachan.people.self_service.throttle import Counted

log = structlog.get_logger("lachan.people.self_service")


class Open(NamedTuple):
    """An open session. ``id`` is its digest: it may be shown to its owner, and signs nobody in."""

    id: UUID
    person_id: UUID
    shared: bool
    showing: UUID | None
    begun_at: datetime


class Listed(NamedTuple):
    """Where somebody is signed in, as their page shows it."""

    id: UUID
    shared: bool
    device: str
    begun_at: datetime
    seen_at: datetime


def begin(person_id: UUID, *, shared: bool, device: str, now: datetime) -> str:
    """Sign in: a token of its own each time, so that no token from before is worth anything. Journaled."""
    token = secrets.new_token()
    ends_at = now + rules.life_of(shared)[1]
    with hot_cursor() as cursor:
        values = [secrets.digest(token), person_id, shared, device[:60], now, now, ends_at]
        cursor.execute(load("people", "open_person_session"), values)
        body = json.dumps({"shared": shared})
        journal.append(cursor, [journal.Entry("person.signed_in", person_id, now, person_id, body)])
    return token


def find(token: str, now: datetime) -> Open | None:
    """The open session of this token; one that ran out is deleted. One statement, two a minute."""
    digest = secrets.digest(token)
    with hot_cursor() as cursor:
        cursor.execute(load("people", "person_session"), [digest])
        row = cursor.fetchone()
        if row is None:
            return None
        person_id, shared, showing, begun_at, seen_at, ends_at = row
        if not rules.still_open(shared=shared, seen_at=seen_at, ends_at=ends_at, now=now):
            cursor.execute(load("people", "end_person_session"), [digest])
            return None
        if now - seen_at >= rules.NOTED_EVERY:
            cursor.execute(load("people", "note_person_session"), [now, digest])
    return Open(digest, person_id, shared, showing, begun_at)


def show(session_id: UUID, person_id: UUID | None) -> None:
    """Look at a child's record, or (None) at one's own again. The caller has asked whose it is."""
    with hot_cursor() as cursor:
        cursor.execute(load("people", "show_in_session"), [person_id, session_id])


def end(session_id: UUID, now: datetime) -> None:
    """Sign out here; twice does no harm."""
    with hot_cursor() as cursor:
        cursor.execute(load("people", "end_person_session"), [session_id])
        found = cursor.fetchone()
        if found is not None:
            journal.append(cursor, [journal.Entry("person.signed_out", found[0], now, found[0], '{"where": "here"}')])


def end_all(person_id: UUID, now: datetime) -> None:
    """Sign out everywhere, codes on their way included."""
    with hot_cursor() as cursor:
        cursor.execute(load("people", "end_person_sessions"), [person_id])
        cursor.execute(load("people", "end_person_codes"), [person_id])
        entry = journal.Entry("person.signed_out", person_id, now, person_id, '{"where": "everywhere"}')
        journal.append(cursor, [entry])


def asked_for_anothers(session_id: UUID, now: datetime) -> None:
    """Somebody asked for what is not theirs: logged, and a session that goes on trying ids ends."""
    log.info("an id that is not theirs was asked for", reason="foreign")
    if throttle.take([Counted(rules.FOREIGN, secrets.counter("foreign", str(session_id)))], now) is not None:
        end(session_id, now)


def of_person(person_id: UUID, now: datetime) -> list[Listed]:
    """Where somebody is signed in, the latest first."""
    with hot_cursor() as cursor:
        cursor.execute(load("people", "person_sessions"), [person_id])
        rows = cursor.fetchall()
    return [
        Listed(digest, shared, device, begun_at, seen_at)
        for digest, shared, device, begun_at, seen_at, ends_at in rows
        if rules.still_open(shared=shared, seen_at=seen_at, ends_at=ends_at, now=now)
    ]


def forget(now: datetime) -> None:
    """Delete what is over: sessions, codes, windows of counters."""
    with hot_cursor() as cursor:
        for statement in ("forget_person_sessions", "forget_codes", "forget_counts"):
            cursor.execute(load("people", statement), [now])
