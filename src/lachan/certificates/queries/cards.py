"""Reads about cards: without what is signed, except where somebody shows or prints it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection

from lachan.certificates.facts import WIRE_CONTEXT
from lachan.certificates.rules.policy import Kind
from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.sealing import unseal
from lachan.kernel.statements import load

MOST_PRINTED: Final = 2_000


class CardFacts(NamedTuple):
    """A card without what is signed. ``state``: current, superseded or revoked; ``cause_at`` to ``issued_at`` is how
    long the person waited for it."""

    person_id: UUID
    id: UUID
    kind: Kind
    dose_id: UUID | None
    identifier: str
    key_id: bytes
    state: str
    issued_at: datetime
    valid_until: datetime
    cause: str
    cause_at: datetime
    replaces: UUID | None
    ended_at: datetime | None
    ended_reason: str


class Delay(NamedTuple):
    """From facts recorded to cards ready, in seconds."""

    cards: int
    median_s: float
    p95_s: float


def cards_of(person_ids: Iterable[UUID]) -> dict[UUID, list[CardFacts]]:
    """Every card of these persons, newest first; one query."""
    found: dict[UUID, list[CardFacts]] = defaultdict(list)
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("certificates", "cards_of"), [list(person_ids)])
        for row in cursor.fetchall():
            card = CardFacts._make(row)
            found[card.person_id].append(card._replace(key_id=bytes(card.key_id)))
    return found


def wires(wanted: Sequence[tuple[UUID, UUID]]) -> dict[UUID, str]:
    """What is signed, by card, of these (person, card); one query. A pair that does not belong together is left out."""
    people = [person for person, _ in wanted]
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("certificates", "sealed_wires"), [people, [card for _, card in wanted], people])
        return {row[1]: unseal(bytes(row[2]), WIRE_CONTEXT) for row in cursor.fetchall()}


def wire(person_id: UUID, card_id: UUID) -> str | None:
    """What is signed on one card of a person; None: they have no such card."""
    return wires([(person_id, card_id)]).get(card_id)


def print_list(facility_id: int, day: date, kind: Kind = "hcert", most: int = MOST_PRINTED) -> list[tuple[UUID, UUID]]:
    """(person, card) of the current cards about doses given at a facility on a day, in order of signing."""
    with connection.cursor() as cursor:
        cursor.execute(load("certificates", "day_cards"), [facility_id, day, kind, most])
        return [(row[0], row[1]) for row in cursor.fetchall()]


def delays(since: datetime) -> Delay:
    """How long cards took that were issued since then after a correction of a dose or a person; one query."""
    with connection.cursor() as cursor:
        cursor.execute(load("certificates", "delays"), [since])
        return Delay._make(cursor.fetchone())


def people_with_cards(after: UUID, most: int) -> list[UUID]:
    """Who has a card that is not revoked, in order of their ids, after one; one query."""
    with connection.cursor() as cursor:
        cursor.execute(load("certificates", "people_with_cards"), [after, most])
        return [row[0] for row in cursor.fetchall()]


def revoked_cards(after: UUID, most: int) -> list[tuple[UUID, str]]:
    """(card, identifier) of revoked cards that have not expired, in order of their ids, after one; one query."""
    with connection.cursor() as cursor:
        cursor.execute(load("certificates", "revoked_cards"), [after, most])
        return [(row[0], row[1]) for row in cursor.fetchall()]
