"""The stock of a station at a glance, the book of a lot, and what somebody has to explain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.access.queries import labels
from lachan.access.rules import may
from lachan.immunization.queries import board, catalogue
from lachan.immunization.queries import stock as reads
from lachan.immunization.queries.stock import Line, OpenVial
from lachan.immunization.rules.stock import last_day
from lachan.kernel.ids import new_id
from lachan.places import queries as places
from lachan.places.facts import FacilityRow
from lachan.web.parts.board.desk import accepted, actor_here, sentences
from lachan.web.parts.stock import words
from lachan.web.parts.stock.common import SOON, facility_asked, facility_or_none, page, rights_at, send_all, to_stock

BACK = timedelta(days=90)
LATE = timedelta(minutes=30)  # an open vial with less time than this is pointed out


@require_GET
@needs("stock.read")
def glance(request: HttpRequest) -> HttpResponse:
    """What a facility has, by product and lot; for whoever looks at many, sums by facility."""
    actor = actor_here(request)
    facility = facility_or_none(request, actor, "stock.read")
    if facility is None:
        return _sums(request)
    now, today = timezone.now(), timezone.localdate()
    lines = reads.balances(facility.id)
    vials = reads.open_vials([facility.id])
    deliveries = reads.transfers(facility.id)
    coming = [one for one in deliveries if one.on_the_way and one.to_facility_id == facility.id]
    leaving = [one for one in deliveries if one.on_the_way and one.from_facility_id == facility.id]
    context = page(
        facility,
        products=_by_product(lines, reads.in_sessions(facility.id), vials, coming, today),
        vials=[vial_shown(one, now) for one in vials],
        coming=[(one, _facility(one.from_facility_id)) for one in coming],
        leaving=[(one, _facility(one.to_facility_id)) for one in leaving],
        past=[(one, _facility(one.from_facility_id), _facility(one.to_facility_id)) for one in deliveries
              if not one.on_the_way][:10],
        items=[(one, words.ITEMS[one.kind], new_id()) for one in reads.discrepancies([facility.id])],
        differences=words.DIFFERENCES.items(),
        waste=words.WASTE.items(),
        rights=rights_at(actor, facility.id),
        may_plan=may(actor, "supply.read"),
        today=today,
    )  # fmt: skip
    return render(request, "web/stock/glance.html", context)


@require_GET
@needs("stock.read")
def book(request: HttpRequest, lot_id: int) -> HttpResponse:
    """The stock card of a lot: every line with document, who, when, and the balance after it; for printing."""
    actor = actor_here(request)
    facility = facility_or_none(request, actor, "stock.read")
    if facility is None:  # whoever looks at many says whose book
        return redirect("stock")
    lot = reads.lot(lot_id)
    if lot is None:
        raise Http404
    lines = reads.book(facility.id, lot_id, timezone.now() - BACK)
    people = labels({line.actor_id for line in lines if line.actor_id is not None})
    context = page(
        facility,
        lot=lot,
        may_mark=may(actor, "supply.read"),
        line=next((line for line in reads.balances(facility.id) if line.lot_id == lot_id), None),
        lines=[(line, words.KINDS.get(line.kind, line.kind), words.reason(line.reason), _who(line, people))
               for line in reversed(lines)],
    )  # fmt: skip
    return render(request, "web/stock/book.html", context)


@require_POST
@needs("stock.explain")
def explain(request: HttpRequest, discrepancy_id: UUID) -> HttpResponse:
    """Say why doses cannot be accounted for."""
    actor = actor_here(request)
    facility = facility_asked(request, actor, "stock.explain")
    reason = request.POST.get("reason", "")
    if reason not in words.DIFFERENCES:
        messages.warning(request, _("Choose a reason."))
        return to_stock(facility)
    body = {
        "facility": facility.code, "discrepancy_id": str(discrepancy_id), "reason": reason,
        "note": request.POST.get("note", "")[:2_000],
    }  # fmt: skip
    [outcome] = send_all(request, actor, [("stock.explain", body)])
    if accepted(outcome):
        messages.success(request, _("Explained. The entry has left the list and stays in the book."))
    else:
        messages.error(request, " ".join(sentences(outcome)))
    return to_stock(facility)


def vial_shown(found: OpenVial, now: datetime) -> dict[str, Any]:
    """An open vial for a template: what is left, until when, and whether that is past or near."""
    vial = found.vial
    kind = "stop" if now > vial.limit_at or vial.closed_at else "question" if vial.limit_at - now < LATE else ""
    return {
        "vial": vial, "lot": found.lot, "product": found.product, "left": vial.left, "until": vial.limit_at,
        "kind": kind, "past": now > vial.limit_at, "command_id": new_id(),
    }  # fmt: skip


def _sums(request: HttpRequest) -> HttpResponse:
    """Doses by facility and product within reach."""
    actor = actor_here(request)
    scope = scopes.facility_array(actor, "stock.read")
    today = timezone.localdate()
    found = reads.sums(scope, today + SOON)
    table = places.facility_table()
    rows: dict[int, dict[str, Any]] = {}
    for one in found:
        if one.facility_id not in table:
            continue
        row = rows.setdefault(
            one.facility_id, {"facility": table[one.facility_id], "products": [], "doses": 0, "below": 0, "expiring": 0}
        )
        row["products"].append((catalogue().name(one.product_id), one.doses))
        row["doses"] += one.doses
        row["below"] += one.below
        row["expiring"] += one.expiring
    context = {
        "rows": sorted(rows.values(), key=lambda row: (-row["below"], row["facility"].name)),
        "cut": len(found) >= reads.MOST_SUMS,
        "doses": sum(row["doses"] for row in rows.values()),
        "expiring": sum(row["expiring"] for row in rows.values()),
        "items": reads.discrepancies_counted(scope),
        "now": timezone.now(),
    }
    return render(request, "web/stock/sums.html", context)


def _by_product(
    lines: list[board.StockLine], sessions: dict[int, int], vials: list[OpenVial], coming: Iterable[Any], today: Any
) -> list[dict[str, Any]]:
    """Lots of each product with where their doses are; used up ones are left out."""
    opened: dict[int, int] = defaultdict(int)
    for one in vials:
        opened[one.vial.lot_id] += one.vial.left
    arriving: dict[int, int] = defaultdict(int)
    for delivery in coming:
        for lot in delivery.lots:
            arriving[lot.lot_id] += lot.sent
    found: dict[int, dict[str, Any]] = {}
    for line in lines:
        away = max(sessions.get(line.lot_id, 0), opened[line.lot_id])
        if not (line.balance or arriving[line.lot_id] or opened[line.lot_id]):
            continue
        entry = found.setdefault(line.product_id, {"name": line.product_name, "lots": [], "doses": 0})
        entry["doses"] += line.balance
        last = last_day(line)
        entry["lots"].append(
            {
                "line": line, "store": line.balance - away, "sessions": away, "opened": opened[line.lot_id],
                "coming": arriving[line.lot_id], "expired": last < today, "soon": today <= last < today + SOON,
            }
        )  # fmt: skip
    return list(found.values())


def _facility(facility_id: int) -> FacilityRow | None:
    return places.facility_table().get(facility_id)


def _who(line: Line, people: dict[UUID, str]) -> str:
    return people.get(line.actor_id, "") if line.actor_id is not None else ""
