"""Doses that leave otherwise than by a needle, and what is found when somebody counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lachan.access.doors import needs
from lachan.immunization.queries import board
from lachan.immunization.queries import stock as reads
from lachan.places.facts import FacilityRow
from lachan.web.parts.board.desk import accepted, actor_here, sentences
from lachan.web.parts.board.words import PARTS
from lachan.web.parts.stock import words
from lachan.web.parts.stock.common import facility_asked, page, send_all, to_stock, whole

_SESSIONS = ("issue", "session_return")
_FIELDS = ("kind", "lot", "quantity", "reason", "note", "session_id", "document")


@require_http_methods(["GET", "POST"])
@needs("stock.move")
def out(request: HttpRequest) -> HttpResponse:
    """Waste with its reason, back to the supplier, out to a session and back from it."""
    actor = actor_here(request)
    facility = facility_asked(request, actor, "stock.move")
    lots = [line for line in reads.balances(facility.id) if line.balance]
    sessions = _sessions(facility)
    sent = request.POST if request.method == "POST" else request.GET
    context = page(
        facility, lots=lots, sessions=sessions, kinds=words.OUT.items(), reasons=words.WASTE.items(),
        sent={name: sent.get(name, "") for name in _FIELDS},
    )  # fmt: skip
    if request.method == "GET":
        return render(request, "web/stock/out.html", context)
    kind, doses = sent.get("kind", ""), whole(sent.get("quantity", ""))
    line = next((line for line in lots if str(line.lot_id) == sent.get("lot")), None)
    problem = _fault(kind, doses, line, sent, {str(session.id) for session, _part in sessions})
    if problem or line is None:
        return render(request, "web/stock/out.html", context | {"problems": [problem]}, status=422)
    body = {
        "facility": facility.code, "product": line.product, "lot": line.number, "kind": kind, "quantity": doses,
        "reason": sent.get("reason", "") if kind == "waste" else "", "note": sent.get("note", "")[:2_000],
        "document": sent.get("document", "")[:120],
    }  # fmt: skip
    if kind in _SESSIONS:
        body["session_id"] = sent["session_id"]
    [outcome] = send_all(request, actor, [("stock.move", body)])
    if not accepted(outcome):
        return render(request, "web/stock/out.html", context | {"problems": sentences(outcome)}, status=422)
    said = {"what": words.KINDS[kind], "doses": doses, "lot": line.number}
    messages.success(request, _("%(what)s: %(doses)s doses of lot %(lot)s.") % said)
    return to_stock(facility)


@require_http_methods(["GET", "POST"])
@needs("stock.count")
def count(request: HttpRequest) -> HttpResponse:
    """What is really there, lot by lot; the difference to the book is derived, and explained or left open."""
    actor = actor_here(request)
    facility = facility_asked(request, actor, "stock.count")
    lines = reads.balances(facility.id)
    wanted_lot = request.GET.get("lot", "")
    shown = [line for line in lines if line.balance or str(line.lot_id) == wanted_lot]
    context = page(facility, lines=shown, reasons=words.DIFFERENCES.items(), wanted=wanted_lot)
    if request.method == "GET":
        return render(request, "web/stock/count.html", context)
    wanted = []
    for line in lines:
        typed = request.POST.get(f"counted-{line.lot_id}", "").strip()
        counted = whole(typed)
        if not typed:
            continue
        if counted is None:
            problem = _("%(typed)s is not a number of doses.") % {"typed": typed[:20]}
            return render(request, "web/stock/count.html", context | {"problems": [problem]}, status=422)
        reason = request.POST.get(f"reason-{line.lot_id}", "")
        body: dict[str, Any] = {
            "facility": facility.code, "product": line.product, "lot": line.number, "counted": counted,
            "note": request.POST.get(f"note-{line.lot_id}", "")[:2_000],
        }  # fmt: skip
        wanted.append(("stock.count", body | ({"reason": reason} if reason in words.DIFFERENCES else {})))
    if not wanted:
        problem = _("Nothing was counted. Enter at least one number.")
        return render(request, "web/stock/count.html", context | {"problems": [problem]}, status=422)
    outcomes = send_all(request, actor, wanted)
    for outcome in outcomes:
        if not accepted(outcome):
            messages.error(request, " ".join(sentences(outcome)))
    differing = sum(bool((outcome.params or {}).get("difference")) for outcome in outcomes)
    said = {"lots": len(wanted), "differing": differing}
    messages.success(request, _("%(lots)s lots counted, %(differing)s differ from the book.") % said)
    return to_stock(facility)


def _sessions(facility: FacilityRow) -> list[tuple[board.SessionView, Any]]:
    """Sessions of the last days that are open, with the name of their part of the day."""
    found = board.sessions_since(timezone.localdate() - timedelta(days=2), [facility.id])
    return [(session, PARTS.get(session.part, "")) for session in found if session.open]


def _fault(kind: str, doses: int | None, line: Any, sent: Any, sessions: set[str]) -> str:
    if kind not in words.OUT or line is None or not doses:
        return str(_("Choose what happens, the lot, and how many doses."))
    if kind == "waste" and sent.get("reason") not in words.WASTE:
        return str(_("Choose why the doses are lost."))
    if kind in _SESSIONS and sent.get("session_id") not in sessions:
        return str(_("Choose the session."))
    return ""
