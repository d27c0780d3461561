"""Closes every page by default, ends sessions in time, and speaks the user's language."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from lachan.access import doors, second_factor, tokens
from lachan.access.actors import actor_of
from lachan.access.django_settings import SESSION_IDLE, SESSION_LONGEST, SESSION_SEEN, SESSION_SINCE
from lachan.places import queries as places

_NOTED_EVERY = 60  # seconds between writes of "seen", so that a click is not a write


class LanguageAndActor:
    """Order: after Django's AuthenticationMiddleware.

    - A view is open to visitors only when it says so (``django.contrib.auth.decorators.login_not_required``).
    - A session ends 30 minutes after the latest work and 12 hours after sign-in. Requests that a page makes by itself
      carry ``Lachan-Background: 1`` and do not count as work: a forgotten board must not stay open all night.
    - A role at district level and above opens nothing before its holder has proved a second factor.
    - A request with a key never touches the session, and opens no page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if tokens.from_header(request.META.get("HTTP_AUTHORIZATION", "")) is None:
            self._end_or_note(request)
            if request.user.is_authenticated:
                places.refresh()
                translation.activate(request.user.language)
                request.LANGUAGE_CODE = request.user.language
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        if not getattr(view, "login_required", True):
            return None
        actor = actor_of(request)
        if actor is None:
            return doors.ask_to_sign_in(request)
        if actor.kind == "key":
            raise PermissionDenied  # keys are for the API, which answers before this middleware
        if second_factor.missing(request, actor) and _route(request) not in second_factor.OPEN_ROUTES:
            return doors.ask_for_second_factor(request)
        return None

    def _end_or_note(self, request: HttpRequest) -> None:
        if not request.user.is_authenticated:
            return
        now = int(time.time())
        session = request.session
        since, seen = session.get(SESSION_SINCE, now), session.get(SESSION_SEEN, now)
        if now - since >= SESSION_LONGEST.total_seconds() or now - seen >= SESSION_IDLE.total_seconds():
            logout(request)
            return
        if SESSION_SINCE not in session:
            session[SESSION_SINCE] = now
        if "HTTP_LACHAN_BACKGROUND" not in request.META and (SESSION_SEEN not in session or now - seen >= _NOTED_EVERY):
            session[SESSION_SEEN] = now


def _route(request: HttpRequest) -> str | None:
    return request.resolver_match.url_name if request.resolver_match else None
