"""``/reactions``: the line list for partners and stations, without names: a case by its number and the person's id."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from lachan.access.doors import key_holder
from lachan.immunization.queries import catalogue, harm
from lachan.places import queries as places
from lachan.rest.answers import Answer
from lachan.rest.openapi import doc
from lachan.rest.pages import CursorText, IsoDay, Limit, answer, read_cursor, write_cursor

router = Router(tags=["reactions"])


class Reaction(Answer):
    """A reaction after a dose that became a case, without names and free text."""

    id: UUID
    number: str
    person_id: UUID
    dose_id: UUID | None
    facility: str
    product: str
    lot: str
    given_at: datetime | None
    onset_at: datetime | None
    symptoms: list[str]
    severity: Literal["mild", "moderate", "severe"]
    seriousness: list[str]
    outcome: str
    state: Literal["new", "reported", "acknowledged", "investigated", "classified", "closed"]
    clock: Literal["none", "running", "soon", "late", "met", "met_late"]
    known_at: datetime
    due_at: datetime | None
    reported_at: datetime | None
    acknowledged_at: datetime | None
    closed_at: datetime | None
    causality: str | None


class ReactionPage(Answer):
    """`next` is the cursor of the page after; null on the last one."""

    items: list[Reaction]
    next: str | None


@router.get(
    "/reactions",
    operation_id="list_reactions",
    summary="Cases of reactions, the latest known first",
    openapi_extra=doc(ReactionPage, 403, 422),
)
def list_reactions(
    request: HttpRequest,
    since: Annotated[IsoDay | None, Query(description="Known on this day or later.")] = None,
    serious: Annotated[bool, Query(description="Only serious ones.")] = False,
    cursor: CursorText = "",
    limit: Limit = 100,
) -> HttpResponse:
    """Cases after doses at the key's facilities. Reports and follow-ups are sent as commands: `reaction.report`,
    `reaction.follow_up`. What was said in words is not in the list; the person stands under the id of commands."""
    actor = key_holder(request, "harm.read")
    after = read_cursor(cursor, tuple[datetime, UUID])
    found = harm.cases_known(
        harm.places_of(actor), since=harm.day_bounds(since)[0] if since else harm.EVER[0], serious=serious,
        before=after, limit=limit + 1,
    )  # fmt: skip
    more = write_cursor(found[limit - 1].known_at, found[limit - 1].id) if len(found) > limit else None
    page = ReactionPage(items=[_reaction(row) for row in found[:limit]], next=more)
    return answer(request, page, personal=True)


def _reaction(row: harm.CaseRow) -> Reaction:
    facility = places.facility(row.facility_id) if row.facility_id else None
    product = catalogue().product(row.product_id) if row.product_id else None
    return Reaction(
        id=row.id,
        number=row.code,
        person_id=row.person_id,
        dose_id=row.dose_id,
        facility=facility.code if facility else "",
        product=product.key if product else "",
        lot=row.lot_number,
        given_at=row.given_at,
        onset_at=row.onset_at,
        symptoms=row.symptoms,
        severity=row.severity,  # type: ignore[arg-type]
        seriousness=row.seriousness,
        outcome=row.outcome,
        state=row.state,  # type: ignore[arg-type]
        clock=row.clock(timezone.now()).value,
        known_at=row.known_at,
        due_at=row.due_at,
        reported_at=row.notified_at,
        acknowledged_at=row.acknowledged_at,
        closed_at=row.closed_at,
        causality=row.causality,
    )
