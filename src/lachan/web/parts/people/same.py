"""Somebody at the desk turned out to be known: the number that was typed or scanned becomes theirs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.immunization.commands import execute
from lachan.immunization.queries.person import person_history
from lachan.immunization.sentences import sentence
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.people import identifiers, search
from lachan.people.queries import persons
from lachan.web.parts.people.find import back_of
from lachan.web.parts.people.person import closed
from lachan.web.parts.people.reached import acting, purpose_of
from lachan.web.parts.people.register import arrived


@require_POST
@needs("person.register")
def same(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The number they showed is added, then comes their page, or the session that waits."""
    person = persons([person_id]).get(person_id)
    if person is None:
        raise Http404
    if not purpose_of(request, person.id, person.residence_id, person_history(person.id).seen_at):
        return closed(request)
    numbers = _numbers(request)
    if numbers and may(acting(request), "person.amend"):
        _add(request, person.id, numbers)
    back = back_of(request)
    if back is not None and arrived(request, person.id, back, new_id()):
        return redirect(f"/station/{back}/")
    return redirect("person", person_id=person.id)


def _add(request: HttpRequest, person_id: UUID, numbers: list[dict[str, str]]) -> None:
    now = timezone.now()
    body: dict[str, Any] = {
        "person": {"id": str(person_id)}, "changes": {"add_identifiers": numbers},
        "reason": "shown at the desk, compared with the record",
    }  # fmt: skip
    [outcome] = execute([Command(new_id(), "person.amend", now, body)], actor=acting(request), now=now)
    if outcome.id is None:
        messages.warning(request, sentence(outcome.reason or "", outcome.params))
    elif (outcome.params or {}).get("fields"):
        messages.success(request, _("The number was added to the record."))


def _numbers(request: HttpRequest) -> list[dict[str, str]]:
    """Well-formed numbers of the form or the scan; what is malformed is left for the papers to be looked at again."""
    scanned = search.read(request.POST.get("scan", "").strip()[:600])
    if scanned.card is not None:
        return [{"system": system, "value": value} for system, value in scanned.numbers]
    found = []
    for name in ("number", "old_number"):
        text = request.POST.get(name, "").strip()[:40]
        kind = "health_insurance" if identifiers.detect(text) == "phone" else identifiers.detect(text)
        if text and identifiers.check(kind, text).ok:
            found.append({"system": kind, "value": text})
    return found
