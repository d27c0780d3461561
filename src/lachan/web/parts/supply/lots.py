"""One lot: who got it, where its vials are, who has been told; setting it apart, recalling it, giving it free."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.queries import labels
from lachan.access.rules import may
from lachan.immunization.commands import execute
from lachan.immunization.operations.plans import place_of
from lachan.immunization.operations.recalls import queue_recall
from lachan.immunization.queries import lots as reads
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.places import queries as places
from lachan.web.parts.board.desk import accepted, actor_here, command_id, happened_at, sentences
from lachan.web.parts.supply import words

MOST_CHOICES = 100  # facilities in the list of places; the command line takes any
MOST_FACILITIES = 300  # on the page; the file has them all
VERBS = ("lot.quarantine", "lot.recall", "lot.release")


@require_GET
@needs("supply.read")
def lot(request: HttpRequest, lot_id: int) -> HttpResponse:
    """Everything about a lot within the actor's places; counts only, no names."""
    actor = actor_here(request)
    facts = _lot(lot_id)
    scope = scopes.facility_array(actor, "supply.read")
    used, held, history = reads.used(lot_id, scope), reads.held(lot_id, scope), reads.history(lot_id)
    by_day = reads.used_by_day(lot_id, scope)
    rows = _facilities(used, held, history)
    holding = [row.facility_id for row in held]
    sessions = reads.sessions_using(facts.number, facts.product, timezone.localdate(), holding)
    who = labels({row.actor_id for row in history} | {row.ended_by for row in history if row.ended_by})
    context = {
        "lot": facts,
        "standing": [_shown(actor, row, who) for row in history if row.until is None],
        "ended": [_shown(actor, row, who) for row in history if row.until is not None],
        "people": reads.people(lot_id, scope),
        "doses": sum(row.doses for row in used),
        "left": sum(row.balance for row in held),
        "coming": sum(row.coming for row in held),
        "rows": rows[:MOST_FACILITIES],
        "more": max(0, len(rows) - MOST_FACILITIES),
        "provinces": _provinces(used),
        "days": _bars(by_day),
        "days_width": 8 * max(30, min(len(by_day), 90)),
        "first": by_day[0][0] if by_day else None,
        "latest": by_day[-1][0] if by_day else None,
        "sessions": [(session_id, words.place_name(None, facility_id)) for session_id, facility_id in sessions],
        "may_enter": may(actor, "session.read"),
        "quarantine": _choices(actor, "lot.quarantine", holding),
        "recall": _choices(actor, "lot.recall", holding),
        "may_reach": may(actor, "message.reach"),
        "command_id": new_id(),
        "other_id": new_id(),
        "now": timezone.now(),
    }
    return render(request, "web/supply/lot.html", context)


@require_POST
@needs(*VERBS)
def mark(request: HttpRequest, lot_id: int) -> HttpResponse:
    """Send what was chosen; after a recall its people are put into the queue at once."""
    actor, facts, now = actor_here(request), _lot(lot_id), timezone.now()
    verb = request.POST.get("verb", "")
    if verb not in VERBS or not may(actor, verb):
        raise PermissionDenied
    body: dict[str, Any] = {
        "product": facts.product, "lot": facts.number, "reason": request.POST.get("reason", "").strip()[:2_000],
        "document": request.POST.get("document", "").strip()[:120],
    } | _place(request.POST.get("place", ""))  # fmt: skip
    if len(body["reason"]) < 3:
        messages.warning(request, _("State why: it is shown to everyone who meets this lot. Nothing was changed."))
        return redirect("supply-lot", lot_id=lot_id)
    [outcome] = execute([Command(command_id(request), verb, happened_at(request, now), body)], actor=actor, now=now)
    if not accepted(outcome) or outcome.id is None:
        messages.error(request, " ".join(sentences(outcome)))
        return redirect("supply-lot", lot_id=lot_id)
    if verb == "lot.recall":
        count = queue_recall(outcome.id, actor_id=actor.id, now=now)
        messages.success(request, _("Recalled. %(count)s people are in the message queue.") % {"count": count})
    elif verb == "lot.quarantine":
        messages.success(request, _("Set apart. Every board that uses it shows it within seconds."))
    else:
        messages.success(request, _("Given free. Messages that had not gone out are withdrawn."))
    return redirect("supply-lot", lot_id=lot_id)


@require_GET
@needs("supply.read")
def facilities_csv(request: HttpRequest, lot_id: int) -> HttpResponse:
    """Facilities with doses given and vials left, within the actor's places."""
    actor, facts = actor_here(request), _lot(lot_id)
    scope = scopes.facility_array(actor, "supply.read")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            _("Code"), _("Facility"), _("Province"), _("Doses given"), _("People"), _("First day"), _("Latest day"),
            _("Doses left"), _("Of these in open vials"), _("On the way here"), _("Status here"),
        ]
    )  # fmt: skip
    for row in _facilities(reads.used(lot_id, scope), reads.held(lot_id, scope), reads.history(lot_id)):
        facility = row["facility"]
        writer.writerow(
            [
                facility.code if facility else "", row["name"], row["province"], row["doses"], row["people"],
                row["first"] or "", row["latest"] or "", row["balance"], row["open"], row["coming"], row["status"][1],
            ]
        )  # fmt: skip
    response = HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="lachan-lot-{facts.id}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _choices(actor: Actor, verb: str, holding: list[int]) -> list[tuple[str, str]]:
    """Places the actor may name for a verb: the own whole ones, then the provinces and facilities that hold the lot."""
    found = dict(words.places_of(actor, verb))
    if not found:
        return []
    mine = [row for row in places.facilities(holding) if scopes.facility_in_scope(actor, row.id, verb)]
    if scopes.facility_ids(actor, verb) is None:
        found |= {f"a{row.province_id}": words.place_name(row.province_id, None) for row in mine}
    found |= {f"f{row.id}": row.name for row in mine[:MOST_CHOICES]}
    return list(found.items())


def _lot(lot_id: int) -> reads.LotFacts:
    found = reads.lot_by_id(lot_id)
    if found is None:
        raise Http404
    return found


def _place(code: str) -> dict[str, Any]:
    """A place of a form as a command names it."""
    if code[:1] not in ("a", "f") or not code[1:].isdigit() or len(code) > 10:
        raise Http404
    area_id, facility_id = place_of(code)
    if facility_id is None:
        return {"area_id": area_id}
    facility = places.facility(facility_id)
    if facility is None:
        raise Http404
    return {"facility": facility.code}


def _shown(actor: Actor, row: reads.MarkRow, who: dict[UUID, str]) -> dict[str, Any]:
    kind, word = words.STATUS[row.status]
    place: dict[str, Any] = {"code": f"f{row.facility_id}" if row.facility_id is not None else f"a{row.area_id}"}
    verb = "lot.recall" if row.status == "recalled" else "lot.release"
    scope = scopes.facility_ids(actor, verb) if may(actor, verb) else frozenset()
    inside = frozenset({row.facility_id}) if row.facility_id is not None else places.facilities_in(row.area_id or 0)
    areas, facilities = reads.reach_scope(actor)
    return {
        "row": row, "kind": kind, "word": word, "place": words.place_name(row.area_id, row.facility_id), **place,
        "by": who.get(row.actor_id, ""), "ended_by": who.get(row.ended_by, "") if row.ended_by else "",
        "may_release": row.until is None and (scope is None or (bool(inside) and inside <= scope)),
        "progress": reads.progress(row.id) if row.status == "recalled" else None,
        "mine": reads.progress(row.id, areas, facilities) if row.status == "recalled" and facilities else None,
        "release_id": new_id(),
    }  # fmt: skip


def _facilities(used: list[reads.Used], held: list[reads.Held], history: list[reads.MarkRow]) -> list[dict[str, Any]]:
    """Places that gave or hold the lot, those with vials left first."""
    found: dict[int | None, dict[str, Any]] = {}
    for use in used:
        found[use.facility_id] = _row(use.facility_id, history) | {
            "doses": use.doses, "people": use.people, "first": use.first_on, "latest": use.latest_on,
        }  # fmt: skip
    for hold in held:
        row = found.setdefault(hold.facility_id, _row(hold.facility_id, history))
        row |= {"balance": hold.balance, "open": hold.in_open_vials, "coming": hold.coming}
    return sorted(found.values(), key=lambda row: (-row["balance"], -row["coming"], -row["doses"], row["name"]))


def _row(facility_id: int | None, history: list[reads.MarkRow]) -> dict[str, Any]:
    facility = places.facility(facility_id) if facility_id is not None else None
    standing = {row.status for row in reads.holds_at(history, facility_id)} if facility_id is not None else set()
    status = "recalled" if "recalled" in standing else "quarantined" if standing else "ok"
    return {
        "facility": facility, "name": facility.name if facility else _("given elsewhere"),
        "province": words.place_name(facility.province_id, None) if facility else "", "status": words.STATUS[status],
        "doses": 0, "people": 0, "first": None, "latest": None, "balance": 0, "open": 0, "coming": 0,
    }  # fmt: skip


def _provinces(used: list[reads.Used]) -> list[tuple[str, int, int]]:
    """(province, people, share of the most) by where the doses were given, the most first."""
    sums: dict[int, int] = {}
    for use in used:
        facility = places.facility(use.facility_id) if use.facility_id is not None else None
        if facility is not None:
            sums[facility.province_id] = sums.get(facility.province_id, 0) + use.people
    most = max(sums.values(), default=1)
    ordered = sorted(sums.items(), key=lambda item: -item[1])
    return [(words.place_name(province, None), people, round(100 * people / most)) for province, people in ordered]


def _bars(days: list[tuple[Any, int]]) -> list[dict[str, Any]]:
    """Bars of an SVG 60 high; the latest 90 days with a dose."""
    most = max((doses for _day, doses in days), default=1)
    return [
        {"x": index * 8, "height": round(60 * doses / most, 1), "y": round(60 - 60 * doses / most, 1), "day": day,
         "doses": doses}
        for index, (day, doses) in enumerate(days[-90:])
    ]  # fmt: skip
