"""Asking for a correction: what is wrong is tapped in the record, then what is right is said. The same two pages for a
person at their own door and for staff with somebody at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from lachan.access.actors import Actor
from lachan.certificates.corrections import asking
from lachan.certificates.corrections.messages import sentences
from lachan.certificates.corrections.rules import ABOUT_DOSE, KINDS
from lachan.immunization.queries import catalogue, products
from lachan.immunization.queries.person import DoseRow, person_history
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, Outcome
from lachan.people.facts import PersonFacts
from lachan.people.queries import identifiers_of
from lachan.places import queries as places
from lachan.web.parts.board.desk import command_id
from lachan.web.parts.corrections import forms, words
from lachan.web.parts.people.words import SEXES, SYSTEMS


def doses_of(person_id: UUID) -> list[DoseRow]:
    """The doses a request can be about."""
    return [dose for dose in person_history(person_id).doses if dose.status == "active"]


def record_of(person: PersonFacts, doses: list[DoseRow]) -> dict[str, Any]:
    """The record as rows to tap; numbers masked."""
    return {
        "person": person,
        "numbers": [(SYSTEMS.get(held.system, held.system), held.masked)
                    for held in identifiers_of([person.id]).get(person.id, [])],
        "doses": [(dose, catalogue().name(dose.product_id), _place(dose)) for dose in reversed(doses)],
        "facilities": _seen(doses),
        "products": [(product.key, product.name) for product in products()],
        "sexes": SEXES,
        "sex_word": dict(SEXES).get(person.sex, ""),
    }  # fmt: skip


def chosen(sent: Mapping[str, Any], doses: list[DoseRow]) -> dict[str, Any]:
    """What was tapped: a kind, and the dose for one that is about a dose. Nothing yet: the first page."""
    dose = next((dose for dose in doses if str(dose.id) == str(sent.get("dose", ""))), None)
    kind = str(sent.get("kind", ""))
    if kind not in KINDS or (kind in ABOUT_DOSE and dose is None):
        kind = "dose_wrong" if dose is not None else ""
    facility = places.facility(dose.facility_id) if dose is not None and dose.facility_id is not None else None
    return {
        "kind": kind,
        "kind_word": words.KINDS.get(kind, ""),
        "about_dose": kind in ABOUT_DOSE,
        "dose_kinds": [(code, words.KINDS[code]) for code in ABOUT_DOSE],
        "dose": dose,
        "dose_product": catalogue().name(dose.product_id) if dose is not None else "",
        "dose_place": facility.name if facility else "",
        "typed": {name: str(sent.get(f"right-{name}", "")) for name in forms.RIGHT},
        "command_id": new_id(),
        "texts": words.texts(),
    }


def send(
    request: HttpRequest, person: PersonFacts, doses: list[DoseRow], *, actor: Actor, at_desk: bool
) -> tuple[Outcome, list[str]]:
    """The request as filled in; its outcome and what it says in words."""
    kind, dose_id, said = forms.asked(request.POST, doses)
    wish = asking.Asked(
        command_id(request), person.id, kind, said, dose_id, forms.photos(request), get_language() or "vi", at_desk
    )
    [outcome] = asking.ask([wish], actor=actor, now=timezone.now())
    return outcome, sentences(outcome.reason, outcome.params)


def taken(outcome: Outcome) -> bool:
    """Whether the request stands: new, or sent before."""
    return outcome.status in (ACCEPTED, DUPLICATE)


def _place(dose: DoseRow) -> str:
    facility = places.facility(dose.facility_id) if dose.facility_id is not None else None
    return facility.name if facility else str(words.SOURCES.get(dose.source, ""))


def _seen(doses: list[DoseRow]) -> list[tuple[str, str]]:
    """(code, name) of the facilities the person knows."""
    ids = {dose.facility_id for dose in doses if dose.facility_id is not None}
    return [(row.code, row.name) for row in places.facilities(sorted(ids))]
