"""What is recorded at the desks besides doses: arrivals, screenings, not given, reactions, going home."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lachan.access.doors import needs
from lachan.access.operations import SERVED, log_looks
from lachan.immunization.rules.encounter import EncounterState
from lachan.immunization.sentences import sentence
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.people.cards import Card, CardProblem, parse_card
from lachan.people.facts import PersonRef
from lachan.people.intake import from_scan, number_of
from lachan.people.operations import resolve_in
from lachan.web.parts.board import answers, harm, words
from lachan.web.parts.board.desk import Desk, accepted, desk_of, person_at, send
from lachan.web.parts.board.screening import Filling
from lachan.web.parts.board.views import about

LONGEST_SCAN = 2_000


@require_POST
@needs("arrival.record", "release.record")
def scan(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """A card or number at any desk: the known arrive or are brought into focus, the unknown are proposed.

    The observer finds people by their cards too, but receives nobody.
    """
    desk = desk_of(request, session_id, everyone=True)
    text = request.POST.get("q", "")[:LONGEST_SCAN]
    card = parse_card(text)
    number = number_of(card) if isinstance(card, Card) else None
    if isinstance(card, CardProblem) or number is None:
        return answers.dialog(request, "web/board/unread.html", _unread(desk, text, card))
    with hot_cursor() as cursor:
        [found] = resolve_in(
            cursor, [PersonRef(identifier=number)], actor_id=desk.actor.id, now=desk.now, today=desk.today
        )  # fmt: skip
    here = {visit.person_id for visit in desk.visits}
    if found.person is not None and found.person.id in here:
        text = _("%(name)s is already here") % {"name": found.person.name}
        return answers.moved(request, desk, text, kind="waiting", person=found.person.id, then="open")
    if "arrival.record" not in desk.rights:
        text = _("This person has not arrived yet. Send them to the reception.")
        return answers.moved(request, desk, text, kind="question")
    if found.person is None and "receive" not in request.POST:
        context = {"desk": desk, "session": desk.session, "card": card, "q": text, "command_id": new_id()}
        context["readable"] = from_scan(card) is not None
        return answers.dialog(request, "web/board/unknown.html", context)
    named: dict[str, object] = {"identifier": {"system": number.system, "value": number.value}}
    return _arrive(request, desk, {"scan": text} if from_scan(card) is not None else named)


@require_POST
@needs("screening.record")
def record_screening(request: HttpRequest, session_id: UUID, arrived_id: UUID) -> HttpResponse:
    """Keep the form when it is complete; show what is missing when it is not, without making a case of it."""
    desk = desk_of(request, session_id)
    person, visit = person_at(desk, arrived_id)
    filling = Filling(desk, person, visit, request.POST)
    if not filling.readable or filling.result().outcome is None:
        return answers.dialog(request, "web/board/screening.html", filling.context(complain=True), status=422)
    outcome = send(request, desk, "screening.record", filling.body())
    if not accepted(outcome):
        return answers.refused(request, desk, outcome)
    kind, word = words.CLASSES[(outcome.params or {}).get("outcome", "eligible")]
    text = f"{person.name}: {word}"
    if kind == "done" and not filling.consent:
        kind, text = "question", _("%(name)s: eligible, consent is missing") % {"name": person.name}
    return answers.moved(request, desk, text, kind=kind, person=arrived_id)


@require_POST
@needs("screening.record")
def preview_screening(request: HttpRequest, session_id: UUID, arrived_id: UUID) -> HttpResponse:
    """The class so far, while the form is being filled in; records nothing."""
    desk = desk_of(request, session_id)
    person, visit = person_at(desk, arrived_id)
    filling = Filling(desk, person, visit, request.POST)
    verdict = filling.verdict() if filling.form is not None else {}
    return render(request, "web/board/verdict.html", verdict)


@require_POST
@needs("not_given.record")
def not_given(request: HttpRequest, session_id: UUID, arrived_id: UUID) -> HttpResponse:
    """Not vaccinated, and why."""
    desk = desk_of(request, session_id)
    person, _visit = person_at(desk, arrived_id)
    reason = request.POST.get("why", "")
    if reason not in words.NOT_GIVEN:
        context = about(desk, arrived_id) | {"complain": "not_given"}
        return answers.dialog(request, "web/board/person.html", context, status=422)
    body = {
        "person": {"id": str(arrived_id)}, "session_id": str(desk.session.id), "reason": reason,
        "note": request.POST.get("note", "")[:2_000],
    }  # fmt: skip
    outcome = send(request, desk, "not_given.record", body)
    if not accepted(outcome):
        return answers.refused(request, desk, outcome)
    text = _("%(name)s: not vaccinated (%(reason)s)") % {"name": person.name, "reason": words.NOT_GIVEN[reason]}
    return answers.moved(request, desk, text, kind="question", person=arrived_id)


@require_POST
@needs("reaction.record")
def reaction(request: HttpRequest, session_id: UUID, arrived_id: UUID) -> HttpResponse:
    """A reaction noted. More than a mild one keeps the person at the top of the column until released by hand."""
    desk = desk_of(request, session_id)
    person, visit = person_at(desk, arrived_id)
    severity = request.POST.get("severity", "")
    if severity not in words.SEVERITIES:
        context = about(desk, arrived_id) | {"complain": "reaction"}
        return answers.dialog(request, "web/board/person.html", context, status=422)
    body = {
        "person": {"id": str(arrived_id)}, "session_id": str(desk.session.id), "severity": severity,
        "symptoms": [code for code in request.POST.getlist("symptom") if code in words.SYMPTOMS],
        "note": request.POST.get("note", "")[:2_000],
    }  # fmt: skip
    body |= harm.short_report(request, severity)
    if visit.dose_id is not None:
        body["dose_id"] = str(visit.dose_id)
    outcome = send(request, desk, "reaction.record", body)
    if not accepted(outcome):
        return answers.refused(request, desk, outcome)
    if opened := (outcome.params or {}).get("case"):
        return harm.panel(request, desk, UUID(opened), person)
    kind, word = words.SEVERITIES[severity]
    text = _("%(name)s: reaction noted (%(severity)s)") % {"name": person.name, "severity": word}
    return answers.moved(request, desk, text, kind=kind, person=arrived_id)


@require_POST
@needs("release.record")
def release(request: HttpRequest, session_id: UUID, arrived_id: UUID) -> HttpResponse:
    """Home. Before the time is over, or with a reaction, only after it was asked once more in the dialog."""
    desk = desk_of(request, session_id)
    person, visit = person_at(desk, arrived_id)
    if visit.released_at is not None:
        text = _("%(name)s has gone home already.") % {"name": person.name}
        return answers.moved(request, desk, text, kind="waiting", person=arrived_id)
    if visit.state(desk.now) is not EncounterState.OVERDUE and "early" not in request.POST:
        return answers.dialog(request, "web/board/person.html", about(desk, arrived_id) | {"early": True})
    body = {"person": {"id": str(arrived_id)}, "session_id": str(desk.session.id)}
    outcome = send(request, desk, "release.record", body)
    if not accepted(outcome):
        return answers.refused(request, desk, outcome)
    return answers.moved(request, desk, _("%(name)s may go home") % {"name": person.name}, person=arrived_id)


def _arrive(request: HttpRequest, desk: Desk, person: dict[str, object]) -> HttpResponse:
    outcome = send(request, desk, "arrival.record", {"person": person, "session_id": str(desk.session.id)})
    if not accepted(outcome):
        return answers.refused(request, desk, outcome)
    person_id = UUID((outcome.params or {})["person_id"])
    log_looks(desk.actor, [person_id], SERVED, "arrival", desk.now)
    known, _visit = person_at(desk, person_id)
    text = _("%(name)s has arrived") % {"name": known.name}
    if outcome.reason:  # recorded, with something about the person for someone to look at
        text = f"{text}. {sentence(outcome.reason, outcome.params)}"
    kind = "question" if outcome.reason else "done"
    return answers.moved(request, desk, text, kind=kind, person=person_id, then="open")


def _unread(desk: Desk, text: str, card: Card | CardProblem) -> dict[str, object]:
    guess = card.guess if isinstance(card, CardProblem) else ""
    return {"desk": desk, "session": desk.session, "q": text, "guess": guess, "command_id": new_id()}
