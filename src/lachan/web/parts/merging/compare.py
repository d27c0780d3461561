"""Two records side by side: what agrees, what does not, whose doses; then one person, or two."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.immunization.commands import execute
from lachan.immunization.queries.person import person_history
from lachan.immunization.sentences import sentence
from lachan.kernel.commands import Command, outcome_of
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, Outcome
from lachan.people.duplicates.pairs import settle
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons
from lachan.web.parts.merging.present import Side, compared
from lachan.web.parts.people.reached import WAYS, acting, purpose_of
from lachan.web.parts.people.register import command_id_of


@require_POST
@needs("person.merge")
def begin(request: HttpRequest) -> HttpResponse:
    """From a list: which two, and where to go afterwards."""
    try:
        pair = UUID(request.POST["person"]), UUID(request.POST["other"])
    except (KeyError, ValueError):
        raise Http404 from None
    back = _next(request.POST.get("next", ""), request)
    address = reverse("people-pair", args=pair)
    return redirect(address + (f"?next={back}" if back else ""))


@require_GET
@needs("person.merge")
def page(request: HttpRequest, person_id: UUID, other_id: UUID) -> HttpResponse:
    """The comparison; both records are looked at, and it is logged."""
    return _show(request, *_two(person_id, other_id))


@require_POST
@needs("person.merge")
def merge(request: HttpRequest, person_id: UUID, other_id: UUID) -> HttpResponse:
    """One person: one of the two becomes part of the other."""
    one, other = _two(person_id, other_id)
    # the ids of the address, not of the records by now: the same form again is the same command
    stays, goes = (other_id, person_id) if request.POST.get("stays") == str(other_id) else (person_id, other_id)
    reason = request.POST.get("reason", "").strip()
    if len(reason) < 3:
        problem = _("Say in a few words what shows that they are one person; whoever looks later must understand it.")
        return _show(request, one, other, problem=problem, status=422)
    body = {
        "person": {"id": str(stays)}, "other": {"id": str(goes)}, "reason": reason[:2_000],
        "evidence": request.POST.getlist("evidence")[:40],
    }  # fmt: skip
    outcome = sent_once(request, "person.merge", body)
    if not went_through(outcome):
        return _show(request, one, other, problem=sentence(outcome.reason or "", outcome.params), status=422)
    aside = (outcome.params or {}).get("set_aside", 0)
    text = _("One record now. It can be undone from the list of merges.")
    if aside:
        text += " " + ngettext(
            "%(n)s dose was written twice and is set aside.", "%(n)s doses were written twice and are set aside.", aside
        ) % {"n": aside}
    messages.success(request, text)
    back = _next(request.POST.get("next", ""), request)
    return redirect(back) if back else redirect("person", person_id=stays)


@require_POST
@needs("person.merge")
def apart(request: HttpRequest, person_id: UUID, other_id: UUID) -> HttpResponse:
    """Two people: the pair is remembered and not shown again."""
    one, other = _two(person_id, other_id)
    _may_see(request, one, other)
    reason = request.POST.get("reason", "")
    [outcome] = settle([(person_id, other_id)], reason=reason, actor_id=acting(request).id, now=timezone.now())
    if outcome.reason == "reason_missing":
        problem = _("Say in a few words what shows that they are two people.")
        return _show(request, one, other, problem=problem, status=422)
    if outcome.status is ACCEPTED:
        messages.success(request, _("Noted: two people. The pair will not be shown again."))
    else:
        messages.info(request, _("Two people: both records stay as they are."))
    back = _next(request.POST.get("next", ""), request)
    return redirect(back) if back else redirect("person", person_id=one.id)


def sent_once(request: HttpRequest, verb: str, body: dict[str, Any]) -> Outcome:
    """Carry out the form's command; a form that comes twice is answered as the first time, whatever the clock says."""
    command_id = command_id_of(request)
    before = outcome_of(command_id)
    if before is not None:
        return before
    now = timezone.now()
    [outcome] = execute([Command(command_id, verb, now, body)], actor=acting(request), now=now)
    return outcome


def went_through(outcome: Outcome) -> bool:
    """Recorded now, or when it was sent the first time."""
    first: Any = (outcome.params or {}).get("first")
    return outcome.status is ACCEPTED or (outcome.status is DUPLICATE and first == ACCEPTED)


def _two(person_id: UUID, other_id: UUID) -> tuple[PersonFacts, PersonFacts]:
    found = persons([person_id, other_id])
    if person_id not in found or other_id not in found:
        raise Http404
    return found[person_id], found[other_id]


def _may_see(request: HttpRequest, one: PersonFacts, other: PersonFacts, *sides: Side) -> None:
    """One of the two is the actor's; the other is shown as far as it was found to be alike."""
    histories = [side.history for side in sides] or [person_history(person.id) for person in (one, other)]
    for person, history in zip((one, other), histories, strict=True):
        if purpose_of(request, person.id, person.residence_id, history.seen_at):
            return
    if not any(
        person.residence_id and scopes.area_in_scope(acting(request), person.residence_id, "person.merge")
        for person in (one, other)
    ):
        raise PermissionDenied


def _show(
    request: HttpRequest, one: PersonFacts, other: PersonFacts, *, problem: str = "", status: int = 200
) -> HttpResponse:
    if one.id == other.id:
        messages.info(request, _("The two are one record already."))
        return redirect("person", person_id=one.id)
    found = compared(one, other)
    _may_see(request, one, other, *found.sides)
    log_looks(acting(request), [one.id, other.id], WAYS["duplicates"], "possible match", timezone.now())
    context = {
        "pair": found,
        "problem": problem,
        "reason": request.POST.get("reason", ""),
        "stays": request.POST.get("stays") or str(found.proposal.stays),
        "next": _next(request.POST.get("next") or request.GET.get("next", ""), request),
        "command_id": new_id(),
    }
    return render(request, "web/merging/compare.html", context, status=status)


def _next(address: str, request: HttpRequest) -> str:
    """An address of ours to go back to; "" for any other."""
    ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    return address if ours else ""
