"""Sessions: what is on, opening one with the lots of the day, the report, closing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.immunization.commands import execute
from lachan.immunization.queries import board as reads
from lachan.immunization.queries import debt
from lachan.immunization.queries.board import SessionView, StockLine
from lachan.immunization.queries.stock import open_vials
from lachan.immunization.rules.stock import last_day
from lachan.kernel.commands import Command
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.places import queries as places
from lachan.places.facts import FacilityRow
from lachan.web.parts.board import words
from lachan.web.parts.board.desk import Desk, accepted, actor_here, command_id, desk_of, happened_at, send, sentences
from lachan.web.parts.planning.tally import form_rows, lines_of, standing_of
from lachan.web.parts.sessions.forms import DeliveryForm, OpenForm
from lachan.web.parts.sessions.report import report_of

BACK = timedelta(days=30)
MOST_STATIONS = 400  # to choose from when opening; an officer of a larger area opens from the station itself


@require_GET
@needs("session.read")
def sessions(request: HttpRequest) -> HttpResponse:
    """Sessions of the last month and those planned, within reach."""
    actor = actor_here(request)
    today = timezone.localdate()
    found = reads.sessions_since(today - BACK, scopes.facility_array(actor, "session.read"))
    facilities = places.facility_table()
    rows = [
        {
            "session": session,
            "facility": facilities.get(session.facility_id),
            "part": words.PARTS.get(session.part, ""),
            "left_open": session.open and session.date < today,
            "to_come": session.status in ("planned", "cancelled"),
        }
        for session in found
    ]
    return render(request, "web/sessions/list.html", {"rows": rows, "may_open": may(actor, "session.open")})


@require_http_methods(["GET", "POST"])
@needs("session.open")
def open_session(request: HttpRequest) -> HttpResponse:
    """Open a session: today's lots come from the stock of the station, the first to expire proposed."""
    actor = actor_here(request)
    facilities = _stations(actor, "session.open")
    plan = _planned(request, actor)
    chosen = _station_asked(request, facilities) if plan is None else places.facility(plan.facility_id)
    now, today = timezone.now(), timezone.localdate()
    first = {
        "facility": chosen.code if chosen else "", "date": today, "part": plan.part if plan else _part_now(),
        "capacity": plan.capacity if plan else 200,
    }  # fmt: skip
    posted = request.POST if request.method == "POST" else None
    form = OpenForm(posted, facilities=facilities, initial=first)
    stock = reads.stock_of(chosen.id) if chosen else []
    lots = _lots_sent(request, stock) if posted is not None else _proposed(stock, today)
    problem: list[str] = []
    question: list[str] = []
    if posted is not None and form.is_valid():
        if not lots:
            problem = [_("Choose at least one product with the lot of today.")]
        elif "later" not in request.POST and (later := _later_lots(stock, lots, today)):
            question = later
        else:
            session_id = plan.id if plan is not None else _session_id(request)
            command = Command(
                command_id(request), "session.open", happened_at(request, now), form.body(session_id, lots)
            )
            [outcome] = execute([command], actor=actor, now=now)
            if accepted(outcome):
                messages.success(request, _("The session is open. Scan the first card."))
                return redirect("board", session_id=session_id)
            problem = sentences(outcome)
    context = {
        "form": form, "station": chosen, "products": _by_product(stock, today), "lots": lots, "problem": problem,
        "command_id": new_id(), "session_id": new_id(), "today": today,
        "may_move": chosen is not None and scopes.may_at(actor, "stock.move", chosen.id),
        "delivery": DeliveryForm(), "delivery_id": new_id(), "now": now, "plan": plan,
        "question": question,
    }  # fmt: skip
    return render(request, "web/sessions/open.html", context, status=422 if posted is not None else 200)


@require_POST
@needs("stock.move")
def delivery(request: HttpRequest) -> HttpResponse:
    """Enter a delivery that came without a system: product, lot, expiry and doses as on the note."""
    actor = actor_here(request)
    facilities = _stations(actor, "stock.move")
    chosen = _station_asked(request, facilities)
    form = DeliveryForm(request.POST)
    if chosen is None:
        raise PermissionDenied
    if not form.is_valid():
        messages.warning(request, _("The delivery was not entered: every field must be filled in."))
        return _back_to_opening(chosen)
    now = timezone.now()
    command = Command(command_id(request), "stock.move", happened_at(request, now), form.body(chosen.code))
    [outcome] = execute([command], actor=actor, now=now)
    if accepted(outcome):
        said = {"quantity": form.cleaned_data["quantity"], "lot": form.cleaned_data["lot"].strip().upper()}
        messages.success(request, _("%(quantity)s doses of lot %(lot)s are in the stock.") % said)
    else:
        messages.error(request, " ".join(sentences(outcome)))
    return _back_to_opening(chosen)


@require_GET
@needs("session.read")
def report(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The report of the day, as it stands now; for printing."""
    desk = desk_of(request, session_id, everyone=True)
    scope = scopes.facility_array(desk.actor, "session.read")
    context = report_of(desk, scope) | {
        "vials": desk.vials,
        "vials_left": sum(one.vial.left for one in desk.vials),
        "desk": desk,
        "session": desk.session,
        "part": words.PARTS.get(desk.session.part, ""),
        "may_close": desk.session.open and "session.close" in desk.rights,
        "command_id": new_id(),
        "tally_id": new_id(),
        **_tally(desk),
    }
    return render(request, "web/sessions/report.html", context)


@require_POST
@needs("session.close")
def close_session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Close; observation and reactions can still be recorded, doses given before may still be sent."""
    desk = desk_of(request, session_id)
    if not desk.session.open:
        return redirect("session-report", session_id=session_id)
    if "discard" in request.POST:
        _throw_away(request, desk)
    outcome = send(request, desk, "session.close", {"session_id": str(session_id)})
    if not accepted(outcome):
        messages.error(request, " ".join(sentences(outcome)))
        return redirect("session-report", session_id=session_id)
    messages.success(request, _("The session is closed. Print the report or go on to the next session."))
    lines = lines_of(request.POST, desk)
    if lines and scopes.may_at(desk.actor, "tally.enter", desk.session.facility_id):
        body = {"session_id": str(session_id), "lines": lines}
        sent = Command(_tally_id(request), "tally.enter", happened_at(request, desk.now), body)
        [counted] = execute([sent], actor=desk.actor, now=desk.now)
        if not accepted(counted):
            messages.error(request, " ".join(sentences(counted)))
        return redirect("session-tally", session_id=session_id)
    return redirect("session-report", session_id=session_id)


def _tally(desk: Desk) -> dict[str, Any]:
    """The paper's count: what is missing where it was entered, the form for it where it was not."""
    may_count = scopes.may_at(desk.actor, "tally.enter", desk.session.facility_id)
    current = next((row for row in debt.tallies(desk.session.facility_id, desk.session.id) if row.current), None)
    standing = standing_of(desk) if current is not None else []
    return {
        "tally": current,
        "missing": sum(line.missing for line in standing),
        "may_count": may_count,
        "rows": form_rows(desk, None) if may_count and current is None else [],
    }


def _tally_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("tally_id", ""))
    except ValueError:
        return new_id()


def _planned(request: HttpRequest, actor: Actor) -> SessionView | None:
    """The session that was planned for this opening, if the page names one within reach."""
    try:
        wanted = UUID(request.POST.get("planned") or request.GET.get("planned", ""))
    except ValueError:
        return None
    with hot_cursor() as cursor:
        found = reads.session_with_stock(cursor, wanted, scopes.facility_array(actor, "session.open"))
    return found[0] if found is not None and found[0].status == "planned" else None


def _stations(actor: Actor, verb: str) -> list[FacilityRow]:
    """Where the actor may do it, one's own station first."""
    scope = scopes.facility_ids(actor, verb)
    table = places.facility_table()
    rows = [table[facility_id] for facility_id in scope if facility_id in table] if scope is not None else []
    return sorted(rows, key=lambda row: (row.kind != "station", row.name))[:MOST_STATIONS]


def _station_asked(request: HttpRequest, facilities: list[FacilityRow]) -> FacilityRow | None:
    wanted = request.POST.get("facility") or request.GET.get("facility", "")
    asked = next((row for row in facilities if row.code == wanted), None)
    return asked or (facilities[0] if facilities and not wanted else None)


def _part_now() -> str:
    return "morning" if timezone.localtime().hour < 12 else "afternoon"


def _by_product(stock: list[StockLine], today: Any) -> list[dict[str, Any]]:
    """Products with something in stock, each with its lots and whether they may be opened today."""
    found: dict[str, dict[str, Any]] = {}
    for line in stock:
        entry = found.setdefault(line.product, {"key": line.product, "name": line.product_name, "lots": []})
        entry["lots"].append({"line": line, "usable": line.usable(today) and line.balance > 0})
    return list(found.values())


def _proposed(stock: list[StockLine], today: Any) -> dict[str, str]:
    """Of each product the lot that expires first and may be used; the stock comes in that order."""
    found: dict[str, str] = {}
    for line in stock:
        if line.usable(today) and line.balance > 0:
            found.setdefault(line.product, line.number)
    return found


def _later_lots(stock: list[StockLine], lots: dict[str, str], today: Any) -> list[str]:
    """What is asked where a lot was chosen though another of the product must be used up first. Asked, not forced."""
    first = _proposed(stock, today)
    by_lot = {(line.product, line.number): line for line in stock}
    asked = []
    for product, number in lots.items():
        line, mine = by_lot.get((product, first.get(product, ""))), by_lot[product, number]
        if line is not None and last_day(line) < last_day(mine):
            said = {"earlier": line.number, "day": f"{last_day(line):%d/%m/%Y}", "left": line.balance, "lot": number}
            asked.append(
                _("Lot %(earlier)s must be used by %(day)s, before lot %(lot)s; %(left)s doses of it are here.") % said
            )
    return asked


def _lots_sent(request: HttpRequest, stock: list[StockLine]) -> dict[str, str]:
    known = {(line.product, line.number) for line in stock}
    sent = {line.product: request.POST.get(f"lot-{line.product}", "") for line in stock}
    return {product: number for product, number in sent.items() if (product, number) in known}


def _session_id(request: HttpRequest) -> UUID:
    """Chosen by the page, so that a form sent twice opens one session."""
    try:
        return UUID(request.POST.get("session_id", ""))
    except ValueError:
        return new_id()


def _back_to_opening(station: FacilityRow) -> HttpResponse:
    response = redirect("session-open")
    response["Location"] += f"?facility={station.code}"
    return response


def _throw_away(request: HttpRequest, desk: Desk) -> None:
    """What is left in the open vials of a session that ends becomes waste, vial by vial."""
    if not scopes.may_at(desk.actor, "vial.discard", desk.session.facility_id):
        return
    at = happened_at(request, desk.now)
    commands = [
        Command(
            uuid5(desk.session.id, f"discard {one.vial.id} {one.vial.left}"), "vial.discard", at,
            {"session_id": str(desk.session.id), "vial_id": str(one.vial.id), "reason": "opened_not_used"},
        )
        for one in open_vials([desk.session.facility_id], desk.session.id)
    ]  # fmt: skip
    for outcome in execute(commands, actor=desk.actor, now=desk.now) if commands else []:
        if not accepted(outcome):
            messages.error(request, " ".join(sentences(outcome)))
