"""The line list of reactions: whose clock runs comes first. Names only for those who may read them, and logged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.rules import may
from lachan.immunization.queries import catalogue, harm
from lachan.immunization.queries.harm import CaseRow, Filter
from lachan.immunization.reaction_form import ReactionForm, form_on
from lachan.immunization.rules.harm import Clock
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons
from lachan.places import queries as places
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.harm import words

PAGE = 50
PURPOSE = "line list of reactions"
PERIODS = {"7": 7, "28": 28, "90": 90, "all": 0}


@dataclass(frozen=True, slots=True)
class Line:
    """A case as the list shows it; ``person`` None for who may not see names."""

    case: CaseRow
    person: PersonFacts | None
    facility: str
    product: str
    severity: tuple[str, str]
    symptoms: str
    state: tuple[str, Any]
    clock: Clock
    clock_kind: str
    clock_word: str

    @property
    def ticking(self) -> bool:
        return self.clock in (Clock.RUNNING, Clock.SOON, Clock.LATE)


@require_GET
@needs("harm.read")
def reactions(request: HttpRequest) -> HttpResponse:
    """Cases of my places. Four queries."""
    actor, now = actor_here(request), timezone.now()
    whose, wanted = harm.places_of(actor), filter_of(request, now)
    page = _page(request)
    sort = request.GET.get("sort", "due")
    found = harm.cases(whose, wanted, now=now, sort=sort, skip=page * PAGE, limit=PAGE + 1)
    rows = lines(found[:PAGE], actor, now)
    log_looks(actor, [line.person.id for line in rows if line.person is not None], PURPOSE, "reactions", now)
    form = form_on(timezone.localdate())
    context = {
        "lines": rows,
        "counts": harm.counts(whose, now),
        "now": now,
        "form": {key: form.words(key) for key in ("severity", "symptoms", "causality")},
        "products": sorted(catalogue().keys.items(), key=lambda entry: entry[0]),
        "states": words.STATES.items(),
        "sorts": words.SORTS.items(),
        "asked": request.GET,
        "sort": sort,
        "page": page,
        "more": len(found) > PAGE and (page + 1) * PAGE < harm.MOST_SKIPPED,
        "query": _query(request),
        "named": may(actor, "reaction.read"),
        "may_download": may(actor, "harm.download"),
        "texts": words.texts(),
    }
    return render(request, "web/harm/list.html", context)


@require_GET
@needs("harm.read")
def counts(request: HttpRequest) -> HttpResponse:
    """The figures above the list, asked again each minute; no names, so no look."""
    actor, now = actor_here(request), timezone.now()
    return render(request, "web/harm/counts.html", {"counts": harm.counts(harm.places_of(actor), now), "now": now})


def lines(found: Sequence[CaseRow], actor: Actor, now: datetime) -> list[Line]:
    """Cases in words; one query for the names, where they may be read."""
    people = persons({row.person_id for row in found}) if found and may(actor, "reaction.read") else {}
    form = form_on(timezone.localdate(now))
    return [line_of(row, people.get(row.person_id), form, now) for row in found]


def line_of(row: CaseRow, person: PersonFacts | None, form: ReactionForm, now: datetime) -> Line:
    facility = places.facility(row.facility_id) if row.facility_id else None
    clock = row.clock(now)
    return Line(
        row, person, facility.name if facility else "", catalogue().name(row.product_id) if row.product_id else "",
        (words.SEVERITY_KINDS[row.severity], form.word("severity", row.severity)),
        "; ".join(form.word("symptoms", code) for code in row.symptoms), words.STATES[row.state], clock,
        words.CLOCKS[clock], words.clock_word(clock, row.due_at, row.notified_at, now),
    )  # fmt: skip


def filter_of(request: HttpRequest, now: datetime) -> Filter:
    """What the address asks for; nonsense narrows nothing. Numbers and names are never in it."""
    ask = request.GET
    days = PERIODS.get(ask.get("period", "90"), 90)
    since = now - timedelta(days=days) if days else harm.EVER[0]
    state = ask.get("state", "open" if "state" not in ask else "")
    product = catalogue().keys.get(ask.get("product", ""), 0)
    facility = ask.get("facility", "")
    return Filter(
        state=state if state in words.STATES or state == "open" else "",
        serious=ask.get("serious") == "1",
        late=ask.get("late") == "1",
        severity=ask.get("severity", "") if ask.get("severity") in words.SEVERITY_KINDS else "",
        product=product,
        facility=int(facility) if facility.isdecimal() and len(facility) < 10 else 0,
        session=_uuid(ask.get("session", "")),
        lot=ask.get("lot", "").strip().upper()[:60],
        symptom=ask.get("symptom", "")[:60],
        causality=ask.get("causality", "")[:2],
        code=ask.get("code", "").strip().upper()[:20],
        since=since,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return int(text) if text.isdecimal() and len(text) < 5 else 0


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return str(kept.urlencode())
