"""One case: who, what class and why, its story, what is said of it and what is ordered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.queries import labels
from lachan.access.rules import may
from lachan.immunization.commands import execute
from lachan.immunization.queries.person import person_history
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import Outcome
from lachan.people.profile import profile
from lachan.people.queries import persons
from lachan.places import queries as places
from lachan.surveillance.cases import queries
from lachan.surveillance.cases.rows import CaseRow
from lachan.surveillance.rules import definitions, isolation
from lachan.web.parts.board.desk import accepted, actor_here, command_id, happened_at, moment, sentences
from lachan.web.parts.cases import words
from lachan.web.parts.cases.lists import PURPOSE, area_name, opened
from lachan.web.parts.cases.timeline import timeline
from lachan.web.parts.outbreak import case as outbreak
from lachan.web.parts.people.reached import purpose_of

SHOWN: Final = "case"
STEPS: Final = ("onset", "course", "isolate", "end", "classify", "discard", "source", "cluster", "move")


@require_GET
@needs("case.read")
def case(request: HttpRequest, person_id: UUID, episode_id: UUID) -> HttpResponse:
    """The case. Each opening is logged. Of somebody merged into another: on to where it is now."""
    row = opened(request, episode_id)
    if row.person_id != person_id:
        return redirect("illness", person_id=row.person_id, episode_id=row.id)
    return _show(request, row)


def _show(request: HttpRequest, row: CaseRow, problem: list[str] | None = None, status: int = 200) -> HttpResponse:
    actor, now = actor_here(request), timezone.now()
    log_looks(actor, [row.person_id], PURPOSE, SHOWN, now)
    today = timezone.localdate(now)
    found, story = profile(row.person_id), queries.story(row, today)
    if found is None:
        raise Http404
    who = labels({given.actor_id for given in story.classes} | {said.actor_id for said in story.notes})
    context: dict[str, Any] = {
        "row": row,
        "person": found.person,
        "numbers": found.numbers,
        "residence": places.address(found.person.residence_id) if found.person.residence_id else "",
        "area": area_name(row.area_id),
        "disease": words.of(words.DISEASES, row.disease),
        "class": words.CLASSES[row.classification],
        "reason": words.of(words.REASONS, row.reason),
        "definition": definitions.by_id(row.definition) if row.definition else None,
        "symptoms": "; ".join(words.of(words.SYMPTOMS, code) for code in row.symptoms),
        "severity": (words.SEVERITY_KINDS[row.severity], words.of(words.SEVERITIES, row.severity))
        if row.severity else None,
        "outcome": words.of(words.OUTCOMES, row.outcome) if row.outcome else "",
        "where": words.of(words.WHERE, row.isolation_kind) if row.isolation_kind else "",
        "link": words.of(words.LINKS, row.link),
        "entries": timeline(story, who),
        "orders": [(order, words.of(words.ORDER_KINDS, order.kind)) for order in story.orders],
        "release": story.release,
        "end_rule": isolation.rule_on(row.disease, today),
        "may": {step for step in STEPS if _may(actor, f"case.{step}", row)},
        "may_order": _may(actor, "order.issue", row),
        "may_withdraw": _may(actor, "order.withdraw", row),
        "words": words,
        "outbreak": outbreak.evidence(actor, row, now),
        "command_ids": {name: new_id() for name in (*STEPS, "order", "withdraw")},
        "problem": problem or [],
        "today": today,
        "until": today + timedelta(days=14),
        "now": now,
    }  # fmt: skip
    return render(request, "web/cases/case.html", context, status=status)


def _may(actor: Actor, verb: str, row: CaseRow) -> bool:
    return may(actor, verb) and row.area_id is not None and scopes.area_in_scope(actor, row.area_id, verb)


@require_POST
@needs("case.source", "case.cluster", "case.classify")
def step(request: HttpRequest, person_id: UUID, episode_id: UUID) -> HttpResponse:
    """One thing said of the case."""
    row = opened(request, episode_id)
    name = request.POST.get("step", "")
    if name not in STEPS or not may(actor_here(request), f"case.{name}"):
        raise PermissionDenied
    body = {"person": {"id": str(row.person_id)}, "case_id": str(row.id), **_BODIES[name](request.POST)}
    return _after(request, row, send(request, f"case.{name}", body), _("Recorded."))


@require_POST
@needs("order.issue")
def order(request: HttpRequest, person_id: UUID, episode_id: UUID) -> HttpResponse:
    """An order that follows from the case."""
    row, asked = opened(request, episode_id), request.POST
    body = {
        "person": {"id": str(row.person_id)}, "disease": row.disease, "cause_id": str(row.id),
        "kind": asked.get("kind", ""), "starts_on": asked.get("starts_on", ""),
        **({"ends_on": asked["ends_on"]} if asked.get("ends_on") else {}),
        "place_kind": asked.get("place_kind", "home"), "place": asked.get("place", "").strip()[:300],
    }  # fmt: skip
    return _after(request, row, send(request, "order.issue", body), _("The order is issued: print it from the list."))


@require_POST
@needs("order.withdraw")
def withdraw(request: HttpRequest, person_id: UUID, episode_id: UUID) -> HttpResponse:
    """An order about the person holds no longer."""
    row, asked = opened(request, episode_id), request.POST
    body = {"person": {"id": str(row.person_id)}, "order_id": asked.get("order", "")[:40], **_reason(asked)}
    return _after(request, row, send(request, "order.withdraw", body), _("The order is withdrawn."))


def send(request: HttpRequest, verb: str, body: dict[str, Any]) -> Outcome:
    """Through the one door, under the page's own command id."""
    now = timezone.now()
    command = Command(command_id(request), verb, happened_at(request, now), body)
    [outcome] = execute([command], actor=actor_here(request), now=now)
    return outcome


def _after(request: HttpRequest, row: CaseRow, outcome: Outcome, text: str) -> HttpResponse:
    if accepted(outcome):
        messages.success(request, text)
        return redirect("illness", person_id=row.person_id, episode_id=row.id)
    return _show(request, opened(request, row.id), sentences(outcome), status=422)


def _text(asked: QueryDict, name: str, most: int = 2_000) -> dict[str, Any]:
    value = asked.get(name, "").strip()[:most]
    return {name: value} if value else {}


def _moment(asked: QueryDict, name: str) -> dict[str, Any]:
    found = moment(asked.get(name, ""))
    return {name: found.isoformat()} if found is not None else {}


def _onset(asked: QueryDict) -> dict[str, Any]:
    codes = [code for code in asked.getlist("symptoms") if code in words.SYMPTOMS]
    return (
        {"symptomatic": asked.get("symptomatic", ""), "symptoms": codes}
        | _text(asked, "onset_on")
        | _text(asked, "note")
    )


def _course(asked: QueryDict) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("severity", "outcome", "outcome_on", "hospital", "link", "reason", "note"):
        found |= _text(asked, name)
    return found


def _isolate(asked: QueryDict) -> dict[str, Any]:
    return _moment(asked, "isolated_at") | {"kind": asked.get("kind", "")} | _text(asked, "place", 120)


def _reason(asked: QueryDict) -> dict[str, Any]:
    return _text(asked, "reason")


def _classify(asked: QueryDict) -> dict[str, Any]:
    return {"classification": asked.get("classification", ""), "reason": asked.get("reason", "").strip()[:2_000]}


def _source(asked: QueryDict) -> dict[str, Any]:
    """The source by the number people say; the command names it by its id."""
    found: dict[str, Any] = _moment(asked, "infected_from")
    code = asked.get("source_code", "").strip().upper()[:20]
    if code:
        known = queries.by_code(None, code)
        found["source_case_id"] = str(known[0].id) if known else str(UUID(int=0))
    country = asked.get("imported_from", "").strip().upper()[:2]
    if country:
        found["imported_from"] = country
    return found | _text(asked, "note")


def _cluster(asked: QueryDict) -> dict[str, Any]:
    return {"cluster": asked.get("cluster", "").strip()[:40]}


def _move(asked: QueryDict) -> dict[str, Any]:
    """The commune by its name, where one alone has it; else its name goes on, to be refused with a sentence."""
    named, today = asked.get("commune", "").strip()[:120], timezone.localdate()
    found = places.search(named, today, levels=(3,), limit=2) if named else []
    return {"commune": found[0].code if len(found) == 1 else "00000", "commune_on": str(today)} | _text(asked, "reason")


_BODIES: Final[dict[str, Callable[[QueryDict], dict[str, Any]]]] = {
    "onset": _onset, "course": _course, "isolate": _isolate, "end": _reason, "classify": _classify,
    "discard": _reason, "source": _source, "cluster": _cluster, "move": _move,
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs("case.report")
def report(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Report that somebody may have a disease that is watched."""
    actor, now = actor_here(request), timezone.now()
    person = persons([person_id]).get(person_id)
    if person is None:
        raise Http404
    purpose = purpose_of(request, person.id, person.residence_id, person_history(person.id).seen_at)
    if not purpose:
        raise PermissionDenied
    log_looks(actor, [person.id], purpose, SHOWN, now)
    problem: list[str] = []
    if request.method == "POST":
        outcome = send(request, "case.report", _report_body(request.POST, person.id, actor))
        if accepted(outcome):
            params = outcome.params or {}
            messages.success(
                request, _("Reported: case %(code)s, %(class)s.") % {
                    "code": params.get("code", ""), "class": words.of(words.CLASSES, params.get("class", "")),
                },
            )  # fmt: skip
            return redirect("person", person_id=person.id)
        problem = sentences(outcome)
    context = {
        "person": person, "words": words, "asked": request.POST, "chosen": request.POST.getlist("symptoms"),
        "problem": problem, "command_id": new_id(), "today": timezone.localdate(now), "now": now,
    }  # fmt: skip
    return render(request, "web/cases/report.html", context, status=422 if problem else 200)


def _report_body(asked: QueryDict, person_id: UUID, actor: Actor) -> dict[str, Any]:
    """As the command takes it; reported by the station of whoever works at one."""
    found: dict[str, Any] = {"person": {"id": str(person_id)}, "disease": asked.get("disease", "")} | _onset(asked)
    found |= _text(asked, "severity") | _text(asked, "hospital", 120)
    if asked.get("link") in words.LINKS:
        found["link"] = asked["link"]
    mine = next((grant.facility_id for grant in actor.grants if grant.facility_id is not None), None)
    facility = places.facility(mine) if mine is not None else None
    return found | ({"facility": facility.code} if facility is not None else {})
