"""Plans: one table a level, with what was asked, what is given, and what the stock book says of it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from openpyxl import Workbook

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.access.queries import labels
from lachan.access.rules import may
from lachan.immunization.commands import execute
from lachan.immunization.queries import plans as reads
from lachan.immunization.queries import products
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import Outcome
from lachan.places import queries as places
from lachan.web.parts.board.desk import accepted, actor_here, command_id, sentences
from lachan.web.parts.supply import words
from lachan.web.parts.supply.table import Row, propose, table_of

MOST_PASTED = 2_000  # lines
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@needs("allocation.plan")
def new_plan(request: HttpRequest) -> HttpResponse:
    """A plan of the officer's own level."""
    actor = actor_here(request)
    giver = words.level_of(actor)
    if giver is None:
        raise PermissionDenied
    problem: list[str] = []
    if request.method == "POST":
        doses, due = request.POST.get("available", ""), _day(request.POST.get("due_on", ""))
        if not doses.isdigit() or due is None or not request.POST.get("title", "").strip():
            problem = [_("Name the round, the doses there are and the day they are needed.")]
        else:
            plan_id = new_id()
            body = {
                "plan_id": str(plan_id), "giver_id": giver, "product": request.POST.get("product", "")[:60],
                "title": request.POST["title"].strip()[:120], "available": int(doses), "due_on": due.isoformat(),
            }  # fmt: skip
            outcome = _send(request, "allocation.plan", body)
            if accepted(outcome):
                return redirect("supply-plan", plan_id=outcome.id)
            problem = sentences(outcome)
    context = {
        "giver": words.place_name(giver, None), "products": products(), "problem": problem, "sent": request.POST,
        "due": timezone.localdate() + timedelta(days=7), "command_id": new_id(),
    }  # fmt: skip
    return render(request, "web/supply/new_plan.html", context, status=422 if problem else 200)


@require_GET
@needs("supply.read")
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """The plan's table; ``fill`` shows a proposal in place of what is given, not yet saved."""
    return _page(request, _plan(request, plan_id))


@require_POST
@needs("allocation.give")
def give(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """What was typed into the table; ``decide`` ends the round."""
    found = _plan(request, plan_id)
    lines = []
    for name, said in request.POST.items():
        if name.startswith("give-"):
            text = str(said)
            plain = text.replace(".", "").replace(",", "").strip()
            if plain and not plain.isdigit():
                messages.warning(
                    request, _("“%(text)s” is no number of doses. Nothing was saved.") % {"text": text[:20]}
                )
                return redirect("supply-plan", plan_id=plan_id)
            lines.append({"place": name.removeprefix("give-"), "doses": int(plain) if plain else None})
    outcome = _give(request, found, lines, decide="decide" in request.POST)
    if not accepted(outcome):
        messages.error(request, " ".join(sentences(outcome)))
    elif "decide" in request.POST:
        messages.success(request, _("Decided. Print the annex, or send the goods with the plan's number on the note."))
    else:
        messages.success(request, _("Saved."))
    return redirect("supply-plan", plan_id=plan_id)


@require_POST
@needs("allocation.ask")
def ask(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """A station, or the officer of an area, asks for doses."""
    found = _plan(request, plan_id)
    place, doses = request.POST.get("place", ""), request.POST.get("doses", "").strip()
    if not doses.isdigit() or place[:1] not in ("a", "f") or not place[1:].isdigit():
        messages.warning(request, _("Say how many doses. Nothing was sent."))
        return redirect("supply-plan", plan_id=plan_id)
    body: dict[str, Any] = {
        "plan_id": str(found.id), "doses": int(doses), "note": request.POST.get("note", "").strip()[:2_000],
    }  # fmt: skip
    if place[0] == "a":
        body["area_id"] = int(place[1:])
    else:
        facility = places.facility(int(place[1:]))
        body["facility"] = facility.code if facility else "-"
    outcome = _send(request, "allocation.ask", body)
    if accepted(outcome):
        messages.success(request, _("Asked for. The officer who decides sees it at once."))
    else:
        messages.error(request, " ".join(sentences(outcome)))
    return redirect("supply-plan", plan_id=plan_id)


@require_POST
@needs("allocation.give")
def paste(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Two columns from a table: code and doses. One wrong line and nothing is saved; every wrong line is named."""
    found = _plan(request, plan_id)
    rows = {row.code: row for row in table_of(actor_here(request), found, timezone.localdate())}
    lines, faults = [], []
    text = request.POST.get("text", "")
    file = request.FILES.get("file")
    if file is not None and file.size is not None and file.size <= 2_000_000:
        text = file.read().decode("utf-8-sig", "replace")
    for number, cells in enumerate(_cells(text), 1):
        if len(cells) < 2 or (number == 1 and not _number(cells[-1]).isdigit()):
            if number > 1 and any(cells):
                faults.append((number, _("two columns are needed: code and doses")))
            continue
        row, doses = rows.get(cells[0]), _number(cells[1] if len(cells) == 2 else _given(cells))
        if row is None:
            faults.append((number, _("the code %(code)s is not in this plan") % {"code": cells[0][:20]}))
        elif not doses.isdigit():
            faults.append((number, _("“%(text)s” is no number of doses") % {"text": doses[:20]}))
        else:
            lines.append({"place": row.place, "doses": int(doses)})
    seen = [line["place"] for line in lines]
    if len(seen) != len(set(seen)):
        faults.append((0, _("a place stands there twice")))
    if faults or not lines:
        return _page(request, found, faults=faults or [(0, _("no line with a code and doses was found"))], status=422)
    outcome = _give(request, found, lines, decide=False)
    if accepted(outcome):
        messages.success(request, _("%(count)s lines saved.") % {"count": len(lines)})
    else:
        messages.error(request, " ".join(sentences(outcome)))
    return redirect("supply-plan", plan_id=plan_id)


@require_GET
@needs("supply.read")
def download(request: HttpRequest, plan_id: UUID, form: str) -> HttpResponse:
    """The table as ``csv`` or ``xlsx``; its first and fourth column can be pasted back."""
    if form not in ("csv", "xlsx"):
        raise Http404
    found = _plan(request, plan_id)
    rows = table_of(actor_here(request), found, timezone.localdate())
    head = [
        _("Code"), _("Place"), _("Asked"), _("Granted"), _("Sent"), _("Received"), _("In stock"), _("Doses of 14 days"),
        _("Days of stock"), _("Places in sessions"), _("People without a dose"),
    ]  # fmt: skip
    lines = [
        [
            row.code, f"{row.name}, {row.where}" if row.where else row.name, row.asked, row.given, row.sent,
            row.received, row.stock, row.doses, row.days, row.planned, row.missing,
        ]
        for row in rows
    ]  # fmt: skip
    if form == "csv":
        out = io.StringIO()
        csv.writer(out).writerows([head, *(["" if cell is None else cell for cell in line] for line in lines)])
        content, kind = out.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8"
    else:
        book = Workbook(write_only=True)
        sheet = book.create_sheet(found.number[:31])
        for line in [[found.number, found.title], head, *lines]:
            sheet.append(line)
        held = io.BytesIO()
        book.save(held)
        content, kind = held.getvalue(), _EXCEL
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{found.number}.{form}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _page(
    request: HttpRequest, found: reads.PlanRow, *, faults: list[tuple[int, str]] | None = None, status: int = 200
) -> HttpResponse:
    actor, today = actor_here(request), timezone.localdate()
    rows = table_of(actor, found, today)
    way = request.GET.get("fill", "")
    proposed = propose(way, found.available, rows) if way in words.WAYS else {}
    everywhere = "all" in request.GET
    giver_is_mine = may(actor, "allocation.give") and _answers_for(request, found.giver_id)
    own = [(code, name) for code, name in words.places_of(actor, "allocation.ask") if code != f"a{found.giver_id}"]
    names = labels({row.given_by for row in rows if row.given_by} | ({found.decided_by} if found.decided_by else set()))
    kind, word = words.PLAN_STATES[found.state]
    return render(
        request,
        "web/supply/plan.html",
        {
            "plan": found,
            "kind": kind,
            "word": word,
            "giver": words.place_name(found.giver_id, None),
            "rows": [
                (row, proposed.get(row.place, row.given)) for row in rows if everywhere or _concerned(row, proposed)
            ],
            "left_out": 0 if everywhere else sum(not _concerned(row, proposed) for row in rows),
            "total": _total(rows),
            "way": way if proposed else "",
            "formula": words.WAYS[way][1] if proposed else "",
            "ways": [(code, word) for code, (word, _formula) in words.WAYS.items()],
            "may_give": giver_is_mine and found.state != "closed",
            "own": [entry for entry in own if found.state == "open"],
            "mine": {row.place: row for row in rows if row.place in {code for code, _name in own}},
            "decided_by": names.get(found.decided_by, "") if found.decided_by else "",
            "faults": faults or [],
            "pasted": request.POST.get("text", ""),
            "command_id": new_id(),
            "ask_id": new_id(),
            "paste_id": new_id(),
            "today": today,
        },
        status=status,
    )


def _concerned(row: Row, proposed: dict[str, int]) -> bool:
    """Whether a place has anything to do with the product now; a province has hundreds that have not."""
    numbers = (row.stock, row.doses, row.sent, row.received, row.asked, row.given, proposed.get(row.place))
    return any(numbers) or row.asked is not None


def _plan(request: HttpRequest, plan_id: UUID) -> reads.PlanRow:
    """The plan, when it concerns the actor; 404 otherwise."""
    actor = actor_here(request)
    found = reads.plan_by_id(plan_id)
    areas = [grant.area_id for grant in actor.grants if grant.area_id is not None]
    if found is None or not reads.sees(found, areas, scopes.facility_ids(actor, "supply.read")):
        raise Http404
    return found


def _answers_for(request: HttpRequest, area_id: int) -> bool:
    return any(grant.area_id == area_id for grant in actor_here(request).grants)


def _give(request: HttpRequest, found: reads.PlanRow, lines: list[dict[str, Any]], *, decide: bool) -> Outcome:
    over = request.POST.get("over_reason", "").strip()[:2_000]
    body = {"plan_id": str(found.id), "lines": lines, "over_reason": over, "decide": decide}
    return _send(request, "allocation.give", body)


def _send(request: HttpRequest, verb: str, body: dict[str, Any]) -> Outcome:
    now = timezone.now()
    [outcome] = execute([Command(command_id(request), verb, now, body)], actor=actor_here(request), now=now)
    return outcome


def _total(rows: list[Row]) -> dict[str, int]:
    fields = ("asked", "given", "sent", "received", "stock", "doses", "planned", "missing")
    return {name: sum(getattr(row, name) or 0 for row in rows) for name in fields}


def _cells(text: str) -> list[list[str]]:
    lines = text.splitlines()[: MOST_PASTED + 1]
    head = "\n".join(lines[:5])
    sign = max("\t;,", key=head.count)
    return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=sign)]


def _given(cells: list[str]) -> str:
    """The column of what is given in a table as it was downloaded; else the second."""
    return cells[3] if len(cells) >= 11 else cells[1]


def _number(text: str) -> str:
    return text.replace(".", "").replace(",", "").replace("\u00a0", "").strip()


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None
