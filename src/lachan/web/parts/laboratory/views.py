"""The bench: scan a tube, press the outcome, Enter, next. The day's list stands below."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import Outcome
from lachan.places.facts import FacilityRow
from lachan.surveillance.laboratory import bench as reads
from lachan.surveillance.laboratory.rules import code_of
from lachan.web.parts.board.desk import accepted, actor_here, command_id, happened_at, sentences
from lachan.web.parts.laboratory import present, words
from lachan.web.parts.stock.common import facilities_of, facility_or_none


@require_GET
@needs(reads.BENCH)
def bench(request: HttpRequest) -> HttpResponse:
    """The laboratory's day; of several laboratories one is chosen first."""
    return landing(request, reads.BENCH, _page)


@require_POST
@needs(reads.BENCH)
def tube(request: HttpRequest) -> HttpResponse:
    """A tube was scanned: whose it is, and the form for what was found in it; of one that was sent elsewhere, first on
    what ground it is here."""
    actor, facility = actor_here(request), _facility(request)
    if facility is None:
        return redirect("laboratory")
    written = request.POST.get("q", "")[:400]
    code = code_of(written)
    if code is None:
        said = _("This cannot be the code of a tube. Scan the label again.")
        return _page(request, facility, problems=[said], status=422)
    return _page(request, facility, tube=present.tube(request, actor, reads.recognise(code), code))


@require_POST
@needs("result.record")
def record(request: HttpRequest) -> HttpResponse:
    """What was found in the tube on the bench."""
    actor, facility = actor_here(request), _facility(request)
    if facility is None:
        return redirect("laboratory")
    post = request.POST
    code = code_of(post.get("sample", "")[:400]) or ""
    body: dict[str, Any] = {
        "sample": code, "facility": facility.code, "disease": post.get("disease", "")[:40],
        "method": post.get("method", "")[:40], "device": post.get("device", "").strip()[:120],
        "outcome": post.get("outcome", ""),
    }  # fmt: skip
    problems = []
    if body["outcome"] not in words.OUTCOMES:
        problems.append(_("Choose the outcome: P, N, I or X."))
    ct = number(post.get("ct", ""))
    if ct == "":
        problems.append(_("The Ct is a number between 0 and 60, such as 24.5."))
    elif ct is not None:
        body["ct"] = ct
    if not problems:
        outcome = send(request, actor, "result.record", body)
        if accepted(outcome):
            return _recorded(request, facility, outcome, body)
        problems = sentences(outcome)
    shown = present.tube(request, actor, reads.recognise(code), code)
    shown |= {name: body[name] for name in ("disease", "method", "device")}
    return _page(request, facility, tube=shown | {"chosen": body["outcome"], "ct": post.get("ct", "")[:10]},
                 problems=problems, status=422)  # fmt: skip


def _recorded(request: HttpRequest, facility: FacilityRow, outcome: Outcome, body: dict[str, Any]) -> HttpResponse:
    request.session[present.REMEMBERED] = {name: body[name] for name in ("disease", "method", "device")}
    kind, word = words.OUTCOMES[body["outcome"]]
    params = outcome.params or {}
    said = _("%(sample)s: %(outcome)s.") % {"sample": body["sample"], "outcome": word}
    if params.get("members"):
        said = _("Pool %(sample)s, %(members)s samples: %(outcome)s.") % {
            "sample": body["sample"], "members": params["members"], "outcome": word,
        }  # fmt: skip
    if params.get("known"):
        said = _("%(sample)s: this result was recorded before.") % {"sample": body["sample"]}
    said = " ".join([said, *(str(words.NOTES[note]) for note in params.get("notes", ()) if note in words.NOTES)])
    toast: dict[str, Any] = {"text": said, "kind": "question" if params.get("notes") else kind}
    if not params.get("known") and outcome.id is not None:
        values = {"sample": body["sample"], "result": str(outcome.id), "facility": facility.code}
        toast["undo"] = {"url": "/laboratory/undo/", "values": values, "target": "#bench"}
    if "HX-Request" not in request.headers:
        messages.success(request, said)
        return redirect("laboratory")
    response = _page(request, facility)
    response["HX-Trigger-After-Settle"] = json.dumps({"lachan:toast": toast})
    return response


@require_POST
@needs("result.withdraw")
def undo(request: HttpRequest) -> HttpResponse:
    """A slip of the key, taken back at once; what was typed stays in the history as withdrawn."""
    actor, facility = actor_here(request), _facility(request)
    if facility is None:
        return redirect("laboratory")
    body = {
        "sample": request.POST.get("sample", "")[:40], "result_id": request.POST.get("result", "")[:40],
        "reason": "wrong key, taken back at once",
    }  # fmt: skip
    outcome = send(request, actor, "result.withdraw", body)
    if not accepted(outcome):
        return _page(request, facility, problems=sentences(outcome), status=422)
    return _page(request, facility)


def landing(
    request: HttpRequest, verb: str, page: Callable[[HttpRequest, FacilityRow], HttpResponse]
) -> HttpResponse:  # fmt: skip
    """The page of the facility; of several facilities one is chosen first."""
    actor = actor_here(request)
    facility = facility_or_none(request, actor, verb)
    if facility is None:
        return render(request, "web/laboratory/choose.html", {"facilities": facilities_of(actor, verb)})
    return page(request, facility)


def send(request: HttpRequest, actor: Actor, verb: str, body: dict[str, Any]) -> Outcome:
    """Send under the page's own command id, at the time it happened at the bench."""
    now = timezone.now()
    [outcome] = execute([Command(command_id(request), verb, happened_at(request, now), body)], actor=actor, now=now)
    return outcome


def midnight() -> datetime:
    """When today began, in local time."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def _facility(request: HttpRequest) -> FacilityRow | None:
    return facility_or_none(request, actor_here(request), reads.BENCH)


def _page(
    request: HttpRequest, facility: FacilityRow, *, tube: dict[str, Any] | None = None,
    problems: list[str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The bench whole, or the part of it that changes."""
    context = present.day(reads.day_of(facility.id, midnight())) | {
        "facility": facility, "tube": tube, "problems": problems or [], "command_id": new_id(), "now": timezone.now(),
    }  # fmt: skip
    part = "HX-Request" in request.headers and "HX-Boosted" not in request.headers
    template = "web/laboratory/bench_part.html" if part else "web/laboratory/bench.html"
    return render(request, template, context, status=status)


def number(text: str) -> float | str | None:
    """A Ct as it is typed, with a point or a comma; None when nothing was typed, "" when it is none."""
    bare = text.strip().replace(",", ".")
    if not bare:
        return None
    try:
        value = float(bare)
    except ValueError:
        return ""
    return value if 0 <= value <= 60 else ""


def uuid_or_none(text: str) -> UUID | None:
    """An id of the page; None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
