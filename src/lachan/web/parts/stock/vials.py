"""Vials opened and thrown away, from the board and from the stock page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lachan.access.doors import needs
from lachan.immunization.rules.facts import VIETNAM
from lachan.immunization.rules.stock import first_to_go, last_day
from lachan.kernel.ids import new_id
from lachan.web.parts.board import answers
from lachan.web.parts.board.desk import Desk, accepted, command_id, desk_of, send, sentences
from lachan.web.parts.stock import words
from lachan.web.parts.stock.common import to_stock

_VIALS = UUID("5d9a4f7e-55c0-5d0b-8a55-0f6f3f2b7c11")


@require_POST
@needs("vial.open")
def open_vial(request: HttpRequest) -> HttpResponse:
    """Open a vial of a lot of today. A later lot while an earlier one is there is asked about first."""
    desk = _desk(request)
    if desk is None:
        return redirect("stock")
    product, number = request.POST.get("product", ""), request.POST.get("lot", "")
    anyway = request.POST.get("anyway", "").strip()[:2_000]
    question = "" if anyway else _earlier(desk, product, number)
    if question:
        context = {
            "desk": desk, "session": desk.session, "product": product, "lot": number, "question": question,
            "command_id": new_id(),
        }  # fmt: skip
        if "HX-Request" in request.headers:
            return answers.dialog(request, "web/stock/vial_ask.html", context)
        return render(request, "web/stock/vial.html", context, status=422)
    body: dict[str, Any] = {
        "session_id": str(desk.session.id), "vial_id": str(uuid5(_VIALS, str(command_id(request)))), "product": product,
        "lot": number, "anyway": anyway,
    }  # fmt: skip
    outcome = send(request, desk, "vial.open", body)
    if not accepted(outcome):
        return _refused(request, desk, outcome)
    said = {"lot": number, "until": _clock((outcome.params or {}).get("limit_at"))}
    text = _("Vial of lot %(lot)s opened. Use it until %(until)s.") % said
    return _done(request, desk, text)


@require_POST
@needs("vial.discard")
def discard(request: HttpRequest) -> HttpResponse:
    """Throw an open vial away; what is left in it becomes waste with its reason."""
    desk = _desk(request)
    if desk is None:
        return redirect("stock")
    vial_id, reason = request.POST.get("vial", ""), request.POST.get("reason", "")
    if reason not in words.WASTE:
        reason = "opened_not_used"
    outcome = send(
        request, desk, "vial.discard", {"session_id": str(desk.session.id), "vial_id": vial_id, "reason": reason}
    )  # fmt: skip
    if not accepted(outcome):
        return _refused(request, desk, outcome)
    wasted = (outcome.params or {}).get("wasted", 0)
    return _done(request, desk, _("Vial thrown away: %(doses)s doses wasted.") % {"doses": wasted})


def _desk(request: HttpRequest) -> Desk | None:
    """The session the vial belongs to; 404 for one that is not within reach. None when none is named."""
    try:
        return desk_of(request, UUID(request.POST.get("session", "")))
    except ValueError:
        return None


def _earlier(desk: Desk, product: str, number: str) -> str:
    """The question when another lot must be used before this one."""
    mine = desk.line(product, number)
    if mine is None:
        return ""
    for other in first_to_go(desk.stock):
        usable = other.product == product and other.balance > 0 and other.usable(desk.today)
        if usable and last_day(other) < last_day(mine):
            said = {"earlier": other.number, "day": f"{last_day(other):%d/%m/%Y}", "left": other.balance, "lot": number}
            return str(
                _("Lot %(earlier)s must be used by %(day)s, before lot %(lot)s; %(left)s doses of it are here.") % said
            )
    return ""


def _clock(moment: Any) -> str:
    return datetime.fromisoformat(moment).astimezone(VIETNAM).strftime("%H:%M") if isinstance(moment, str) else ""


def _done(request: HttpRequest, desk: Desk, text: str) -> HttpResponse:
    if request.POST.get("from") == "stock":
        messages.success(request, text)
        return to_stock(desk.facility)
    if "HX-Request" in request.headers:
        return answers.moved(request, desk, text)
    messages.success(request, text)
    return redirect("board", session_id=desk.session.id)


def _refused(request: HttpRequest, desk: Desk, outcome: Any) -> HttpResponse:
    if "HX-Request" in request.headers:
        return answers.refused(request, desk, outcome)
    messages.error(request, " ".join(sentences(outcome)))
    return to_stock(desk.facility)
