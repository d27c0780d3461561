"""Declarations at the desk and in the commune: today's by class, one with what is to be done, one more entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.rules import may
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.people.cards import Card, parse_card
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons
from lachan.places import queries as places
from lachan.surveillance.declarations import lists
from lachan.surveillance.declarations.form import by_code, form_on
from lachan.surveillance.rules import risk
from lachan.web.parts.board.desk import accepted, actor_here, command_id, happened_at
from lachan.web.parts.declarations import forms, words
from lachan.web.parts.declarations.mine import station_of

PAGE: Final = 50
PURPOSE: Final = "health declarations"


@dataclass(frozen=True, slots=True)
class Line:
    """A declaration as the list shows it."""

    row: lists.Row
    person: PersonFacts | None
    kind: str
    source: str
    place: str
    said: str
    tone: str
    icon: str
    class_word: str
    done: str


@require_GET
@needs("declaration.read")
def declarations(request: HttpRequest) -> HttpResponse:
    """Today's, what waits for somebody first. Three queries and the look."""
    actor, now = actor_here(request), timezone.now()
    day = timezone.localdate(now)
    wanted = request.GET.get("risk", "")
    chosen = risk.CLASSES.index(wanted) if wanted in risk.CLASSES else None
    form = form_on(day)
    kind = request.GET.get("kind", "")
    kind = kind if form.kind(kind) is not None else ""
    page = _page(request)
    found = lists.listed(actor, day, risk=chosen, kind=kind, skip=page * PAGE, most=PAGE + 1)
    people = persons({row.person_id for row in found[:PAGE]}) if found else {}
    log_looks(actor, sorted({row.person_id for row in found[:PAGE]}), PURPOSE, "declarations", now)
    context = {
        "lines": [_line(row, people.get(row.person_id)) for row in found[:PAGE]], "counts": lists.counted(actor, day),
        "day": day, "now": now, "risk": wanted if chosen is not None else "", "kind": kind, "page": page,
        "more": len(found) > PAGE, "kinds": [(entry["code"], entry[forms.tongue()]) for entry in form.body["kinds"]],
        "classes": [(code, risk.rules_on(day).word(place, forms.tongue())) for place, code in enumerate(risk.CLASSES)],
        "may_make": may(actor, "declaration.make"),
    }  # fmt: skip
    return render(request, "web/declarations/list.html", context)


@require_GET
@needs("declaration.read")
def declaration(request: HttpRequest, person_id: UUID, declaration_id: UUID) -> HttpResponse:
    """One declaration whole: answers in words, how to reach them, what to do."""
    actor, now = actor_here(request), timezone.now()
    return render(request, "web/declarations/one.html", _whole(actor, person_id, declaration_id, now))


@require_POST
@needs("declaration.settle")
def settle(request: HttpRequest, person_id: UUID, declaration_id: UUID) -> HttpResponse:
    """What was done; a suspected case is reported where the house knows cases."""
    actor, now = actor_here(request), timezone.now()
    what, note = request.POST.get("what", ""), request.POST.get("note", "").strip()[: forms.MOST_NOTE]
    if what not in words.SETTLED:
        messages.error(request, _("Choose what was done."))
        return redirect("declaration", person_id, declaration_id)
    at = happened_at(request, now)
    if what == "case":
        fault = _report_case(actor, lists.opened(actor, person_id, declaration_id), command_id(request), at, now)
        if fault:
            messages.error(request, fault)
            return redirect("declaration", person_id, declaration_id)
    body = {"person": {"id": str(person_id)}, "declaration_id": str(declaration_id), "what": what, "note": note}
    [outcome] = execute([Command(command_id(request), "declaration.settle", at, body)], actor=actor, now=now)
    if not accepted(outcome):
        messages.error(request, words.refused(str(outcome.reason), outcome.params))
        return redirect("declaration", person_id, declaration_id)
    messages.success(request, _("Noted."))
    if what == "sampled":
        messages.info(request, _("Take the sample under Laboratory: the person is found there by card or name."))
    return redirect("declarations")


def _report_case(actor: Actor, found: lists.Full | None, sent: UUID, at: datetime, now: datetime) -> str:
    """Report a suspected case with what the person said; why not, "" when it is reported."""
    if found is None:
        raise Http404
    body = lists.as_report(found)
    station = station_of(found.area_id)
    if station is not None:
        body["facility"] = station.code  # people fall ill elsewhere than where they live
    [outcome] = execute([Command(uuid5(sent, "case"), "case.report", at, body)], actor=actor, now=now)
    return "" if accepted(outcome) else words.refused(str(outcome.reason), outcome.params)


@require_http_methods(["GET", "POST"])
@needs("declaration.make")
def new(request: HttpRequest) -> HttpResponse:
    """A declaration entered for somebody in the queue: their card or number, then the same questions."""
    actor, now = actor_here(request), timezone.now()
    form = form_on(timezone.localdate(now))
    kind = (request.POST if request.method == "POST" else request.GET).get("kind", "domestic")
    kind = kind if form.kind(kind) is not None else "domestic"
    if request.method == "GET":
        return _new(request, kind, None, {})
    if "all_no" in request.POST:
        return _new(request, kind, forms.all_no(request.POST, form, kind), {})
    person, faults = _person(request)
    said = forms.read(request.POST, kind, needs_place=False)
    faults |= said.faults
    if faults or person is None:
        return _new(request, kind, request.POST, faults, said.communes, status=422)
    body = {"person": person, **said.body}
    facility = _desk(actor)
    if facility:
        body["facility"] = facility
    contact = request.POST.get("contact", "").strip()[:100]
    if contact:
        body["contact"] = contact
    [outcome] = execute(
        [Command(command_id(request), "declaration.make", happened_at(request, now), body)], actor=actor, now=now
    )
    if not accepted(outcome):
        return _new(
            request, kind, request.POST, {"form": words.refused(str(outcome.reason), outcome.params)}, status=422
        )
    params = outcome.params or {}
    place = risk.CLASSES.index(str(params.get("risk", "low")))
    messages.success(
        request, _("Declared: %(risk)s.") % {"risk": risk.by_code(params["rule"]).word(place, forms.tongue())}
    )
    return redirect("declarations")


def _person(request: HttpRequest) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """How the command names the person: the card as it was scanned, a number, or what was typed."""
    text = request.POST.get("card", "").strip()[:2_000]
    if text:
        card = parse_card(text)
        if isinstance(card, Card):
            return {"scan": text}, {}
        return None, {"card": _("This card or number could not be read. Scan it again, or type name and birth date.")}
    who = forms.who(request.POST)
    who.faults.pop("contact", None)
    if who.faults:
        return None, who.faults
    typed = {"name": who.name, "sex": who.sex, "birth_date": who.born, "citizen_id": who.number}
    return {"card": typed | ({"phone": who.contact[1]} if who.contact[0] == "phone" else {})}, {}


def _desk(actor: Actor) -> str:
    """Code of the facility where this person works; "" for who answers for an area."""
    for grant in actor.grants:
        if grant.facility_id is not None and (row := places.facility(grant.facility_id)) is not None:
            return row.code
    return ""


def _new(
    request: HttpRequest, kind: str, posted: Any, faults: dict[str, str], communes: Any = (), *, status: int = 200
) -> HttpResponse:
    form = form_on(timezone.localdate())
    context = forms.drawn(form, kind, posted) | {
        "faults": faults, "communes": forms.named(communes), "kinds": forms.kinds(form, timezone.localdate()),
        "command_id": new_id(), "happened_at": timezone.now(),
        "card": posted.get("card", "") if posted is not None else "",
    }  # fmt: skip
    return render(request, "web/declarations/new.html", context, status=status)


def _whole(actor: Actor, person_id: UUID, declaration_id: UUID, now: datetime) -> dict[str, Any]:
    found = lists.opened(actor, person_id, declaration_id)
    person = persons([person_id]).get(person_id) if found is not None else None
    if found is None or person is None:
        raise Http404
    log_looks(actor, [person_id], PURPOSE, "declarations", now)
    form, rules, language = by_code(found.form) or form_on(found.day), risk.by_code(found.rule), forms.tongue()
    symptoms = found.answers.get("symptoms", {})
    return {
        "found": found, "person": person, "kind": words.kind(found.kind), "source": words.SOURCES.get(found.source, ""),
        "symptoms": [(form.symptom(code, language), _day(day)) for code, day in symptoms.items()],
        "answers": [(form.question(code, language), said) for code, said in found.answers.get("answers", {}).items()],
        "visited": _areas(found.answers.get("places", [])),
        "reasons": [rules.reason(code, language) for code in found.reasons],
        "advice": rules.advice(found.risk, language), "place": places.address(found.area_id) if found.area_id else "",
        "settled": words.SETTLED.get(found.settled_as, ""), "choices": _choices(actor),
        "may_settle": may(actor, "declaration.settle") and found.state != "settled", "command_id": new_id(),
        "happened_at": now,
        "residence": places.address(person.residence_id) if person.residence_id else "",
        **words.of_class(found.risk, rules),
    }  # fmt: skip


def _choices(actor: Actor) -> list[tuple[str, str]]:
    """What can be said to have been done; a case by whoever may report one."""
    may_report = may(actor, "case.report")
    return [(code, str(word)) for code, word in words.SETTLED.items() if code != "case" or may_report]


def _areas(codes: list[str]) -> list[str]:
    today = timezone.localdate()
    found = [places.area_at(code, 1 if len(code) == 2 else 3, today) for code in codes]
    return [area.full_name for area in found if area is not None]


def _day(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _line(row: lists.Row, person: PersonFacts | None) -> Line:
    form, rules, language = form_on(row.day), risk.by_code(row.rule), forms.tongue()
    of = words.of_class(row.risk, rules)
    said = [rules.reason(code, language) for code in row.reasons]
    said += [form.symptom(code, language) for code in row.answers.get("symptoms", {})]
    place = places.areas([row.area_id])[0].name if row.area_id else ""
    return Line(
        row, person, words.kind(row.kind), str(words.SOURCES.get(row.source, "")), place,
        ", ".join(dict.fromkeys(said)), of["tone"], of["icon"], of["class_word"],
        str(words.SETTLED.get(row.settled_as, "")),
    )  # fmt: skip


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "0")
    return min(int(text), lists.MOST_SKIPPED // PAGE) if text.isdecimal() and len(text) < 10 else 0
