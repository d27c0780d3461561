"""Samples taken at a station or in the laboratory: scan the person, scan the tube, Enter."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.operations import SERVED, log_looks
from lachan.immunization.sentences import sentence
from lachan.kernel.ids import new_id
from lachan.people import search
from lachan.people.intake import from_scan
from lachan.people.queries import persons
from lachan.places import queries as places
from lachan.places.facts import FacilityRow
from lachan.surveillance.laboratory import bench as reads
from lachan.surveillance.laboratory.methods import catalogue, word
from lachan.web.parts.board.desk import accepted, actor_here, sentences
from lachan.web.parts.laboratory import present, words
from lachan.web.parts.laboratory.views import landing, midnight, send, uuid_or_none
from lachan.web.parts.stock.common import facility_or_none

TAKE = "sample.take"
REMEMBERED = "laboratory_taking"


@require_GET
@needs(TAKE)
def page(request: HttpRequest) -> HttpResponse:
    """Who is next, and what was taken here today."""
    return landing(request, TAKE, _page)


@require_POST
@needs(TAKE)
def who(request: HttpRequest) -> HttpResponse:
    """A person's card was scanned, or somebody of the list of orders was chosen: who it is, logged as served."""
    actor = actor_here(request)
    facility = facility_or_none(request, actor, TAKE)
    if facility is None:
        return redirect("laboratory-samples")
    person, problem = _person(request, actor, facility)
    problems = [problem] if problem else []
    return _page(request, facility, person=person, problems=problems, status=422 if problems else 200)


@require_POST
@needs(TAKE)
def take(request: HttpRequest) -> HttpResponse:
    """The tube was scanned: the sample is taken."""
    actor, post = actor_here(request), request.POST
    facility = facility_or_none(request, actor, TAKE)
    if facility is None:
        return redirect("laboratory-samples")
    if search.read(post.get("q", "").strip()[:600]).kind == "card":  # the next person's card where a tube was awaited
        return who(request)
    person, problem = _person(request, actor, facility)
    if person is None:
        return _page(request, facility, problems=[problem], status=422)
    shared = post.get("shared") == "yes"
    chosen = {name: post.get(name, "")[:40] for name in ("disease", "specimen", "reason", "laboratory", "shared")}
    body: dict[str, Any] = {
        "person": person["ref"], "pool" if shared else "sample": post.get("q", "")[:60], "facility": facility.code,
        "diseases": [chosen["disease"]], "specimen": chosen["specimen"], "reason": chosen["reason"],
        "laboratory": chosen["laboratory"],
    }  # fmt: skip
    outcome = send(request, actor, TAKE, body)
    request.session[REMEMBERED] = chosen
    if not accepted(outcome):
        return _page(request, facility, person=person, problems=sentences(outcome), status=422)
    said = _("Sample %(sample)s is recorded.") % {"sample": (outcome.params or {}).get("sample", "")}
    if "HX-Request" not in request.headers:
        messages.success(request, said)
        return redirect(f"{reverse('laboratory-samples')}?facility={facility.code}")
    response = _page(request, facility)
    response["HX-Trigger-After-Settle"] = json.dumps({"lachan:toast": {"text": said, "kind": "done"}})
    return response


def _person(request: HttpRequest, actor: Actor, facility: FacilityRow) -> tuple[dict[str, Any] | None, str]:
    """Who was scanned or chosen, and how a command names them; or why nobody is."""
    written = request.POST.get("q", "").strip()[:600]
    scanned = search.read(written).kind == "card"
    text = written if scanned else request.POST.get("who", written).strip()[:600]
    chosen = None if scanned else uuid_or_none(request.POST.get("person", ""))
    if chosen is not None:
        if all(order.person_id != chosen for order in reads.orders_open(facility.id, midnight())):
            return None, _("This person is not on the list any more. Scan the card.")
        found = persons([chosen]).get(chosen)
        if found is None:
            return None, sentence("person_unknown", {})
        log_looks(actor, [chosen], SERVED, "sample", timezone.now())
        return {"ref": {"id": str(chosen)}, "person": found, "person_id": chosen}, ""
    asked = search.read(text)
    if asked.kind in ("name", "empty"):
        return None, _("Scan the chip card or the insurance card, or type the number on it.")
    held = search.by_number(actor, asked.numbers, now=timezone.now())
    if len(held) == 1:
        return {"ref": {"scan": text}, "person": held[0], "who": text}, ""
    card = from_scan(asked.card) if asked.card is not None else None
    if card is None:
        return None, _("Nobody is known under this number. Scan the chip card: it registers the person by itself.")
    return {"ref": {"scan": text}, "card": card, "who": text}, ""


def _page(
    request: HttpRequest, facility: FacilityRow, *, person: dict[str, Any] | None = None,
    problems: list[str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    since, known = midnight(), catalogue()
    taken = reads.taken_since(facility.id, since)
    orders = reads.orders_open(facility.id, since)
    people = persons({row.person_id for row in taken} | {order.person_id for order in orders})
    log_looks(actor_here(request), sorted({order.person_id for order in orders}), SERVED, "tests asked for",
              timezone.now())  # fmt: skip
    last: dict[str, str] = request.session.get(REMEMBERED, {})
    context = {
        "facility": facility, "person": person, "shared": last.get("shared") == "yes",
        "problems": problems or [], "command_id": new_id(), "now": timezone.now(),
        "taken": [present.sample_row(row, people) for row in taken],
        "orders": [
            (order, people.get(order.person_id), ", ".join(word("diseases", code) for code in order.diseases),
             words.REASONS.get(order.reason, ""))
            for order in orders
        ],
        "diseases": [(entry.code, entry.word()) for entry in known.diseases.values()],
        "specimens": [(entry.code, entry.word()) for entry in known.specimens.values()],
        "reasons": words.REASONS.items(), "last": last, "laboratories": _laboratories(facility, last),
    }  # fmt: skip
    part = "HX-Request" in request.headers and "HX-Boosted" not in request.headers
    template = "web/laboratory/samples_part.html" if part else "web/laboratory/samples.html"
    return render(request, template, context, status=status)


def _laboratories(facility: FacilityRow, last: dict[str, str]) -> list[FacilityRow]:
    """Where samples go: the hospitals of the province, the one of last time first."""
    rows = [row for row in places.facilities(places.facilities_in(facility.province_id)) if row.kind == "hospital"]
    return sorted(rows, key=lambda row: (row.code != last.get("laboratory"), row.name))[:100]
