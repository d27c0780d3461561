"""Fridges: registering them, what their loggers said, and deciding about vials that were too warm or frozen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.access.queries import labels
from lachan.immunization.commands import execute
from lachan.immunization.operations.cold import ranges, take_log
from lachan.immunization.queries import cold as reads
from lachan.immunization.rules.cold import Range, range_on
from lachan.immunization.rules.loggers import MOST_BYTES
from lachan.immunization.sentences import sentence
from lachan.kernel.commands import Command
from lachan.kernel.errors import Problem
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import Outcome
from lachan.places import queries as places
from lachan.places.facts import FacilityRow
from lachan.web.parts.board.desk import accepted, actor_here, command_id, moment, sentences
from lachan.web.parts.supply import words
from lachan.web.parts.supply.chart import chart_of
from lachan.web.parts.supply.views import shown_excursion

MOST_STATIONS = 60  # whose fridges are listed at once; officers of larger areas see their excursions
MOST_SHOWN = 50


@require_GET
@needs("supply.read")
def cold(request: HttpRequest) -> HttpResponse:
    """Excursions to decide, then the fridges of the actor's facilities."""
    actor = actor_here(request)
    scope = scopes.facility_ids(actor, "supply.read")
    near = sorted(scope)[:MOST_STATIONS] if scope is not None and len(scope) <= MOST_STATIONS else []
    own = [row for row in places.facilities(near) if scopes.may_at(actor, "cold.device", row.id)]
    limits = {entry.code: entry for entry in _in_force()}
    return render(
        request,
        "web/supply/cold.html",
        {
            "open": [shown_excursion(row) for row in reads.open_excursions(scope, MOST_SHOWN)],
            "decided": [shown_excursion(row) for row in reads.decided_excursions(scope, 20)],
            "devices": [
                (row, words.place_name(None, row.facility_id), _name(limits.get(row.storage)),
                 scopes.may_at(actor, "excursion.record", row.facility_id))
                for row in reads.devices(near)
            ],
            "own": own,
            "storages": [(entry.code, _name(entry)) for entry in limits.values()],
            "device_id": new_id(),
            "command_id": new_id(),
            "now": timezone.localtime(),
        },
    )  # fmt: skip


@require_POST
@needs("cold.device")
def device(request: HttpRequest, facility_id: int) -> HttpResponse:
    """Register a fridge."""
    body = {
        "facility": _facility(facility_id).code, "device_id": request.POST.get("device_id", ""),
        "name": request.POST.get("name", "").strip()[:80], "storage": request.POST.get("storage", "")[:40],
    }  # fmt: skip
    outcome = _send(request, "cold.device", body)
    _say(request, outcome, _("The fridge is registered."))
    return redirect("supply-cold")


@require_POST
@needs("excursion.record")
def entry(request: HttpRequest, facility_id: int) -> HttpResponse:
    """An excursion read from the thermometer."""
    body: dict[str, Any] = {
        "facility": _facility(facility_id).code, "device_id": request.POST.get("device", ""),
        "note": request.POST.get("note", "").strip()[:2_000],
    }  # fmt: skip
    try:
        body |= {name: _time(request.POST.get(name, "")) for name in ("began_at", "ended_at")}
        body |= {name: float(request.POST.get(name, "").replace(",", ".")) for name in ("lowest", "highest")}
    except ValueError:
        messages.warning(request, _("Enter both times and both temperatures. Nothing was recorded."))
        return redirect("supply-cold")
    outcome = _send(request, "excursion.record", body)
    _say(request, outcome, _("Recorded. Decide what becomes of the vials."))
    if accepted(outcome) and outcome.id is not None:
        return redirect("supply-excursion", facility_id=facility_id, excursion_id=outcome.id)
    return redirect("supply-cold")


@require_POST
@needs("excursion.record")
def log(request: HttpRequest, facility_id: int) -> HttpResponse:
    """A logger's file: readings kept, excursions found; the same file again adds nothing."""
    actor, now = actor_here(request), timezone.now()
    _facility(facility_id)
    file = request.FILES.get("file")
    if file is None or file.size is None or file.size > MOST_BYTES:
        messages.warning(request, sentence("file_too_large" if file else "no_readings", None))
        return redirect("supply-cold")
    try:
        device_id = UUID(request.POST.get("device", ""))
        done = take_log(file.read(), facility_id=facility_id, device_id=device_id, actor=actor, now=now)
    except Problem as problem:
        if problem.status == 403:
            raise PermissionDenied from problem
        messages.error(request, sentence(problem.code, None))
        return redirect("supply-cold")
    except ValueError as error:
        raise Http404 from error
    said = {"points": done.points, "excursions": len(done.excursions), "left": done.left_out}
    if done.known:
        messages.info(request, _("This file was taken in before; nothing was added."))
    elif done.excursions:
        messages.warning(request, _("%(points)s readings: %(excursions)s excursions found. Decide about each.") % said)
    else:
        messages.success(request, _("%(points)s readings, all within the limits.") % said)
    if done.left_out:
        lines = ", ".join(str(fault.line) for fault in done.faults[:10])
        messages.warning(request, _("%(left)s lines could not be read: %(lines)s …") % {**said, "lines": lines})
    if len(done.excursions) == 1:
        return redirect("supply-excursion", facility_id=facility_id, excursion_id=done.excursions[0])
    return redirect("supply-cold")


@require_GET
@needs("supply.read")
def excursion(request: HttpRequest, facility_id: int, excursion_id: UUID) -> HttpResponse:
    """One excursion with its curve, the lots that were there, and the decision."""
    actor = actor_here(request)
    row = _excursion(request, facility_id, excursion_id)
    day = timezone.localtime(row.began_at).date()
    limits = range_on(ranges(), row.storage, day)
    series = reads.series(facility_id, row.log_id) if row.log_id is not None else None
    who = labels({row.actor_id} | ({row.decided_by} if row.decided_by else set()))
    return render(
        request,
        "web/supply/excursion.html",
        shown_excursion(row)
        | {
            "limits": limits,
            "storage": _name(limits),
            "chart": chart_of(*series, limits, row) if series is not None and limits is not None else None,
            "lots": reads.lots_here(facility_id, row.lots),
            "may_decide": not row.decision and scopes.may_at(actor, "excursion.decide", facility_id),
            "may_quarantine": scopes.may_at(actor, "lot.quarantine", facility_id),
            "may_waste": scopes.may_at(actor, "stock.move", facility_id),
            "by": who.get(row.actor_id, ""),
            "decided_by": who.get(row.decided_by, "") if row.decided_by else "",
            "command_id": new_id(),
            "other_id": new_id(),
        },
    )


@require_POST
@needs("excursion.decide")
def decide(request: HttpRequest, facility_id: int, excursion_id: UUID) -> HttpResponse:
    """Acknowledge with a comment; discarded vials leave the stock as waste in the same slice."""
    actor, now = actor_here(request), timezone.now()
    row, facility = _excursion(request, facility_id, excursion_id), _facility(facility_id)
    decision, comment = request.POST.get("decision", ""), request.POST.get("comment", "").strip()[:2_000]
    if decision not in ("use", "discard") or len(comment) < 3:
        messages.warning(request, _("Choose what becomes of the vials and say why. Nothing was recorded."))
        return redirect("supply-excursion", facility_id=facility_id, excursion_id=excursion_id)
    body = {"facility": facility.code, "excursion_id": str(excursion_id), "decision": decision, "comment": comment}
    commands = [Command(command_id(request), "excursion.decide", now, body)]
    if decision == "discard" and scopes.may_at(actor, "stock.move", facility_id):
        for lot in reads.lots_here(facility_id, row.lots):
            doses = request.POST.get(f"waste-{lot.id}", "")
            if doses.isdigit() and 0 < int(doses) <= lot.balance:
                waste = {
                    "facility": facility.code, "product": lot.product, "lot": lot.number, "kind": "waste",
                    "quantity": int(doses), "reason": "frozen" if row.kind == "freezing" else "cold_chain",
                }  # fmt: skip
                commands.append(Command(new_id(), "stock.move", now, waste))
    outcomes = execute(commands, actor=actor, now=now)
    _say(request, outcomes[0], _("Decided. The comment stands with the excursion."))
    for outcome in outcomes[1:]:
        if not accepted(outcome):
            messages.error(request, " ".join(sentences(outcome)))
    return redirect("supply-excursion", facility_id=facility_id, excursion_id=excursion_id)


@require_POST
@needs("lot.quarantine")
def quarantine(request: HttpRequest, facility_id: int, excursion_id: UUID) -> HttpResponse:
    """Set every lot of the excursion apart at this facility, from its beginning on."""
    actor, now = actor_here(request), timezone.now()
    row, facility = _excursion(request, facility_id, excursion_id), _facility(facility_id)
    _kind, word = words.KINDS[row.kind]
    said = {"what": word, "lowest": row.lowest, "highest": row.highest, "device": row.device}
    reason = _("%(what)s: %(lowest)s to %(highest)s °C in %(device)s") % said
    commands = [
        Command(
            new_id(), "lot.quarantine", now,
            {"facility": facility.code, "product": lot.product, "lot": lot.number, "reason": reason,
             "excursion_id": str(excursion_id), "since": row.began_at.isoformat()},
        )
        for lot in reads.lots_here(facility_id, row.lots)
    ]  # fmt: skip
    outcomes = execute(commands, actor=actor, now=now) if commands else []
    count = sum(accepted(outcome) for outcome in outcomes)
    if count:
        messages.success(request, _("%(count)s lots are set apart at this facility.") % {"count": count})
    for text in sorted({" ".join(sentences(outcome)) for outcome in outcomes if not accepted(outcome)}):
        messages.error(request, text)
    return redirect("supply-excursion", facility_id=facility_id, excursion_id=excursion_id)


def _send(request: HttpRequest, verb: str, body: dict[str, Any]) -> Outcome:
    now = timezone.now()
    [outcome] = execute([Command(command_id(request), verb, now, body)], actor=actor_here(request), now=now)
    return outcome


def _say(request: HttpRequest, outcome: Outcome, text: str) -> None:
    if accepted(outcome):
        messages.success(request, text)
    else:
        messages.error(request, " ".join(sentences(outcome)))


def _excursion(request: HttpRequest, facility_id: int, excursion_id: UUID) -> reads.ExcursionRow:
    """The excursion, within the actor's places; 404 otherwise."""
    row = reads.excursion(facility_id, excursion_id)
    if row is None or not scopes.facility_in_scope(actor_here(request), facility_id, "supply.read"):
        raise Http404
    return row


def _facility(facility_id: int) -> FacilityRow:
    found = places.facility(facility_id)
    if found is None:
        raise Http404
    return found


def _time(text: str) -> str:
    """A time as a form sends it. Raises ValueError."""
    found = moment(text)
    if found is None:
        raise ValueError(text)
    return found.isoformat()


def _in_force() -> list[Range]:
    today = timezone.localdate()
    codes = dict.fromkeys(entry.code for entry in ranges())
    return [entry for code in codes if (entry := range_on(ranges(), code, today)) is not None]


def _name(limits: Range | None) -> str:
    if limits is None:
        return "–"
    return limits.name_en if (get_language() or "vi").startswith("en") else limits.name_vi
