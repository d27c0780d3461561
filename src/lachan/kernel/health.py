"""Is the process alive, is it ready, and what does it count."""

from __future__ import annotations

import ipaddress

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from lachan.kernel import measures


@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; touches nothing."""
    return HttpResponse("ok", content_type="text/plain")


_complete = False  # once every migration of this code is there it stays there: looked up only until then


@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and holds every migration, else 503 with what is missing."""
    global _complete
    waiting = 0
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _complete:
            executor = MigrationExecutor(connection)
            waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
            _complete = not waiting
    except DatabaseError:
        return JsonResponse({"ready": False, "database": "unreachable"}, status=503)
    return JsonResponse({"ready": not waiting, "migrations_waiting": waiting}, status=503 if waiting else 200)


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text; for scrapers on this machine or a private network only, and never through the public proxy."""
    address = ipaddress.ip_address(request.META.get("REMOTE_ADDR") or "127.0.0.1")
    if "HTTP_X_FORWARDED_FOR" in request.META or not (address.is_loopback or address.is_private):
        return HttpResponse(status=404)
    return HttpResponse(measures.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")
