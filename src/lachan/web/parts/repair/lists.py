"""The repair list of a commune in the three groups of the procedure; for those above it, their communes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.exchange.tables.sentences import PROPOSALS
from lachan.people import repair_list
from lachan.people.names import search_form
from lachan.people.repair_list import Line
from lachan.people.verification.queries import RepairItem, open_repairs, repair_counts
from lachan.places import queries as places
from lachan.web.parts.people.reached import PURPOSES
from lachan.web.parts.repair import present, scope, words
from lachan.web.parts.repair.scope import Desk

PAGE = 30
SCANNED = 2_000  # people looked through for one reason, or for safe proposals
COMMUNES = 100  # of an overview
FEW_AREAS = 60  # a commune with what it was made of, a district of 2021
COUNTED_FOR_S = 20
_STEP = 500


@require_http_methods(["GET", "POST"])
@needs("repair.read")
def page(request: HttpRequest) -> HttpResponse:
    """The list, oldest first; or the communes. A name to look for is posted, it never stands in an address."""
    desk = scope.desk(request)
    counts, counted_at = _counts(desk)
    if desk.overview and request.method == "GET":
        return render(request, "web/repair/overview.html", {**_overview(desk, counts), "counted_at": counted_at})
    totals = {group: sum(found.get(group, 0) for found in counts.values()) for group in words.GROUPS}
    group = request.GET.get("group", "")
    if group not in words.GROUPS:
        group = next((known for known in words.GROUPS if totals[known]), "no_id")
    name = search_form(request.POST.get("name", ""))[:80]
    reason = request.GET.get("reason", "")[:40]
    found, more = _found(desk, group, name, reason, _after(request))
    groups = [(key, label, totals[key], _oldest(desk, key) if totals[key] else None)
              for key, label in words.GROUPS.items()]  # fmt: skip
    context = {
        "desk": desk,
        "groups": groups,
        "group": group,
        "total": sum(totals.values()),
        "entries": present.entries([item for item, _ in found], [line for _, line in found]),
        "reason": reason,
        "reason_word": PROPOSALS.get(reason, ""),
        "name": request.POST.get("name", "")[:80],
        "after": _mark(found[-1][0]) if more else "",
        "purposes": PURPOSES,
        "purpose": PURPOSES.get(scope.purpose(request), ""),
        "may_amend": may(desk.actor, "person.amend"),
        "small": totals[group] <= SCANNED,
    }
    return render(request, "web/repair/list.html", context)


@require_POST
@needs("repair.read")
def purpose(request: HttpRequest) -> HttpResponse:
    """From now on, for half an hour, numbers of people who are opened are shown in full and each look is logged so."""
    desk = scope.desk(request)
    scope.state_purpose(request, request.POST.get("purpose", ""))
    group = request.POST.get("group", "")
    query = f"?area={desk.area_id}" + (f"&group={group}" if group in words.GROUPS else "")
    back = request.POST.get("back", "")
    if back == "sheets":
        return redirect("repair-sheets")
    return redirect(f"/repair/{query}")


@require_GET
@needs("repair.read")
def reasons(request: HttpRequest) -> HttpResponse:
    """How often each reason stands in a group, and how many people have safe proposals; asked for after the list."""
    desk = scope.desk(request)
    group = request.GET.get("group", "")
    counts: dict[str, int] = {}
    safe = 0
    for _item, line in through(desk, group if group in words.GROUPS else "no_id"):
        safe += bool(line.safe)
        for code in {item.reason for item in line.proposals}:
            counts[code] = counts.get(code, 0) + 1
    ordered = sorted(counts.items(), key=lambda pair: -pair[1])
    context = {
        "desk": desk, "group": group, "safe": safe, "reason": request.GET.get("reason", ""),
        "reasons": [(code, PROPOSALS.get(code, code), count) for code, count in ordered],
    }  # fmt: skip
    return render(request, "web/repair/reasons.html", context)


def through(desk: Desk, group: str, most: int = SCANNED) -> Iterator[tuple[RepairItem, Line]]:
    """The first ``most`` of a group with their proposals, page by page."""
    after: tuple[datetime, UUID] | None = None
    while most > 0:
        items = open_repairs(desk.areas, group, after, min(_STEP, most))
        if not items:
            return
        yield from _with_lines(items)
        after, most = (items[-1].since, items[-1].person_id), most - len(items)


def _with_lines(items: list[RepairItem]) -> list[tuple[RepairItem, Line]]:
    found = repair_list.lines([item.person_id for item in items], today=timezone.localdate())
    lines = {line.person.id: line for line in found}
    return [(item, lines[item.person_id]) for item in items if item.person_id in lines]


def _found(
    desk: Desk, group: str, name: str, reason: str, after: tuple[datetime, UUID] | None
) -> tuple[list[tuple[RepairItem, Line]], bool]:
    """A page, and whether there is more. By name in all three groups; by reason among the first thousands."""
    if name:
        named = [RepairItem(*item) for item in repair_list.open_by_name(desk.areas, name, limit=PAGE)]
        return _with_lines(named), False
    if reason:
        found = []
        for item, line in through(desk, group):
            if any(proposal.reason == reason for proposal in line.proposals):
                found.append((item, line))
            if len(found) == PAGE * 4:
                break
        return found, False
    items = open_repairs(desk.areas, group, after, PAGE + 1)
    return _with_lines(items[:PAGE]), len(items) > PAGE


def _counts(desk: Desk) -> tuple[dict[int, dict[str, int]], datetime]:
    """Open items by commune, and when they were counted. A commune's are exact; half a million of a province are
    counted again after ``COUNTED_FOR_S`` only, and their time stands beside them."""
    if len(desk.areas) <= FEW_AREAS:
        return repair_counts(desk.areas), timezone.now()
    key = f"repair-counts:{desk.area_id}:{hash(desk.areas)}"
    found: tuple[dict[int, dict[str, int]], datetime] | None = cache.get(key)
    if found is None:
        found = repair_counts(desk.areas), timezone.now()
        cache.set(key, found, COUNTED_FOR_S)
    return found


def _overview(desk: Desk, counts: dict[int, dict[str, int]]) -> dict[str, Any]:
    """Communes with what is open in them, the most first."""
    rows = []
    for area_id, found in counts.items():
        area = places.area(area_id)
        if area is not None:
            rows.append((area, places.address(area_id), [found.get(g, 0) for g in words.GROUPS], sum(found.values())))
    rows.sort(key=lambda row: (-row[3], row[1]))
    return {
        "desk": desk,
        "rows": rows[:COMMUNES],
        "hidden": max(len(rows) - COMMUNES, 0),
        "groups": list(words.GROUPS.values()),
        "totals": [sum(found.get(group, 0) for found in counts.values()) for group in words.GROUPS],
        "total": sum(row[3] for row in rows),
    }


def _oldest(desk: Desk, group: str) -> datetime | None:
    first = open_repairs(desk.areas, group, None, 1)
    return first[0].since if first else None


def _mark(last: RepairItem) -> str:
    return f"{last.since.isoformat()}~{last.person_id}"


def _after(request: HttpRequest) -> tuple[datetime, UUID] | None:
    at, _tilde, person_id = request.GET.get("after", "").partition("~")
    try:
        return datetime.fromisoformat(at), UUID(person_id)
    except ValueError:
        return None
