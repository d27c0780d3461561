"""The list of one case: who is on it in which order and why, who was released and why, where the case was."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.rules import may
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons
from lachan.places.venues.queries import VenueFacts, venues
from lachan.surveillance.cases.rows import CaseRow
from lachan.tracing.lists import queries
from lachan.tracing.lists.queries import EVERY_STATE, STANDING, CaseLine, ContactRow
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.cases import words as of_cases
from lachan.web.parts.cases.lists import opened
from lachan.web.parts.outbreak import words
from lachan.web.parts.outbreak.clocks import rule_of, steps
from lachan.web.parts.outbreak.listing import place_of
from lachan.web.parts.tracing import words as of_tracing

FIRST: Final = 8  # contacts on the page of the case
PAGE: Final = 100


class Shown(NamedTuple):
    """A contact in words."""

    row: ContactRow
    person: PersonFacts
    kind: Any
    minutes: int
    place: str
    state: tuple[str, Any]
    reason: Any
    commune: str
    quarantine: Any


def evidence(actor: Actor, row: CaseRow, now: datetime) -> dict[str, Any]:
    """What ``web/outbreak/_evidence.html`` shows on the page of a case: its line, its rule, the first of its contacts.

    Whoever reads the case reads the whole of its list; every contact shown is a logged look. Five statements.
    """
    return {"case": row, **_listed(actor, row, now, states=STANDING, after=(0, 0), limit=FIRST)}


def _listed(
    actor: Actor, row: CaseRow, now: datetime, *, states: tuple[str, ...], after: tuple[int, int], limit: int
) -> dict[str, Any]:
    if not may(actor, "contact.read"):
        return {"line": None, "contacts": []}
    line = queries.lines_of([row.id]).get(row.id)
    if line is None:
        return {"line": None, "contacts": [], "disease": of_cases.of(of_cases.DISEASES, row.disease)}
    with transaction.atomic():
        found = queries.contacts_of(row.id, None, states=states, after=after, limit=limit + 1, evidence=False)
        log_looks(actor, [person.id for _, person in found[:limit]], words.PURPOSE, words.OF_CASE, now)
    places_met = venues(sorted({one.place_id for one, _ in found if one.place_id is not None}))
    return {
        "line": line, "steps": steps(line), "rule": rule_of(line.rule), "anchor": words.ANCHORS[line.anchor_kind],
        "contacts": [shown(one, person, places_met) for one, person in found[:limit]],
        "next": f"{found[limit - 1][0].level}-{found[limit - 1][0].rank}" if len(found) > limit else "",
        "language": get_language(),
    }  # fmt: skip


def shown(one: ContactRow, person: PersonFacts, met: dict[int, VenueFacts]) -> Shown:
    """A contact in words; the place is named where it is a venue of ours."""
    venue = met.get(one.place_id) if one.place_id is not None else None
    state = ("unknown", of_tracing.STATES["released"][1]) if one.state == "released" else _state(one)
    return Shown(
        one, person, words.KINDS.get(one.kind, one.kind), round(one.seconds / 60), venue.name if venue else "", state,
        words.released(one.release_reason) if one.release_reason else "",
        place_of(one.area_id) if one.watch_id is not None else "",
        of_tracing.QUARANTINE.get(one.quarantine or "", ""),
    )  # fmt: skip


def _state(one: ContactRow) -> tuple[str, Any]:
    """How far the work with somebody on the list has come."""
    if one.watch_id is None:
        return ("done", of_tracing.STATES["ended"][1])
    if one.quarantined_at is not None:
        return ("done", of_tracing.OUTCOMES["noted"][1])
    if one.reached_at is not None:
        return ("done", of_tracing.OUTCOMES["reached"][1])
    return of_tracing.STATES["open"]


@require_GET
@needs("case.read")
def page(request: HttpRequest, person_id: UUID, episode_id: UUID) -> HttpResponse:
    """The whole list of a case, page by page, those released too when asked for."""
    row = opened(request, episode_id)
    if row.person_id != person_id:
        return redirect("outbreak-case", person_id=row.person_id, episode_id=row.id)
    actor, now = actor_here(request), timezone.now()
    everybody = request.GET.get("show") == "all"
    states = EVERY_STATE if everybody else STANDING
    found = _listed(actor, row, now, states=states, after=after_of(request), limit=PAGE)
    log_looks(actor, [row.person_id], words.PURPOSE, words.OF_CASE, now)
    context = {
        **found, **head(row), "everybody": everybody, "stays": stays(row, found["line"]), "words": words, "now": now,
    }  # fmt: skip
    return render(request, "web/outbreak/case.html", context)


def head(row: CaseRow) -> dict[str, Any]:
    """Who the case is, for the pages below it."""
    return {
        "case": row, "person": persons([row.person_id]).get(row.person_id), "area": place_of(row.area_id),
        "class": of_cases.CLASSES[row.classification], "disease": of_cases.of(of_cases.DISEASES, row.disease),
    }  # fmt: skip


def stays(row: CaseRow, line: CaseLine | None) -> list[tuple[str, Any]]:
    """Where the case was in its window: (name of the place, stay)."""
    if line is None:
        return []
    found = queries.stays_of(row.id)
    known = venues(sorted({stay.place_id for stay in found}))
    return [(known[stay.place_id].name if stay.place_id in known else "–", stay) for stay in found]


def after_of(request: HttpRequest) -> tuple[int, int]:
    """(level, rank) the page before ended with; what cannot be read begins again."""
    level, _mark, rank = request.GET.get("after", "").partition("-")
    if level in ("1", "2") and rank.isdecimal() and len(rank) < 9:
        return int(level), int(rank)
    return 0, 0
