"""People offered to my places and by them, those that wait for an answer first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.queries import labels
from lachan.access.rules import may
from lachan.kernel.ids import new_id
from lachan.people.queries import persons
from lachan.tracing.work import queries
from lachan.web.parts.people.reached import acting
from lachan.web.parts.tracing import words
from lachan.web.parts.tracing.person import handover_line


@require_GET
@needs("contact.read")
def page(request: HttpRequest) -> HttpResponse:
    """Incoming, to be accepted or returned; outgoing, with what the others said."""
    actor, now = acting(request), timezone.now()
    incoming = request.GET.get("show") != "out"
    found = queries.handovers(actor, now, incoming=incoming)
    people = persons({row.person_id for row in found}) if found else {}
    who = labels({by for row in found for by in (row.offered_by, row.answered_by) if by is not None})
    log_looks(actor, sorted({row.person_id for row in found}), words.PURPOSE, "handovers", now)
    lines = [
        {
            **handover_line(row, who),
            "person": people.get(row.person_id),
            "answers": row.state == "offered" and incoming and may(actor, "contact.accept")
            and scopes.area_in_scope(actor, row.to_area_id, "contact.accept"),
            "accept_id": new_id(),
            "return_id": new_id(),
        }
        for row in found
    ]  # fmt: skip
    context = {"lines": lines, "incoming": incoming, "waiting": sum(line["row"].state == "offered" for line in lines)}
    return render(request, "web/tracing/handovers.html", context)
