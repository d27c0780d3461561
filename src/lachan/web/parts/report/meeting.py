"""The meeting of 19:00: figures with what was asked and decided beside them, and what is still open from before."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access.doors import needs
from lachan.forecasting.report import archive, notes
from lachan.forecasting.report.archive import DECIDE, Kept
from lachan.forecasting.report.notes import Kind, Note
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import REFUSED, Outcome
from lachan.web.parts.board.desk import actor_here, command_id
from lachan.web.parts.report.views import VERB, area_of, back, day_of, decides, language_now, shown
from lachan.web.parts.report.words import REFUSALS

WHOLE: Final = ""  # notes about no figure


@require_GET
@needs(VERB)
def page(request: HttpRequest, area_id: int) -> HttpResponse:
    """The figures of the report, each with its notes; notes of earlier days that are still open first."""
    actor, day = actor_here(request), day_of(request)
    area = area_of(actor, area_id)
    kept = archive.read(actor, area_id, day)
    context: dict[str, Any] = {"area": area, "kept": kept, "tab": "meeting", "decides": decides(actor, area_id)}
    if kept is not None:
        found = notes.of_report(actor, area_id, kept.id, kept.day)
        context |= {"rows": _rows(kept, found), "left": [note for note in found if note.report_id != kept.id]}
        context |= {"today": timezone.localdate(), "new_id": new_id()}
    return render(request, "web/report/meeting.html", context)


@require_POST
@needs(DECIDE)
def write(request: HttpRequest, area_id: int) -> HttpResponse:
    """A question or a decision beside a figure."""
    actor, day = actor_here(request), day_of(request)
    area_of(actor, area_id, DECIDE)
    kept = archive.read(actor, area_id, day)
    if kept is None:
        return redirect("report-meeting", area_id)
    kind: Kind = "decision" if request.POST.get("kind") == "decision" else "question"
    figure = request.POST.get("figure", "")
    wish = notes.Wish(
        command_id(request), kept.id, kind, request.POST.get("text", ""),
        figure if any(each.id == figure for each in kept.content.figures) else WHOLE,
        request.POST.get("who", "")[:120], _due(request.POST.get("due", "")),
    )  # fmt: skip
    _tell(request, notes.write([wish], actor=actor, now=timezone.now()), _("Written into the minutes."))
    return back(area_id, "report-meeting", kept.day)


@require_POST
@needs(DECIDE)
def settle(request: HttpRequest, area_id: int) -> HttpResponse:
    """The answer to a question, or that a decision is carried out or dropped."""
    actor = actor_here(request)
    area_of(actor, area_id, DECIDE)
    try:
        note = UUID(request.POST.get("note", ""))
    except ValueError:
        raise Http404 from None
    dropped = request.POST.get("state") == "dropped"
    settled = notes.Settled(note, "dropped" if dropped else "done", request.POST.get("answer", ""))
    now = timezone.now()
    _tell(request, notes.settle([settled], actor=actor, now=now), _("Settled, and kept with its answer."))
    return back(area_id, "report-meeting", day_of(request))


def _rows(kept: Kept, found: list[Note]) -> list[dict[str, Any]]:
    """Every figure with its notes of this report; the whole report last."""
    language = language_now()
    own = [note for note in found if note.report_id == kept.id]
    rows: list[dict[str, Any]] = [
        {"figure": shown(figure, language), "notes": [note for note in own if note.figure == figure.id]}
        for figure in kept.content.figures
    ]
    rows.append({"figure": None, "notes": [note for note in own if note.figure == WHOLE]})
    return [row | {"command_id": new_id()} for row in rows]


def _due(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _tell(request: HttpRequest, outcomes: list[Outcome], done: str) -> None:
    [outcome] = outcomes
    if outcome.status is REFUSED:
        messages.warning(request, str(REFUSALS[outcome.reason or ""]).format(**(outcome.params or {})))
    else:
        messages.success(request, done)
