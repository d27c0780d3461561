"""Line lists of other systems: uploaded, looked at row by row, then recorded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.exchange.linelists import reading, staging
from lachan.exchange.linelists.reading import Read
from lachan.exchange.linelists.sentences import told
from lachan.exchange.linelists.staging import VERBS, Fate, FileFacts
from lachan.web import sheets
from lachan.web.parts.board.desk import actor_here


@require_http_methods(["GET", "POST"])
@needs("outbreak.read")
def page(request: HttpRequest) -> HttpResponse:
    """Which columns a list may have, the lists I sent before, and the way to send one."""
    actor = actor_here(request)
    kinds = [kind for kind, verb in VERBS.items() if may(actor, verb)]
    if not kinds:
        raise PermissionDenied
    problem, what, now = "", request.POST.get("what", kinds[0]), timezone.now()
    if request.method == "POST":
        if what not in kinds:
            raise PermissionDenied
        heads = _("No line with headings was found. A list of cases needs a name or number, one of contacts the number "
                  "of the case as well, one of groups the kind and the name of the group.")  # fmt: skip
        staged, problem = sheets.taken(
            request, lambda sent: staging.stage(sent, what, actor=actor, now=now), {"file_no_heads": heads}
        )
        if staged is not None:
            sheets.tell_known(request, staging.SHELF.kept_at(staged), now)
            return redirect("outbreak-file", list_id=staged)
    context = {
        "kinds": [(kind, kind == what, " · ".join(both[sheets.tongue()] for both in reading.HEADINGS[kind].values()))
                  for kind in kinds],
        "problem": problem, "files": staging.files(actor.id), **sheets.LIMITS,
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
    context = {"file": found, **sheets.sorted_out(rows)}
    return render(request, "web/outbreak/file.html", context)


def _shown(found: FileFacts, row: Read, fate: Fate | None) -> dict[str, Any]:
    """A row with its state and everything that is wrong with it."""
    heads = reading.HEADINGS[found.what]
    faults = [f"{heads[column][sheets.tongue()]}: {told(code)}" for column, code in row.faults]
    return {"line": row.line, "sheet": row.sheet, "name": row.name, **sheets.fate_of(faults, fate)}
