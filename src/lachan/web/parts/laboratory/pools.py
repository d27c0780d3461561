"""Pools: tubes scanned together, and a pool with its members."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.access.doors import needs
from lachan.immunization.sentences import sentence
from lachan.kernel.ids import new_id
from lachan.people.queries import persons
from lachan.surveillance.laboratory import bench as reads
from lachan.surveillance.laboratory.rules import MOST_IN_POOL, code_of, is_person
from lachan.web.parts.board.desk import accepted, actor_here, sentences
from lachan.web.parts.laboratory import present, words
from lachan.web.parts.laboratory.single import changing
from lachan.web.parts.laboratory.views import send
from lachan.web.parts.stock.common import facility_or_none


@require_http_methods(["GET", "POST"])
@needs("sample.pool")
def make(request: HttpRequest) -> HttpResponse:
    """Scan the samples, then the pool's own tube, and the pool is made."""
    actor = actor_here(request)
    facility = facility_or_none(request, actor, "sample.pool")
    if facility is None:
        return redirect("laboratory")
    codes = [code for code in request.POST.getlist("samples")[: MOST_IN_POOL + 1] if code_of(code)]
    problems: list[str] = []
    if request.method == "POST":
        body = {"pool": request.POST.get("pool", "")[:60], "samples": codes, "facility": facility.code}
        if len(codes) < 2:
            problems = [_("A pool needs two samples at least. Scan the next tube.")]
        elif len(codes) > MOST_IN_POOL:
            problems = [sentence("pool_full", {"pool": body["pool"], "most": MOST_IN_POOL})]
        else:
            outcome = send(request, actor, "sample.pool", body)
            if accepted(outcome):
                messages.success(request, _("Pool %(pool)s made of %(count)s samples.") % {
                    "pool": body["pool"], "count": len(codes),
                })  # fmt: skip
                return redirect(f"{reverse('laboratory-pools')}?facility={facility.code}")
            problems = sentences(outcome)
    context = {
        "facility": facility, "codes": codes, "pool": request.POST.get("pool", "")[:60], "problems": problems,
        "most": MOST_IN_POOL, "command_id": new_id(),
    }  # fmt: skip
    return render(request, "web/laboratory/make_pool.html", context, status=422 if problems else 200)


@require_POST
@needs("sample.pool")
def tube(request: HttpRequest) -> HttpResponse:
    """One more tube for the pool that is being made: a line of its list, or why it does not belong in one. Of a tube
    that was sent elsewhere the line says its code alone."""
    written = request.POST.get("q", "")[:400]
    code = code_of(written)
    if code is None or is_person(code):
        reason = "sample_code_is_person" if code else "sample_code_unreadable"
        return _unfit(request, sentence(reason, {"sample": "…" if code else written[:40]}))
    known = reads.recognise(code)
    if known.sample is None:
        return _unfit(request, sentence("sample_unknown", {"sample": code}))
    if known.sample.state == "pooled":
        return _unfit(request, sentence("sample_pooled", {"sample": code}))
    if known.sample.state != "waiting":
        return _unfit(request, sentence("sample_tested", {"sample": code}))
    ours = reads.concerns(actor_here(request), known)
    people = persons([known.sample.person_id]) if ours else {}
    context = {"row": present.sample_row(known.sample, people), "ours": ours}
    return render(request, "web/laboratory/pool_line.html", context)


def _unfit(request: HttpRequest, text: str) -> HttpResponse:
    return render(request, "web/laboratory/unfit.html", {"text": text}, status=422)


@require_GET
@needs(reads.BENCH)
def pool(request: HttpRequest, pool_id: UUID) -> HttpResponse:
    """A pool, its members by initials, and what was found in it."""
    actor = actor_here(request)
    known = reads.Recognised(pool=reads.pool_of(pool_id))
    found = reads.own_findings(actor, known).pool
    if found is None or not reads.concerns(actor, known):
        raise Http404
    members = reads.samples_of_pool(found)
    people = persons({member.person_id for member in members})
    context = {
        "pool": present.pool_row(found, len(found.members)),
        "members": [present.sample_row(member, people) for member in members],
        "found": [(present.result_row(one, {}), words.ENDED.get(one.status, "")) for one in found.results],
        **changing(),
    }
    return render(request, "web/laboratory/pool.html", context)
