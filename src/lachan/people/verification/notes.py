"""States follow the records: noted at registration, and again after every change. List-first, in the caller's
transaction; the number of statements does not depend on the number of persons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from django.utils import timezone

from lachan.kernel import arrays, events
from lachan.kernel.statements import load
from lachan.people.facts import VERIFICATION_CHANGED, VerificationChanged
from lachan.people.records import written_birth_of
from lachan.people.verification import rules
from lachan.people.verification.rules import Held
from lachan.places import queries as places

PAGE = 1_000  # persons a round of statements
ROUNDS = 5  # tries against answers of the register that arrive meanwhile


class NewPerson(NamedTuple):
    """A person just registered, as far as the first state needs it."""

    person_id: UUID
    residence_id: int | None
    born: date | None
    nationality: str
    numbers: Sequence[Held]


class Ground(NamedTuple):
    """What a stored person's state is decided by."""

    standing: str
    fingerprint: bytes | None  # of the four fields, when all are there
    residence_id: int | None


class Standing(NamedTuple):
    """A row of ``people_verification``."""

    person_id: UUID
    state: str
    step: int
    residence_id: int | None
    province_id: int
    since: datetime
    fingerprint: bytes | None
    answer: str | None
    asked_at: datetime | None
    answered_at: datetime | None
    attempts: int
    batch: UUID | None


def note_registered(cursor: psycopg.Cursor[Any], persons: Sequence[NewPerson], *, now: datetime, today: date) -> None:
    """First states of persons registered in this transaction; one statement, none for an empty list."""
    if not persons:
        return
    _insert(
        cursor,
        [
            (
                person.person_id,
                rules.standing(
                    person.numbers, nationality=person.nationality, born=person.born, merged=False, today=today
                ),
                person.residence_id,
            )
            for person in persons
        ],
        now,
    )


def note_changes(cursor: psycopg.Cursor[Any], person_ids: Iterable[UUID], *, now: datetime) -> None:
    """Work out anew where these persons stand, after anything about them changed (amended, merged, taken apart).

    Five statements a thousand persons. What the register said of fields that changed no longer holds; when they come
    back as they were, it does. A question under way about old fields is left behind: its answer finds nobody.
    """
    wanted = sorted(set(person_ids))
    for start in range(0, len(wanted), PAGE):
        pending = wanted[start : start + PAGE]
        for _ in range(ROUNDS):
            pending = _note(cursor, pending, now)
            if not pending:
                break
        else:
            raise psycopg.errors.SerializationFailure(f"{len(pending)} persons changed again and again meanwhile")


def grounds_of(cursor: psycopg.Cursor[Any], ids: Sequence[UUID], today: date) -> dict[UUID, Ground]:
    """What the state of each stored person is decided by; two statements. Unknown ids are left out."""
    numbers = numbers_of(cursor, ids)
    arrays.execute(cursor, load("people", "grounds_of_persons"), [list(ids)])
    found = {}
    for person_id, name, sex, born, precision, residence_id, nationality, merged_into in cursor.fetchall():
        held = numbers.get(person_id, [])
        standing = rules.standing(held, nationality=nationality, born=born, merged=merged_into is not None, today=today)
        asked = rules.number_asked(held)
        print_now = (
            rules.fingerprint(name, sex, written_birth_of(born, precision), asked.blind)
            if standing == rules.NOT_SENT and asked is not None
            else None
        )
        found[person_id] = Ground(standing, print_now, residence_id)
    return found


def numbers_of(cursor: psycopg.Cursor[Any], ids: Sequence[UUID]) -> dict[UUID, list[Held]]:
    """Numbers of persons, without their values."""
    arrays.execute(cursor, load("people", "grounds_of_numbers"), [list(ids)])
    held: dict[UUID, list[Held]] = defaultdict(list)
    for person_id, system, malformed, blind in cursor.fetchall():
        held[person_id].append(Held(system, malformed, bytes(blind)))
    return held


def standings_of(cursor: psycopg.Cursor[Any], ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """The rows of these persons; one statement."""
    arrays.execute(cursor, load("people", "verifications_of"), [list(ids)])
    rows = (Standing(*row) for row in cursor.fetchall())
    return {
        row.person_id: row._replace(fingerprint=None if row.fingerprint is None else bytes(row.fingerprint))
        for row in rows
    }


def province_of(residence_id: int | None) -> int:
    """The province a residence lies in on its own map; 0 when it is not known."""
    area = places.area(residence_id) if residence_id is not None else None
    return area.province_id or 0 if area is not None else 0


def local_day(now: datetime) -> date:
    """The day in the country."""
    return now.astimezone(timezone.get_default_timezone()).date()


def insert_changes(cursor: psycopg.Cursor[Any], rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows of ``people_verificationchange``; one statement, none for an empty list."""
    if rows:
        arrays.execute(cursor, load("people", "insert_changes"), [list(column) for column in zip(*rows, strict=True)])


def _note(cursor: psycopg.Cursor[Any], ids: Sequence[UUID], now: datetime) -> list[UUID]:
    """One try; returns those whose row was changed by somebody else between reading and writing."""
    grounds = grounds_of(cursor, ids, local_day(now))
    rows = standings_of(cursor, list(grounds))
    _insert(
        cursor,
        [(pid, ground.standing, ground.residence_id) for pid, ground in grounds.items() if pid not in rows],
        now,
    )
    changed: dict[UUID, tuple[Standing, Standing]] = {}
    for person_id, row in rows.items():
        ground = grounds[person_id]
        state = rules.next_state(
            ground.standing, ground.fingerprint, state=row.state, asked=row.fingerprint, answer=row.answer
        )
        same_question = ground.fingerprint is not None and ground.fingerprint == row.fingerprint
        new = row._replace(
            state=state,
            residence_id=ground.residence_id,
            province_id=province_of(ground.residence_id),
            since=row.since if state == row.state else now,
            batch=row.batch if same_question else None,
        )
        if new != row:
            changed[person_id] = row, new
    if not changed:
        return []
    columns = [
        (new.person_id, row.step, new.state, new.residence_id, new.province_id, new.since, new.batch)
        for row, new in changed.values()
    ]
    arrays.execute(cursor, load("people", "change_states"), [list(column) for column in zip(*columns, strict=True)])
    done = {row[0] for row in cursor.fetchall()}
    other = [(row, new) for pid, (row, new) in changed.items() if pid in done and row.state != new.state]
    insert_changes(
        cursor,
        [
            (row.person_id, row.step, row.state, new.state, row.since, row.asked_at, now, "data", row.batch)
            for row, new in other
        ],
    )
    events.publish(
        cursor, VERIFICATION_CHANGED, [VerificationChanged(row.person_id, row.state, new.state) for row, new in other]
    )
    return [person_id for person_id in changed if person_id not in done]


def _insert(cursor: psycopg.Cursor[Any], rows: Sequence[tuple[UUID, str, int | None]], now: datetime) -> None:
    if not rows:
        return
    ids, states, residences = (list(column) for column in zip(*rows, strict=True))
    arrays.execute(
        cursor,
        load("people", "insert_first_states"),
        [now, ids, states, residences, [province_of(residence) for residence in residences]],
    )
    events.publish(
        cursor,
        VERIFICATION_CHANGED,
        [VerificationChanged(person_id, None, state) for person_id, state in zip(ids, states, strict=True)],
    )
