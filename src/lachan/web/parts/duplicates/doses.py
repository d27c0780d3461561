"""The same dose twice: two doses of one person a few days apart, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.rules import may
from lachan.immunization.commands import execute
from lachan.immunization.operations.dose_pairs import keep_both
from lachan.immunization.queries import catalogue
from lachan.immunization.queries.duplicates import DosePair, PairedDose, open_dose_pairs
from lachan.immunization.sentences import sentence
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, REFUSED, Outcome
from lachan.people.queries import persons
from lachan.places import queries as places
from lachan.web.parts.people import present
from lachan.web.parts.people.reached import WAYS, acting

PAGE = 20


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two doses in words."""

    dose: PairedDose
    product: str
    place: str
    same_lot: bool
    may_void: bool


@dataclass(frozen=True, slots=True)
class Line:
    pair: DosePair
    row: present.Row
    sides: tuple[Side, Side]
    apart: int
    command_id: UUID


@require_GET
@needs("duplicate.read")
def page(request: HttpRequest) -> HttpResponse:
    """Open pairs of doses of the actor's stations and communes, the newest finding first."""
    actor = acting(request)
    shown = _open(actor, "duplicate.read", before=_before(request), limit=PAGE + 1)
    shown, more = shown[:PAGE], shown[PAGE:]
    log_looks(actor, sorted({pair.person_id for pair in shown}), WAYS["duplicates"], "search", timezone.now())
    context = {
        "lines": lines(shown, actor),
        "before": f"{shown[-1].found_at.isoformat()}~{shown[-1].id}" if more else "",
        "may_settle": may(actor, "duplicate.settle"),
        "tab": "doses",
    }
    return render(request, "web/duplicates/doses.html", context)


def lines(shown: Sequence[DosePair], actor: Actor) -> list[Line]:
    """Pairs in words; two queries for the people."""
    people = persons({pair.person_id for pair in shown})
    rows = {row.person.id: row for row in present.rows(list(people.values()))}
    return [
        Line(
            pair, rows[people[pair.person_id].id],
            (_side(pair.first, pair.second, actor), _side(pair.second, pair.first, actor)),
            (pair.second.given_on - pair.first.given_on).days, new_id(),
        )
        for pair in shown
        if pair.person_id in people
    ]  # fmt: skip


def _side(dose: PairedDose, other: PairedDose, actor: Actor) -> Side:
    facility = places.facility(dose.facility_id) if dose.facility_id else None
    same = bool(dose.lot_number) and dose.lot_number == other.lot_number
    return Side(
        dose,
        catalogue().name(dose.product_id),
        facility.name if facility else _("elsewhere"),
        same,
        scopes.may_at(actor, "dose.void", dose.facility_id),
    )


@require_POST
@needs("duplicate.settle")
def settle(request: HttpRequest, person_id: UUID, pair_id: UUID) -> HttpResponse:
    """Void one of the two, or say that both were given; with the reason."""
    actor = acting(request)
    found = [pair for pair in _open(actor, "duplicate.settle", person_id=person_id, limit=PAGE) if pair.id == pair_id]
    if not found:
        messages.warning(request, _("Somebody has settled this pair already."))
        return redirect("duplicates-doses")
    reason = request.POST.get("reason", "")
    chosen = request.POST.get("void", "")
    if chosen:
        outcome = _void(actor, request, found[0], chosen, reason)
    else:
        outcome = keep_both(person_id, pair_id, reason=reason, actor_id=actor.id, now=timezone.now())
    if outcome.status is ACCEPTED:
        messages.success(
            request, _("The dose was voided; it stays in the history.") if chosen else _("Both doses stay.")
        )
    elif outcome.reason == "reason_missing":
        messages.error(request, _("State the reason in a few words."))
    else:
        messages.error(request, sentence(outcome.reason or "", outcome.params))
    return redirect("duplicates-doses")


def _void(actor: Actor, request: HttpRequest, pair: DosePair, chosen: str, reason: str) -> Outcome:
    if chosen not in (str(pair.first.id), str(pair.second.id)) or not may(actor, "dose.void"):
        raise PermissionDenied
    try:
        command_id = UUID(request.POST.get("command_id", ""))
    except ValueError:
        raise PermissionDenied from None
    if len(reason.strip()) < 3:
        return Outcome(REFUSED, "reason_missing")
    body = {"person": {"id": str(pair.person_id)}, "dose_id": chosen, "reason": reason.strip()[:2_000]}
    now = timezone.now()
    [outcome] = execute([Command(command_id, "dose.void", now, body)], actor=actor, now=now)
    return outcome


def _open(
    actor: Actor,
    verb: str,
    *,
    limit: int,
    before: tuple[datetime, UUID] | None = None,
    person_id: UUID | None = None,
) -> list[DosePair]:
    facilities, areas = scopes.facility_array(actor, verb), scopes.area_array(actor, verb)
    return open_dose_pairs(facilities, areas, person_id=person_id, before=before, limit=limit)


def _before(request: HttpRequest) -> tuple[datetime, UUID] | None:
    at, _tilde, pair_id = request.GET.get("before", "").partition("~")
    try:
        return datetime.fromisoformat(at.replace(" ", "+")), UUID(pair_id)
    except ValueError:
        return None
