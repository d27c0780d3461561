"""One line a case: result, case, list, reached, quarantine, tested, with the medians of the place. Figures for whoever
sees no names."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
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
from lachan.tracing.engine.rules import LegalRule, by_id
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


class Step(NamedTuple):
    """``gap``: how long after the one before that is known, in words; ``asked``: whether the rule of the list asks
    it of any F1 at all."""

    name: Any
    at: datetime | None
    gap: Any
    asked: bool


def steps(line: CaseLine) -> list[Step]:
    """The one line: each step, when it was reached, how long it took."""
    rule = rule_of(line.rule)
    watches = [watch for whom, watch in rule.watch.items() if whom != "f2"] if rule is not None else None
    found: list[Step] = []
    before: datetime | None = None
    for name, at, asked in (
        (_("Result"), line.result_at, True), (_("Case"), line.case_at, True), (_("List"), line.list_at, True),
        (_("Got through to"), line.reached_at, True),
        (_("Quarantine"), line.quarantined_at, watches is None or any(one.quarantine != "none" for one in watches)),
        (_("Test taken"), line.tested_at, watches is None or any(one.test_days for one in watches)),
    ):  # fmt: skip
        gap = words.span((at - before).total_seconds()) if at is not None and before is not None else ""
        found.append(Step(name, at, gap, asked))
        before = at or before
    return found


def rule_of(rule_id: str) -> LegalRule | None:
    """The dated rule of a list; None for one that the house knows no more."""
    try:
        return by_id(rule_id)
    except LookupError:
        return None


def _row(row: CaseRow, line: CaseLine | None, person: Any) -> dict[str, Any]:
    return {
        "case": row, "line": line, "person": person, "class": of_cases.CLASSES[row.classification],
        "disease": of_cases.of(of_cases.DISEASES, row.disease), "area": place_of(row.area_id),
        "steps": steps(line) if line is not None else [],
    }  # fmt: skip
