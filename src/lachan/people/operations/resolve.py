"""Whom does a command mean? By our id, by a number, or by the card that was shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from lachan.kernel.sealing import blind
from lachan.people.cards import CardProblem, parse_card
from lachan.people.facts import CardIn, IdentifierIn, PersonRef, Resolved
from lachan.people.intake import Fault, Intake, from_card, from_scan, number_of, prepare, sealed_number
from lachan.people.operations.register import holders_of, register_in
from lachan.people.queries import persons_in


def resolve_in(
    cursor: psycopg.Cursor[Any], refs: Sequence[PersonRef], *, actor_id: UUID, now: datetime, today: date
) -> list[Resolved]:
    """The person of each reference, in order; at most five queries however many.

    A card whose number nobody holds is a walk-in: the person is registered on the spot, provisionally when in doubt. An
    id or a bare number that names nobody is answered with a reason.
    """
    answers: list[Resolved | None] = [None] * len(refs)
    by_id: dict[int, UUID] = {}
    by_number: dict[int, bytes] = {}
    by_card: dict[int, Intake] = {}
    for index, ref in enumerate(refs):
        if ref.id is not None:
            by_id[index] = ref.id
            continue
        asked = _asked(ref, actor_id, today)
        if isinstance(asked, Fault):
            answers[index] = Resolved(None, asked.reason, asked.params)
        elif isinstance(asked, Intake):
            by_card[index] = asked
        else:
            by_number[index] = asked
    if by_id:
        found = persons_in(cursor, set(by_id.values()))
        for index, person_id in by_id.items():
            person = found.get(person_id)
            answers[index] = Resolved(person) if person else Resolved(None, "person_unknown")
    if by_number:
        holders = holders_of(cursor, set(by_number.values()))
        for index, number in by_number.items():
            person = holders.get(number)
            answers[index] = Resolved(person) if person else Resolved(None, "person_unknown")
    if by_card:
        registered = register_in(cursor, list(by_card.values()), actor_id=actor_id, now=now, today=today)
        for index, resolved in zip(by_card, registered, strict=True):
            answers[index] = resolved
    return answers  # type: ignore[return-value]


def _asked(ref: PersonRef, actor_id: UUID, today: date) -> Intake | bytes | Fault:
    """What to look for: a person to recognise or register, or the blind index of a number."""
    if ref.card is not None:
        return _walk_in(ref.card, actor_id, today)
    if ref.identifier is not None:
        return _number(ref.identifier)
    card = parse_card(ref.scan or "")
    if isinstance(card, CardProblem):
        return Fault("card_unreadable", {"field": "person.scan", "why": card.reason})
    data = from_scan(card)
    if data is not None:
        return _walk_in(data, actor_id, today)
    number = number_of(card)
    if number is None:
        return Fault("card_unreadable", {"field": "person.scan", "why": "not_a_number"})
    return _number(number)


def _walk_in(card: CardIn, actor_id: UUID, today: date) -> Intake | Fault:
    """The person of a card. Without a trusted number the same card from the same sender on the same day is the same
    person: a station sends the arrival, the screening and the dose of one walk-in, not of three."""
    intake = prepare(from_card(card), today, strict=False)
    if isinstance(intake, Fault) or any(number.trusted for number in intake.numbers):
        return intake
    told = (actor_id, today, intake.search_name, intake.sex, intake.dob, intake.residence_code, intake.phones)
    # named by a keyed digest: an id that anyone could make from a name would say who is registered
    return intake._replace(wanted_id=UUID(bytes=blind("walk-in", repr(told)), version=5))


def _number(entry: IdentifierIn) -> bytes | Fault:
    number = sealed_number(entry, strict=True)
    return number if isinstance(number, Fault) else number.blind
