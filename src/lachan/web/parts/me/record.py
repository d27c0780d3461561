"""One's own record: what was given, what is missing."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from lachan.people.self_service import sessions
from lachan.web.person_door import here, needs_person


@require_GET
@needs_person
def record(request: HttpRequest) -> HttpResponse:
    """Doses of whose record is shown."""
    return render(request, "web/me/record.html", {"visitor": here(request)})


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
