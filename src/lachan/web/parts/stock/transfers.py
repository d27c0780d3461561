"""Goods to another facility and from it: sent, on the way, received, called back; the delivery note."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.queries import labels
from lachan.immunization.queries import stock as reads
from lachan.immunization.queries.stock import TransferView
from lachan.kernel.ids import new_id
from lachan.kernel.text import fold
from lachan.places import queries as places
from lachan.places.facts import FacilityRow
from lachan.web.parts.board.desk import accepted, actor_here, sentences
from lachan.web.parts.stock import words
from lachan.web.parts.stock.common import facility_asked, page, send_all, to_stock, whole


@require_http_methods(["GET", "POST"])
@needs("transfer.send")
def send(request: HttpRequest) -> HttpResponse:
    """Send doses to another facility; the delivery note follows."""
    actor = actor_here(request)
    facility = facility_asked(request, actor, "transfer.send")
    lots = [line for line in reads.balances(facility.id) if line.balance > 0]
    sent = request.POST
    context = page(
        facility, lots=[(line, sent.get(f"doses-{line.lot_id}", "")) for line in lots],
        neighbours=_neighbours(facility),
        sent={name: sent.get(name, "") for name in ("to", "document", "note", "anyway")}, transfer_id=new_id(),
    )  # fmt: skip
    if request.method == "GET":
        return render(request, "web/stock/send.html", context)
    receiver = _receiver(sent.get("to", ""), facility)
    lines = [
        {"product": line.product, "lot": line.number, "quantity": doses}
        for line in lots
        if (doses := whole(sent.get(f"doses-{line.lot_id}", "")))
    ]
    problem, question = _fault(receiver, facility, lines), _short(lots, sent)
    if problem or (question and not sent.get("anyway", "").strip()):
        more = {"problems": [problem] if problem else [], "questions": [question] if question else []}
        return render(request, "web/stock/send.html", context | more, status=422)
    assert receiver is not None
    transfer_id = _uuid(sent.get("transfer_id", "")) or new_id()
    body = {
        "transfer_id": str(transfer_id), "facility": facility.code, "to": receiver.code, "lines": lines,
        "document": sent.get("document", "")[:120], "note": sent.get("note", "")[:2_000],
        "anyway": sent.get("anyway", "")[:2_000],
    }  # fmt: skip
    [outcome] = send_all(request, actor, [("transfer.send", body)])
    if not accepted(outcome):
        return render(request, "web/stock/send.html", context | {"problems": sentences(outcome)}, status=422)
    messages.success(request, _("On the way. Print the delivery note and give it to the driver."))
    return redirect("stock-transfer", transfer_id=transfer_id)


@require_http_methods(["GET", "POST"])
@needs("stock.read")
def note(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """The delivery note; at the facility it goes to, the form to receive it."""
    actor = actor_here(request)
    transfer = _transfer(actor, transfer_id)
    table = places.facility_table()
    here, there = table.get(transfer.from_facility_id), table.get(transfer.to_facility_id)
    may_receive = transfer.on_the_way and scopes.may_at(actor, "transfer.receive", transfer.to_facility_id)
    may_cancel = transfer.on_the_way and scopes.may_at(actor, "transfer.cancel", transfer.from_facility_id)
    context: dict[str, Any] = {
        "transfer": transfer, "from": here, "to": there, "command_id": new_id(), "may_receive": may_receive,
        "may_cancel": may_cancel, "reasons": words.DIFFERENCES.items(),
        "actor": labels({actor.id}).get(actor.id, ""),
    }  # fmt: skip
    if request.method == "GET":
        return render(request, "web/stock/note.html", context)
    if not may_receive or there is None:
        raise PermissionDenied
    lines = []
    for lot in transfer.lots:
        doses = whole(request.POST.get(f"received-{lot.lot_id}", ""))
        if doses is None:
            problem = _("Enter for every lot how many doses arrived; zero when none did.")
            return render(request, "web/stock/note.html", context | {"problems": [problem]}, status=422)
        lines.append({"product": lot.key, "lot": lot.number, "quantity": doses})
    reason = request.POST.get("reason", "")
    body: dict[str, Any] = {
        "transfer_id": str(transfer_id), "facility": there.code, "lines": lines,
        "note": request.POST.get("note", "")[:2_000],
    }  # fmt: skip
    [outcome] = send_all(
        request, actor, [("transfer.receive", body | ({"reason": reason} if reason in words.DIFFERENCES else {}))]
    )
    if accepted(outcome):
        differences = (outcome.params or {}).get("differences")
        if differences and reason not in words.DIFFERENCES:
            messages.warning(request, _("Received. What differs from the note has to be explained: see the list."))
        else:
            messages.success(request, _("Received. The doses are in the stock."))
        return to_stock(there)
    return render(request, "web/stock/note.html", context | {"problems": sentences(outcome)}, status=422)


@require_POST
@needs("transfer.cancel")
def cancel(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """Call goods back that are on the way."""
    actor = actor_here(request)
    transfer = _transfer(actor, transfer_id)
    facility = places.facility_table()[transfer.from_facility_id]
    body = {
        "transfer_id": str(transfer_id), "facility": facility.code, "reason": request.POST.get("reason", "")[:2_000],
    }  # fmt: skip
    [outcome] = send_all(request, actor, [("transfer.cancel", body)])
    if accepted(outcome):
        messages.success(request, _("Called back. The doses are in your stock again."))
    else:
        messages.error(request, " ".join(sentences(outcome)))
    return redirect("stock-transfer", transfer_id=transfer_id)


def _transfer(actor: Actor, transfer_id: UUID) -> TransferView:
    """A delivery whose sender or receiver is within reach; 404 for any other."""
    found = reads.transfer(transfer_id)
    if found is None or not any(
        scopes.facility_in_scope(actor, one, "stock.read") for one in (found.from_facility_id, found.to_facility_id)
    ):
        raise Http404
    return found


def _receiver(text: str, facility: FacilityRow) -> FacilityRow | None:
    """The facility as it was typed: its code, or a name that is only one of the neighbours'."""
    code = text.strip().split(" ")[0][:40]
    found = places.facilities_by_code([code]).get(code) if code else None
    if found is not None or not text.strip():
        return found
    wanted = fold(text)
    near = _neighbours(facility)
    exact = [row for row in near if fold(row.name) == wanted]
    likely = exact or [row for row in near if wanted in fold(row.name)]
    return likely[0] if len(likely) == 1 else None


def _neighbours(facility: FacilityRow) -> list[FacilityRow]:
    """Facilities of the same district, then those of the province: where goods usually go. At most 400."""
    table = places.facility_table().values()
    near = [row for row in table if row.province_id == facility.province_id and row.id != facility.id]
    return sorted(near, key=lambda row: (row.district_id != facility.district_id, row.kind, row.name))[:400]


def _fault(receiver: FacilityRow | None, facility: FacilityRow, lines: list[Any]) -> str:
    if receiver is None or receiver.id == facility.id:
        return str(_("Choose the facility the doses go to."))
    if not lines:
        return str(_("Enter how many doses of which lot are sent."))
    return ""


def _short(lots: list[Any], sent: Any) -> str:
    """More is sent than the book says is there."""
    for line in lots:
        doses = whole(sent.get(f"doses-{line.lot_id}", "")) or 0
        if doses > line.balance:
            said = {"left": line.balance, "doses": doses, "lot": line.number}
            return str(
                _("Of lot %(lot)s the book has %(left)s doses, %(doses)s are sent. Count it, or state why.") % said
            )
    return ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
