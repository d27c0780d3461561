"""Cards ready for paper: what they say in words, with their codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.conf import settings

from lachan.certificates import keys
from lachan.certificates.codecs import shc
from lachan.certificates.paper import Printable, PrintedDose
from lachan.certificates.queries.cards import CardFacts, cards_of, wires
from lachan.certificates.queries.facts import codes, dose_fact, holder_of, names_of
from lachan.certificates.rules.entries import DoseFact as Fact
from lachan.certificates.rules.entries import series_of
from lachan.immunization.queries import products
from lachan.immunization.queries.published import CountingDose, doses_that_count
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.database import hot_cursor
from lachan.people.facts import PersonFacts
from lachan.people.queries import identifiers_of, persons
from lachan.places import queries as places

VERIFY_AT: Final = "/verify/"
CORRECT_AT: Final = "/me/"


def printables(wanted: Sequence[tuple[UUID, UUID]]) -> list[Printable]:
    """These (person, card), in order; a card that is gone or that the person does not have is left out. Seven queries
    however many. Whoever prints for others logs the look first."""
    people = sorted({person_id for person_id, _ in wanted})
    cards = {card.id: card for found in cards_of(people).values() for card in found}
    texts = wires(wanted)
    known = persons(people)
    numbers = identifiers_of(people)
    with hot_cursor() as cursor:
        doses: dict[UUID, list[CountingDose]] = {person_id: [] for person_id in people}
        for dose in doses_that_count(cursor, people):
            doses[dose.person_id].append(dose)
    found = []
    for person_id, card_id in wanted:
        card, text, person = cards.get(card_id), texts.get(card_id), known.get(person_id)
        if card is None or text is None or person is None or card.person_id != person_id:
            continue
        masked = next((number.masked for number in numbers.get(person_id, []) if number.system == "citizen_id"), "")
        found.append(_printable(card, text, person, doses[person_id], masked))
    return found


def _printable(
    card: CardFacts, text: str, person: PersonFacts, doses: Sequence[CountingDose], masked: str
) -> Printable:
    holder = holder_of(person)
    latin = names_of(holder.name)
    address = settings.CONF.public_address
    return Printable(
        kind=card.kind,
        name=holder.name,
        name_latin=" ".join(f"{latin.get('fnt', '')} {latin.get('gnt', '')}".replace("<", " ").split()),
        birth=holder.birth,
        number="" if card.kind == "domestic" else masked,
        doses=() if card.kind == "domestic" else _doses(card, doses),
        codes=shc.qr_texts(text) if card.kind == "shc" else [text],
        identifier=card.identifier,
        issuer=keys.issuer_name(),
        issued_at=card.issued_at.astimezone(VIETNAM).date(),
        valid_until=card.valid_until.astimezone(VIETNAM).date(),
        verify_at=address + VERIFY_AT,
        correct_at=address + CORRECT_AT,
        specimen=bool(settings.LACHAN_DEMO),
    )


def _doses(card: CardFacts, doses: Sequence[CountingDose]) -> list[PrintedDose]:
    """Those up to the dose the card is about: paper and code say the same."""
    facts = [dose_fact(dose, signed=False) for dose in doses]  # of no matter for what is printed
    last = next((fact.number for fact in facts if fact.id == card.dose_id), len(facts))
    names = {product.id: product.short_name for product in products()}
    return [
        PrintedDose(
            f"{fact.number}/{series_of(fact, facts, codes())}", names.get(fact.product_id, ""), fact.lot_number,
            fact.given_on, _place(fact),
        )
        for fact in facts
        if fact.number <= last
    ]  # fmt: skip


def _place(fact: Fact) -> str:
    facility = places.facility(fact.facility_id) if fact.facility_id is not None else None
    return facility.name if facility is not None else fact.country
