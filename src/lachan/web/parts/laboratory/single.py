"""One sample with everything ever found in it; a result corrected or withdrawn with its reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access.doors import needs
from lachan.access.operations import SERVED, log_looks
from lachan.kernel.ids import new_id
from lachan.people.queries import persons
from lachan.surveillance.laboratory import bench as reads
from lachan.web.parts.board.desk import accepted, actor_here, sentences
from lachan.web.parts.laboratory import present, words
from lachan.web.parts.laboratory.views import number, send


@require_GET
@needs(reads.BENCH)
def sample(request: HttpRequest, person_id: UUID, sample_id: UUID) -> HttpResponse:
    """A sample of this laboratory, or one it tested, with what it found; the look at the name is logged."""
    actor = actor_here(request)
    known = reads.sample_of(person_id, sample_id)
    if known.sample is None or not reads.concerns(actor, known):
        raise Http404
    person = persons([person_id]).get(person_id)
    log_looks(actor, [person_id], SERVED, "laboratory sample", timezone.now())
    context = {
        "row": present.sample_row(known.sample, {person_id: person} if person else {}),
        "found": [
            (present.result_row(one, {}), words.ENDED.get(one.status, ""))
            for one in reads.own_findings(actor, known).found
        ],
        "place": present.place(known.sample.facility_id),
        "reason": words.REASONS.get(known.sample.reason, ""),
        **changing(),
    }
    return render(request, "web/laboratory/sample.html", context)


@require_POST
@needs("result.correct", "result.withdraw")
def change(request: HttpRequest) -> HttpResponse:
    """A result corrected or withdrawn, of a sample or of a pool."""
    actor, post = actor_here(request), request.POST
    body: dict[str, Any] = {"result_id": post.get("result", "")[:40], "reason": post.get("reason", "").strip()[:2_000]}
    if post.get("person"):
        body["person"] = {"id": post["person"][:40]}
    else:
        body["sample"] = post.get("sample", "")[:40]
    verb = "result.withdraw"
    if post.get("step") == "correct":
        verb, changes = "result.correct", {}
        if post.get("outcome") in words.OUTCOMES:
            changes["outcome"] = post["outcome"]
        ct = number(post.get("ct", ""))
        if ct == "":
            messages.error(request, _("The Ct is a number between 0 and 60, such as 24.5."))
            return _back(request)
        body["changes"] = changes | ({"ct": ct} if ct is not None else {})
    outcome = send(request, actor, verb, body)
    if accepted(outcome):
        said = _("The result is corrected.") if verb == "result.correct" else _("The result is withdrawn.")
        messages.success(request, said)
    else:
        messages.error(request, " ".join(sentences(outcome)))
    return _back(request)


def changing() -> dict[str, Any]:
    """What the forms of a change need."""
    return {
        "outcomes": [(code, *words.OUTCOMES[code]) for code in words.OUTCOMES],
        "correct_id": new_id(),
        "withdraw_id": new_id(),
        "now": timezone.now(),
    }


def _back(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(wanted if inside and wanted.startswith("/") else reverse("laboratory"))
