"""Users, facilities and keys from a file: the template, the trial with its differences, the commit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.access import queries
from lachan.access.doors import needs
from lachan.access.operations import uploads
from lachan.access.rules import may
from lachan.access.uploads.parse import COLUMNS, MOST_BYTES, MOST_ROWS, written
from lachan.kernel.outcomes import REFUSED, Outcome
from lachan.web.parts.administration import words
from lachan.web.parts.administration.desk import PAGE, acting, page_number, paged

VERBS = {"users": "user.manage", "facilities": "facility.manage", "keys": "key.manage"}
EXAMPLES = {
    "users": [["thu-ha", "Nguyễn Thị Thu Hà", "vi", "", "vaccinator", "TYT26740", "", ""],
              ["van-phuc", "Huỳnh Văn Phúc", "vi", "", "commune_officer", "26740", "", "2026-12-31"]],
    "facilities": [["LD-01", "Điểm tiêm lưu động số 1", "station", "26740", "2026-01-15", ""]],
    "keys": [["Máy trạm Bến Nghé 1", "device", "TYT26740", "365"]],
}  # fmt: skip


def _known(request: HttpRequest, kind: str) -> None:
    if kind not in VERBS:
        raise Http404
    if not may(acting(request), VERBS[kind]):
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
@needs("user.manage")
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose a file; it is tried and shown before anything is done."""
    _known(request, kind)
    problem = ""
    if request.method == "POST":
        sent: Any = request.FILES.get("file")
        if sent is None:
            problem = _("Choose a file first.")
        else:
            content = sent.read(MOST_BYTES + 1)
            outcome = uploads.stage(kind, content, actor=acting(request), now=timezone.now())
            if outcome.status is not REFUSED:
                return redirect("admin-upload", upload_id=outcome.id)
            problem = words.why(outcome)
    context = {
        "kind": kind, "title": words.FILES[kind], "columns": words.columns(kind), "problem": problem,
        "most": MOST_ROWS, "roles": [(role.value, words.role_word(role)) for role in words.STAFF],
    }  # fmt: skip
    return render(request, "web/administration/upload.html", context, status=422 if problem else 200)


@require_GET
@needs("user.manage")
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """A file with the columns and an example."""
    _known(request, kind)
    return _file(f"lachan-{kind}.csv", list(COLUMNS[kind]), EXAMPLES[kind])


@require_GET
@needs("user.manage")
def staged(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """What the file would do, or did, row by row; what is wrong comes first."""
    found = _own(request, upload_id)
    chosen = request.GET.get("state", "")
    order = {"refused": 0, "new": 1, "changed": 2, "same": 3}
    cells = {row["number"]: row["cells"] for row in found.rows}
    results = sorted(found.results, key=lambda result: (order[result["state"]], result["number"]))
    if chosen in order:
        results = [result for result in results if result["state"] == chosen]
    page = page_number(request)
    lines = [
        {
            "number": result["number"],
            "state": result["state"],
            "column": result["column"],
            "why": words.why(_outcome(result)) if result["reason"] else "",
            "cells": [(name, cells[result["number"]].get(name, "")) for name in COLUMNS[found.kind]],
        }
        for result in results[(page - 1) * PAGE : page * PAGE]
    ]
    counts = {state: sum(result["state"] == state for result in found.results) for state in order}
    context = {
        "upload": found, "title": words.FILES[found.kind], "lines": lines, "chosen": chosen, "counts": counts,
        "columns": list(COLUMNS[found.kind]), "page": paged(lines, len(results), page),
        "todo": counts["new"] + counts["changed"],
    }  # fmt: skip
    return render(request, "web/administration/staged.html", context)


@require_POST
@needs("user.manage")
def commit(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Carry it out. New keys come back as a file, which is the only copy of their tokens."""
    found = _own(request, upload_id)
    _known(request, found.kind)
    outcome, tokens = uploads.commit(upload_id, actor=acting(request), now=timezone.now())
    if tokens:
        return _file("lachan-tokens.csv", ["row", "label", "token"], [[str(n), label, t] for n, label, t in tokens])
    if outcome.status is REFUSED:
        messages.error(request, words.why(outcome))
    else:
        messages.success(request, _("Done. Below stands what became of each row."))
    return redirect("admin-upload", upload_id=upload_id)


@require_POST
@needs("user.manage")
def codes(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """First sign-in codes of the users a file made, as a file; making them again ends the ones before."""
    made = uploads.first_codes(upload_id, actor=acting(request), now=timezone.now())
    if not made:
        messages.info(request, _("There is nobody new in this file who still needs a code."))
        return redirect("admin-upload", upload_id=upload_id)
    return _file("lachan-codes.csv", ["username", "code"], [list(pair) for pair in made])


@require_GET
@needs("user.manage")
def errors(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """The refused rows with their reasons, to correct and upload again."""
    found = _own(request, upload_id)
    cells = {row["number"]: row["cells"] for row in found.rows}
    columns = list(COLUMNS[found.kind])
    lines = [
        [*(cells[result["number"]].get(name, "") for name in columns), str(result["number"]), result["column"],
         words.why(_outcome(result))]
        for result in found.results
        if result["state"] == "refused"
    ]  # fmt: skip
    # columns without a name are passed over when the file comes back
    return _file(f"lachan-{found.kind}-errors.csv", [*columns, "", "", ""], lines)


def _own(request: HttpRequest, upload_id: UUID) -> Any:
    found = queries.upload_of(upload_id, acting(request))
    if found is None:
        raise Http404
    return found


def _outcome(result: dict[str, Any]) -> Outcome:
    return Outcome(REFUSED, result["reason"], params=result["params"])


def _file(name: str, header: list[str], lines: list[list[str]]) -> HttpResponse:
    response = HttpResponse(written(header, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
