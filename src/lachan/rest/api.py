"""The REST door, version 1. It only grows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from lachan.access.doors import key_auth
from lachan.rest import problems
from lachan.rest.commands import post_commands

api = NinjaAPI(
    title="Lachan",
    version="1",
    description="Facts in, figures out. One door for stations, partners and offline days.",
    auth=key_auth,
    urls_namespace="api-1",
    docs_url=None,
)
problems.install(api)


@api.post("/commands", operation_id="post_commands", summary="Record facts", include_in_schema=True)
def commands(request: HttpRequest) -> HttpResponse:
    """Up to 1,000 commands as a JSON array, ``{"commands": [...]}`` or NDJSON, plain or gzip; one outcome each."""
    return post_commands(request)
