"""The needle at the desk: what is asked before it, the dose itself, and six seconds to take it back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lachan.access.doors import needs
from lachan.immunization.queries import board as reads
from lachan.immunization.queries import catalogue, lots_in
from lachan.immunization.queries.board import StockLine, Visit
from lachan.immunization.queries.reference import marks_at
from lachan.immunization.rules.facts import Decision, Finding, Override
from lachan.immunization.rules.reasons import AUTHORITY_OF_ROLE, Authority, Severity
from lachan.immunization.sentences import sentence
from lachan.kernel import worklist
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import HELD
from lachan.people.facts import PersonFacts
from lachan.web.parts.board import answers, words
from lachan.web.parts.board.cards import Choice, age_of, choices_for
from lachan.web.parts.board.desk import Desk, accepted, desk_of, person_at, send

UNDO_WITHIN = timedelta(seconds=60)  # six at the screen; the rest is for a slow line and a finger on the message
_UNDO_SPACE = UUID("8c1f0f5e-3f0b-5d63-9d6a-2f6f5a0d0b11")


def authority(desk: Desk) -> Authority:
    """How far the actor's stated reason goes here."""
    here = [
        AUTHORITY_OF_ROLE.get(grant.role, Authority.NONE)
        for grant in desk.actor.grants
        if grant.facility_id in (None, desk.session.facility_id)
    ]
    return max(here, default=Authority.NONE)


def dose_context(request: HttpRequest, desk: Desk, person_id: UUID) -> dict[str, Any]:
    """What the dialog shows for the product and lot chosen: the sent ones, else the first of today's that fits."""
    person, visit = person_at(desk, person_id)
    sent = request.POST if request.method == "POST" else request.GET
    choices = [_certain(desk, person, visit, choice) for choice in choices_for(desk, person, visit)]
    chosen = _chosen(desk, person, visit, choices, sent.get("choice", ""))
    findings = chosen.decision.findings if chosen is not None and chosen.decision is not None else ()
    word = authority(desk)
    offered = {(choice.product, choice.lot) for choice in choices}
    asked = [_asked(finding, word) for finding in findings]
    refused = any(not entry["question"] for entry in asked)
    return {
        "desk": desk,
        "session": desk.session,
        "person": person,
        "visit": visit,
        "age": age_of(desk, person),
        "choices": choices,
        "chosen": chosen,
        "others": [line for line in desk.stock if line.balance > 0 and (line.product, line.number) not in offered],
        "doses": [(dose, catalogue().name(dose.product_id)) for dose in visit.doses],
        "interval": (desk.today - max(dose.given_on for dose in visit.doses)).days if visit.doses else None,
        "asked": asked,
        "refused": refused,
        "may_answer": bool(asked) and not refused and all(entry["may_answer"] for entry in asked),
        "ticked": sent.getlist("code") if request.method == "POST" else [],
        "reason": sent.get("reason", ""),
        "site": sent.get("site", "left_arm"),
        "sites": words.SITES.items(),
        "held_at": _held_at(desk, person_id) if asked else None,
        "command_id": new_id(),
    }


@require_POST
@needs("dose.record")
def record_dose(request: HttpRequest, session_id: UUID, arrived_id: UUID) -> HttpResponse:
    """Record the dose. What the rules ask is answered first, in the dialog, by who may; or it goes to the head."""
    desk = desk_of(request, session_id)
    context = dose_context(request, desk, arrived_id)
    visit, chosen = context["visit"], context["chosen"]
    if visit.dosed_at is not None:
        return answers.moved(request, desk, _("Already recorded at another desk."), kind="waiting", person=arrived_id)
    if chosen is None or (visit.consent_at is None and "anyway" not in request.POST):
        return answers.dialog(request, "web/board/dose.html", context, status=422)
    override = _override(request, context)
    if context["asked"] and override is None and "anyway" not in request.POST:
        complain = {"complain": "reason" in request.POST and context["may_answer"]}
        return answers.dialog(request, "web/board/dose.html", context | complain, status=422)
    outcome = send(request, desk, "dose.record", _body(desk, arrived_id, chosen, request, override))
    if not accepted(outcome):
        if outcome.status is HELD or context["asked"]:
            text = _("Sent to the head of the station, who decides. It is on the worklist.")
            return answers.moved(request, desk, text, kind="question", person=arrived_id)
        return answers.refused(request, desk, outcome)
    number = (outcome.params or {}).get("dose_number", "")
    said = {"name": context["person"].name, "number": number, "product": chosen.name, "lot": chosen.lot}
    text = _("%(name)s: dose %(number)s recorded, %(product)s, lot %(lot)s") % said
    undo = {"command_id": str(_undo_id(outcome.id)), "person": str(arrived_id), "dose": str(outcome.id)}
    may_undo = "dose.void" in desk.rights
    return answers.moved(request, desk, text, person=arrived_id, undo=undo if may_undo else None)


@require_POST
@needs("dose.void")
def undo_dose(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """A slip of the finger: the dose just recorded is voided like any other, with this as its reason."""
    desk = desk_of(request, session_id)
    asked = _asked_back(request)
    person, visit = person_at(desk, asked[0]) if asked is not None else (None, None)
    fresh = visit is not None and visit.dosed_at is not None and desk.now - visit.dosed_at <= UNDO_WITHIN
    if asked is None or person is None or visit is None or visit.dose_id != asked[1] or not fresh:
        text = _("Too late to undo here. Void the dose on the person's page and state the reason.")
        return answers.moved(request, desk, text, kind="stop")
    person_id, dose_id = asked
    reason = _("Taken back at the desk within seconds: pressed by mistake")
    body = {"person": {"id": str(person_id)}, "dose_id": str(dose_id), "reason": reason}
    outcome = send(request, desk, "dose.void", body)
    if not accepted(outcome):
        return answers.refused(request, desk, outcome)
    text = _("Taken back: %(name)s is waiting for the vaccine again.") % {"name": person.name}
    return answers.moved(request, desk, text, kind="waiting", person=person_id)


def _body(
    desk: Desk, person_id: UUID, chosen: Choice, request: HttpRequest, override: Override | None
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "person": {"id": str(person_id)},
        "session_id": str(desk.session.id),
        "product": chosen.product,
        "lot": chosen.lot,
        "site": request.POST.get("site") if request.POST.get("site") in words.SITES else "",
        "route": "intramuscular",
        "vaccinator": str(desk.actor.id),
    }
    if override is not None:
        body["override"] = {"codes": sorted(override.codes), "reason": override.reason}
    return body


def _override(request: HttpRequest, context: dict[str, Any]) -> Override | None:
    """The stated reason, when every question is ticked by someone whose word goes far enough."""
    reason = request.POST.get("reason", "").strip()[:2_000]
    codes = set(request.POST.getlist("code"))
    if not context["may_answer"] or not reason or not {entry["code"] for entry in context["asked"]} <= codes:
        return None
    return Override(frozenset(codes), reason, Authority.NONE)


def _chosen(desk: Desk, person: PersonFacts, visit: Visit, choices: list[Choice], wanted: str) -> Choice | None:
    """``wanted`` is "product:lot"; a lot of the station's stock that is not one of today's is taken too."""
    for choice in choices:
        if not wanted or wanted == f"{choice.product}:{choice.lot}":
            return choice
    product, _colon, number = wanted.partition(":")
    line = desk.line(product, number)
    if line is None:
        return choices[0] if choices else None
    bare = Choice(product, line.product_id, line.product_name, number, line, None)
    return _certain(desk, person, visit, bare)


def _certain(desk: Desk, person: PersonFacts, visit: Visit, choice: Choice) -> Choice:
    """The choice with the rules' decision, also for a lot that this station has no stock of."""
    if choice.decision is not None:
        return choice
    line = choice.line
    if line is None:
        with hot_cursor() as cursor:
            found = lots_in(cursor, [(choice.product_id, choice.lot)]).get((choice.product_id, choice.lot))
        if found is not None:
            lot_id, lot = found
            line = StockLine(
                choice.product, lot.product_id, choice.name, lot_id, lot.number, lot.expires_on,
                tuple(mark for mark in marks_at(lot.marks, desk.session.facility_id) if mark.until is None),
                lot.component, 0, 0, 0, 0,
            )  # fmt: skip
    decision: Decision = reads.check_at_desk(
        person, visit.doses, line, choice.product_id, choice.lot, desk.session, desk.now, desk.today, desk.now
    )
    return msgspec.structs.replace(choice, line=line, decision=decision)


def _asked(finding: Finding, word: Authority) -> dict[str, Any]:
    plain = finding.plain()
    needs_word = finding.needs
    return {
        "code": plain["code"],
        "text": sentence(plain["code"], plain["params"]),
        "question": finding.severity is Severity.QUESTION,
        "may_answer": needs_word is not None and word >= needs_word,
        "reference": plain["reference"],
    }


def _held_at(desk: Desk, person_id: UUID) -> datetime | None:
    """When a dose of this person was sent to the head that nobody has decided yet."""
    owners = worklist.Owners([desk.session.facility_id], [])
    waiting = worklist.open_items(owners, worklist.Filter(kind="held", person_id=person_id), limit=10)
    return next((item.created_at for item in waiting if item.verb == "dose.record"), None)


def _undo_id(dose_id: UUID | None) -> UUID:
    """One undo for one dose, however often the button is pressed."""
    return uuid5(_UNDO_SPACE, str(dose_id))


def _asked_back(request: HttpRequest) -> tuple[UUID, UUID] | None:
    """Person and dose to take back, as the message at the foot of the page sends them."""
    try:
        return UUID(request.POST.get("person", "")), UUID(request.POST.get("dose", ""))
    except ValueError:
        return None
