"""A person's record corrected: what was wrong, a number that came or ended, a move, a death."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from lachan.kernel import arrays, events, journal, locks
from lachan.kernel.ids import new_id
from lachan.kernel.sealing import seal, unseal
from lachan.kernel.statements import load
from lachan.people.facts import PERSONS_CHANGED, PersonChanged, PersonChangesIn, PersonFacts
from lachan.people.intake import (
    LONGEST_NAME,
    OLDEST,
    Fault,
    SealedNumber,
    columns_of_contacts,
    columns_of_numbers,
    normal_contact,
    parse_birth,
    sealed_number,
)
from lachan.people.names import display_form, search_form
from lachan.people.operations.register import communes_by_code, holders_of
from lachan.people.queries import IDENTIFIER_CONTEXT, persons_in
from lachan.people.verification.notes import note_changes

ENDED_CONTEXT = "people_endedidentifier.sealed"


class Amended(NamedTuple):
    """The person before and after, and which fields changed."""

    before: PersonFacts
    after: PersonFacts
    fields: list[str]


class HeldByOther(NamedTuple):
    """A trusted number to be added is somebody else's: a person compares the two."""

    holder: PersonFacts


class _Row(NamedTuple):
    """What a correction may change of a record, in the order of its statement."""

    name: str
    search_name: str
    sex: str
    birth_date: date | None
    birth_precision: str
    residence_id: int | None
    residence_since: date | None
    occupation: str
    priority_group: int | None
    nationality: str
    died_on: date | None


class _Own(NamedTuple):
    """A number the person holds, as stored."""

    blind: bytes
    system: str
    trusted: bool
    sealed: bytes
    since: datetime


def amend_in(
    cursor: psycopg.Cursor[Any],
    wanted: Sequence[tuple[PersonFacts, PersonChangesIn]],
    *,
    actor_id: UUID,
    now: datetime,
    today: date,
) -> list[Amended | HeldByOther | Fault]:
    """Correct records of different persons under the caller's locks of them; one answer each, in order. Nothing is
    written of one when something is wrong with its changes.

    Reads and what follows from a change are one statement for all. Numbers come and go one after the other: what one
    person gives up, the next may be given.
    """
    ids = [person.id for person, _ in wanted]
    if len(set(ids)) < len(ids):
        raise ValueError("two corrections of one person in one list")
    rows, held = _rows(cursor, ids), _held(cursor, [person.id for person, changes in wanted if _numbered(changes)])
    done: list[Fault | HeldByOther | list[str]] = []
    for person, changes in wanted:
        after = _changed(rows[person.id], changes, today)
        numbers = after if isinstance(after, Fault) else _numbers(cursor, person, changes, held.get(person.id, {}))
        contacts = [(contact.kind, normal_contact(contact)) for contact in changes.add_contacts]
        if isinstance(after, Fault) or isinstance(numbers, Fault | HeldByOther):
            done.append(numbers)  # type: ignore[arg-type]
            continue
        if not all(value for _kind, value in contacts):
            done.append(Fault("contact_malformed", {"field": "changes.add_contacts"}))
            continue
        before = rows[person.id]
        fields = [name for name, old, new in zip(_Row._fields, before, after, strict=True) if old != new]
        fields = [name for name in fields if name != "search_name"]
        if fields:
            cursor.execute(load("people", "amend_person"), [*after, person.id])
        fields += _write_numbers(cursor, person.id, *numbers, actor_id=actor_id, now=now)
        done.append(fields + _write_contacts(cursor, person.id, contacts, now))
    changed = [(person.id, fields) for person, fields in zip((p for p, _ in wanted), done, strict=True)
               if isinstance(fields, list) and fields]  # fmt: skip
    _tell(cursor, changed, actor_id, now)
    facts = persons_in(cursor, ids)
    return [
        Amended(person, facts[person.id], answer) if isinstance(answer, list) else answer
        for (person, _), answer in zip(wanted, done, strict=True)
    ]


def _tell(
    cursor: psycopg.Cursor[Any], changed: Sequence[tuple[UUID, list[str]]], actor_id: UUID, now: datetime
) -> None:
    """The journal, where everybody stands with the register, and the rooms above."""
    if not changed:
        return
    entries = []
    for person_id, fields in changed:
        body = msgspec.json.encode({"fields": fields}).decode()
        entries.append(journal.Entry("person.amended", person_id, now, actor_id, body))
    journal.append(cursor, entries)
    note_changes(cursor, [person_id for person_id, _ in changed], now=now)
    events.publish(cursor, PERSONS_CHANGED, [PersonChanged(person_id, "amended") for person_id, _ in changed])


def _rows(cursor: psycopg.Cursor[Any], ids: Sequence[UUID]) -> dict[UUID, _Row]:
    arrays.execute(cursor, load("people", "persons_to_amend"), [list(ids)])
    return {row[0]: _Row._make(row[1:]) for row in cursor.fetchall()}


def _held(cursor: psycopg.Cursor[Any], ids: Sequence[UUID]) -> dict[UUID, dict[bytes, _Own]]:
    """The numbers of each person, by blind index."""
    found: dict[UUID, dict[bytes, _Own]] = {person_id: {} for person_id in ids}
    if ids:
        arrays.execute(cursor, load("people", "numbers_held"), [list(ids)])
        for person_id, blind, *own in cursor.fetchall():
            found[person_id][bytes(blind)] = _Own(bytes(blind), *own)
    return found


def _numbered(changes: PersonChangesIn) -> bool:
    return bool(changes.add_identifiers or changes.end_identifiers)


def _changed(row: _Row, changes: PersonChangesIn, today: date) -> _Row | Fault:
    if changes.name is not None:
        name = display_form(changes.name)
        if not search_form(name) or len(name) > LONGEST_NAME:
            return Fault("name_malformed", {"field": "changes.name"})
        row = row._replace(name=name, search_name=search_form(name))
    if changes.sex is not None:
        if changes.sex not in ("M", "F", "U"):
            return Fault("sex_unknown", {"field": "changes.sex"})
        row = row._replace(sex=changes.sex)
    if changes.birth_date is not None:
        birth = parse_birth(changes.birth_date)
        if birth is None or birth[0] is None or not OLDEST <= birth[0] <= today:
            return Fault("birth_date_malformed", {"field": "changes.birth_date"})
        row = row._replace(birth_date=birth[0], birth_precision=birth[1])
    if changes.residence_code is not None:
        found = communes_by_code({changes.residence_code}, today).get(changes.residence_code)
        if found is None:
            params = {"field": "changes.residence_code", "code": changes.residence_code[:10]}
            return Fault("residence_unknown", params)
        row = row._replace(residence_id=found, residence_since=changes.residence_since)
    if changes.died_on is not msgspec.UNSET:
        if changes.died_on is not None and not OLDEST <= changes.died_on <= today:
            return Fault("death_date_malformed", {"field": "changes.died_on"})
        row = row._replace(died_on=changes.died_on)
    return row._replace(
        occupation=row.occupation if changes.occupation is None else changes.occupation.strip(),
        priority_group=row.priority_group if changes.priority_group is None else changes.priority_group,
        nationality=row.nationality if changes.nationality is None else changes.nationality.upper(),
    )


_Numbers = tuple[list[SealedNumber], list[_Own], list[UUID]]


def _numbers(
    cursor: psycopg.Cursor[Any], person: PersonFacts, changes: PersonChangesIn, held: Mapping[bytes, _Own]
) -> _Numbers | Fault | HeldByOther:
    """(numbers to add, those to end, records merged into this one that hold a number to add)."""
    if not _numbered(changes):
        return [], [], []
    added, ended = [], []
    for entry in changes.add_identifiers:
        number = sealed_number(entry, strict=True)
        if isinstance(number, Fault):
            return Fault(number.reason, {**number.params, "field": "changes.add_identifiers"})
        added.append(number)
    locks.lock(cursor, "blind", {number.blind for number in added if number.trusted})
    for entry in changes.end_identifiers:
        number = sealed_number(entry, strict=False)
        if isinstance(number, Fault) or number.blind not in held:
            return Fault("identifier_not_held", {"field": "changes.end_identifiers"})
        ended.append(held[number.blind])
    added = [number for number in added if number.blind not in held]
    holders = holders_of(cursor, {number.blind for number in added if number.trusted})
    other = next((holder for holder in holders.values() if holder.id != person.id), None)
    if other is not None:
        return HeldByOther(other)
    stay = {own.system for own in held.values() if own.trusted} - {own.system for own in ended if own.trusted}
    for number in added:
        if number.trusted and number.system in stay:
            return Fault("trusted_number_held", {"field": "changes.add_identifiers", "system": number.system})
    if not holders:
        return added, ended, []
    arrays.execute(cursor, load("people", "persons_by_blind"), [list(holders)])
    return added, ended, [row[1] for row in cursor.fetchall()]


def _write_numbers(
    cursor: psycopg.Cursor[Any],
    person_id: UUID,
    added: Sequence[SealedNumber],
    ended: Sequence[_Own],
    parts: list[UUID],
    *,
    actor_id: UUID,
    now: datetime,
) -> list[str]:
    """Ended numbers go to the record's history, sealed anew; they find nobody from now on."""
    if ended:
        arrays.execute(cursor, load("people", "end_identifiers"), [person_id, [own.blind for own in ended]])
        rows = [
            (person_id, new_id(), own.system, own.trusted, seal(unseal(own.sealed, IDENTIFIER_CONTEXT), ENDED_CONTEXT),
             own.since)
            for own in ended
        ]  # fmt: skip
        columns = [list(column) for column in zip(*rows, strict=True)]
        arrays.execute(cursor, load("people", "keep_ended_identifiers"), [now, actor_id, *columns])
    if added and parts:
        arrays.execute(cursor, load("people", "claim_identifiers"), [person_id, parts, [n.blind for n in added]])
    if added:
        columns = [list(column) for column in zip(*columns_of_numbers(person_id, tuple(added)), strict=True)]
        arrays.execute(cursor, load("people", "insert_identifiers"), [now, *columns])
    return [*(f"added {number.system}" for number in added), *(f"ended {own.system}" for own in ended)]


def _write_contacts(
    cursor: psycopg.Cursor[Any], person_id: UUID, contacts: Sequence[tuple[str, str]], now: datetime
) -> list[str]:
    """Where else the person is reached; a contact they have already adds nothing."""
    added = []
    for row in columns_of_contacts(person_id, contacts):
        cursor.execute(load("people", "add_contact"), [now, *row])
        if cursor.fetchone() is not None:
            added.append(f"added {row[2]}")
    return added
