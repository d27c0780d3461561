"""A delivery: boxes scanned one after the other, or lines typed from the note. What is odd is asked first."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.immunization.queries import catalogue, lots_in, products
from lachan.immunization.queries import stock as reads
from lachan.immunization.rules import gs1
from lachan.immunization.rules.stock import lot_key
from lachan.immunization.rules.vials import kind_of
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.places.facts import FacilityRow
from lachan.web.parts.board.desk import accepted, actor_here, sentences
from lachan.web.parts.stock import words
from lachan.web.parts.stock.common import facility_asked, page, send_all, to_stock, whole

MOST_ROWS = 100
_FIELDS = ("product", "lot", "expires_on", "use_by", "quantity", "vial_doses", "gtin", "serials", "teach")


@require_http_methods(["GET", "POST"])
@needs("stock.move")
def receive(request: HttpRequest) -> HttpResponse:
    """The form, and what was filled in. A row is a lot; scanned boxes of a lot add up in one row."""
    actor = actor_here(request)
    facility = facility_asked(request, actor, "stock.move")
    if request.method == "GET":
        return render(request, "web/stock/receive.html", _context(request, facility, [blank()]))
    rows = [row for row in _rows(request) if any(row[name] for name in ("lot", "quantity", "product"))]
    problems, questions = _checked(facility, rows)
    answered = request.POST.get("anyway", "").strip()
    if not rows:
        problems = [_("Nothing was entered. Scan a box, or fill in a line.")]
    if problems or (questions and not answered):
        context = _context(request, facility, rows or [blank()], problems=problems, questions=questions)
        return render(request, "web/stock/receive.html", context, status=422)
    wanted = [("stock.move", _body(facility, row, request.POST.get("document", ""), answered)) for row in rows]
    may_teach = scopes.may_at(actor, "gtin.teach", facility.id)
    wanted += [("gtin.teach", _teaching(facility, row)) for row in rows if may_teach and row["teach"] and row["gtin"]]
    outcomes = send_all(request, actor, wanted)
    failed = [text for outcome in outcomes if not accepted(outcome) for text in sentences(outcome)]
    entered = sum(row["doses"] for row, outcome in zip(rows, outcomes[: len(rows)], strict=True) if accepted(outcome))
    if entered:
        messages.success(request, _("%(doses)s doses are in the stock.") % {"doses": entered})
    for text in failed:
        messages.error(request, text)
    return to_stock(facility)


@require_POST
@needs("stock.move")
def scan(request: HttpRequest) -> HttpResponse:
    """One scan as a row of the form: read on the server, never in an address. 422 with what was wrong about it."""
    actor = actor_here(request)
    facility = facility_asked(request, actor, "stock.move")
    try:
        code = gs1.read(request.POST.get("q", ""), timezone.localdate())
    except gs1.Gs1Error as error:
        return render(request, "web/stock/unread.html", {"text": words.fault(error)}, status=422)
    known = reads.trade_item(code.gtin) if code.gtin else None
    before = reads.box_received(facility.id, code.gtin, code.serial) if code.gtin and code.serial else None
    product = catalogue().product(known.product_id) if known is not None else None
    doses = known.doses if known is not None else None
    row = blank() | {
        "product": product.key if product is not None else "",
        "lot": code.lot or "",
        "expires_on": code.expires_on.isoformat() if code.expires_on else "",
        "quantity": str(doses) if doses else "",
        "vial_doses": str(known.vial_doses) if known is not None else "",
        "gtin": code.gtin or "",
        "serials": code.serial or "",
        "teach": known is None and bool(code.gtin),
    }
    context = {
        "row": row, "facility": facility, "products": products(), "known": known is not None, "code": code,
        "before": before, "thawed_days": _thawed_days(row["product"]), "number": new_id(),
        "may_teach": scopes.may_at(actor, "gtin.teach", facility.id),
    }  # fmt: skip
    return render(request, "web/stock/row.html", context)


def blank() -> dict[str, Any]:
    """An empty row."""
    return dict.fromkeys(_FIELDS, "")


def _context(request: HttpRequest, facility: FacilityRow, rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    actor = actor_here(request)
    return page(
        facility,
        rows=[(row, new_id()) for row in rows],
        products=products(),
        may_teach=scopes.may_at(actor, "gtin.teach", facility.id),
        document=request.POST.get("document", ""),
        anyway=request.POST.get("anyway", ""),
        blank=blank(),
        texts={"again": _("This box is in the list already."), "added": _("Box added.")},
        **more,
    )


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    """The rows as they were sent: fields of one row share its number."""
    rows = []
    for number in request.POST.getlist("row")[:MOST_ROWS]:
        row = {name: request.POST.get(f"{name}-{number}", "").strip()[:4_000] for name in _FIELDS}
        rows.append(row)
    return rows


def _checked(facility: FacilityRow, rows: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """(what is wrong, what is asked) about the rows; numbers and dates are put in as they were understood."""
    problems, questions = [], []
    keys = catalogue().keys
    for row in rows:
        row["doses"] = whole(row["quantity"]) or 0
        row["expires"], row["thawed"] = _day(row["expires_on"]), _day(row["use_by"])
        row["boxes"] = [serial for serial in row["serials"].split() if len(serial) <= 20]
        if row["product"] not in keys or not lot_key(row["lot"]) or not row["doses"]:
            problems.append(_("Every line needs product, lot and number of doses."))
            continue
        with hot_cursor() as cursor:
            found = lots_in(cursor, [(keys[row["product"]], row["lot"])]).get((keys[row["product"]], row["lot"]))
        lot = found[1] if found is not None and found[1].product_id == keys[row["product"]] else None
        if lot is None and row["expires"] is None:
            problems.append(_("Lot %(lot)s is new here: enter when it expires.") % {"lot": row["lot"]})
        if lot is not None and lot.expires_on and row["expires"] and row["expires"] != lot.expires_on:
            said = {"lot": lot.number, "known": f"{lot.expires_on:%d/%m/%Y}", "here": f"{row['expires']:%d/%m/%Y}"}
            questions.append(
                _("Lot %(lot)s is known to expire on %(known)s; this note says %(here)s. Look at the box.") % said
            )
        for serial in row["boxes"]:
            before = reads.box_received(facility.id, row["gtin"], serial)
            if before is not None:
                said = {"serial": serial, "day": f"{timezone.localtime(before):%d/%m/%Y}"}
                questions.append(_("Box %(serial)s was received here on %(day)s. Was it scanned twice?") % said)
    return sorted(set(problems)), questions


def _body(facility: FacilityRow, row: dict[str, Any], document: str, anyway: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "facility": facility.code, "product": row["product"], "lot": row["lot"][:60], "kind": "receive",
        "quantity": row["doses"], "document": document.strip()[:120], "anyway": anyway[:2_000],
    }  # fmt: skip
    if row["expires"]:
        body["expires_on"] = row["expires"].isoformat()
    if row["thawed"]:
        body["use_by"] = row["thawed"].isoformat()
    if size := whole(row["vial_doses"]):
        body["vial_doses"] = min(size, 100)
    if row["gtin"] and row["boxes"]:
        body["boxes"] = [{"gtin": row["gtin"], "serial": serial} for serial in row["boxes"]]
    return body


def _teaching(facility: FacilityRow, row: dict[str, Any]) -> dict[str, Any]:
    """What the code means from now on: so many doses a box, so many a vial."""
    boxes = max(1, len(row["boxes"]))
    facts: dict[str, Any] = next((product.facts for product in products() if product.key == row["product"]), {})
    size = whole(row["vial_doses"]) or kind_of(facts).doses or 1
    return {
        "facility": facility.code, "gtin": row["gtin"], "product": row["product"],
        "doses": max(1, row["doses"] // boxes), "vial_doses": min(size, 100),
    }  # fmt: skip


def _thawed_days(product: str) -> int | None:
    """How many days the product keeps once it is thawed, where that is known."""
    facts = next((row.facts for row in products() if row.key == product), None)
    return kind_of(facts).thawed_days if facts is not None else None


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
