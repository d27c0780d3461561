"""The checks at the doors: for a page, ``@needs("person.search")``; for the API, ``key_auth``.

Doors ask whether the actor holds the role at all. Where it holds is asked by queries and operations, through scopes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import resolve_url

from lachan.access.actors import Actor, actor_of
from lachan.access.rules import allowed, may
from lachan.kernel.errors import Forbidden

_View = Callable[..., Any]
_Known = TypeVar("_Known")


def needs(*verbs: str) -> Callable[[_View], _View]:
    """A page for signed-in people who may do at least one of ``verbs``; no verb: for everyone signed in.

    Visitors are sent to sign in, others get 403. Keys are for the API only: a key gets 403 here. Views take the actor
    from ``actor_of(request)``, which is remembered.
    """
    for verb in verbs:
        allowed(verb)  # misspelt: fail when the module is read

    def guard(view: _View) -> _View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            actor = actor_of(request)
            if actor is None:
                return ask_to_sign_in(request)
            if actor.kind != "user" or (verbs and not any(may(actor, verb) for verb in verbs)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


def key_auth(request: HttpRequest) -> Actor | None:
    """For django-ninja's ``auth=``: the actor of the bearer key, in ``request.auth``; None makes ninja answer 401.

    A session is not accepted: the API has no CSRF check, so a cookie must open nothing there.
    """
    actor = actor_of(request)
    return actor if actor is not None and actor.kind == "key" else None


def require(actor: Actor, *verbs: str) -> None:
    """Raise :class:`lachan.kernel.errors.Forbidden` (403) unless the actor may do at least one of ``verbs``."""
    if not any(may(actor, verb) for verb in verbs):
        raise Forbidden(f"This needs the right to {' or '.join(verbs)}.")


def let_in(request: HttpRequest, kind: type[_Known]) -> _Known:
    """What ``auth=`` answered, which ninja hangs on the request: an actor, or whom another door knows."""
    found: object = vars(request)["auth"]
    assert isinstance(found, kind)
    return found


def key_holder(request: HttpRequest, *verbs: str) -> Actor:
    """Whose key a call behind :func:`key_auth` came with; 403 as :func:`require` says."""
    actor = let_in(request, Actor)
    require(actor, *verbs)
    return actor


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """The answer to nobody: the sign-in page for people, 401 for programs and for parts of a page."""
    if request.path.startswith("/api/"):
        body = {
            "type": "about:blank",
            "title": "Not signed in",
            "status": 401,
            "code": "not_signed_in",
            "detail": "Send a valid key: Authorization: Bearer lk_…",
        }
        answer: HttpResponse = JsonResponse(body, status=401, content_type="application/problem+json")
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    sign_in = resolve_url("account_login")
    if "HTTP_HX_REQUEST" in request.META:
        # a part of a page: the shell says that the session ended and keeps what was typed, a redirect would lose it
        return HttpResponse(status=401)
    return HttpResponseRedirect(f"{sign_in}?{urlencode({'next': request.get_full_path()})}")


def ask_for_second_factor(request: HttpRequest) -> HttpResponse:
    """The answer to someone who signed in with a password only and needs more: the page where they enrol."""
    where = resolve_url("mfa_index")
    if "HTTP_HX_REQUEST" in request.META:
        return HttpResponse(status=403, headers={"HX-Redirect": where})  # a part of a page: the whole page goes there
    return HttpResponseRedirect(where)
