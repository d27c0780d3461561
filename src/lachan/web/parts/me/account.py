"""Who has looked, where one is told, and where one is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access.queries import LookFact, looks_at
from lachan.people.self_service import contacts, sessions
from lachan.web.parts.me import lookers
from lachan.web.person_door import draw, here, needs_person

MOST_LOOKS: Final = 200


@dataclass
class Line:
    """Looks of one kind on one day."""

    day: date
    who: lookers.Looker
    purpose: str
    what: str
    times: int = 1


@require_GET
@needs_person
def looks(request: HttpRequest) -> HttpResponse:
    """Who opened this record: day, role and place, purpose. No names of staff: they answer to their auditor."""
    found = looks_at(here(request).showing_id, limit=MOST_LOOKS)
    return draw(request, "web/me/looks.html", "looks", lines=lines_of(found), more=len(found) == MOST_LOOKS)


def lines_of(found: list[LookFact]) -> list[Line]:
    """The latest first; the same look again on one day is counted."""
    said = lookers.words_of({look.actor_id for look in found})
    lines: dict[tuple[object, ...], Line] = {}
    for look in found:
        day = timezone.localdate(look.at)
        line = Line(day, said[look.actor_id], lookers.purpose(look.purpose), lookers.what(look.what))
        key = (line.day, look.actor_id, line.purpose, line.what)
        if key in lines:
            lines[key].times += 1
        else:
            lines[key] = line
    return list(lines.values())


@require_GET
@needs_person
def account(request: HttpRequest) -> HttpResponse:
    """Contacts, masked; where this person is signed in."""
    visitor = here(request)
    return draw(
        request, "web/me/account.html", "account", contacts=contacts.listed(visitor.person_id),
        sessions=sessions.of_person(visitor.person_id, timezone.now()),
    )  # fmt: skip


@require_POST
@needs_person
def prefer(request: HttpRequest) -> HttpResponse:
    """Where messages go from now on."""
    try:
        chosen = UUID(request.POST.get("contact", ""))
    except ValueError:
        return redirect("me-account")
    if contacts.prefer(here(request).person_id, chosen, timezone.now()):
        messages.success(request, _("Messages go there from now on."))
    return redirect("me-account")
