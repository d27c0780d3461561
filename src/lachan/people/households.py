"""Who is reached by one call: people of one commune with one telephone, and children with those who answer for them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.sealing import blind, unseal
from lachan.kernel.statements import load
from lachan.people import identifiers
from lachan.people.queries import GUARDIAN_CONTEXT, contacts_of


class _Ties(NamedTuple):
    residence_id: int | None
    phone: bytes | None  # blind index of the first telephone in their own record
    guardian_id: UUID | None
    guardian_phone: bytes | None  # sealed


def household_keys(cursor: psycopg.Cursor[Any], ids: Collection[UUID]) -> dict[UUID, UUID]:
    """A key that is the same for people reached together, their own id for those who are not. One or two statements.

    It is made of the commune and the keyed digest of a telephone, so it says neither. A child without a telephone has
    the key of whoever answers for them. Never an identity: families share telephones, and strangers do.
    """
    known = _ties(cursor, ids)
    guardians = {ties.guardian_id for ties in known.values() if ties.guardian_id is not None} - known.keys()
    known |= _ties(cursor, guardians)
    return {person_id: _key(person_id, known) for person_id in ids}


class Number(NamedTuple):
    """A telephone by which somebody is reached; ``whose``: the guardian's name, empty for their own."""

    value: str
    whose: str


def telephones(ids: Collection[UUID]) -> dict[UUID, list[Number]]:
    """Telephones of persons, their own first, then those of who answers for them; open in memory: log the look before
    one is shown. Two statements."""
    found: dict[UUID, list[Number]] = defaultdict(list)
    for person_id, contacts in contacts_of(sorted(ids)).items():
        found[person_id] += [Number(value, "") for kind, value in contacts if kind == "phone"]
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("people", "guardian_phones"), [sorted(ids)])
        for person_id, name, _relation, sealed in cursor.fetchall():
            number = identifiers.normal_phone(unseal(sealed, GUARDIAN_CONTEXT))
            if number:
                found[person_id].append(Number(number, name))
    return dict(found)


def _ties(cursor: psycopg.Cursor[Any], ids: Collection[UUID]) -> dict[UUID, _Ties]:
    if not ids:
        return {}
    arrays.execute(cursor, load("people", "household_ties"), [sorted(ids)])
    return {row[0]: _Ties(*row[1:]) for row in cursor.fetchall()}


def _key(person_id: UUID, known: dict[UUID, _Ties]) -> UUID:
    own = known.get(person_id)
    if own is None:
        return person_id
    phone = bytes(own.phone) if own.phone is not None else None
    if phone is None and own.guardian_phone is not None:
        number = identifiers.normal_phone(unseal(own.guardian_phone, GUARDIAN_CONTEXT))
        phone = blind("phone", number) if number else None
    if phone is None and own.guardian_id is not None:
        above = known.get(own.guardian_id)
        if above is None or above.residence_id != own.residence_id:
            return person_id
        if above.phone is None:
            return own.guardian_id
        phone = bytes(above.phone)
    if phone is None:
        return person_id
    digest = hashlib.sha256(phone + str(own.residence_id).encode()).digest()
    return UUID(bytes=digest[:16])
