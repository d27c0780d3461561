"""One person's record as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from lachan.kernel.database import hot_cursor
from lachan.kernel.sealing import unseal
from lachan.kernel.statements import load
from lachan.people import identifiers
from lachan.people.facts import PersonFacts
from lachan.people.queries import CONTACT_CONTEXT, GUARDIAN_CONTEXT, IDENTIFIER_CONTEXT, IdentifierFacts


class ContactFacts(NamedTuple):
    """A way to reach someone; ``masked`` for screens, ``value`` after a purpose was stated and logged."""

    kind: str
    value: str
    masked: str


class GuardianFacts(NamedTuple):
    """Who answers for a child."""

    name: str
    relation: str
    phone: ContactFacts | None
    person_id: UUID | None


@dataclass(frozen=True, slots=True)
class Profile:
    """A record whole. Numbers and contacts are open in memory: log the look before showing ``value``."""

    person: PersonFacts
    residence_since: date | None
    occupation: str
    priority_group: int | None
    nationality: str
    created_at: datetime
    numbers: list[IdentifierFacts]
    contacts: list[ContactFacts]
    guardians: list[GuardianFacts]


def profile(person_id: UUID) -> Profile | None:
    """The record of this id, a merged one as it stands (``person.merged_into`` says where to look); four queries."""
    with hot_cursor() as cursor:
        cursor.execute(load("people", "profile"), [person_id])
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute(load("people", "identifiers_of"), [[person_id]])
        numbers = []
        for _id, system, sealed, trusted, _since in cursor.fetchall():
            value = unseal(sealed, IDENTIFIER_CONTEXT)
            numbers.append(IdentifierFacts(system, value, identifiers.mask(value), trusted))
        cursor.execute(load("people", "contacts_of"), [[person_id]])
        contacts = [_contact(kind, unseal(sealed, CONTACT_CONTEXT)) for _id, kind, sealed in cursor.fetchall()]
        cursor.execute(load("people", "guardians_of"), [person_id])
        guardians = [
            GuardianFacts(name, relation, _contact("phone", unseal(phone, GUARDIAN_CONTEXT)) if phone else None, other)
            for _id, other, name, relation, phone in cursor.fetchall()
        ]
    since, occupation, group, nationality, created_at = row[9:]
    person = PersonFacts(*row[:9])
    return Profile(person, since, occupation, group, nationality, created_at, numbers, contacts, guardians)


def _contact(kind: str, value: str) -> ContactFacts:
    return ContactFacts(kind, value, identifiers.mask(value))
