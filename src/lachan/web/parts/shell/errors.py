"""Pages for what went wrong: they say what to do, and nothing about the inside of the house."""

from __future__ import annotations

import uuid

import structlog
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

log = structlog.get_logger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(render_to_string("400.html", request=request), status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(render_to_string("403.html", request=request), status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(render_to_string("404.html", request=request), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: whatever broke (the database, the session) must not break this page too.

    The code on the page is in the log, so that support finds the one failure among thousands.
    """
    code = uuid.uuid4().hex[:8]
    log.error("page_failed", code=code, path=request.path)
    response = HttpResponse(render_to_string("500.html", {"code": code}), status=500)
    response.headers["X-Error-Code"] = code
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """``CSRF_FAILURE_VIEW``: nearly always a page left open over a sign-out, so it says so."""
    return HttpResponse(render_to_string("403_csrf.html", request=request), status=403)
