"""Stored people as the matcher reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from lachan.people.facts import PersonFacts
from lachan.people.queries import contacts_of, identifiers_of
from lachan.places import queries as places

_WRITTEN = {"Y": 4, "M": 7, "D": 10}


def written_birth(person: PersonFacts) -> str:
    """The birth date to its precision, ``YYYY[-MM[-DD]]``; empty when not known."""
    return written_birth_of(person.birth_date, person.birth_precision)


def written_birth_of(born: date | None, precision: str) -> str:
    """The same of the two columns."""
    return born.isoformat()[: _WRITTEN[precision]] if born else ""


def records_of(persons: Sequence[PersonFacts]) -> dict[UUID, dict[str, str]]:
    """Each person as the matcher's record, numbers and contacts unsealed in memory; two queries however many."""
    if not persons:
        return {}
    ids = [person.id for person in persons]
    numbers, contacts = identifiers_of(ids), contacts_of(ids)
    areas = {area.id: area for area in places.areas({p.residence_id for p in persons if p.residence_id})}
    records = {}
    for person in persons:
        record = {"full_name": person.name, "sex": person.sex}
        if born := written_birth(person):
            record["dob"] = born
        record |= {number.system: number.value for number in numbers.get(person.id, [])}
        record |= dict(contacts.get(person.id, []))
        if person.residence_id in areas:
            record["commune_code"] = areas[person.residence_id].code
            record["commune"] = areas[person.residence_id].full_name
        records[person.id] = record
    return records
