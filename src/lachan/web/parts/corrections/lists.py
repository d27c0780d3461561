"""The list of requests: the oldest first, with its clocks; who is behind, for officers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.queries import labels
from lachan.access.rules import OFFICER_ROLES
from lachan.certificates.corrections import queries
from lachan.certificates.corrections.facts import RequestRow
from lachan.certificates.corrections.queries import Filter
from lachan.certificates.corrections.rules import Clock, Owner, clock
from lachan.certificates.queries.cards import delays
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons
from lachan.web.parts.corrections import words
from lachan.web.parts.people.reached import acting

PAGE: Final = 50
PURPOSE: Final = "correction"
ANSWERED_FOR: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Line:
    """A request as the list shows it."""

    row: RequestRow
    person: PersonFacts | None
    kind: Any
    owner: str
    state: tuple[str, Any]
    clock: str
    clock_word: str
    handler: str

    @property
    def late(self) -> bool:
        return self.clock == "stop"


@require_GET
@needs("correction.handle")
def corrections(request: HttpRequest) -> HttpResponse:
    """Requests of my places. Each name that is shown is a look, logged with its purpose."""
    actor, now = acting(request), timezone.now()
    show = request.GET.get("show", "open")
    show = show if show in words.SHOWS else "open"
    page = _page(request)
    if show == "closed":
        found = queries.closed_requests(actor, since=now - ANSWERED_FOR, now=now, skip=page * PAGE, limit=PAGE + 1)
    else:
        narrowed = Filter(
            mine=show == "mine", late=show == "late", decide=show == "decide", here=show == "here",
            facility=_facility(request),
        )  # fmt: skip
        found = queries.open_requests(actor, narrowed, now=now, skip=page * PAGE, limit=PAGE + 1)
    lines = lines_of(found[:PAGE], now)
    log_looks(actor, list({line.row.person_id for line in lines}), PURPOSE, "corrections", now)
    counts = queries.counts(actor, now)
    above = bool(actor.roles & OFFICER_ROLES)
    context = {
        "lines": lines,
        "counts": counts._asdict(),
        "shows": [(code, word, getattr(counts, code, None)) for code, word in words.SHOWS.items()],
        "show": show,
        "page": page,
        "more": len(found) > PAGE,
        "behind": [(owner, words.owner_name(Owner(owner.facility_id, owner.area_id)))
                   for owner in queries.late_by_owner(actor, now)] if above else [],
        "now": now, "delay": delays(now - timedelta(days=1)),
    }  # fmt: skip
    return render(request, "web/corrections/list.html", context)


def lines_of(found: Sequence[RequestRow], now: datetime) -> list[Line]:
    """Requests in words; two queries for the names."""
    people = persons({row.person_id for row in found}) if found else {}
    who = labels({row.handler_id for row in found if row.handler_id is not None}) if found else {}
    return [line_of(row, people.get(row.person_id), who.get(row.handler_id, "") if row.handler_id else "", now)
            for row in found]  # fmt: skip


def line_of(row: RequestRow, person: PersonFacts | None, handler: str, now: datetime) -> Line:
    at = clock(row.state, row.due_at, now)
    word = words.clock_word(at, row.due_at, now) if at is not Clock.STOPPED else ""
    return Line(row, person, words.KINDS.get(row.kind, row.kind), words.owner_name(row.owner), words.STATES[row.state],
                words.CLOCKS[at], word, handler)  # fmt: skip


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _facility(request: HttpRequest) -> int | None:
    text = request.GET.get("facility", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None
