"""Doors of tracing: a part of the one table, ``permissions.DOORS``."""

from __future__ import annotations

from lachan.access.rules import Role

from .doors import AUDITOR, OFFICERS, TRACER, Door, page

DOORS: dict[str, Door] = {
    # contacts: tracers and communes call, officers above look and decide, the auditor looks
    "GET tracing": page(OFFICERS | TRACER | AUDITOR),
    "GET tracing-sitting": page(OFFICERS | TRACER | AUDITOR),
    "POST tracing-call": page(TRACER | {Role.COMMUNE_OFFICER}),
    "POST tracing-undo": page(TRACER | {Role.COMMUNE_OFFICER}),
    "GET tracing-person": page(OFFICERS | TRACER | AUDITOR),
    "POST tracing-step": page(OFFICERS | TRACER),
    "GET tracing-handovers": page(OFFICERS | TRACER | AUDITOR),
    "GET tracing-commune": page(OFFICERS),
    "POST tracing-commune-step": page(OFFICERS),
}
