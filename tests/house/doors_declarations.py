"""Doors of health declarations: a part of the one table, ``permissions.DOORS``."""

from __future__ import annotations

from lachan.access.rules import Role

from .doors import HEAD, OFFICERS, RECEPTIONIST, SCREENER, TRACER, Door, everyone, page, person

READING = OFFICERS | TRACER | {RECEPTIONIST, SCREENER, HEAD, Role.AUDITOR}
MAKING = TRACER | {RECEPTIONIST, SCREENER, HEAD, Role.COMMUNE_OFFICER}

DOORS: dict[str, Door] = {
    "GET declare": everyone("anybody declares, without an account; shows nothing of anybody"),
    "POST declare": everyone("as above; throttled"),
    "POST declare-code": everyone("the second step; five tries a code, throttled").sending(code="000000"),
    "GET declare-result": everyone("what this browser carries itself; without it it leads back"),
    "POST declare-finish": everyone("takes from the browser what it carries"),
    "GET declare-check": everyone("whoever stands at a door; says what is on the slip"),
    "POST declare-check": everyone("as above").sending(slip="x"),
    "GET declare-keys": everyone("public halves of keys, for devices at doors"),
    "GET declarations": page(READING),
    "GET declaration": page(READING),
    "POST declaration-settle": page(OFFICERS | TRACER | {HEAD}).sending(what="called"),
    "GET declaration-new": page(MAKING),
    "POST declaration-new": page(MAKING).sending(kind="daily"),
    "GET me-declare": person(),
    "POST me-declare": person().sending(kind="domestic"),
    "GET me-diary": person(),
    "POST me-diary": person().sending(all_no="1"),
    "GET me-exposure": person(),
}
PUBLIC = frozenset(name for name, door in DOORS.items() if door.visitor == "page")
