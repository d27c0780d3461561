"""``/tracing/…``: lists of contacts for the systems of centres. Who is on them, never more than the key's areas."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Header, Query, Router

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.doors import key_holder
from lachan.access.operations import log_looks
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Problem
from lachan.people.facts import PersonFacts
from lachan.rest.answers import Answer
from lachan.rest.openapi import doc
from lachan.rest.pages import CursorText, Limit, answer, read_cursor, write_cursor
from lachan.surveillance.cases.queries import case_facts
from lachan.tracing.lists import queries as lists

router = Router(tags=["tracing"])

PurposeHeader = Annotated[
    Literal["contact_tracing", "audit"] | None,
    Header(alias="Lachan-Purpose", description="Why; kept in the log of looks. Must be given."),
]


class CaseLine(Answer):
    """What a case came to, and when each step was first reached; null while it was not."""

    case_id: UUID
    disease: str
    rule: str
    anchor_kind: Literal["onset", "sample", "source"]
    anchor_at: datetime
    window_from: datetime
    window_to: datetime
    f1: int
    f2: int
    result_at: datetime | None
    case_at: datetime
    list_at: datetime
    reached_at: datetime | None
    quarantined_at: datetime | None
    tested_at: datetime | None
    state: Literal["standing", "withdrawn"]


class Contact(Answer):
    """Somebody on the list of a case. `minutes` as the rule counts them; `kind` of the longest evidence."""

    person_id: UUID
    name: str
    sex: Literal["M", "F", "U"]
    birth_date: str | None
    area_id: int | None
    level: Literal[1, 2]
    grade: Literal["contact", "high", "factor"]
    rule: str
    first_exposure: datetime
    last_exposure: datetime
    minutes: float
    kind: Literal["visit", "encounter", "household", "class", "workplace", "vehicle", "interview"]
    place_id: int | None
    score: float
    rank: int
    until: date | None
    reached_at: datetime | None
    quarantined_at: datetime | None
    tested_at: datetime | None


class ContactPage(Answer):
    """`next` is the cursor of the page after; null on the last one."""

    case: CaseLine
    items: list[Contact]
    next: str | None


@router.get(
    "/tracing/cases/{traced_id}/contacts",
    operation_id="list_contacts",
    summary="Contacts of a case, F1 first, by rank",
    openapi_extra=doc(ContactPage, 403, 404, 422),
)
def list_contacts(
    request: HttpRequest,
    traced_id: UUID,
    purpose: PurposeHeader = None,
    level: Annotated[int | None, Query(ge=1, le=2, description="1 or 2; left out: both.")] = None,
    cursor: CursorText = "",
    limit: Limit = 100,
) -> HttpResponse:
    """People who stand on the list of a case. The centre of the case's area sees all of them, another one those of its
    own communes; who has neither is told that there is no such case. A key of a facility has no communes of its own.
    Every person in the answer is logged as looked at."""
    actor = key_holder(request, "contact.read")
    if purpose is None:
        detail = "Say why in the header Lachan-Purpose: contact_tracing or audit."
        raise Problem("purpose_missing", "Purpose missing", detail, status=422, field="header.Lachan-Purpose")
    after = read_cursor(cursor, tuple[int, int]) or (0, 0)
    levels = (1, 2) if level is None else (level,)
    areas = _areas(actor)
    with hot_cursor(together=True, prepared=True, binary=True) as opened:  # one transaction: what is shown is logged
        line = lists.lines_of([traced_id], opened).get(traced_id)
        if line is None:
            raise _no_case()
        if areas is not None and case_facts(opened, [traced_id])[traced_id].area_id in areas:
            areas = None
        found = lists.contacts_of(
            traced_id, areas, levels=levels, after=after, limit=limit + 1, evidence=False, cursor=opened
        )
        # its line says of what somebody is ill, and since when
        if areas is not None and not found and not lists.contacts_of(traced_id, areas, limit=1, cursor=opened):
            raise _no_case()
        more = len(found) > limit
        log_looks(actor, [person.id for _, person in found[:limit]], purpose, "contact", timezone.now(), opened)
    items = [_contact(row, person) for row, person in found[:limit]]
    page = ContactPage(
        case=_line(line), items=items, next=write_cursor(items[-1].level, items[-1].rank) if more else None
    )
    return answer(request, page, personal=True)


def _areas(actor: Actor) -> list[int] | None:
    """Areas the key answers for. A key of a facility registers people of the district around it; whom a case there met
    is not its business."""
    own = replace(actor, grants=tuple(grant for grant in actor.grants if grant.area_id is not None))
    return scopes.area_array(own, "contact.read")


def _no_case() -> Problem:
    return Problem("not_found", "Not found", "There is no such case, or no list of it yet.", status=404)


def _line(line: lists.CaseLine) -> CaseLine:
    told = {name: getattr(line, name) for name in CaseLine.__struct_fields__}
    return CaseLine(**told)


_WRITTEN = {"D": 10, "M": 7, "Y": 4}


def _contact(row: lists.ContactRow, person: PersonFacts) -> Contact:
    born = person.birth_date.isoformat()[: _WRITTEN[person.birth_precision]] if person.birth_date else None
    return Contact(
        person_id=person.id, name=person.name, sex=person.sex, birth_date=born, area_id=row.area_id,  # type: ignore[arg-type]
        level=row.level, grade=row.grade, rule=row.rule, first_exposure=row.first_exposure,  # type: ignore[arg-type]
        last_exposure=row.last_exposure, minutes=round(row.seconds / 60, 2), kind=row.kind, place_id=row.place_id,  # type: ignore[arg-type]
        score=round(row.score, 4), rank=row.rank, until=row.until, reached_at=row.reached_at,
        quarantined_at=row.quarantined_at, tested_at=row.tested_at,
    )  # fmt: skip
