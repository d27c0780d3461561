"""Merges of one's places: which there were, what one did, and undoing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.queries import labels
from lachan.immunization import queries
from lachan.immunization.queries.parting import Later, parting
from lachan.immunization.queries.person import DoseRow, person_history
from lachan.immunization.sentences import sentence
from lachan.kernel.ids import new_id
from lachan.people.facts import PersonFacts
from lachan.people.merging.queries import Merge, as_stored, in_the_way, merge_of, merges, merges_of
from lachan.web.parts.duplicates import words as evidence_words
from lachan.web.parts.merging.compare import sent_once, went_through
from lachan.web.parts.people.reached import WAYS, acting
from lachan.web.parts.people.story import place, where

PAGE = 30


@dataclass(frozen=True, slots=True)
class Line:
    """A merge as the list shows it: both names as the records have them."""

    merge: Merge
    survivor: PersonFacts | None
    going: PersonFacts | None
    by: str
    undone_by: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A dose or a visit in the preview."""

    dose: DoseRow | None
    product: str
    place: str
    at: datetime | None
    ids: str = ""
    suggested: bool = False


@require_GET
@needs("person.merge")
def page(request: HttpRequest) -> HttpResponse:
    """The log of merges of people who live, or lived then, in the actor's areas."""
    actor = acting(request)
    status = request.GET.get("state", "")
    status = status if status in ("merged", "undone") else ""
    found = merges(scopes.area_array(actor, "person.merge"), status, before=_before(request), limit=PAGE + 1)
    shown, more = found[:PAGE], found[PAGE:]
    log_looks(actor, sorted({merge.survivor_id for merge in shown}), WAYS["duplicates"], "merges", timezone.now())
    context = {
        "lines": _lines(shown),
        "state": status,
        "before": f"{shown[-1].merged_at.isoformat()}~{shown[-1].id}" if more else "",
    }
    return render(request, "web/merging/log.html", context)


@require_GET
@needs("person.merge")
def one(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    """One merge, and what would come apart."""
    return _show(request, _mine(request, merge_id))


@require_POST
@needs("person.unmerge")
def undo(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    """Two people after all; later facts that are ticked go with the record that comes out."""
    merge = _mine(request, merge_id)
    reason = request.POST.get("reason", "").strip()
    if len(reason) < 3:
        problem = _("Say in a few words what shows that they are two people.")
        return _show(request, merge, problem=problem, status=422)
    facts = [one for ids in request.POST.getlist("facts")[:200] for one in ids.split("~") if one]
    body = {"merge_id": str(merge.id), "reason": reason[:2_000], "facts": facts}
    outcome = sent_once(request, "person.unmerge", body)
    if not went_through(outcome):
        return _show(request, merge, problem=sentence(outcome.reason or "", outcome.params), status=422)
    messages.success(request, _("Two records again, each with what was its own."))
    return redirect("people-merged", merge_id=merge.id)


def _mine(request: HttpRequest, merge_id: UUID) -> Merge:
    """The merge, when one of the two lived in the actor's areas or was received at the actor's station."""
    merge = merge_of(merge_id)
    if merge is None:
        raise Http404
    actor = acting(request)
    areas = {merge.survivor_area_id, merge.going_area_id} - {None}
    if any(scopes.area_in_scope(actor, area or 0, "person.merge") for area in areas):
        return merge
    facilities = scopes.facility_ids(actor, "person.merge")
    if facilities is not None and facilities.isdisjoint(person_history(merge.survivor_id).seen_at):
        raise Http404
    return merge


def _show(request: HttpRequest, merge: Merge, *, problem: str = "", status: int = 200) -> HttpResponse:
    log_looks(acting(request), [merge.survivor_id, merge.going_id], WAYS["duplicates"], "merges", timezone.now())
    later = in_the_way(merge, merges_of([merge.survivor_id])) if merge.stands else None
    preview = parting(merge) if merge.stands else None
    [line] = _lines([merge])
    context: dict[str, Any] = {
        "line": line,
        "merge": merge,
        "facts": evidence_words.facts(merge.evidence),
        "why": evidence_words.reason(merge.evidence),
        "later_merge": later,
        "staying": [_dose(dose) for dose in preview.staying] if preview else [],
        "going": [_dose(dose) for dose in preview.going] if preview else [],
        "later": [_later(one) for one in preview.later] if preview else [],
        "problem": problem,
        "reason": request.POST.get("reason", ""),
        "command_id": new_id(),
    }
    return render(request, "web/merging/merge.html", context, status=status)


def _lines(found: Sequence[Merge]) -> list[Line]:
    who = labels({merge.actor_id for merge in found} | {merge.undone_by for merge in found if merge.undone_by})
    records = as_stored({person_id for merge in found for person_id in (merge.survivor_id, merge.going_id)})
    return [
        Line(
            merge, records.get(merge.survivor_id), records.get(merge.going_id), who.get(merge.actor_id, ""),
            who.get(merge.undone_by, "") if merge.undone_by else "",
        )
        for merge in found
    ]  # fmt: skip


def _dose(dose: DoseRow) -> Shown:
    return Shown(dose, queries.catalogue().name(dose.product_id), where(dose), None)


def _later(one: Later) -> Shown:
    ids = "~".join(str(fact) for fact in one.ids)
    if one.dose is not None:
        product, at_place = queries.catalogue().name(one.dose.product_id), where(one.dose)
        return Shown(one.dose, product, at_place, None, ids, one.suggested)
    assert one.visit is not None
    return Shown(None, "", place(one.visit.facility_id), one.visit.arrived_at, ids, one.suggested)


def _before(request: HttpRequest) -> tuple[datetime, UUID] | None:
    try:
        at, merge_id = request.GET.get("before", "").split("~")
        return datetime.fromisoformat(at), UUID(merge_id)
    except ValueError:
        return None
