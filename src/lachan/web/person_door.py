"""The check at the door of a person's own record, and who came through it.

Its cookie and its table are not those of the staff: a session here opens no screen of the house, and no session of the
house opens anything here. Every view behind it is closed by ``@needs_person``; ``visitor_of(request)`` gives who it is,
and ``own`` whose records they may open: their own, and those of the minors they answer for.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from lachan.people.facts import PersonFacts
from lachan.people.self_service import household, rules, sessions

COOKIE: Final = "lachan_person"
PATH: Final = "/me/"  # the cookie travels to these pages only
_UNASKED: Final = object()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in to their own record. ``people``: theirs and the children's, their own first; ``showing_id``:
    the one of them whose record is on the screen."""

    person_id: UUID
    session_id: UUID
    signed_in_at: datetime
    shared: bool
    people: dict[UUID, PersonFacts]
    showing_id: UUID

    @property
    def own(self) -> frozenset[UUID]:
        return frozenset(self.people)

    @property
    def person(self) -> PersonFacts:
        return self.people[self.person_id]

    @property
    def showing(self) -> PersonFacts:
        return self.people[self.showing_id]

    @property
    def household(self) -> list[PersonFacts]:
        """Everybody whose record they may open, their own first; one row where there is nobody else."""
        return list(self.people.values())

    def member(self, person_id: UUID) -> PersonFacts:
        """Somebody of the household; Http404 for anybody else, as for a page that is not there."""
        if person_id not in self.people:
            raise Http404
        return self.people[person_id]


def visitor_of(request: HttpRequest) -> Visitor | None:
    """Whoever is signed in here; remembered on the request. Three to five statements, none without the cookie."""
    known = request.__dict__.get("_lachan_visitor", _UNASKED)
    if known is _UNASKED:
        known = _signed_in(request)
        request.__dict__["_lachan_visitor"] = known
    return known


def here(request: HttpRequest) -> Visitor:
    """The visitor of a view behind ``@needs_person``."""
    visitor = visitor_of(request)
    assert visitor is not None, "the view is not behind needs_person"
    return visitor


def draw(request: HttpRequest, template: str, place: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page in the frame of ``web/me/base.html``; ``place`` is the one of its places that is marked as here."""
    return render(request, template, {"visitor": here(request), "place": place, **context}, status=status)


def needs_person(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page of a person's own record: whoever is not signed in here is led to the sign-in for people."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if visitor_of(request) is None:
            if "HTTP_HX_REQUEST" in request.META:
                return HttpResponse(status=401)  # a part of a page: the shell says that the session ended
            return HttpResponseRedirect(f"{reverse('me-sign-in')}?closed")
        response = view(request, *args, **kwargs)
        # files too, not only pages: nothing of a person stays in the browser's store
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    # the middleware closes what is not open to visitors of the house; this door asks for itself
    return login_not_required(guarded)


def let_in(response: HttpResponse, token: str, *, shared: bool) -> None:
    """Give the browser its session; on a shared terminal it ends with the browser at the latest."""
    life = None if shared else int(rules.life_of(False)[1].total_seconds())
    response.set_cookie(
        COOKIE, token, max_age=life, path=PATH, httponly=True, samesite="Lax", secure=settings.CONF.https
    )


def let_out(response: HttpResponse, *, shared: bool) -> None:
    """Take the session from the browser; on a shared terminal with everything that was kept of these pages."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
    response.headers["Cache-Control"] = "no-store"
    if shared:
        # W3C Clear Site Data; browsers heed it over https and on localhost
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'


def _signed_in(request: HttpRequest) -> Visitor | None:
    token = request.COOKIES.get(COOKIE, "")
    if not token:
        return None
    now = timezone.now()
    session = sessions.find(token, now)
    if session is None:
        return None
    people = household.own(session.person_id, timezone.localdate(now))
    if session.person_id not in people:
        return None
    # a child who came of age meanwhile, or is somebody else's now, is no longer shown
    showing = session.showing if session.showing in people else None
    return Visitor(
        session.person_id, session.id, session.begun_at, session.shared, people, showing or session.person_id
    )
