"""``/persons``: one person and the doses. Every answer that names somebody is logged as a look, with its purpose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from msgspec import Meta
from ninja import Header, Router

from lachan.access import scopes
from lachan.access.doors import key_holder
from lachan.access.operations import log_looks
from lachan.immunization import queries as immunization
from lachan.immunization.queries import api
from lachan.kernel.errors import Problem
from lachan.people import identifiers, queries, search
from lachan.people.facts import IdentifierIn, PersonFacts
from lachan.places import queries as places
from lachan.rest import answers
from lachan.rest.openapi import doc, json_body
from lachan.rest.pages import answer
from lachan.rest.reading import decoded

router = Router(tags=["persons"])

Purpose = Literal["vaccination", "verification", "correction", "adverse_event", "follow_up", "audit"]
PurposeHeader = Annotated[Purpose, Header(alias="Lachan-Purpose", description="Why; kept in the log of looks.")]
_WRITTEN = {"D": 10, "M": 7, "Y": 4}


class FindIn(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Whom to find: by a number, or by the text a card reader gave. Exactly one of the two."""

    purpose: Purpose
    identifier: IdentifierIn | None = None
    scan: Annotated[str, Meta(min_length=1, max_length=2_000)] | None = None

    def __post_init__(self) -> None:
        if (self.identifier is None) == (self.scan is None):
            raise ValueError("send exactly one of identifier, scan")


_find = msgspec.json.Decoder(FindIn)


@router.post(
    "/persons/find",
    operation_id="find_persons",
    summary="Find a person by number or card",
    openapi_extra=doc(answers.FoundPersons, 400, 403, 413, 415, 422, body=json_body(FindIn), etag=False),
)
def find_persons(request: HttpRequest) -> HttpResponse:
    """Whoever holds the number presented, from anywhere in the country, with the doses. Nobody is registered."""
    actor = key_holder(request, "person.serve")
    asked = decoded(request, _find)
    now = timezone.now()
    with transaction.atomic():
        persons = search.by_number(actor, _numbers(asked), now=now)
        log_looks(actor, [facts.id for facts in persons], asked.purpose, "record", now)
        doses = _doses([facts.id for facts in persons])
        found = [answers.Found(person=person, doses=doses[person.id]) for person in _persons(persons)]
    return answer(request, answers.FoundPersons(items=found), personal=True)


@router.get(
    "/persons/{person_id}",
    operation_id="get_person",
    summary="One person",
    openapi_extra=doc(answers.Person, 403, 404, 422),
)
def get_person(request: HttpRequest, person_id: UUID, purpose: PurposeHeader) -> HttpResponse:
    """Someone who lives in the key's areas or was received at one of its facilities; numbers are masked."""
    with transaction.atomic():
        facts = _open(request, person_id, purpose, "person")
        [person] = _persons([facts])
    return answer(request, person, personal=True)


@router.get(
    "/persons/{person_id}/doses",
    operation_id="get_person_doses",
    summary="Doses of a person",
    openapi_extra=doc(answers.Doses, 403, 404, 422),
)
def get_doses(request: HttpRequest, person_id: UUID, purpose: PurposeHeader) -> HttpResponse:
    """Every dose by day; one that was voided or amended stays, with its correction."""
    with transaction.atomic():
        facts = _open(request, person_id, purpose, "doses")
        doses = _doses([facts.id])[facts.id]
    return answer(request, answers.Doses(person_id=facts.id, items=doses), personal=True)


def _open(request: HttpRequest, person_id: UUID, purpose: str, what: str) -> PersonFacts:
    """The person, if this key may open the record; the look is logged. Problem 404: not there, or not for this key."""
    actor = key_holder(request, "person.read")
    facts = queries.persons([person_id]).get(person_id)
    if facts is not None:
        seen = api.seen_at([facts.id]).get(facts.id, set())
        if scopes.may_open_person(actor, residence_id=facts.residence_id, seen_at=seen):
            log_looks(actor, [facts.id], purpose, what, timezone.now())
            return facts
    raise Problem("not_found", "Not found", "There is nobody here, or not for this key.", status=404)


def _numbers(asked: FindIn) -> Sequence[tuple[str, str]]:
    """(system, value) to look under; problem 422 for what cannot be a number or card."""
    if asked.identifier is not None:
        checked = identifiers.check(asked.identifier.system, asked.identifier.value[:100])
        if not checked.ok or asked.identifier.system == "phone":
            detail = f"The number is not written as such a number is ({checked.reason or 'unknown_system'})."
            raise Problem("identifier_malformed", "Malformed number", detail, status=422, field="identifier")
        return [(asked.identifier.system, checked.normal)]
    read = search.read(asked.scan or "")
    if read.kind not in ("card", "number", "phone"):
        detail = "The text is neither a card nor a number. People are not looked up by name here."
        raise Problem("scan_unreadable", "Unreadable scan", detail, status=422, field="scan")
    return read.numbers


def _persons(found: Sequence[PersonFacts]) -> list[answers.Person]:
    numbers = queries.identifiers_of([facts.id for facts in found]) if found else {}
    return [
        answers.Person(
            id=facts.id,
            name=facts.name,
            sex=facts.sex,  # type: ignore[arg-type]
            birth_date=facts.birth_date.isoformat()[: _WRITTEN[facts.birth_precision]] if facts.birth_date else None,
            residence=_residence(facts.residence_id),
            status=facts.status,  # type: ignore[arg-type]
            died_on=facts.died_on,
            identifiers=[
                answers.Identifier(system=number.system, masked=number.masked, trusted=number.trusted)
                for number in numbers.get(facts.id, [])
            ],
        )
        for facts in found
    ]


def _residence(area_id: int | None) -> answers.Residence | None:
    area = places.area(area_id) if area_id is not None else None
    return answers.Residence(code=area.code, address=places.address(area.id)) if area else None


def _doses(person_ids: Sequence[UUID]) -> dict[UUID, list[answers.Dose]]:
    found = api.doses(person_ids) if person_ids else {}
    keys = {product.id: product.key for product in immunization.products()}
    return {person_id: [_dose(facts, keys) for facts in found.get(person_id, [])] for person_id in person_ids}


def _dose(facts: api.DoseFacts, keys: dict[int, str]) -> answers.Dose:
    facility = places.facility(facts.facility_id) if facts.facility_id is not None else None
    correction = None
    if facts.correction_kind is not None and facts.corrected_at is not None:
        correction = answers.Correction(
            kind=facts.correction_kind,  # type: ignore[arg-type]
            replacement_id=facts.replacement_id,
            reason=facts.correction_reason or "",
            at=facts.corrected_at,
        )
    return answers.Dose(
        id=facts.id,
        product=keys[facts.product_id],
        lot=facts.lot_number,
        dose_number=abs(facts.dose_number),
        given_on=facts.given_on,
        given_at=facts.given_at,
        facility=facility.code if facility else None,
        session_id=facts.session_id,
        site=facts.site,
        route=facts.route,
        source=facts.source,  # type: ignore[arg-type]
        country=facts.country,
        status=facts.status,  # type: ignore[arg-type]
        completes=facts.completes,
        next_due_on=facts.next_due_on,
        recorded_at=facts.recorded_at,
        correction=correction,
    )
