"""A contact of somebody at the desk, who shows a document: by it they open their own record."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lachan.access.doors import needs
from lachan.immunization.commands import execute
from lachan.immunization.sentences import sentence
from lachan.kernel.commands import Command
from lachan.people.self_service.rules import contact_of
from lachan.web.parts.people.person import Opened, opens
from lachan.web.parts.people.reached import acting
from lachan.web.parts.people.register import command_id_of


@require_POST
@needs("person.amend")
@opens("person")
def add(request: HttpRequest, person_id: UUID, opened: Opened) -> HttpResponse:
    """Write it into the record; a contact that was there before is told."""
    contact = contact_of(request.POST.get("contact", "")[:200])
    if contact is None:
        messages.error(request, _("That is no phone number and no e-mail address. Nothing was written."))
        return redirect("person", person_id=person_id)
    now = timezone.now()
    body = {
        "person": {"id": str(person_id)}, "reason": "given at the desk, with a document",
        "changes": {"add_contacts": [{"kind": contact[0], "value": contact[1]}]},
    }  # fmt: skip
    [outcome] = execute([Command(command_id_of(request), "person.amend", now, body)], actor=acting(request), now=now)
    if outcome.id is None:
        messages.error(request, sentence(outcome.reason or "", outcome.params))
    elif (outcome.params or {}).get("fields"):
        messages.success(request, _("Added. The person can open their own record with it now."))
    else:
        messages.info(request, _("The record has this contact already."))
    return redirect("person", person_id=person_id)
