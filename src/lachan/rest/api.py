"""The REST door, version 1. It only grows: what is answered today is answered for ever, new things come beside it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from lachan.access.doors import key_auth
from lachan.kernel.commands import outcome_of
from lachan.kernel.errors import Problem
from lachan.rest import (
    answers,
    certificates,
    coverage,
    debt,
    encounters,
    epidemic,
    forecasts,
    harm,
    persons,
    places,
    problems,
    products,
    sessions,
    stock,
    tracing,
    visits,
)
from lachan.rest.commands import post_commands, told
from lachan.rest.openapi import Api, commands_body, doc
from lachan.rest.pages import answer

api = Api(
    title="Lachan",
    version="1",
    description="Facts in, figures out. One door for stations, partners and offline days.",
    auth=key_auth,
    urls_namespace="api-1",
    docs_url=None,
)
problems.install(api)


@api.post(
    "/commands",
    operation_id="post_commands",
    summary="Record facts",
    tags=["commands"],
    openapi_extra=doc(answers.Outcomes, 400, 413, 415, 422, body=commands_body(), etag=False),
)
def commands(request: HttpRequest) -> HttpResponse:
    """Up to 1,000 commands a call, as an array, ``{"commands": [...]}`` or one a line; one outcome each, in order.

    Partial failure is normal: the call is answered with 200 whenever it could be read, and each outcome stands for
    itself. ``accepted``: recorded. ``duplicate``: recorded before, with the same content; ``params.first`` is the
    status it had then. ``refused``: not recorded; correct it and send it under a new id. ``held``: kept for a person to
    decide. Refused and held commands stand in the worklist of the station. After a lost connection, or a 503, send the
    same call again: nothing is recorded twice.
    """
    return post_commands(request)


@api.get(
    "/commands/{command_id}",
    operation_id="get_command",
    summary="What came of a command",
    tags=["commands"],
    openapi_extra=doc(answers.Outcome, 404, 422),
)
def command(request: HttpRequest, command_id: UUID) -> HttpResponse:
    """The outcome as recorded, for whoever knows the command's id (its sender made it)."""
    outcome = outcome_of(command_id)
    if outcome is None:
        raise Problem("not_found", "Not found", "No command was recorded under this id.", status=404)
    return answer(request, told(command_id, outcome))


ROUTERS = (
    persons.router, places.router, sessions.router, products.router, stock.router, coverage.router, debt.router,
    harm.router, certificates.router, visits.router, tracing.router, encounters.router,
    forecasts.router, epidemic.router,
)  # fmt: skip
for router in ROUTERS:
    api.add_router("", router)
