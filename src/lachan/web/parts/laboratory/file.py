"""Results from a file: uploaded, looked at row by row, then recorded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.exchange.results import reading, staging
from lachan.exchange.results.sentences import FAULTS
from lachan.exchange.results.staging import Fate
from lachan.surveillance.laboratory.methods import word
from lachan.web import sheets
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.laboratory import words
from lachan.web.parts.stock.common import facility_or_none

RECORD = "result.record"


@require_http_methods(["GET", "POST"])
@needs(RECORD)
def page(request: HttpRequest) -> HttpResponse:
    """Which columns a file may have, the files before, and the way to send one."""
    actor = actor_here(request)
    facility = facility_or_none(request, actor, RECORD)
    if facility is None:
        return redirect("laboratory")
    problem, now = "", timezone.now()
    if request.method == "POST":
        staged, problem = sheets.taken(
            request, lambda sent: staging.stage(sent, actor=actor, facility=facility, now=now)
        )
        if staged is not None:
            sheets.tell_known(request, staging.SHELF.kept_at(staged), now)
            return redirect("laboratory-sheet", file_id=staged)
    context = {
        "facility": facility, "problem": problem, "files": staging.files(facility.id),
        "headings": [said[sheets.tongue()] for said in reading.HEADINGS.values()], **sheets.LIMITS,
    }  # fmt: skip
    return render(request, "web/laboratory/file.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "POST"])
@needs(RECORD)
def sheet(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """A file row by row; POST records what can be recorded."""
    actor = actor_here(request)
    found = staging.file(file_id)
    if found is None or not scopes.may_at(actor, RECORD, found.facility_id):
        raise Http404
    if request.method == "POST":
        done = staging.record(file_id, actor=actor, now=timezone.now())
        if done is not None:
            messages.success(request, _("%(count)s results are recorded.") % {"count": done.recorded})
        return redirect("laboratory-sheet", file_id=file_id)
    rows = [_shown(row, fate) for row, fate in zip(found.rows, found.fates, strict=True)]
    context = {"file": found, **sheets.sorted_out(rows)}
    return render(request, "web/laboratory/sheet.html", context)


def _shown(row: reading.Read, fate: Fate | None) -> dict[str, Any]:
    """A row with its state and everything that is wrong with it."""
    faults = [f"{reading.HEADINGS[column][sheets.tongue()]}: {FAULTS[code]}" for column, code in row.faults]
    body = row.body
    outcome = words.OUTCOMES.get(body.get("outcome", ""), ("unknown", "?"))
    return {
        "line": row.line, "sheet": row.sheet, "sample": body.get("sample", ""), "outcome": outcome,
        "disease": word("diseases", body.get("disease", "")), "ct": body.get("ct"),
        "method": word("methods", body.get("method", "")), "person": "person" in body,
        **sheets.fate_of(faults, fate),
    }  # fmt: skip
