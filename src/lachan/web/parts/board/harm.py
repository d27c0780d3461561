"""A reaction at the observation desk that is serious: its case, and what is stopped, without leaving the board."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.immunization.queries import catalogue, harm
from lachan.immunization.queries.board import Visit
from lachan.immunization.reaction_form import form_on
from lachan.immunization.rules.facts import VIETNAM
from lachan.immunization.verbs import VERBS
from lachan.kernel.ids import new_id
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons
from lachan.web.parts.board import answers
from lachan.web.parts.board.desk import Desk, accepted, desk_of, send

PURPOSE = "received at the own station"
STEPS = {"notify": "reaction.notify", "halt": "session.halt", "quarantine": "lot.quarantine"}


def short_form(visit: Visit) -> dict[str, Any]:
    """For the person's dialog: the criteria of a serious reaction, and the case when there is one already."""
    at = visit.dosed_at or visit.arrived_at
    serious = visit.reaction_severity == "severe"
    found = harm.case_of_dose(visit.person_id, visit.dose_id) if serious and visit.dose_id else None
    return {"criteria": form_on(at.astimezone(VIETNAM).date()).words("seriousness"), "case_id": found}


def short_report(request: HttpRequest, severity: str) -> dict[str, Any]:
    """What the dialog asks beyond the note. Criteria count only where the reaction was said to be more than mild."""
    known = form_on(timezone.localdate()).codes("seriousness")
    chosen = [code for code in request.POST.getlist("seriousness") if code in known and severity != "mild"]
    return {"seriousness": chosen, "treatment": request.POST.get("treatment", "").strip()[:2_000]}


def panel(request: HttpRequest, desk: Desk, case_id: UUID, person: PersonFacts, status: int = 200) -> HttpResponse:
    """The case in the dialog: the clock, and what can be stopped with two presses."""
    row = harm.case(case_id, harm.places_of(desk.actor), desk.actor)
    if row is None:
        raise Http404
    product = catalogue().product(row.product_id) if row.product_id else None
    line = desk.line(product.key, row.lot_number) if product is not None else None
    quarantined = line is not None and line.status == "quarantined"
    context = {
        "desk": desk,
        "session": desk.session,
        "person": person,
        "row": row,
        "may_notify": "reaction.notify" in desk.rights,
        "may_halt": desk.session.open and "session.halt" in desk.rights,
        "may_quarantine": bool(row.lot_number) and not quarantined and _may_lot(desk),
        "quarantined": quarantined,
        "ids": {step: new_id() for step in STEPS},
    }
    return answers.dialog(request, "web/harm/desk.html", context, status=status)


def _may_lot(desk: Desk) -> bool:
    return "lot.quarantine" in VERBS and scopes.may_at(desk.actor, "lot.quarantine", desk.session.facility_id)


def _opened(request: HttpRequest, session_id: UUID, case_id: UUID) -> tuple[Desk, harm.CaseRow, PersonFacts]:
    desk = desk_of(request, session_id)
    row = harm.case(case_id, harm.places_of(desk.actor), desk.actor)
    person = persons([row.person_id]).get(row.person_id) if row is not None else None
    if row is None or person is None or row.session_id != desk.session.id:
        raise Http404
    return desk, row, person


@require_GET
@needs("reaction.read")
def case(request: HttpRequest, session_id: UUID, case_id: UUID) -> HttpResponse:
    """The case of somebody in this session."""
    desk, row, person = _opened(request, session_id, case_id)
    log_looks(desk.actor, [row.person_id], PURPOSE, "reactions", desk.now)
    return panel(request, desk, case_id, person)


@require_POST
@needs("reaction.notify", "session.halt")
def case_step(request: HttpRequest, session_id: UUID, case_id: UUID, step: str) -> HttpResponse:
    """Reported up, session stopped, or lot set aside; then the same panel, which shows what was done."""
    desk, row, person = _opened(request, session_id, case_id)
    verb = STEPS.get(step)
    if verb is None:
        raise Http404
    if not scopes.may_at(desk.actor, verb, desk.session.facility_id):
        raise PermissionDenied
    reason = _("Serious reaction, case %(code)s") % {"code": row.code}
    product = catalogue().product(row.product_id) if row.product_id else None
    bodies: dict[str, dict[str, Any]] = {
        "notify": {"person": {"id": str(row.person_id)}, "case_id": str(row.id)},
        "halt": {"session_id": str(desk.session.id), "reason": reason, "case_id": str(row.id)},
        "quarantine": {
            "product": product.key if product else "", "lot": row.lot_number, "facility": desk.facility.code,
            "reason": reason,
        },
    }  # fmt: skip
    outcome = send(request, desk, verb, bodies[step])
    if not accepted(outcome):
        return answers.refused(request, desk, outcome)
    return panel(request, desk_of(request, session_id), case_id, person)
