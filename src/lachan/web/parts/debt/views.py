"""The debt meter on the screen: from the nation down to the day of a station, and the list that repairs each gap."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.rules import Role, may
from lachan.access.staff import staff_of
from lachan.analytics.debt import projection, queries
from lachan.analytics.debt.facts import GAPS, Line, Meter
from lachan.analytics.debt.queries import EVER, Days
from lachan.immunization.queries import catalogue
from lachan.places import queries as places
from lachan.places.facts import FacilityRow
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.debt.bars import KEYS, bar, parts
from lachan.web.parts.debt.rows import body, drawn, row_of
from lachan.web.reading import plainly

PAGE = 100  # lines of an area
BEHIND = 60  # seconds after which the page says that the meter is behind
SORTS: dict[str, Callable[[Line], Any]] = {
    "gap": lambda line: (-line.sums.gap, line.name),
    "missing": lambda line: (-line.sums.missing, line.name),
    "age": lambda line: (line.oldest or date.max, line.name),
    "name": lambda line: line.name,
}


@require_GET
@needs("debt.read")
def home(request: HttpRequest) -> HttpResponse:
    """Where the reader begins: the own station, the own area, the nation."""
    actor = actor_here(request)
    found = queries.home(actor)
    if found is None:
        raise Http404
    if isinstance(found, FacilityRow):
        return redirect("debt-facility", facility_id=found.id)
    return redirect("debt-area", area_id=found.id)


@require_GET
@needs("debt.read")
def area(request: HttpRequest, area_id: int) -> HttpResponse:
    """An area: a bar for the whole, and one for each part of it."""
    actor = actor_here(request)
    days = _days(request)
    with plainly():
        found = queries.meter(actor, area_id, days)
    sort = request.GET.get("sort", "gap") if request.GET.get("sort") in SORTS else "gap"
    lines = sorted(found.lines, key=SORTS[sort])
    begin = PAGE * min(_number(request.GET.get("page", "")), len(lines) // PAGE)
    shown, query = lines[begin : begin + PAGE], _query(days)
    if found.unplaced is not None and begin + PAGE >= len(lines):
        shown.append(found.unplaced)
    return render(
        request,
        "web/debt/area.html",
        {
            **_shared(found.whole, days, found.as_of), "meter": found, "sort": sort, "area": found.area,
            "body": body([row_of(line, days, query) for line in shown]), "page": begin // PAGE,
            "pages": (len(lines) + PAGE - 1) // PAGE, "count": len(lines),
            "trail": queries.above(actor, found.area), "query": query,
            "repair": _repair_links(actor, found), "unmatched": found.whole.ages["unmatched"],
        },
    )  # fmt: skip


@require_GET
@needs("debt.read")
def facility(request: HttpRequest, facility_id: int) -> HttpResponse:
    """A station: its bar, and every session that owes something, with owner, age and the page that repairs it."""
    actor = actor_here(request)
    days = _days(request)
    with plainly():
        line = queries.facility(actor, facility_id, days)
        owing = queries.facility_days(actor, facility_id, days, most=60)
        standing = queries.standings(actor, facility_id, [day.day for day in owing])
        as_of = projection.as_of()
    assert line.facility is not None
    reads_sessions = scopes.may_at(actor, "session.read", facility_id)
    rows = []
    for day in owing:
        debt = standing[day.day]
        sessions: dict[Any, list[Any]] = {}
        for entry in debt.standings:
            if entry.missing or entry.surplus:
                sessions.setdefault(entry.session_id, []).append((catalogue().name(entry.product_id), entry))
        rows.append(
            {
                "day": day.day, "age": (days.today - day.day).days, "sums": day.sums, "sessions": sessions.items(),
                "untallied": debt.untallied,
            }
        )  # fmt: skip
    heads = [fact.name for fact in staff_of(facility_id, days.today) if Role.HEAD in fact.roles]
    return render(
        request,
        "web/debt/facility.html",
        {
            **_shared(line, days, as_of), "facility": line.facility, "rows": rows,
            "owner": ", ".join(heads) if reads_sessions else "", "reads_sessions": reads_sessions,
            "mends": may(actor, "repair.read"), "works": may(actor, "worklist.read") and reads_sessions,
            "address": places.address(line.facility.area_id),
            "area": places.area(line.facility.area_id) if queries.may_see_area(actor, line.facility.area_id) else None,
            "unmatched": line.ages["unmatched"],
        },
    )  # fmt: skip


@require_GET
@needs("debt.read")
def download(request: HttpRequest, area_id: int) -> HttpResponse:
    """The lines of an area as CSV, figures as plain numbers."""
    actor = actor_here(request)
    days = _days(request)
    with plainly():
        found = queries.meter(actor, area_id, days)
    out = io.StringIO()
    writer = csv.writer(out)
    ages = [f"{gap}_{low}" for gap in GAPS for low in ("0-1", "2-7", "8-30", "31+")]
    writer.writerow(
        ["code", "name", "given", "recorded", "matched", "missing", "explained", "surplus", "untallied_sessions",
         "held", "refused", "paper_only", "signed", "unmatched", *ages, "oldest"]
    )  # fmt: skip
    lines = [*found.lines, *([found.unplaced] if found.unplaced else []), found.whole]
    for line in lines:
        code = line.facility.code if line.facility else line.area.code if line.area else ""
        buckets = [count for gap in GAPS for count in line.ages[gap].buckets]
        oldest = line.oldest.isoformat() if line.oldest else ""
        writer.writerow([code, line.name, *line.sums, line.sums.unmatched, *buckets, oldest])
    response = HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    name = f"lachan-debt-{found.area.code or 'vn'}-{days.last.isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _shared(whole: Line, days: Days, as_of: Any) -> dict[str, Any]:
    behind = (timezone.now() - as_of).total_seconds() if as_of is not None else None
    return {
        "whole": whole, "bar": drawn(bar(whole.sums)),
        "keys": [(key, word, parts(whole.sums)[key]) for key, word in KEYS],
        "ages": _ages(whole), "as_of": as_of, "behind": behind is None or behind > BEHIND, "days": days,
        "seconds": int(behind or 0), "ever": days.first == EVER,
    }  # fmt: skip


def _ages(line: Line) -> list[dict[str, Any]]:
    words = {
        "missing": _("On paper, not recorded"),
        "unmatched": _("Identity not confirmed"),
        "unsigned": _("Not signed by the head"),
        "held": _("Held for a decision"),
        "refused": _("Refused"),
    }
    return [{"word": words[gap], "ages": line.ages[gap], "total": sum(line.ages[gap].buckets)} for gap in GAPS]


def _repair_links(actor: Actor, found: Meter) -> list[tuple[str, str]]:
    """The lists on which the gaps of an area are worked off, as far as they are the reader's."""
    links = []
    if may(actor, "worklist.read") and found.whole.sums.held + found.whole.sums.refused:
        links.append(("/worklist/", _("Worklist: held and refused doses")))
    return links


def _days(request: HttpRequest) -> Days:
    """The days asked for; everything until today by default."""
    today = timezone.localdate()
    first, last = _day(request.GET.get("first", "")) or EVER, _day(request.GET.get("last", "")) or today
    if first > last:
        raise Http404
    return Days(first, min(last, today), today)


def _query(days: Days) -> str:
    return f"first={days.first.isoformat()}&last={days.last.isoformat()}" if days.first != EVER else ""


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0
