"""Where a person is reached, for that person alone."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from lachan.kernel import arrays, journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.sealing import blind, unseal
from lachan.kernel.statements import load
from lachan.people.queries import CONTACT_CONTEXT
from lachan.people.self_service.rules import masked_contact


class Contact(NamedTuple):
    """A contact as its owner sees it; never in full: a screen is seen by others."""

    id: UUID
    kind: str
    masked: str
    preferred: bool


def listed(person_id: UUID) -> list[Contact]:
    """Contacts of a person, the preferred one first; one query."""
    with hot_cursor() as cursor:
        cursor.execute(load("people", "contacts_listed"), [person_id])
        return [
            Contact(contact_id, kind, masked_contact(kind, unseal(sealed, CONTACT_CONTEXT)), preferred)
            for contact_id, kind, sealed, preferred in cursor.fetchall()
        ]


def prefer(person_id: UUID, contact_id: UUID, now: datetime) -> bool:
    """Tell this person there from now on; False: they have no such contact. Journaled."""
    with hot_cursor() as cursor:
        cursor.execute(load("people", "contacts_listed"), [person_id])
        found = {row[0]: row[1] for row in cursor.fetchall()}
        if contact_id not in found:
            return False
        cursor.execute(load("people", "prefer_contact"), [contact_id, person_id])
        body = json.dumps({"kind": found[contact_id]})
        journal.append(cursor, [journal.Entry("person.contact_preferred", person_id, now, person_id, body)])
    return True


Held = tuple[UUID, tuple[str, str]]  # a person and a contact: kind and value as kept


def have(cursor: psycopg.Cursor[Any], asked: Collection[Held]) -> set[Held]:
    """Those of these contacts that stand in the record of the person they are asked of. One query."""
    if not asked:
        return set()
    named = {(person_id, blind(*contact)): (person_id, contact) for person_id, contact in asked}
    arrays.execute(cursor, load("people", "have_contact"), arrays.columns(named))
    return {named[person_id, bytes(hidden)] for person_id, hidden in cursor.fetchall()}
