"""Line lists of other systems: uploaded, looked at row by row, then recorded."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.exchange.linelists import reading, staging
from lachan.exchange.linelists.reading import Read
from lachan.exchange.linelists.sentences import told
from lachan.exchange.linelists.staging import VERBS, Fate, FileFacts
from lachan.exchange.tables.sentences import sentence as file_sentence
from lachan.exchange.tables.workbook import MOST_BYTES, MOST_ROWS, UnreadableFileError
from lachan.immunization.sentences import sentence
from lachan.web.parts.board.desk import actor_here

MOST_SHOWN: Final = 300


@require_http_methods(["GET", "POST"])
@needs("outbreak.read")
def page(request: HttpRequest) -> HttpResponse:
    """Which columns a list may have, the lists I sent before, and the way to send one."""
    actor = actor_here(request)
    kinds = [kind for kind, verb in VERBS.items() if may(actor, verb)]
    if not kinds:
        raise PermissionDenied
    problem, what = "", request.POST.get("what", kinds[0])
    if request.method == "POST":
        sent = request.FILES.get("file")
        if what not in kinds:
            raise PermissionDenied
        if not isinstance(sent, UploadedFile):
            problem = file_sentence("file_missing")
        elif (sent.size or 0) > MOST_BYTES:
            problem = file_sentence("file_too_large", {"most": MOST_BYTES // 1_000_000})
        else:
            try:
                staged = staging.stage(sent.read(), what, actor=actor, now=timezone.now())
                return redirect("outbreak-file", list_id=staged)
            except UnreadableFileError as unreadable:
                problem = (
                    _("No line with headings was found. A list of cases needs a name or number, one of contacts the "
                      "number of the case as well.")
                    if unreadable.code == "file_no_heads" else file_sentence(unreadable.code, unreadable.params)
                )  # fmt: skip
    place = 0 if (get_language() or "vi").startswith("vi") else 1
    context = {
        "kinds": [(kind, kind == what, " · ".join(both[place] for both in reading.HEADINGS[kind].values()))
                  for kind in kinds],
        "problem": problem, "files": staging.files(actor.id), "most": MOST_ROWS, "most_mb": MOST_BYTES // 1_000_000,
    }  # fmt: skip
    return render(request, "web/outbreak/files.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "POST"])
@needs("outbreak.read")
def sheet(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """A list row by row, for whoever sent it; POST records what can be recorded."""
    actor = actor_here(request)
    found = staging.file(list_id)
    if not any(may(actor, verb) for verb in VERBS.values()):
        raise PermissionDenied
    if found is None or found.actor_id != actor.id or not may(actor, VERBS[found.what]):
        return redirect("outbreak-files")  # of somebody else, or nobody: which of the two is not said
    if request.method == "POST":
        done = staging.record(list_id, actor=actor, now=timezone.now())
        if done is not None:
            messages.success(request, _("%(count)s rows are recorded.") % {"count": done.recorded})
        return redirect("outbreak-file", list_id=list_id)
    rows = [_shown(found, row, fate) for row, fate in zip(found.rows, found.fates, strict=True)]
    wrong = [row for row in rows if row["kind"] in ("stop", "question")]
    good = [row for row in rows if row["kind"] not in ("stop", "question")]
    context = {
        "file": found, "wrong": wrong[:MOST_SHOWN], "good": good[:MOST_SHOWN], "wrong_count": len(wrong),
        "good_count": len(good), "waiting": sum(row["kind"] == "waiting" for row in rows),
    }  # fmt: skip
    return render(request, "web/outbreak/file.html", context)


def _shown(found: FileFacts, row: Read, fate: Fate | None) -> dict[str, Any]:
    """A row with its state and everything that is wrong with it."""
    if row.faults:
        place = 0 if (get_language() or "vi").startswith("vi") else 1
        heads = reading.HEADINGS[found.what]
        said = [f"{heads[column][place]}: {told(code)}" for column, code in row.faults]
        kind, state = "stop", _("Not recorded")
    elif fate is None:
        said, kind, state = [], "waiting", _("Ready")
    elif fate.status == "accepted":
        said, kind, state = [], "done", _("Recorded")
    else:
        said = [sentence(fate.reason or "", fate.params)]
        kind, state = ("question", _("Held")) if fate.status == "held" else ("stop", _("Refused"))
    return {"line": row.line, "sheet": row.sheet, "name": row.name, "kind": kind, "state": state, "said": said}
