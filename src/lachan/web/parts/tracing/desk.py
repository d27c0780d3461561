"""The tracer's screen: today's households in order, the next one open, one tap to call, a short form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.rules import OFFICER_LEVEL, Role, may
from lachan.immunization.commands import execute
from lachan.immunization.sentences import sentence
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, Outcome
from lachan.people.queries import persons
from lachan.places import queries as places
from lachan.tracing.work import queries
from lachan.tracing.work.planning import CENTRE
from lachan.tracing.work.rules import HERE, SPOKEN_TO
from lachan.web.parts.people.reached import acting
from lachan.web.parts.people.register import command_id_of
from lachan.web.parts.tracing import present, words

MOST_MEMBERS: Final = 20  # of a form
KEPT_FOR: Final = timedelta(hours=24)  # a call that met no line is sent again within a day


@require_GET
@needs("contact.read")
def desk(request: HttpRequest) -> HttpResponse:
    """What is to be done today. Each name that is shown is a look; telephones of the next ones are open."""
    return render(request, "web/tracing/desk.html", drawn(request, request.GET))


@require_GET
@needs("contact.read")
def sitting(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """One household, chosen from the list: its form alone."""
    actor, now = acting(request), timezone.now()
    history = queries.history(contact_id)
    opened = [entry.watch for entry in history.watches if entry.state == "open"]
    mine = [watch for watch in opened if scopes.area_in_scope(actor, watch.area_id, "contact.read")]
    if not mine:
        if opened or not reads_people(actor, contact_id):
            raise PermissionDenied
        return redirect("tracing-person", contact_id=contact_id)
    areas = [watch.area_id for watch in mine]
    keys = [task.household_key for task in history.tasks if task.area_id in areas]
    end = now + timedelta(days=1)
    found = queries.sitting_of(keys[0], areas, end) if keys else None
    if found is None:
        return redirect("tracing-person", contact_id=contact_id)
    people = present.names([found])
    shown = present.cards([found], people, now)
    _log(actor, people, shown, now)
    context = {"cards": shown, "alone": True, "may_call": may(actor, "contact.call"), **_texts(now)}
    return render(request, "web/tracing/sitting.html", context)


def reads_people(actor: Actor, person_id: UUID) -> bool:
    """Whether the person lives within the actor's places."""
    found = persons([person_id]).get(person_id)
    if found is None:
        raise Http404
    return found.residence_id is not None and scopes.area_in_scope(actor, found.residence_id, "contact.read")


def drawn(request: HttpRequest, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A page of the list, with the next households open on the first one."""
    actor, now = acting(request), timezone.now()
    chosen, page = number_of(asked.get("area", "")), number_of(asked.get("page", "")) or 0
    areas = queries.areas_of(actor, chosen)
    mine = actor.id if Role.TRACER in actor.roles and asked.get("all") != "1" else None
    alone = chosen is not None or one_place(actor)
    found = queries.today(areas, now, mine=mine, page=min(page, queries.MOST_PAGES), alone=alone)
    may_call = may(actor, "contact.call")
    ahead = present.OPEN if page == 0 and may_call else 0
    people = present.names([*found.sittings, *found.later])
    shown = present.cards(found.sittings[:ahead], people, now)
    _log(actor, people, shown, now)
    room = None if found.room is None else max(found.room - page * queries.PAGE, 0)
    listed = present.lines(found.sittings, people, now, room)
    return {
        "cards": shown,
        "lines": listed[len(shown) :],
        "listed": listed,
        "later": present.lines(found.later, people, now, None),
        "today": found,
        "room": room,
        "many": found.due > queries.MOST_TASKS,
        "most": queries.MOST_TASKS,
        "page": page,
        "area": chosen,
        "everybody": asked.get("all") == "1",
        "tracer": Role.TRACER in actor.roles,
        "place": places.address(chosen) if chosen is not None and chosen != CENTRE else "",
        "may_call": may_call,
        "may_lead": may(actor, "contact.capacity"),
        **_texts(now),
    }


def _texts(now: datetime) -> dict[str, Any]:
    day = now.astimezone(HERE).date()
    return {"symptoms": words.SYMPTOMS, "staying": words.STAYING, "now": now, "day": day}


def _log(actor: Actor, people: Mapping[UUID, Any], shown: Sequence[present.Card], now: datetime) -> None:
    """Every name shown is a look, every telephone another one."""
    log_looks(actor, sorted(people), words.PURPOSE, "calls", now)
    called = {member.person.id for card in shown for member in card.members if member.numbers}
    log_looks(actor, sorted(called), words.PURPOSE, "identifier", now)


def one_place(actor: Actor) -> bool:
    """Whether the actor's list is that of one commune, or of the centre, whose capacity draws a line."""
    here = {grant.area_id for grant in actor.grants if grant.role in (Role.TRACER, *OFFICER_LEVEL)}
    found = places.areas([area for area in here if area is not None])
    return len(found) == 1 and found[0].level in (0, 3)


def number_of(text: Any) -> int | None:
    """A whole number of an address, None for anything else."""
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 10 else None


@require_POST
@needs("contact.call")
def record(request: HttpRequest) -> HttpResponse:
    """What came of one call, for everybody it was about; then the next household."""
    actor, now = acting(request), timezone.now()
    sent = request.POST
    outcome = sent.get("outcome", "")
    commands = _commands(request, outcome, now)
    if not commands:
        return answer(request, _("Choose for whom the call was, and what came of it."), "question")
    outcomes = execute(commands, actor=actor, now=now)
    refused = [told for told in outcomes if told.status not in (ACCEPTED, DUPLICATE)]
    if refused:
        said = " ".join(dict.fromkeys(sentence(told.reason or "", told.params) for told in refused))
        return answer(request, said, "question")
    return answer(request, _told(outcomes), "done", undo=_undo(commands, outcomes, sent))


def _commands(request: HttpRequest, outcome: str, now: datetime) -> list[Command]:
    """One command a member; their ids follow from the form's, so that a form sent twice is one call."""
    sent, base = request.POST, command_id_of(request)
    at = _when(sent.get("at", ""), now)
    found = []
    for person_id in sent.getlist("for")[:MOST_MEMBERS]:
        watch_id = sent.get(f"watch-{person_id}", "")
        verb = sent.get(f"verb-{person_id}", "")
        if verb not in ("contact.call", "contact.follow_up") or outcome not in words.OUTCOMES:
            continue
        body: dict[str, Any] = {"person": {"id": person_id}, "outcome": outcome, "note": sent.get("note", "")[:2_000]}
        if watch_id:
            body["watch_id"] = watch_id
        if outcome in SPOKEN_TO:
            body |= _said(sent, person_id)
        found.append(Command(uuid5(base, person_id), verb, at, body))
    return found


def _said(sent: Any, person_id: str) -> dict[str, Any]:
    """What was said of one member, as the body takes it."""
    said: dict[str, Any] = {"symptoms": sent.getlist(f"symptom-{person_id}")[:20]}
    staying = sent.get(f"staying-{person_id}", "")
    if staying in words.STAYING:
        said["staying"] = staying
    for name in ("quarantined", "tested"):
        day = _day(sent.get(f"{name}-{person_id}", ""))
        if day is not None:
            said[f"{name}_on"] = day
    return said


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _when(text: str, now: datetime) -> datetime:
    """When the button was pressed, as the telephone says: a form that was kept for want of a line comes later."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return now
    return at if at.tzinfo is not None and now - KEPT_FOR < at <= now else now


def _told(outcomes: Sequence[Outcome]) -> str:
    said = (told.params or {} for told in outcomes)
    later = next((str(params["next"]) for params in said if params.get("next")), "")
    if later:
        return _("Recorded. The next try is at %(at)s.") % {"at": later}
    count = len(outcomes)
    return ngettext("Recorded for one person.", "Recorded for %(count)s people.", count) % {"count": count}


def _undo(commands: Sequence[Command], outcomes: Sequence[Outcome], sent: Any) -> dict[str, Any]:
    people = (command.body["person"]["id"] for command in commands)
    calls = ",".join(f"{person}:{told.id}" for person, told in zip(people, outcomes, strict=True) if told.id)
    values = {"calls": calls, "area": sent.get("area", ""), "all": sent.get("all", "")}
    return {"url": reverse("tracing-undo"), "values": values, "target": "#tracing-desk"}


@require_POST
@needs("contact.call")
def undo(request: HttpRequest) -> HttpResponse:
    """A slip: the call is taken back, the household stands in its old place."""
    actor, now = acting(request), timezone.now()
    commands = []
    for pair in request.POST.get("calls", "").split(",")[:MOST_MEMBERS]:
        person_id, _colon, call_id = pair.partition(":")
        try:
            body = {"person": {"id": str(UUID(person_id))}, "call_id": str(UUID(call_id))}
        except ValueError:
            continue
        commands.append(Command(new_id(), "contact.undo", now, body))
    outcomes = execute(commands, actor=actor, now=now) if commands else []
    refused = next((told for told in outcomes if told.status is not ACCEPTED), None)
    if refused is not None:
        return answer(request, sentence(refused.reason or "", refused.params), "question")
    return answer(request, _("Taken back."), "done")


def answer(request: HttpRequest, text: str, kind: str, *, undo: Mapping[str, Any] | None = None) -> HttpResponse:
    """The list anew with a line at its foot; without script the page itself."""
    if "HX-Request" not in request.headers:
        (messages.success if kind == "done" else messages.warning)(request, text)
        area = number_of(request.POST.get("area", ""))
        return redirect(f"{reverse('tracing')}?area={area}" if area is not None else reverse("tracing"))
    response = render(request, "web/tracing/live.html", drawn(request, request.POST))
    toast: dict[str, Any] = {"text": text, "kind": kind, "seconds": 6 if kind == "done" else 12}
    if undo is not None:
        toast["undo"] = dict(undo)
    response["HX-Push-Url"] = reverse("tracing")
    response["HX-Trigger-After-Settle"] = json.dumps({"lachan:toast": toast})
    return response
