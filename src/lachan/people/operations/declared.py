"""Whom somebody means who shows no document: they said a name and a birth date, and proved a telephone by a code.

What nobody has seen papers for gives nobody a number or a contact. Otherwise whoever knows a neighbour's number could
write it down first, beside their own telephone, and open the neighbour's record with it on the day the neighbour comes.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from lachan.kernel import arrays
from lachan.kernel.sealing import blind
from lachan.kernel.statements import load
from lachan.people.facts import IdentifierIn, PersonFacts, PersonIn
from lachan.people.intake import Fault, Intake, prepare, sealed_number
from lachan.people.matching import decide, from_dict
from lachan.people.operations.register import holders_of, register_in
from lachan.people.queries import persons_in
from lachan.people.self_service import contacts


class Declared(NamedTuple):
    """Who was meant. ``known``: somebody of ours, else a record made for what was said. ``fault``: why there is nobody,
    with what fills its sentence."""

    person: PersonFacts | None
    known: bool = False
    fault: Fault | None = None


def declared_in(
    cursor: psycopg.Cursor[Any],
    sent: PersonIn,
    contact: tuple[str, str],
    *,
    number: str = "",
    actor_id: UUID,
    now: datetime,
    today: date,
) -> Declared:
    """Find the person, or make a record that holds neither number nor contact; in the caller's transaction.

    Known is whoever holds the citizen id ``number`` under this name and birth date, and whoever of the same name and
    birth date has the proved ``contact`` in their record. The same words under the same contact mean the same record on
    every day. Three to five queries, and a registration's where somebody is new.
    """
    bare = PersonIn(
        name=sent.name, sex=sent.sex, birth_date=sent.birth_date, residence_code=sent.residence_code,
        nationality=sent.nationality,
    )  # fmt: skip
    intake = prepare(bare, today, strict=False)
    if isinstance(intake, Fault):
        return Declared(None, fault=intake)
    found = _by_number(cursor, intake, number) or _by_contact(cursor, intake, contact)
    if found is not None:
        return Declared(found, known=True)
    said = (intake.search_name, intake.dob, *contact)
    # named by a keyed digest: an id that anyone could make from a name would say who has declared
    made = intake._replace(wanted_id=UUID(bytes=blind("declared", repr(said)), version=5))
    [resolved] = register_in(cursor, [made], actor_id=actor_id, now=now, today=today)
    return Declared(resolved.person)


def _by_number(cursor: psycopg.Cursor[Any], intake: Intake, number: str) -> PersonFacts | None:
    if not number:
        return None
    sealed = sealed_number(IdentifierIn("citizen_id", number), strict=True)
    if isinstance(sealed, Fault):
        return None
    holder = holders_of(cursor, {sealed.blind}).get(sealed.blind)
    if holder is None or holder.birth_date is None:
        return None
    born = holder.birth_date.isoformat()[: {"Y": 4, "M": 7, "D": 10}[holder.birth_precision]]
    # both must agree: at a desk the card is in somebody's hand, here it is only words
    verdict = decide(
        from_dict({"full_name": holder.name, "dob": born}), from_dict({"full_name": intake.name, "dob": intake.dob})
    )
    first, last = intake.born_range
    near = first <= holder.birth_date <= last or (
        holder.birth_precision == "Y" and first.year == holder.birth_date.year
    )
    return holder if near and verdict.decision != "no" else None


def _by_contact(cursor: psycopg.Cursor[Any], intake: Intake, contact: tuple[str, str]) -> PersonFacts | None:
    first, last = intake.born_range
    asked = [[0], [intake.search_name], [first], [last]]
    arrays.execute(cursor, load("people", "persons_by_name_and_birth"), asked)
    namesakes = [row[1] for row in cursor.fetchall()]
    reached = {person_id for person_id, _ in contacts.have(cursor, {(person_id, contact) for person_id in namesakes})}
    people = {facts.id: facts for facts in persons_in(cursor, reached).values()} if reached else {}
    return next(iter(people.values())) if len(people) == 1 else None
