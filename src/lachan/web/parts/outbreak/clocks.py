"""One line a case: result, case, list, reached, quarantine, tested, with the medians of the place. Figures for whoever
sees no names."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.rules import may
from lachan.people.queries import persons
from lachan.surveillance.cases.rows import CaseRow
from lachan.tracing.lists.queries import CaseLine
from lachan.tracing.outbreak import lines
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.cases import words as of_cases
from lachan.web.parts.outbreak import words
from lachan.web.parts.outbreak.listing import place_of


@require_GET
@needs("outbreak.read")
def page(request: HttpRequest) -> HttpResponse:
    """The clocks of my cases, the latest first; names and lines only for whoever may read cases."""
    actor, now = actor_here(request), timezone.now()
    named = may(actor, "case.read")
    disease = request.GET.get("disease", "")
    disease = disease if disease in of_cases.DISEASES else ""
    rows: list[dict[str, Any]] = []
    rest = None
    if named:
        with transaction.atomic():
            found, rest = lines.case_page(actor, disease, before=before_of(request))
            people = persons({row.person_id for row, _ in found})
            log_looks(actor, sorted({row.person_id for row, _ in found}), words.PURPOSE, words.LISTED, now)
        rows = [_row(row, line, people.get(row.person_id)) for row, line in found]
    told = lines.clocks(actor, now)
    context = {
        "rows": rows, "named": named, "told": told, "tiles": _tiles(told), "days": lines.CLOCK_DAYS,
        "lists": may(actor, "contact.read"), "diseases": of_cases.DISEASES, "disease": disease, "now": now,
        "words": words, "imports": may(actor, "case.report"),
        "next": f"?disease={disease}&before={rest[0].isoformat().replace('+', '%2B')}_{rest[1]}" if rest else "",
    }  # fmt: skip
    return render(request, "web/outbreak/clocks.html", context)


def before_of(request: HttpRequest) -> tuple[datetime, UUID] | None:
    """Where the page before ended; what cannot be read begins again."""
    at, _mark, record = request.GET.get("before", "").partition("_")
    try:
        moment = parse_datetime(at)
        return (moment, UUID(record)) if moment is not None and moment.tzinfo is not None else None
    except ValueError:
        return None


def _tiles(told: lines.Clocks) -> list[tuple[str, Any, str]]:
    """Median of each step, and of how many cases it is."""
    of = _("of %(n)s cases")
    return [
        (_("Result to case"), words.span(told.to_case), of % {"n": told.cases}),
        (_("Case to list"), words.span(told.to_list), of % {"n": told.cases}),
        (_("List to nine of ten reached"), words.span(told.to_reached), of % {"n": told.reached}),
        (_("List to quarantine"), words.span(told.to_quarantine), of % {"n": told.quarantined}),
        (_("List to tested"), words.span(told.to_test), of % {"n": told.tested}),
    ]


def steps(line: CaseLine) -> list[tuple[Any, datetime | None, Any]]:
    """The one line: each step, when it was reached, how long after the one before that is known."""
    found: list[tuple[Any, datetime | None, Any]] = []
    before: datetime | None = None
    for name, at in (
        (_("Result"), line.result_at), (_("Case"), line.case_at), (_("List"), line.list_at),
        (_("Got through to"), line.reached_at), (_("Quarantine"), line.quarantined_at),
        (_("Test taken"), line.tested_at),
    ):  # fmt: skip
        gap = words.span((at - before).total_seconds()) if at is not None and before is not None else ""
        found.append((name, at, gap))
        before = at or before
    return found


def _row(row: CaseRow, line: CaseLine | None, person: Any) -> dict[str, Any]:
    return {
        "case": row, "line": line, "person": person, "class": of_cases.CLASSES[row.classification],
        "disease": of_cases.of(of_cases.DISEASES, row.disease), "area": place_of(row.area_id),
        "steps": steps(line) if line is not None else [],
    }  # fmt: skip
