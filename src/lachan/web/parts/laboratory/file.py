"""Results from a file: uploaded, looked at row by row, then recorded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.exchange.results import reading, staging
from lachan.exchange.results.sentences import FAULTS
from lachan.exchange.results.staging import Fate
from lachan.exchange.tables.sentences import sentence as file_sentence
from lachan.exchange.tables.workbook import MOST_BYTES, MOST_ROWS, UnreadableFileError
from lachan.immunization.sentences import sentence
from lachan.surveillance.laboratory.methods import word
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.laboratory import words
from lachan.web.parts.stock.common import facility_or_none

RECORD = "result.record"
MOST_SHOWN = 300


@require_http_methods(["GET", "POST"])
@needs(RECORD)
def page(request: HttpRequest) -> HttpResponse:
    """Which columns a file may have, the files before, and the way to send one."""
    actor = actor_here(request)
    facility = facility_or_none(request, actor, RECORD)
    if facility is None:
        return redirect("laboratory")
    problem = ""
    if request.method == "POST":
        sent = request.FILES.get("file")
        if not isinstance(sent, UploadedFile):
            problem = file_sentence("file_missing")
        elif (sent.size or 0) > MOST_BYTES:
            problem = file_sentence("file_too_large", {"most": MOST_BYTES // 1_000_000})
        else:
            try:
                staged = staging.stage(sent.read(), actor=actor, facility=facility, now=timezone.now())
                return redirect("laboratory-sheet", file_id=staged)
            except UnreadableFileError as unreadable:
                problem = file_sentence(unreadable.code, unreadable.params)
    place = 0 if (get_language() or "vi").startswith("vi") else 1
    context = {
        "facility": facility, "problem": problem, "files": staging.files(facility.id), "most": MOST_ROWS,
        "most_mb": MOST_BYTES // 1_000_000, "headings": [said[place] for said in reading.HEADINGS.values()],
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
    wrong = [row for row in rows if row["kind"] in ("stop", "question")]
    good = [row for row in rows if row["kind"] not in ("stop", "question")]
    context = {
        "file": found, "wrong": wrong[:MOST_SHOWN], "good": good[:MOST_SHOWN], "wrong_count": len(wrong),
        "good_count": len(good), "waiting": sum(row["kind"] == "waiting" for row in rows), "most": MOST_SHOWN,
    }  # fmt: skip
    return render(request, "web/laboratory/sheet.html", context)


def _shown(row: reading.Read, fate: Fate | None) -> dict[str, Any]:
    """A row with its state and everything that is wrong with it."""
    if row.faults:
        place = 0 if (get_language() or "vi").startswith("vi") else 1
        said = [f"{reading.HEADINGS[column][place]}: {FAULTS[code]}" for column, code in row.faults]
        kind, state = "stop", _("Not recorded")
    elif fate is None:
        said, kind, state = [], "waiting", _("Ready")
    elif fate.status == "accepted":
        said, kind, state = [], "done", _("Recorded")
    else:
        said = [sentence(fate.reason or "", fate.params)]
        kind, state = ("question", _("Held")) if fate.status == "held" else ("stop", _("Refused"))
    body = row.body
    outcome = words.OUTCOMES.get(body.get("outcome", ""), ("unknown", "?"))
    return {
        "line": row.line, "sheet": row.sheet, "sample": body.get("sample", ""), "kind": kind, "state": state,
        "said": said, "outcome": outcome, "disease": word("diseases", body.get("disease", "")), "ct": body.get("ct"),
        "method": word("methods", body.get("method", "")), "person": "person" in body,
    }  # fmt: skip
