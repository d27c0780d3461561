"""A request entered by staff for somebody who stands at the desk."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.rules import may
from lachan.certificates.corrections import queries
from lachan.certificates.corrections.rules import OPEN
from lachan.immunization.queries.person import person_history
from lachan.people.queries import persons
from lachan.web.parts.corrections import ask
from lachan.web.parts.corrections.lists import PURPOSE, lines_of
from lachan.web.parts.people.reached import acting, purpose_of


@require_http_methods(["GET", "POST"])
@needs("correction.ask")
def new(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Tap what is wrong, write what the person says, take a picture of the paper."""
    actor, now = acting(request), timezone.now()
    person = persons([person_id]).get(person_id)
    if person is None:
        raise Http404
    history = person_history(person.id)
    if not purpose_of(request, person.id, person.residence_id, history.seen_at):
        raise PermissionDenied
    log_looks(actor, [person.id], PURPOSE, "corrections", now)
    doses = [dose for dose in history.doses if dose.status == "active"]
    problem: list[str] = []
    if request.method == "POST":
        outcome, problem = ask.send(request, person, doses, actor=actor, at_desk=True)
        if ask.taken(outcome):
            row = queries.by_id(outcome.id) if outcome.id is not None else None
            messages.success(request, _("The request is written down."))
            if row is not None and queries.request(row.id, actor) is not None:
                return redirect("correction", correction_id=row.id)
            return redirect("correction-new", person_id=person.id)
    context = {
        **ask.record_of(person, doses),
        **ask.chosen(request.POST or request.GET, doses),
        "base": "web/base.html",
        "at_desk": True,
        "here": request.path,
        "problem": problem,
        "asked": request.POST,
        "before": lines_of([row for row in queries.requests_of([person.id]) if row.state in OPEN], now),
        "may_handle": may(actor, "correction.handle"),
    }
    return render(request, "web/corrections/ask.html", context, status=422 if problem else 200)
