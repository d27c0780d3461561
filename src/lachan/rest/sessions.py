"""``/sessions``: what a station holds, within the key's facilities."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from lachan.access import scopes
from lachan.access.doors import key_holder
from lachan.immunization.queries import api
from lachan.kernel.errors import Problem
from lachan.places import queries as places
from lachan.rest import answers
from lachan.rest.openapi import doc
from lachan.rest.pages import CursorText, IsoDay, Limit, answer, read_cursor, write_cursor
from lachan.rest.places import facility_of

router = Router(tags=["sessions"])
_ELSEWHERE = Problem("not_found", "Not found", "There is nothing here, or not for this key.", status=404)


@router.get(
    "/sessions",
    operation_id="list_sessions",
    summary="Sessions, newest first",
    openapi_extra=doc(answers.SessionPage, 403, 404, 422),
)
def list_sessions(
    request: HttpRequest,
    facility: Annotated[str, Query(max_length=40, description="Code; empty: every facility of the key.")] = "",
    day: Annotated[IsoDay | None, Query(alias="date", description="Without a facility: today when left out.")] = None,
    cursor: CursorText = "",
    limit: Limit = 100,
) -> HttpResponse:
    """Sessions of one facility, or of one day at all facilities of the key."""
    actor = key_holder(request, "session.read")
    if facility:
        row = facility_of(facility)
        if not scopes.facility_in_scope(actor, row.id, "session.read"):
            raise _ELSEWHERE
        ids = [row.id]
    else:
        # the whole nation as a list too: with the day it is a walk along the index
        scope = scopes.facility_array(actor, "session.read")
        ids = sorted(places.facility_table()) if scope is None else scope
        day = day or timezone.localdate()
    found = api.sessions(ids, day=day, after=read_cursor(cursor, tuple[date, UUID]), limit=limit + 1)
    more = write_cursor(found[limit - 1].date, found[limit - 1].id) if len(found) > limit else None
    return answer(request, answers.SessionPage(items=[_session(facts) for facts in found[:limit]], next=more))


@router.get(
    "/sessions/{session_id}",
    operation_id="get_session",
    summary="One session",
    openapi_extra=doc(answers.Session, 403, 404, 422),
)
def get_session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """A session of one of the key's facilities."""
    actor = key_holder(request, "session.read")
    facts = api.session(session_id, scopes.facility_array(actor, "session.read"))
    if facts is None:
        raise _ELSEWHERE
    return answer(request, _session(facts))


def _session(facts: api.SessionFacts) -> answers.Session:
    facility = places.facility(facts.facility_id)
    return answers.Session(
        id=facts.id,
        facility=facility.code if facility else "",
        date=facts.date,
        part=facts.part,
        status=facts.status,  # type: ignore[arg-type]
        capacity=facts.capacity,
        lots=facts.lots,
        opened_at=facts.opened_at,
        closed_at=facts.closed_at,
    )
