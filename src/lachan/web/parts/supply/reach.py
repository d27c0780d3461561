"""People of a recall whom nobody has reached: the call list of the commune and of the station that vaccinated them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.immunization.commands import execute
from lachan.immunization.queries import lots as reads
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.people.queries import contacts_of, persons
from lachan.places import queries as places
from lachan.web.parts.board.desk import accepted, actor_here, command_id, sentences
from lachan.web.parts.supply import words

PAGE = 40
PURPOSE = "recall of a lot: to tell the person"
NOBODY = UUID(int=0)


@require_GET
@needs("message.reach")
def people(request: HttpRequest, status_id: UUID) -> HttpResponse:
    """The next people to call, with their telephones; each look is logged with the recall as its purpose."""
    actor, now = actor_here(request), timezone.now()
    mark = reads.mark_by_id(status_id)
    if mark is None or mark.status != "recalled":
        raise Http404
    areas, facilities = reads.reach_scope(actor)
    waiting = reads.to_reach(status_id, areas, facilities, after=_after(request), most=PAGE + 1)
    shown = waiting[:PAGE]
    ids = [row.person_id for row in shown]
    found = persons(ids) if ids else {}
    known = [row for row in shown if row.person_id in found]
    log_looks(actor, [row.person_id for row in known], PURPOSE, "contact", now)
    numbers = contacts_of([found[row.person_id].id for row in known]) if known else {}
    return render(
        request,
        "web/supply/people.html",
        {
            "mark": mark,
            "place": words.place_name(mark.area_id, mark.facility_id),
            "rows": [_row(row, found[row.person_id], numbers) for row in known],
            "after": shown[-1].person_id if len(waiting) > PAGE else None,
            "progress": reads.progress(status_id, areas, facilities),
            "outcomes": [(code, word) for code, word in words.OUTCOMES.items() if code != "reached"],
        },
    )


@require_POST
@needs("message.reach")
def reached(request: HttpRequest, status_id: UUID) -> HttpResponse:
    """What came of a call or visit to one person."""
    actor, now = actor_here(request), timezone.now()
    outcome_said, how = request.POST.get("outcome", ""), request.POST.get("how", "phone")
    if outcome_said not in words.OUTCOMES or how not in ("phone", "visit"):
        raise Http404
    body = {
        "person": {"id": request.POST.get("person", "")[:40]}, "cause_id": str(status_id), "how": how,
        "outcome": outcome_said,
    }  # fmt: skip
    [outcome] = execute([Command(command_id(request), "message.reach", now, body)], actor=actor, now=now)
    if accepted(outcome):
        messages.success(request, _("Noted: %(what)s.") % {"what": words.OUTCOMES[outcome_said]})
    else:
        messages.error(request, " ".join(sentences(outcome)))
    return redirect("supply-people", status_id=status_id)


def _after(request: HttpRequest) -> UUID:
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return NOBODY


def _row(row: reads.ToReach, person: Any, numbers: dict[UUID, list[tuple[str, str]]]) -> dict[str, Any]:
    phones = [value for kind, value in numbers.get(person.id, []) if kind == "phone"]
    return {
        "row": row, "person": person, "phone": phones[0] if phones else "",
        "residence": places.address(person.residence_id) if person.residence_id else "",
        "state": words.MESSAGES.get(row.state, ""), "why": words.FAILED.get(row.reason, ""),
        "outcome": words.OUTCOMES.get(row.outcome, ""), "facility": words.place_name(None, row.facility_id),
        "command_id": new_id(), "other_id": new_id(),
    }  # fmt: skip
