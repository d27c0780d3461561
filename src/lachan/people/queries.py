"""Reads about people, list-first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.sealing import unseal
from lachan.kernel.statements import load
from lachan.people import identifiers
from lachan.people.facts import PersonFacts

IDENTIFIER_CONTEXT = "people_identifier.sealed"
CONTACT_CONTEXT = "people_contact.sealed"
GUARDIAN_CONTEXT = "people_guardian.sealed_phone"


class IdentifierFacts(NamedTuple):
    """A number a person holds. ``masked`` is for screens; ``value`` only after a purpose was stated and logged."""

    system: str
    value: str
    masked: str
    trusted: bool


def persons_in(cursor: psycopg.Cursor[Any], ids: Iterable[UUID]) -> dict[UUID, PersonFacts]:
    """Facts of persons by the id asked for; a merged record answers with the one it was merged into."""
    arrays.execute(cursor, load("people", "persons_by_id"), [list(ids)])
    found = {row[0]: PersonFacts(*row) for row in cursor.fetchall()}
    moved = {facts.merged_into for facts in found.values() if facts.merged_into is not None}
    if moved:
        into = persons_in(cursor, moved)
        found = {
            asked: into.get(facts.merged_into, facts) if facts.merged_into is not None else facts
            for asked, facts in found.items()
        }
    return found


def became_part(cursor: psycopg.Cursor[Any], ids: Iterable[UUID]) -> set[UUID]:
    """Which of these records are merged into others by now. Asked under their locks, before anything is written."""
    arrays.execute(cursor, load("people", "became_part"), [list(ids)])
    return {row[0] for row in cursor.fetchall()}


def persons(ids: Iterable[UUID]) -> dict[UUID, PersonFacts]:
    """As :func:`persons_in`, in a transaction of its own: one query, two when a record was merged."""
    with hot_cursor() as cursor:
        return persons_in(cursor, ids)


def identifiers_of(ids: Sequence[UUID]) -> dict[UUID, list[IdentifierFacts]]:
    """Numbers of persons, unsealed in memory; one query. The caller logs the look before it shows ``value``."""
    found: dict[UUID, list[IdentifierFacts]] = defaultdict(list)
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("people", "identifiers_of"), [list(ids)])
        for person_id, system, sealed, trusted, _since in cursor.fetchall():
            value = unseal(sealed, IDENTIFIER_CONTEXT)
            found[person_id].append(IdentifierFacts(system, value, identifiers.mask(value), trusted))
    return dict(found)


class ContactEntry(NamedTuple):
    """A contact, open in memory; ``preferred``: where the person wishes to be told."""

    kind: str
    value: str
    preferred: bool


def preferred_contacts(ids: Sequence[UUID]) -> dict[UUID, list[ContactEntry]]:
    """Contacts of persons in the order in which they were given; one query."""
    found: dict[UUID, list[ContactEntry]] = defaultdict(list)
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("people", "contacts_to_tell"), [list(ids)])
        for person_id, kind, sealed, preferred in cursor.fetchall():
            found[person_id].append(ContactEntry(kind, unseal(sealed, CONTACT_CONTEXT), preferred))
    return dict(found)


def contacts_of(ids: Sequence[UUID]) -> dict[UUID, list[tuple[str, str]]]:
    """(kind, value) of each person's contacts; one query."""
    found: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("people", "contacts_of"), [list(ids)])
        for person_id, kind, sealed in cursor.fetchall():
            found[person_id].append((kind, unseal(sealed, CONTACT_CONTEXT)))
    return dict(found)


def persons_by_number(cursor: psycopg.Cursor[Any], blinds: Iterable[bytes]) -> dict[bytes, UUID]:
    """Who holds each of these numbers, by blind index; a number that two people hold names nobody. One query."""
    arrays.execute(cursor, load("people", "persons_by_blind"), [list(blinds)])
    holders: dict[bytes, set[UUID]] = defaultdict(set)
    for number, person_id, _system, _trusted in cursor.fetchall():
        holders[bytes(number)].add(person_id)
    return {number: next(iter(ids)) for number, ids in holders.items() if len(ids) == 1}


def stand_for(cursor: psycopg.Cursor[Any], ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """For each person every record that stands for them: their own id first, then those merged into it, and into those.
    One query, and one for every further step of merges."""
    found = {person_id: [person_id] for person_id in ids}
    roots = {person_id: person_id for person_id in found}
    while roots:
        arrays.execute(cursor, load("people", "merged_into_these"), [list(roots)])
        parts = [(roots[into], person_id) for into, person_id in cursor.fetchall()]
        for root, person_id in parts:
            found[root].append(person_id)
        roots = {person_id: root for root, person_id in parts}
    return found


def blinds_of(cursor: psycopg.Cursor[Any], ids: Iterable[UUID]) -> dict[UUID, list[bytes]]:
    """Blind indexes of the numbers of persons: what another room knew of them before they registered. One query."""
    found: dict[UUID, list[bytes]] = defaultdict(list)
    arrays.execute(cursor, load("people", "blinds_of"), [list(ids)])
    for person_id, number in cursor.fetchall():
        found[person_id].append(bytes(number))
    return dict(found)
