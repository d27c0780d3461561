"""Lists out and in: for hamlet teams as Excel, and many proposals accepted at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.queries import labels
from lachan.exchange.tables import listing, staging, store
from lachan.exchange.tables.workbook import MOST_ROWS
from lachan.people import repair_list
from lachan.people.repair import Proposal, safe_only
from lachan.people.repair_list import Line
from lachan.people.verification.queries import repair_counts
from lachan.web import sheets
from lachan.web.parts.people.reached import PURPOSES, acting
from lachan.web.parts.repair import lists, scope, words
from lachan.web.parts.repair.scope import Desk

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LOOKS = 1_000


@require_http_methods(["GET", "POST"])
@needs("repair.sheet")
def page(request: HttpRequest) -> HttpResponse:
    """Download the list, upload it again, and the sheets of this place."""
    if request.method == "POST":
        return _upload(request)
    return _show(request)


def _upload(request: HttpRequest) -> HttpResponse:
    desk, now = scope.desk(request), timezone.now()
    staged, problem = sheets.taken(
        request,
        lambda sent: staging.stage(
            sent, actor=desk.actor, area_id=desk.area_id, now=now, today=timezone.localdate(now)
        ),
    )  # fmt: skip
    if staged is None:
        return _show(request, problem=problem, status=422)
    sheet_id, known = staged
    if known:
        messages.info(request, _("This file was uploaded before. Nothing is done twice."))
    return redirect("repair-sheet", sheet_id=sheet_id)


def _show(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    desk = scope.desk(request)
    found = store.sheets(desk.areas)
    who = labels({sheet.actor_id for sheet in found})
    counts = repair_counts(desk.areas)
    context = {
        "desk": desk,
        "sheets": [(sheet, who.get(sheet.actor_id, "")) for sheet in found],
        "groups": [(key, label, sum(c.get(key, 0) for c in counts.values())) for key, label in words.GROUPS.items()],
        "problem": problem,
        "purposes": PURPOSES,
        "most_mb": sheets.LIMITS["most_mb"],
        "most_rows": MOST_ROWS,
    }
    return render(request, "web/repair/sheets.html", context, status=status)


@require_POST
@needs("repair.sheet")
def export(request: HttpRequest) -> HttpResponse:
    """The list as Excel. Numbers whole only with a purpose; everybody on it is a look, logged."""
    desk, now = scope.desk(request), timezone.now()
    purpose = request.POST.get("purpose", "")
    full = purpose in PURPOSES
    wanted = [group for group in words.GROUPS if group in request.POST.getlist("group")] or list(words.GROUPS)
    found: list[tuple[Line, str]] = []
    for group in wanted:
        most = MOST_ROWS - len(found)
        found += [(line, item.group) for item, line in lists.through(desk, group, most)]
    for start in range(0, len(found), _LOOKS):
        ids = [line.person.id for line, _group in found[start : start + _LOOKS]]
        log_looks(desk.actor, ids, purpose if full else "repair list", "identifier" if full else "repair list", now)
    return _file(listing.people(found, full=full, today=timezone.localdate(now)), desk, now)


def _file(content: bytes, desk: Desk, now: datetime) -> HttpResponse:
    response = HttpResponse(content, content_type=EXCEL)
    name = f"sua-du-lieu-{desk.area_id}-{timezone.localdate(now).isoformat()}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@needs("repair.sheet")
def bulk(request: HttpRequest) -> HttpResponse:
    """People chosen, or all safe proposals of a group: staged like a file, and shown before anything happens."""
    desk, now = scope.desk(request), timezone.now()
    group = request.POST.get("group", "")
    everything = request.POST.get("all") == "safe"
    chosen: list[tuple[UUID, bytes, list[Proposal]]] = []
    if everything:
        for _item, line in lists.through(desk, group if group in words.GROUPS else "no_id"):
            if line.safe:
                chosen.append((line.person.id, line.print, line.safe))
            if len(chosen) == staging.MOST_BULK:
                break
    else:
        ids = scope.uuids(request.POST.getlist("item"), staging.MOST_BULK)
        for line in repair_list.lines(ids, today=timezone.localdate(now)):
            if scope.in_reach(desk.actor, line.person.residence_id, "repair.sheet"):
                chosen.append((line.person.id, line.print, _best(line)))
    chosen = [entry for entry in chosen if entry[2]]
    if not chosen:
        messages.warning(request, _("None of those chosen has a proposal that can be accepted without asking."))
        return redirect(f"{reverse('repair')}?area={desk.area_id}&group={group}")
    log_looks(desk.actor, [person_id for person_id, _seen, _found in chosen], "repair list", "repair list", now)
    sheet_id = staging.stage_proposals(chosen, actor=desk.actor, area_id=desk.area_id, now=now)
    return redirect("repair-sheet", sheet_id=sheet_id)


def _best(line: Line) -> list[Proposal]:
    """What Enter would accept: the first proposal of each field that nobody has to be asked about."""
    found: dict[str, Proposal] = {}
    for item in line.proposals:
        if item.after is not None and item.confidence != "ask" and item.field != "person":
            found.setdefault(item.field, item)
    return list(found.values()) or safe_only(line.proposals)


def reachable(request: HttpRequest, sheet_id: UUID) -> store.SheetFacts | None:
    """The sheet, when it is of the actor's place."""
    found = store.sheet(sheet_id)
    if found is None or found.state == "set_aside":
        return None
    return found if scopes.area_in_scope(acting(request), found.area_id, "repair.sheet") else None
