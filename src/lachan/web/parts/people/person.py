"""A person's page: who, doses, what happened when, who looked; numbers only after a purpose was stated."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.queries import LookFact, looks_at
from lachan.access.rules import may
from lachan.immunization.queries.person import PersonHistory, person_history
from lachan.kernel.ids import new_id
from lachan.people.profile import Profile, profile
from lachan.web.parts.people import present, story, words
from lachan.web.parts.people.find import back_of
from lachan.web.parts.people.reached import PURPOSE_WORDS, PURPOSES, WHAT_WORDS, acting, purpose_of
from lachan.web.parts.people.register import arrived, command_id_of
from lachan.web.parts.register import person as register


@dataclass(frozen=True, slots=True)
class Opened:
    """A record that this actor may see, and under which purpose."""

    profile: Profile
    history: PersonHistory
    purpose: str


class Closed(Exception):
    """The record lies outside the actor's places, and no document was presented."""


class Merged(Exception):
    """The record was merged into another."""

    def __init__(self, into: UUID) -> None:
        super().__init__(str(into))
        self.into = into


def open_record(request: HttpRequest, person_id: UUID) -> Opened:
    """The record, when the actor may see it; raises Http404, :class:`Closed` or :class:`Merged`. Ten queries."""
    found = profile(person_id)
    if found is None:
        raise Http404
    if found.person.merged_into is not None:
        raise Merged(found.person.merged_into)
    history = person_history(person_id)
    purpose = purpose_of(request, person_id, found.person.residence_id, history.seen_at)
    if not purpose:
        raise Closed
    return Opened(found, history, purpose)


def closed(request: HttpRequest) -> HttpResponse:
    """403 that says what to do: scan the document."""
    return render(request, "web/people/closed.html", {"back": back_of(request)}, status=403)


def opens(page: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """For a view of one person's record: it is opened first and handed over as ``opened``. Closed to the actor: 403
    that says what to do. Merged into another: on to the address named ``page`` of that one."""

    def around(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def opening(request: HttpRequest, person_id: UUID, **more: Any) -> HttpResponse:
            try:
                opened = open_record(request, person_id)
            except Closed:
                return closed(request)
            except Merged as merged:
                return redirect(page, person_id=merged.into)
            return view(request, person_id, opened=opened, **more)

        return opening

    return around


@require_GET
@needs("person.read")
@opens("person")
def page(request: HttpRequest, person_id: UUID, opened: Opened) -> HttpResponse:
    """The page; each opening is logged."""
    now = timezone.now()
    log_looks(acting(request), [person_id], opened.purpose, "page", now)
    return render(request, "web/people/person.html", _context(request, opened))


@require_POST
@needs("person.read_identifier")
@opens("person")
def numbers(request: HttpRequest, person_id: UUID, opened: Opened) -> HttpResponse:
    """Numbers and contacts in full, for this view only, after a purpose was stated."""
    purpose = request.POST.get("purpose", "")
    shown = purpose in PURPOSES
    if shown:
        log_looks(acting(request), [person_id], purpose, "identifier", timezone.now())
    if request.headers.get("HX-Request"):
        context = {
            "profile": opened.profile,
            "systems": words.SYSTEMS,
            "shown": shown,
            "purposes": PURPOSES,
            "asked": not shown,
        }
        return render(request, "web/people/numbers.html", context, status=200 if shown else 422)
    return render(request, "web/people/person.html", {**_context(request, opened), "shown": shown})


@require_GET
@needs("person.register", "arrival.record")
@opens("person-slip")
def slip(request: HttpRequest, person_id: UUID, opened: Opened) -> HttpResponse:
    """The provisional number, large, to print or copy by hand."""
    log_looks(acting(request), [person_id], opened.purpose, "slip", timezone.now())
    number = next((n.value for n in opened.profile.numbers if n.system == "provisional"), "")
    context = {"person": opened.profile.person, "number": _spaced(number), "back": back_of(request)}
    return render(request, "web/people/slip.html", context)


@require_POST
@needs("arrival.record")
def arrive(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Into the session that waits, and back to its board."""
    session_id = back_of(request)
    if session_id is not None and arrived(request, person_id, session_id, command_id_of(request)):
        return redirect(f"/station/{session_id}/")
    return redirect("person", person_id=person_id)


def _spaced(number: str) -> str:
    """``TAM-0123456789`` as ``TAM-01234-56789``-like groups with a space: easier to read aloud."""
    head, dash, tail = number.partition("-")
    return f"{head}{dash}{tail[:5]} {tail[5:]}" if tail else number


def _context(request: HttpRequest, opened: Opened) -> dict[str, Any]:
    actor, person, history = acting(request), opened.profile.person, opened.history
    today = timezone.localdate()
    return {
        "profile": opened.profile,
        "person": person,
        "age": present.age(person),
        "residence": present.address(person.residence_id),
        "other_map": present.other_map(person.residence_id, today),
        "doses": story.doses(history, actor, today),
        "events": story.events(history),
        "looks": _looks(looks_at(person.id, limit=60)),
        "register_steps": register.steps(person.id),
        "systems": words.SYSTEMS,
        "purposes": PURPOSES,
        "shown": False,
        "may_see_numbers": may(actor, "person.read_identifier"),
        "may_add_contact": may(actor, "person.amend"),
        "may_add": may(actor, "dose.record"),
        "may_report_reaction": may(actor, "reaction.report"),
        "may_report_case": may(actor, "case.report"),
        "may_ask_correction": may(actor, "correction.ask"),
        "may_see_looks": may(actor, "look.read"),
        "may_see_cards": may(actor, "card.read"),
        "back": back_of(request),
        "command_id": new_id(),
        "has_provisional": any(number.system == "provisional" for number in opened.profile.numbers),
    }


def _looks(found: list[LookFact]) -> list[dict[str, Any]]:
    """The log, latest first; the same look repeated within a day is one line with its count."""
    lines: list[dict[str, Any]] = []
    by_key: dict[tuple[Any, ...], dict[str, Any]] = {}
    for look in found:
        key = (look.actor_id, look.what, look.purpose, timezone.localdate(look.at))
        if key in by_key:
            by_key[key]["times"] += 1
            continue
        by_key[key] = {
            "who": look.actor_label,
            "purpose": PURPOSE_WORDS.get(look.purpose, look.purpose),
            "what": WHAT_WORDS.get(look.what, look.what),
            "at": look.at,
            "times": 1,
        }
        lines.append(by_key[key])
    return lines
