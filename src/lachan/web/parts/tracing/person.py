"""One person under watch: what is known, what was said, who answered for them and when; what may be decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final
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
from lachan.access.queries import labels
from lachan.access.rules import may
from lachan.immunization.commands import execute
from lachan.immunization.sentences import sentence
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.people.queries import persons
from lachan.places import queries as places
from lachan.surveillance.declarations.queries import diary
from lachan.tracing.work import queries
from lachan.tracing.work.handovers import HandoverRow
from lachan.tracing.work.planning import CENTRE
from lachan.tracing.work.rules import HERE
from lachan.web.parts.outbreak.words import released
from lachan.web.parts.people.reached import acting
from lachan.web.parts.people.register import command_id_of
from lachan.web.parts.tracing import present, words
from lachan.web.parts.tracing.desk import number_of, reads_people

DIARY: Final = timedelta(days=21)
LAST_OLD_MAP: Final = date(2025, 6, 30)
VERBS: Final = {
    "handover": "contact.handover",
    "accept": "contact.accept",
    "return": "contact.return",
    "quarantine": "contact.quarantine",
    "release": "contact.release",
}


@require_GET
@needs("contact.read")
def page(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """The history, the same for every place that answers or answered for the person."""
    actor, now = acting(request), timezone.now()
    history = queries.history(contact_id)
    if not _reads(actor, history, contact_id):
        raise PermissionDenied
    person = persons([contact_id])[contact_id]
    log_looks(actor, [contact_id], words.PURPOSE, "tracing", now)
    who = labels(
        {call.actor_id for call in history.calls}
        | {by for row in history.handovers for by in (row.offered_by, row.answered_by) if by is not None}
    )
    day = now.astimezone(HERE).date()
    current = [entry.watch for entry in history.watches if entry.state == "open"]
    mine = [watch for watch in current if scopes.area_in_scope(actor, watch.area_id, "contact.read")]
    offered = next((row for row in history.handovers if row.state == "offered"), None)
    context = {
        "person": person,
        "age": present.age_of(person, day),
        "watches": [_watch(entry, history) for entry in history.watches],
        "calls": [
            (call, words.OUTCOMES[call.outcome], words.symptoms_of(call.symptoms), words.STAYING.get(call.staying, ""),
             who.get(call.actor_id, "–"))
            for call in history.calls
        ],
        "diary": present.diary_lines(diary([contact_id], day - DIARY).get(contact_id, ())),
        "handovers": [handover_line(row, who) for row in history.handovers],
        "tasks": [(task, words.KINDS[task.kind], words.OUTCOMES.get(task.outcome)) for task in history.tasks],
        "offered": offered,
        "may_answer": offered is not None and scopes.area_in_scope(actor, offered.to_area_id, "contact.accept")
        and may(actor, "contact.accept"),
        "may": {step for step, verb in VERBS.items() if mine and may(actor, verb)},
        "mine": mine,
        "provinces": places.provinces(day),
        "centre": CENTRE,
        "command_ids": {step: new_id() for step in VERBS},
        "staying": words.STAYING,
        "to_call": bool(mine and history.tasks and may(actor, "contact.call")),
    }  # fmt: skip
    return render(request, "web/tracing/person.html", context)


def _reads(actor: Actor, history: queries.History, person_id: UUID) -> bool:
    """Whether a place that answers or answered is the actor's; without any watch, whether the person lives there."""
    if not history.watches:
        return reads_people(actor, person_id)
    return any(scopes.area_in_scope(actor, area, "contact.read") for area in history.areas)


def _watch(entry: queries.WatchFacts, history: queries.History) -> dict[str, Any]:
    why = history.why.get(entry.watch.disease)
    return {
        "row": entry.watch,
        "state": words.STATES[entry.state],
        "disease": words.DISEASES.get(entry.watch.disease, entry.watch.disease),
        "place": place_of(entry.watch.area_id),
        "why": present.why_of(why),
        "last": why.last_exposure if why else None,
        "quarantine": words.QUARANTINE.get(entry.watch.quarantine, entry.watch.quarantine),
        "reason": released(entry.release_reason) if entry.state == "released" and entry.release_reason else "",
    }


def handover_line(row: HandoverRow, who: dict[UUID, str]) -> dict[str, Any]:
    """An offer in words."""
    return {
        "row": row,
        "state": words.HANDOVERS[row.state],
        "from": place_of(row.from_area_id),
        "to": place_of(row.to_area_id),
        "by": who.get(row.offered_by, "–"),
        "answered_by": who.get(row.answered_by, "–") if row.answered_by else "",
    }


def place_of(area_id: int) -> str:
    """A place by its name; the centre has one of its own."""
    return _("The centre") if area_id == CENTRE else places.address(area_id)


@require_POST
@needs("contact.handover", "contact.accept", "contact.return", "contact.quarantine", "contact.release")
def step(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Hand over, accept, return, note the quarantine, let go."""
    actor, now = acting(request), timezone.now()
    name = request.POST.get("step", "")
    body = _BODIES[name](request, now) if name in _BODIES else None
    if body is None:
        messages.warning(request, _("Nothing was recorded: choose the place and write the reason."))
        return _back(request, contact_id)
    body["person"] = {"id": str(contact_id)}
    [told] = execute([Command(command_id_of(request), VERBS[name], now, body)], actor=actor, now=now)
    if told.reason is None:
        messages.success(request, _DONE[name]())
    else:
        messages.warning(request, sentence(told.reason, told.params))
    return _back(request, contact_id)


def _back(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    if request.POST.get("back") == "handovers":
        return redirect("tracing-handovers")
    return redirect("tracing-person", contact_id=contact_id)


def _handover(request: HttpRequest, now: datetime) -> dict[str, Any] | None:
    sent = request.POST
    to = _commune(sent.get("commune_code", "")[:10], now) or number_of(sent.get("place", ""))
    reason = sent.get("reason", "").strip()[:2_000]
    if to is None or len(reason) < 3:
        return None
    return {"to_area_id": to, "reason": reason, **_watch_id(request)}


def _commune(code: str, now: datetime) -> int | None:
    """The commune of a code, on today's map or the one that papers still show."""
    maps = (now.astimezone(HERE).date(), LAST_OLD_MAP)
    return next((area.id for on in maps if (area := places.area_at(code, 3, on)) is not None), None) if code else None


def _offer(request: HttpRequest, now: datetime) -> dict[str, Any] | None:
    text = request.POST.get("handover_id", "")
    return {"handover_id": text} if text else None


def _returned(request: HttpRequest, now: datetime) -> dict[str, Any] | None:
    body, reason = _offer(request, now), request.POST.get("reason", "").strip()[:2_000]
    return {**body, "reason": reason} if body is not None and len(reason) >= 3 else None


def _quarantine(request: HttpRequest, now: datetime) -> dict[str, Any] | None:
    staying = request.POST.get("staying", "")
    return {"since": now.isoformat(), "staying": staying, **_watch_id(request)} if staying in words.STAYING else None


def _release(request: HttpRequest, now: datetime) -> dict[str, Any] | None:
    reason = request.POST.get("reason", "").strip()[:2_000]
    return {"reason": reason, **_watch_id(request)} if len(reason) >= 3 else None


def _watch_id(request: HttpRequest) -> dict[str, str]:
    text = request.POST.get("watch_id", "")
    return {"watch_id": text} if text else {}


_BODIES: Final[dict[str, Callable[[HttpRequest, datetime], dict[str, Any] | None]]] = {
    "handover": _handover,
    "accept": _offer,
    "return": _returned,
    "quarantine": _quarantine,
    "release": _release,
}
_DONE: Final[dict[str, Callable[[], str]]] = {
    "handover": lambda: _("Offered. Until the other place accepts, this one answers for the person."),
    "accept": lambda: _("Accepted. The person and their tasks stand on your list now."),
    "return": lambda: _("Returned. The other place reads why and keeps the person."),
    "quarantine": lambda: _("Quarantine is noted."),
    "release": lambda: _("Let go. Their tasks have fallen away."),
}
