"""Whose records somebody may open beside their own: the children they answer for."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons_in
from lachan.people.self_service.rules import is_minor


def own(person_id: UUID, today: date) -> dict[UUID, PersonFacts]:
    """The person first, then the minors whose guardian they are, by name. Two or three statements.

    A child is found through the record of the guardian, never through a shared telephone; with the eighteenth birthday
    the record is theirs alone.
    """
    with hot_cursor() as cursor:
        cursor.execute(load("people", "wards_of"), [person_id])
        wards = [row[0] for row in cursor.fetchall()]
        found = persons_in(cursor, [person_id, *wards])
    answer = {person_id: found[person_id]} if person_id in found else {}
    minors = {facts.id: facts for ward in wards if (facts := found.get(ward)) and is_minor(facts.birth_date, today)}
    return answer | {facts.id: facts for facts in sorted(minors.values(), key=lambda facts: (facts.name, facts.id))}
