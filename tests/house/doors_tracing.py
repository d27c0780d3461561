"""Doors of tracing: a part of the one table, ``permissions.DOORS``."""

from __future__ import annotations

from lachan.access.rules import Role

from .doors import AUDITOR, OFFICERS, TRACER, Door, api, everyone, page

DOORS: dict[str, Door] = {
    # contacts: tracers and communes call, officers above look and decide, the auditor looks
    "GET tracing": page(OFFICERS | TRACER | AUDITOR),
    "GET tracing-sitting": page(OFFICERS | TRACER | AUDITOR),
    "POST tracing-call": page(TRACER | {Role.COMMUNE_OFFICER}),
    "POST tracing-undo": page(TRACER | {Role.COMMUNE_OFFICER}),
    "GET tracing-person": page(OFFICERS | TRACER | AUDITOR),
    "POST tracing-step": page(OFFICERS | TRACER),
    "GET interview": page(OFFICERS | TRACER),
    "POST interview-step": page(OFFICERS | TRACER).sending(step="permit"),
    "GET tracing-handovers": page(OFFICERS | TRACER | AUDITOR),
    "GET tracing-commune": page(OFFICERS),
    "POST tracing-commune-step": page(OFFICERS),
    # a centre's own system reads lists; an app's server asks for ids; the code is the key of an upload
    "GET api-1:list_contacts": api(frozenset({Role.PARTNER})),
    "POST api-1:issue_temporary_ids": api(frozenset({Role.PARTNER})).sending(
        person_ids=["00000000-0000-7000-8000-000000000000"], since="2026-01-01T00:00:00Z"
    ),
    "POST api-1:upload_encounters": everyone("the code of a tracer is the key; good once, throttled"),
}
