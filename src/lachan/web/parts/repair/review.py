"""A sheet before it is carried out: differences side by side, what has to be decided, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.queries import labels
from lachan.exchange.tables import carrying, listing, store
from lachan.exchange.tables.jobs import carry_out_sheet
from lachan.exchange.tables.sentences import ROWS, sentence
from lachan.exchange.tables.store import Row, SheetFacts
from lachan.immunization.sentences import sentence as reason_sentence
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons
from lachan.web.parts.people import present as people
from lachan.web.parts.people.reached import acting
from lachan.web.parts.repair import present, scope, words
from lachan.web.parts.repair.person import USUAL_REASON
from lachan.web.parts.repair.sheets import EXCEL, reachable

PAGE = 100
AT_ONCE = 1  # slices carried out while the officer waits: 250 rows, about a second
TABS = (
    ("change", ("change",)),
    ("decide", ("moved", "possible")),
    ("error", ("error", "refused")),
    ("done", ("done", "undone")),
    ("same", ("same", "left_out")),
)


@dataclass(frozen=True, slots=True)
class RowView:
    """A row as the review shows it."""

    row: Row
    name: str
    born: str
    differences: list[present.Difference]
    faults: list[tuple[Any, str]]
    candidates: list[people.Row]
    others: list[str]
    result: Any


@require_GET
@needs("repair.sheet")
def page(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Rows by what has to be done with them, a hundred a page; every person shown is a look, logged."""
    sheet = _sheet(request, sheet_id)
    tabs = [(key, sum(sheet.counts.get(state, 0) for state in states)) for key, states in TABS]
    tab = request.GET.get("tab", "")
    if tab not in dict(TABS):
        tab = next((key for key, count in tabs if count), "change")
    after = request.GET.get("after", "")
    found = store.rows_of(
        sheet.id, dict(TABS)[tab], after=int(after) if after.isdigit() and len(after) < 9 else 0, limit=PAGE + 1
    )
    shown, more = found[:PAGE], len(found) > PAGE
    named = {row.person_id for row in shown if row.person_id}
    people_of = persons(named | {candidate for row in shown for candidate in row.content.candidates})
    log_looks(acting(request), listing.person_ids(shown), "repair list", "repair list", timezone.now())
    full = bool(scope.purpose(request))
    context = {
        "sheet": sheet,
        "tabs": tabs,
        "tab": tab,
        "rows": [_view(row, people_of, full) for row in shown],
        "after": shown[-1].number if more else "",
        "who": labels({sheet.actor_id}).get(sheet.actor_id, ""),
        "reason": scope.reason(request, USUAL_REASON),
        "states": words.ROW_STATES,
        "may_confirm": sheet.state in ("staged", "done") and sheet.left > 0,
        "may_undo": sheet.state == "done" and sheet.counts.get("done", 0) > 0,
        "running": sheet.state == "committing",
    }
    name = "web/repair/progress.html" if request.headers.get("HX-Request") else "web/repair/sheet.html"
    return render(request, name, context)


@require_POST
@needs("repair.sheet")
def rows(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Decisions about single rows: left out, taken as they stand now, or who they are about."""
    sheet = _sheet(request, sheet_id)
    if sheet.state not in ("staged", "done"):
        raise Http404
    tab = request.POST.get("tab", "")
    numbers = [int(text) for text in request.POST.getlist("row")[:PAGE] if text.isdigit() and len(text) < 9]
    if request.POST.get("action") == "take":
        carrying.take(sheet.id, numbers)
    elif request.POST.get("action") == "drop":
        carrying.leave_out(sheet.id, numbers)
    else:
        row, _colon, person_id = request.POST.get("action", "").partition(":")
        chosen = scope.uuids([person_id], 1)
        if row.isdigit() and chosen:
            carrying.choose(sheet.id, int(row), chosen[0])
    return redirect(f"/repair/sheets/{sheet.id}/?tab={tab if tab in dict(TABS) else ''}")


@require_POST
@needs("repair.sheet")
def confirm(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Carry out: the first rows at once, the rest by the worker; or set the whole sheet aside."""
    sheet, actor, now = _sheet(request, sheet_id), acting(request), timezone.now()
    if request.POST.get("action") == "set_aside":
        if store.mark(sheet.id, "set_aside", when=("staged",)):
            messages.info(request, _("The sheet was set aside. Nothing was changed."))
        return redirect("repair-sheets")
    why = " ".join(request.POST.get("reason", "").split())[:2_000]
    if len(why) < 3:
        messages.warning(request, _("Write in a few words why the records are changed."))
        return redirect("repair-sheet", sheet_id=sheet.id)
    scope.keep_reason(request, why)
    if sheet.left and carrying.confirm(sheet.id, why, actor=actor, now=now):
        progress = carrying.carry_out(sheet.id, actor=actor, now=now, slices=AT_ONCE)
        if progress.left:
            carry_out_sheet.defer(sheet_id=str(sheet.id))
    return redirect(f"/repair/sheets/{sheet.id}/?tab=done")


@require_POST
@needs("repair.sheet")
def undo(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Take back what the sheet changed, where nobody has changed it since."""
    sheet, why = _sheet(request, sheet_id), " ".join(request.POST.get("reason", "").split())[:2_000]
    if len(why) < 3:
        messages.warning(request, _("Write in a few words why it is taken back."))
    else:
        back = carrying.undo(sheet.id, why, actor=acting(request), now=timezone.now())
        messages.success(request, _("%(n)s records are as they were before.") % {"n": back.done})
    return redirect(f"/repair/sheets/{sheet.id}/?tab=done")


@require_GET
@needs("repair.sheet")
def errors(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Rows that could not be taken as Excel, what is wrong beside each: to be corrected and sent again."""
    sheet, now = _sheet(request, sheet_id), timezone.now()
    found = store.rows_of(sheet.id, ("error", "refused", "possible", "moved"), limit=6_000)
    log_looks(acting(request), listing.person_ids(found)[:1_000], "repair list", "repair list", now)
    why = {row.number: "\n".join(text for _column, text in _why(row)) for row in found}
    response = HttpResponse(listing.to_correct(found, why, today=timezone.localdate(now)), content_type=EXCEL)
    response["Content-Disposition"] = f'attachment; filename="can-sua-lai-{timezone.localdate(now).isoformat()}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


def _sheet(request: HttpRequest, sheet_id: UUID) -> SheetFacts:
    found = reachable(request, sheet_id)
    if found is None:
        raise Http404
    return found


def _why(row: Row) -> list[tuple[str, str]]:
    """Faults of cells, the row's own reason, or why the command was refused."""
    if row.state == "refused" and row.reason not in ROWS:
        return [("", reason_sentence(row.reason, row.content.because))]
    return listing.why_not(row)


def _view(row: Row, people_of: dict[UUID, PersonFacts], full: bool) -> RowView:
    person = people_of.get(row.person_id) if row.person_id else None
    content = row.content
    return RowView(
        row,
        person.name if person else content.typed.get("name", ""),
        content.typed.get("born", "") if person is None else "",
        present.differences(content.changes, full=full),
        [(words.FIELDS.get(column, column), text) for column, text in _why(row)] if row.state != "done" else
        ([("", sentence(row.reason))] if row.reason else []),
        [people.row(people_of[c], ()) for c in content.candidates if c in people_of],
        [str(other) for other in content.because.get("candidates", [])][:3] if row.state == "refused" else [],
        words.NOTES.get(content.result, ""),
    )  # fmt: skip
