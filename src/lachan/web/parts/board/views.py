"""Pages of the station: choose a session, the board, the wall, and what the dialogs show."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.immunization.queries import board as reads
from lachan.immunization.queries import catalogue
from lachan.kernel.ids import new_id
from lachan.people.queries import identifiers_of
from lachan.places import queries as places
from lachan.web.parts.board import answers, words
from lachan.web.parts.board.cards import choices_for
from lachan.web.parts.board.desk import Desk, actor_here, desk_of, person_at
from lachan.web.parts.board.doses import dose_context
from lachan.web.parts.board.harm import short_form
from lachan.web.parts.board.screening import Filling


@require_GET
@needs("session.read")
def station(request: HttpRequest) -> HttpResponse:
    """Today's sessions within reach; a single open one is entered at once."""
    actor = actor_here(request)
    today = timezone.localdate()
    scope = scopes.facility_array(actor, "session.read")
    sessions = reads.sessions_since(today - timedelta(days=7), scope, most=100)
    open_now = [session for session in sessions if session.open and session.date == today]
    if len(open_now) == 1 and "choose" not in request.GET:
        return redirect("board", session_id=open_now[0].id)
    facilities = places.facility_table()
    rows = [(session, facilities.get(session.facility_id), words.PARTS.get(session.part, "")) for session in sessions]
    return render(
        request,
        "web/board/station.html",
        {
            "open_now": [row for row in rows if row[0] in open_now],
            "others": [row for row in rows if row[0] not in open_now][:20],
            "may_open": may(actor, "session.open"),
            "today": today,
        },
    )


def _whole(request: HttpRequest, session_id: UUID, template: str) -> HttpResponse:
    """A whole page of the session as everyone's desk sees it."""
    desk = desk_of(request, session_id, everyone=True)
    context = answers.drawn(desk) | {
        "part": words.PARTS.get(desk.session.part, ""),
        "texts": words.board_texts(),
    }
    return render(request, template, context)


@require_GET
@needs("session.read")
def board(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The session board."""
    return _whole(request, session_id, "web/board/board.html")


@require_GET
@needs("session.read")
def live(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The board again when it changed, 304 when it did not. Asked every three seconds by every open board."""
    return answers.live(request, session_id, "web/board/live.html")


@require_GET
@needs("session.read")
def wall(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """For a screen in the observation room: initials and time left, nothing else about anybody."""
    return _whole(request, session_id, "web/board/wall.html")


@require_GET
@needs("session.read")
def wall_live(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The wall again when it changed."""
    return answers.live(request, session_id, "web/board/wall_live.html")


@require_GET
@needs("session.read")
def person(request: HttpRequest, session_id: UUID, arrived_id: UUID) -> HttpResponse:
    """Everything to be done with one person of the session."""
    desk = desk_of(request, session_id)
    return answers.dialog(request, "web/board/person.html", about(desk, arrived_id))


@require_GET
@needs("screening.record")
def screening(request: HttpRequest, session_id: UUID, arrived_id: UUID) -> HttpResponse:
    """The screening form of the day for the person's age."""
    desk = desk_of(request, session_id)
    known, visit = person_at(desk, arrived_id)
    filling = Filling(desk, known, visit)
    return answers.dialog(request, "web/board/screening.html", filling.context())


@require_GET
@needs("dose.record")
def dose(request: HttpRequest, session_id: UUID, arrived_id: UUID) -> HttpResponse:
    """The vaccination in full: another product or lot, the site, what the rules ask."""
    desk = desk_of(request, session_id)
    return answers.dialog(request, "web/board/dose.html", dose_context(request, desk, arrived_id))


def about(desk: Desk, person_id: UUID) -> dict[str, object]:
    """A person of the session for a dialog: who, how far, earlier doses, masked numbers."""
    known, visit = person_at(desk, person_id)
    numbers = identifiers_of([known.id]).get(known.id, [])
    residence = places.areas([known.residence_id]) if known.residence_id else []
    state = visit.state(desk.now)
    kind, word = words.STATES[state]
    return {
        "desk": desk,
        "session": desk.session,
        "person": known,
        "visit": visit,
        "state": state.value,
        "kind": kind,
        "word": word,
        "identifier": numbers[0].masked if numbers else "",
        "residence": residence[0].full_name if residence else "",
        "doses": [(dose, catalogue().name(dose.product_id)) for dose in visit.doses],
        "choices": choices_for(desk, known, visit) if state.value == "ready" else [],
        "not_given": words.NOT_GIVEN.items(),
        "severities": words.SEVERITIES.items(),
        "symptoms": words.SYMPTOMS.items(),
        **short_form(visit),
        "release_id": new_id(),
        "reaction_id": new_id(),
        "not_given_id": new_id(),
    }
