"""One case: its page, the report that opens it, what is added, its steps, and what is stopped because of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
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
from lachan.immunization.queries import catalogue, harm, sessions_in
from lachan.immunization.queries.harm import CaseRow
from lachan.immunization.queries.person import person_history
from lachan.immunization.reaction_form import ReactionForm, form_on, language_of
from lachan.immunization.verbs import VERBS
from lachan.kernel.commands import Command
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import Outcome
from lachan.people.queries import persons
from lachan.places import queries as places
from lachan.web.parts.board.desk import accepted, actor_here, command_id, happened_at, moment, sentences
from lachan.web.parts.harm import forms, words
from lachan.web.parts.harm.lists import line_of
from lachan.web.parts.people.reached import purpose_of

PURPOSE = "case of a reaction"
STEPS = ("notify", "acknowledge", "remind", "escalate", "investigate", "classify", "close")


def opened(request: HttpRequest, case_id: UUID) -> CaseRow:
    """The case, when it is within the reader's places; 404 otherwise."""
    actor = actor_here(request)
    row = harm.case(case_id, harm.places_of(actor), actor)
    if row is None:
        raise Http404
    return row


@require_GET
@needs("harm.read")
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The case with its whole history. Opening it is a look; who may not see names sees how far it is and no more."""
    return show(request, opened(request, case_id))


def show(request: HttpRequest, row: CaseRow, problem: list[str] | None = None, status: int = 200) -> HttpResponse:
    actor, now = actor_here(request), timezone.now()
    named = may(actor, "reaction.read")
    form = form_on(timezone.localdate(row.known_at))
    context: dict[str, Any] = {
        "row": row,
        "problem": problem or [],
        "now": now,
        "texts": words.texts(),
        "criteria": [form.word("seriousness", code) for code in row.seriousness],
        "outcome": form.word("outcome", row.outcome),
        "causality": form.word("causality", row.causality) if row.causality else "",
        "source": words.SOURCES.get(row.source, row.source),
        "named": named,
        "person": None,
    }
    if named:
        log_looks(actor, [row.person_id], PURPOSE, "reactions", now)
        context |= _inside(actor, row)
    context["line"] = line_of(row, context["person"], form, now)
    return render(request, "web/harm/case.html", context, status=status)


def _inside(actor: Actor, row: CaseRow) -> dict[str, Any]:
    """What only readers of names see: the person, the history, what may be done."""
    form = form_on(timezone.localdate(row.known_at))
    found = harm.history(row)
    who = labels({entry.actor_id for entry in found.said})
    said = found.case.fields
    return {
        "person": persons([row.person_id]).get(row.person_id),
        "entries": [
            {
                "said": entry,
                "kind": words.ENTRIES.get(entry.kind, entry.kind),
                "by": who.get(entry.actor_id, ""),
                "fields": _entry_words(form, entry.fields),
            }
            for entry in reversed(found.said)
        ],
        "current": [(label, value) for label, value in _entry_words(form, said) if value],
        "first": forms.fields_of(form, said, first=True),
        "more": forms.fields_of(form, said, first=False),
        "investigation": forms.investigation_of(form, said),
        "classes": form.words("causality"),
        "may": {step for step in (*STEPS, "follow_up") if _may(actor, f"reaction.{step}", row)},
        "may_halt": _may_halt(actor, row),
        "may_quarantine": bool(row.lot_number) and "lot.quarantine" in VERBS and _may_lot(actor, row),
        "command_ids": {name: new_id() for name in (*STEPS, "follow_up", "halt", "quarantine")},
        "today": timezone.localdate(),
    }


def _entry_words(form: ReactionForm, fields: dict[str, Any]) -> list[tuple[Any, str]]:
    """What was said, in words, in the order of the form."""
    labels_of = {f["code"]: f[language_of()] for f in [*form.fields(), *form.body["investigation"]]}
    order = list(labels_of) + list(words.MORE)
    found = []
    for code in sorted(fields, key=lambda name: order.index(name) if name in order else len(order)):
        value = fields[code]
        if code == "source":
            text = str(words.SOURCES.get(value, value))
        else:
            text = forms.shown(form, code, value) if value != [] else _("none")
        found.append((labels_of.get(code) or words.MORE.get(code, code), text))
    return found


def _may(actor: Actor, verb: str, row: CaseRow) -> bool:
    if not may(actor, verb):
        return False
    here = row.facility_id is not None and scopes.facility_in_scope(actor, row.facility_id, verb)
    return here or (row.residence_id is not None and scopes.area_in_scope(actor, row.residence_id, verb))


def _may_lot(actor: Actor, row: CaseRow) -> bool:
    return row.facility_id is not None and scopes.may_at(actor, "lot.quarantine", row.facility_id)


def _may_halt(actor: Actor, row: CaseRow) -> bool:
    """Whether the session of the case is still open, and the actor may stop it."""
    if row.session_id is None or row.facility_id is None or not scopes.may_at(actor, "session.halt", row.facility_id):
        return False
    with hot_cursor() as cursor:
        found = sessions_in(cursor, [row.session_id]).get(row.session_id)
    return found is not None and found.status == "open"


@require_http_methods(["GET", "POST"])
@needs("reaction.report")
def report(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Report a reaction of a person: the doses to choose from, then the form."""
    actor, now = actor_here(request), timezone.now()
    person = persons([person_id]).get(person_id)
    if person is None:
        raise Http404
    found = person_history(person.id)
    purpose = purpose_of(request, person.id, person.residence_id, found.seen_at)
    if not purpose:
        raise PermissionDenied
    log_looks(actor, [person.id], purpose, "reactions", now)
    form = form_on(timezone.localdate(now))
    doses = [dose for dose in found.doses if dose.status == "active"]
    body: dict[str, Any] = {}
    problem: list[str] = []
    if request.method == "POST":
        body, problem = forms.read(form, request.POST, {})
        dose_id = request.POST.get("dose", "")
        if not body.get("severity"):
            problem.append(_("Choose how severe it is."))
        if dose_id and dose_id not in {str(dose.id) for dose in doses}:
            problem.append(_("Choose the dose."))
        if not problem:
            source = request.POST.get("source", "staff")
            sent = {
                **body, "person": {"id": str(person.id)}, "source": source if source in words.SOURCES else "staff",
                **({"dose_id": dose_id} if dose_id else {}), "case_id": str(command_id(request)),
            }  # fmt: skip
            if known := moment(request.POST.get("known_at", "")):
                sent["known_at"] = known.isoformat()
            outcome = send(request, actor, "reaction.report", sent)
            if accepted(outcome):
                messages.success(request, _("Reported: case %(code)s.") % {"code": (outcome.params or {})["code"]})
                return redirect("reaction", case_id=(outcome.params or {})["case"])
            problem = sentences(outcome)
    context = {
        "person": person,
        "doses": [(dose, catalogue().name(dose.product_id)) for dose in reversed(doses)],
        "first": forms.fields_of(form, body, first=True),
        "more": forms.fields_of(form, body, first=False),
        "sources": [entry for entry in words.SOURCES.items() if entry[0] != "station"],
        "asked": request.POST,
        "problem": problem,
        "command_id": new_id(),
        "now": now,
    }
    return render(request, "web/harm/report.html", context, status=422 if problem else 200)


@require_POST
@needs("reaction.follow_up")
def follow_up(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Add what is known since; only what differs is sent, so that each entry says what was new."""
    row = opened(request, case_id)
    actor = actor_here(request)
    if not may(actor, "reaction.read"):
        raise PermissionDenied
    form = form_on(timezone.localdate(row.known_at))
    body, problem = forms.read(form, request.POST, harm.history(row).case.fields)
    if problem:
        return show(request, row, problem, status=422)
    body |= _who(row) | {"milder_reason": request.POST.get("milder_reason", "").strip()[:2_000]}
    return _after(request, row, send(request, actor, "reaction.follow_up", body), _("Added to the case."))


@require_POST
@needs(*(f"reaction.{step}" for step in STEPS))
def step(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One step of the case."""
    row, actor = opened(request, case_id), actor_here(request)
    name = request.POST.get("step", "")
    if name not in STEPS or not may(actor, f"reaction.{name}"):
        raise PermissionDenied
    body: dict[str, Any] = _who(row)
    if name == "investigate":
        form = form_on(timezone.localdate(row.known_at))
        found, problem = forms.read(form, request.POST, {}, investigation=True)
        if problem:
            return show(request, row, problem, status=422)
        body |= found
    elif name == "classify":
        body |= {
            "causality": request.POST.get("causality", ""),
            "committee": request.POST.get("committee", "").strip()[:120],
            "decided_on": request.POST.get("decided_on", ""),
            "reason": request.POST.get("reason", "").strip()[:2_000],
        }
    elif name == "close":
        body["reason"] = request.POST.get("reason", "").strip()[:2_000]
    else:
        body["note"] = request.POST.get("note", "").strip()[:2_000]
    return _after(request, row, send(request, actor, f"reaction.{name}", body), str(words.ENTRIES[name]))


@require_POST
@needs("session.halt")
def halt(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Stop the session of this case at once; its board shows the reason."""
    row, actor = opened(request, case_id), actor_here(request)
    if row.session_id is None:
        raise Http404
    reason = request.POST.get("reason", "").strip()[:2_000] or _("Serious reaction, case %(code)s") % {"code": row.code}
    body = {"session_id": str(row.session_id), "reason": reason, "case_id": str(row.id)}
    return _after(request, row, send(request, actor, "session.halt", body), _("The session is stopped."))


@require_POST
@needs("lot.quarantine")
def quarantine(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The lot of this case is not to be used at its facility until it is cleared."""
    row, actor = opened(request, case_id), actor_here(request)
    facility = places.facility(row.facility_id) if row.facility_id else None
    product = catalogue().product(row.product_id) if row.product_id else None
    if facility is None or product is None or not row.lot_number:
        raise Http404
    reason = request.POST.get("reason", "").strip()[:2_000] or _("Serious reaction, case %(code)s") % {"code": row.code}
    body = {"product": product.key, "lot": row.lot_number, "facility": facility.code, "reason": reason}
    return _after(request, row, send(request, actor, "lot.quarantine", body), _("The lot is in quarantine."))


def send(request: HttpRequest, actor: Actor, verb: str, body: dict[str, Any]) -> Outcome:
    """Through the one door, under the page's own command id."""
    now = timezone.now()
    [outcome] = execute([Command(command_id(request), verb, happened_at(request, now), body)], actor=actor, now=now)
    return outcome


def _who(row: CaseRow) -> dict[str, Any]:
    return {"person": {"id": str(row.person_id)}, "case_id": str(row.id)}


def _after(request: HttpRequest, row: CaseRow, outcome: Outcome, text: str) -> HttpResponse:
    if accepted(outcome):
        messages.success(request, text)
        return redirect("reaction", case_id=row.id)
    return show(request, opened(request, row.id), sentences(outcome), status=422)
