"""The list of cases: today's first, by state and disease, and one found by its number or the person's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.kernel.database import hot_cursor
from lachan.people import search
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons
from lachan.places import queries as places
from lachan.surveillance.cases import queries, rows
from lachan.surveillance.cases.queries import Filter
from lachan.surveillance.cases.rows import CaseRow
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.cases import words

PAGE: Final = 50
PURPOSE: Final = "following cases of illness"  # as it stands in the log of looks
LISTED: Final = "list of cases"
MOST_FOUND: Final = 20  # people of one name whose cases are looked for


@dataclass(frozen=True, slots=True)
class Line:
    """A case as the list shows it."""

    case: CaseRow
    person: PersonFacts | None
    classification: tuple[str, Any]
    disease: str
    reason: str
    area: str
    today: bool


@require_http_methods(["GET", "POST"])
@needs("case.read")
def cases(request: HttpRequest) -> HttpResponse:
    """Cases of my places; what is searched for comes in the body, never in the address. Four queries."""
    actor, now = actor_here(request), timezone.now()
    areas = scopes.area_array(actor, "case.read")
    asked = request.POST.get("q", "").strip()[:120] if request.method == "POST" else ""
    if asked:
        found = _searched(actor, areas, asked)
        if len(found) == 1:
            return redirect("illness", person_id=found[0].person_id, episode_id=found[0].id)
        more = False
    else:
        page = queries.open_cases(areas, filter_of(request), before=before_of(request), limit=PAGE + 1)
        found, more = page[:PAGE], len(page) > PAGE
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = lines_of(found, midnight)
    log_looks(actor, [line.person.id for line in lines if line.person is not None], PURPOSE, LISTED, now)
    context = {
        "lines": lines,
        "counts": queries.counts(areas, midnight),
        "searched": bool(asked),
        "states": words.STATES.items(),
        "diseases": words.DISEASES.items(),
        "classes": [(code, word) for code, (_, word) in words.CLASSES.items()],
        "chosen": filter_of(request),
        "next": _address(request, found[-1]) if more else "",
        "now": now,
    }
    return render(request, "web/cases/list.html", context)


def opened(request: HttpRequest, episode_id: UUID, verb: str = "case.read") -> CaseRow:
    """The case, when it lies where the reader may do this; 404 otherwise. One query."""
    with hot_cursor() as cursor:
        row = next((row for row in rows.of_ids(cursor, [episode_id])), None)
    if row is None or row.area_id is None or not scopes.area_in_scope(actor_here(request), row.area_id, verb):
        raise Http404
    return row


def lines_of(found: Sequence[CaseRow], midnight: datetime) -> list[Line]:
    """Cases in words; one query for the names."""
    people = persons({row.person_id for row in found}) if found else {}
    return [
        Line(
            row, people.get(row.person_id), words.CLASSES[row.classification], words.of(words.DISEASES, row.disease),
            words.of(words.REASONS, row.reason), area_name(row.area_id), row.recorded_at >= midnight,
        )
        for row in found
    ]  # fmt: skip


def area_name(area_id: int | None) -> str:
    area = places.area(area_id) if area_id is not None else None
    return area.full_name if area is not None else ""


def filter_of(request: HttpRequest) -> Filter:
    """What the address asks for; nonsense narrows nothing."""
    ask = request.GET
    state, disease, given = ask.get("state", "open"), ask.get("disease", ""), ask.get("class", "")
    return Filter(
        state if state in words.STATES else "open",
        disease if disease in words.DISEASES else "",
        given if given in words.CLASSES else "",
        ask.get("cluster", "").strip()[:40],
    )


def before_of(request: HttpRequest) -> tuple[datetime, UUID] | None:
    """Where the page before ended."""
    at, _, record = request.GET.get("before", "").partition("_")
    try:
        moment = parse_datetime(at)
        return (moment, UUID(record)) if moment is not None and moment.tzinfo is not None else None
    except ValueError:
        return None


def _address(request: HttpRequest, last: CaseRow) -> str:
    asked = request.GET.copy()
    asked["before"] = f"{last.recorded_at.isoformat()}_{last.id}"
    return f"?{asked.urlencode()}"


def _searched(actor: Actor, areas: list[int] | None, text: str) -> list[CaseRow]:
    """By the case's number, else by the person's name or document, within my places."""
    known = queries.by_code(areas, text.upper())
    if known:
        return known
    asked = search.read(text)
    if asked.kind == "name":
        people = search.by_name(actor, asked.wanted, limit=MOST_FOUND).persons
    else:
        people = search.by_number(actor, asked.numbers, now=timezone.now())
    of = queries.cases_of([person.id for person in people])
    scope = None if areas is None else set(areas)
    return [
        row for person in people for row in of.get(person.id, [])
        if row.joined_into is None and (scope is None or row.area_id in scope)
    ]  # fmt: skip
