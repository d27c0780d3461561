"""One's own record: what was given, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.immunization import queries
from lachan.immunization.queries.person import DoseRow, person_history
from lachan.people.self_service import sessions
from lachan.places import queries as places
from lachan.web.person_door import draw, here, needs_person


@dataclass(frozen=True, slots=True)
class Given:
    """A dose as the person reads it; ``counts``: False for one that was corrected or taken back since."""

    number: int
    product: str
    lot: str
    on: date
    place: str
    counts: bool


@require_GET
@needs_person
def record(request: HttpRequest) -> HttpResponse:
    """Doses of whose record is shown, the latest first, and when the next one is due."""
    rows = person_history(here(request).showing_id).doses
    doses = [_given(row) for row in reversed(rows)]
    standing = [row for row in rows if row.status == "active"]
    last = max(standing, key=lambda row: row.dose_number, default=None)
    return draw(
        request, "web/me/record.html", "record", doses=[dose for dose in doses if dose.counts],
        corrected=[dose for dose in doses if not dose.counts], due=last.next_due_on if last else None,
        overdue=bool(last and last.next_due_on and last.next_due_on < timezone.localdate()), last=last,
    )  # fmt: skip


@require_POST
@needs_person
def show(request: HttpRequest) -> HttpResponse:
    """Turn to the record of a child of the household, or back to one's own; the choice stays in the session."""
    visitor = here(request)
    try:
        member = visitor.member(UUID(request.POST.get("person", "")))
    except ValueError:
        member = visitor.person
    sessions.show(visitor.session_id, member.id if member.id != visitor.person_id else None)
    return redirect("me")


def _given(row: DoseRow) -> Given:
    product = queries.catalogue().name(row.product_id)
    return Given(row.dose_number, product, row.lot_number, row.given_on, _place(row), row.status == "active")


def _place(row: DoseRow) -> str:
    if row.source == "abroad":
        return _("abroad (%(country)s)") % {"country": row.country}
    facility = places.facility(row.facility_id) if row.facility_id is not None else None
    return facility.name if facility is not None else _("elsewhere in Vietnam")
