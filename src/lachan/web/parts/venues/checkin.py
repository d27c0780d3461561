"""Checking in by telephone: the address on the poster, who it is, one large button.

The code in the address says which door. Who comes is typed once and then remembered by this browser as a sealed word
that only the house can open; whoever is signed in to their own record can have their telephone remember them there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from lachan.immunization.sentences import sentence
from lachan.places.venues import codes, keys, venues
from lachan.places.venues.queries import VenueFacts
from lachan.tracing.visits import intake, operations
from lachan.tracing.visits.facts import IN, OUT, PHONE_TYPED, VisitIn
from lachan.tracing.visits.intake import Whose
from lachan.tracing.visits.operations import Sender
from lachan.web.parts.venues import throttle

COOKIE: Final = "lachan_checkin"
PATH: Final = "/checkin/"
REMEMBERED_FOR: Final = timedelta(days=180)
_SPACE: Final = UUID("5bd3f1f4-52a2-5c3a-9a51-1b0d5a1f0007")


@login_not_required
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Without a code: what to do."""
    return _page(request, "start.html", {"remembered": _remembered(request) is not None})


@login_not_required
@require_GET
def at_venue(request: HttpRequest, signed: str) -> HttpResponse:
    """The door of a poster's or screen's code: its name, and one large button."""
    venue = _venue(signed)
    if isinstance(venue, str):
        return _refused(request, venue)
    return _door(request, venue, signed)


@login_not_required
@require_POST
def scan(request: HttpRequest, signed: str) -> HttpResponse:
    """In or out; or let this browser forget who it is."""
    venue = _venue(signed)
    if isinstance(venue, str):
        return _refused(request, venue)
    what = request.POST.get("what", "")
    if what == "forget":
        response = _door(request, venue, signed, forgotten=True)
        response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
        return response
    now = timezone.now()
    whom = _remembered(request) if "number" not in request.POST else None
    if whom is None:
        read = intake.whose(request.POST.get("number", "")[:40], int(now.timestamp()), keys.public_keys())
        if isinstance(read, str):
            return _door(request, venue, signed, fault=sentence("number_unreadable", {}), status=422)
        whom = read._replace(source=PHONE_TYPED)
    wait = throttle.checkins(request, whom.number or (whom.person.bytes if whom.person else b""), now)
    if wait is not None:
        return _page(request, "wait.html", {"minutes": int(wait.total_seconds()) // 60 + 1}, 429)
    visit = VisitIn(
        venue.id, int(now.timestamp()), OUT if what == OUT else IN, whom.person, whom.number, whom.source
    )  # fmt: skip
    sender = Sender(uuid5(_SPACE, venue.code), venue.name, frozenset({venue.id}))
    [outcome] = operations.record([visit], actor=sender, now=now)
    # whoever types a stranger's number would learn from a refusal where that person was: the page is the same, and the
    # refused visit is kept for the officers
    quiet = whom.source == PHONE_TYPED and outcome.reason == "impossible_travel"
    if outcome.reason is not None and not quiet:
        return _door(request, venue, signed, fault=sentence(outcome.reason, outcome.params), status=422)
    response = _page(request, "done.html", {"venue": venue, "out": what == OUT, "now": now, "signed": signed})
    if request.POST.get("shared") != "yes":
        remember_in(response, whom)
    return response


def remember_in(response: HttpResponse, whom: Whose) -> None:
    """Let this browser remember who it is, at doors only."""
    response.set_cookie(
        COOKIE, intake.remember(whom), max_age=int(REMEMBERED_FOR.total_seconds()), path=PATH, httponly=True,
        samesite="Lax", secure=settings.CONF.https,
    )  # fmt: skip


def _remembered(request: HttpRequest) -> Whose | None:
    return intake.remembered(request.COOKIES.get(COOKIE, ""))


def _venue(signed: str) -> VenueFacts | str:
    """The venue of a code, or why it is refused."""
    read = codes.read_venue_code(signed, keys.public_keys(), int(timezone.now().timestamp()))
    if isinstance(read, codes.CodeProblem):
        return read.reason
    venue = venues([read.venue_id]).get(read.venue_id)
    if venue is None:
        return "venue_unknown"
    if read.version != venue.code_version or (venue.rotate_minutes and not read.minutes):
        return "code_withdrawn"
    return venue if venue.active else "venue_closed"


def _refused(request: HttpRequest, reason: str) -> HttpResponse:
    return _page(request, "refused.html", {"why": sentence(reason, {})}, 404 if reason == "venue_unknown" else 422)


def _door(
    request: HttpRequest, venue: VenueFacts, signed: str, *, fault: str = "", forgotten: bool = False, status: int = 200
) -> HttpResponse:
    whom = None if forgotten else _remembered(request)
    context = {"venue": venue, "signed": signed, "remembered": whom is not None, "fault": fault}
    return _page(request, "door.html", context, status)


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, f"web/venues/checkin/{template}", context, status=status)
    response["Cache-Control"] = "no-store, private"
    return response
