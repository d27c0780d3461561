"""Whole-call errors as RFC 9457 problem details; nothing of our insides in them."""

from __future__ import annotations

from typing import Any

import msgspec
import psycopg
import structlog
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from lachan.kernel.errors import Problem

log = structlog.get_logger("lachan.rest")


def problem_response(problem: Problem, **more: Any) -> HttpResponse:
    """The problem as ``application/problem+json``."""
    body = {
        "type": f"urn:lachan:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        **({"field": problem.field} if problem.field else {}),
        **more,
    }
    response = HttpResponse(msgspec.json.encode(body), status=problem.status, content_type="application/problem+json")
    if problem.status == 503:
        response["Retry-After"] = "2"
    if problem.status == 429:
        response["Retry-After"] = "30"
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if problem.status == 415:
        response["Accept"] = "application/json, application/x-ndjson"
    return response


def install(api: NinjaAPI) -> None:
    """Give the API its error answers. What nobody expected is logged and answered by the middleware."""

    @api.exception_handler(Problem)
    def on_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
        return problem_response(problem)

    @api.exception_handler(AuthenticationError)
    def on_nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        detail = "Send a valid key as Authorization: Bearer …; keys expire and can be revoked."
        return problem_response(Problem("key_required", "Key required", detail, status=401))

    @api.exception_handler(ValidationError)
    def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        faults = [{"field": ".".join(str(p) for p in e["loc"]), "problem": e["msg"]} for e in error.errors[:20]]
        detail = "Some parts of the call are not as the API file says; see faults."
        return problem_response(Problem("invalid_call", "Invalid call", detail, status=422), faults=faults)

    @api.exception_handler(HttpError)
    def on_http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem_response(
            Problem("invalid_call", "Invalid call", "The call could not be read.", status=error.status_code)
        )

    @api.exception_handler(Http404)
    def on_missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem_response(
            Problem("not_found", "Not found", "There is nothing here, or not for this key.", status=404)
        )

    def on_database(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
        log.error("database unreachable", error_type=type(error).__name__)
        detail = "The database does not answer. Send the same call again: nothing is recorded twice."
        return problem_response(Problem("try_again", "Try again", detail, status=503))

    # hot statements speak to psycopg directly, so its own errors come up beside Django's
    for kind in (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError):
        api.add_exception_handler(kind, on_database)

    @api.exception_handler(Exception)
    def on_error(request: HttpRequest, error: Exception) -> HttpResponse:
        raise error
