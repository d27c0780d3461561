"""The API's own short way through Django."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve

from lachan.kernel.errors import Problem
from lachan.rest.problems import problem_response

PREFIXES: Final = ("/api/", "/.well-known/")
NOT_FOUND: Final = Problem("not_found", "Not found", "There is nothing at this address.", status=404)
INTERNAL: Final = Problem(
    "internal",
    "Internal error",
    "The call failed on our side. Send it again: nothing is recorded twice. If it fails again, tell support the time.",
    status=500,
)

log = structlog.get_logger("lachan.rest")


class ApiFastLane:
    """Answers ``/api/`` and ``/.well-known/`` at once: keys in a header sign these calls in, or nobody needs to be, so
    sessions, cookies, CSRF and language of the screens have no part in them, and a single dose saves their cost.
    Everything else goes on through the middleware.

    Every error here is a problem document, never a page of the screens.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(PREFIXES):
            return _answer(request)
        return self.get_response(request)


def _answer(request: HttpRequest) -> HttpResponse:
    asked = request.method
    if asked == "HEAD":
        request.method = "GET"
    try:
        match = resolve(request.path_info)
        request.resolver_match = match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    except Http404:
        response = problem_response(NOT_FOUND)
    except Exception as error:
        log.error("call failed", exc_info=(type(error), error, error.__traceback__))
        response = problem_response(INTERNAL)
    if response.status_code == 405:
        response = _other_method(asked, response)
    elif asked == "HEAD":
        response.headers["Content-Length"] = str(len(response.content))
        response.content = b""
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _other_method(asked: str | None, response: HttpResponse) -> HttpResponse:
    methods = {method.strip() for method in response.headers.get("Allow", "").split(",")} - {""}
    allow = ", ".join(sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())))
    if asked == "OPTIONS":
        nothing = HttpResponse(status=204, headers={"Allow": allow})
        del nothing.headers["Content-Type"]
        return nothing
    detail = f"This address answers to {allow}."
    refused = problem_response(Problem("method_not_allowed", "Method not allowed", detail, status=405))
    refused.headers["Allow"] = allow
    return refused
