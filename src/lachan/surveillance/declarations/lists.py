"""Declarations for staff: those of their area or their desk, and one with what is sealed in it."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.rules import may
from lachan.kernel.database import hot_cursor
from lachan.kernel.sealing import unseal
from lachan.kernel.statements import load
from lachan.surveillance.declarations.operations import SEALED, SEALED_NOTE
from lachan.surveillance.declarations.queries import parsed

MOST_SKIPPED: Final = 5_000
DISEASE: Final = "covid-19"  # the questions of the forms are about this one


class Row(NamedTuple):
    """A declaration in a list."""

    person_id: UUID
    id: UUID
    kind: str
    day: date
    made_at: datetime
    source: str
    facility_id: int | None
    area_id: int | None
    answers: dict[str, Any]
    temperature: float | None
    spo2: int | None
    risk: int
    reasons: list[str]
    rule: str
    proved: bool
    state: str
    settled_as: str


class Full(NamedTuple):
    """A declaration with what was typed freely. ``secret``: contact, quarantine_place, note, where given."""

    person_id: UUID
    id: UUID
    kind: str
    form: str
    day: date
    made_at: datetime
    source: str
    facility_id: int | None
    area_id: int | None
    venue: str
    flight: str
    answers: dict[str, Any]
    temperature: float | None
    spo2: int | None
    risk: int
    reasons: list[str]
    rule: str
    proved: bool
    secret: dict[str, str]
    state: str
    settled_at: datetime | None
    settled_as: str
    note: str


class Counts(NamedTuple):
    """Of a day, by class; ``open`` those that wait for somebody, older ones too."""

    low: int
    watch: int
    high: int
    open: int


def listed(
    actor: Actor, day: date, *, risk: int | None = None, kind: str = "", skip: int = 0, most: int = 50
) -> list[Row]:
    """Declarations of a day in the actor's areas, or made at their desk, and what is still open from before: first what
    is to be done, then by class. One query."""
    asked = {"day": day, "risk": risk, "kind": kind, "most": most, "skip": min(skip, MOST_SKIPPED)}
    with hot_cursor() as cursor:
        cursor.execute(load("surveillance", "declarations_listed"), {**asked, **_scope(actor)})
        rows = cursor.fetchall()
    return [Row._make((*row[:8], parsed(row[8]), *row[9:12], _list(row[12]), *row[13:])) for row in rows]


def counted(actor: Actor, day: date) -> Counts:
    """Figures above the list; one query."""
    with hot_cursor() as cursor:
        cursor.execute(load("surveillance", "declarations_counted"), {"day": day, **_scope(actor)})
        return Counts(*(cursor.fetchone() or (0, 0, 0, 0)))


def opened(actor: Actor, person_id: UUID, declaration_id: UUID) -> Full | None:
    """One declaration, None where it is not there or not within the actor's places. One query."""
    with hot_cursor() as cursor:
        cursor.execute(load("surveillance", "declaration_of"), [person_id, declaration_id])
        row = cursor.fetchone()
    if row is None:
        return None
    secret = json.loads(unseal(row[18], SEALED)) if row[18] is not None else {}
    note = unseal(row[22], SEALED_NOTE) if row[22] is not None else ""
    facts = (*row[:11], parsed(row[11]), *row[12:15], _list(row[15]), *row[16:18], secret, *row[19:22], note)
    found = Full._make(facts)
    return found if within(actor, found.facility_id, found.area_id) else None


def as_report(found: Full) -> dict[str, Any]:
    """What somebody declared, as ``case.report`` takes it: signs, the first day, and the closest link they named."""
    symptoms, said = found.answers.get("symptoms", {}), found.answers.get("answers", {})
    return {
        "person": {"id": str(found.person_id)}, "disease": DISEASE, "symptomatic": "yes" if symptoms else "no",
        "symptoms": sorted(symptoms), "onset_on": min((day for day in symptoms.values() if day), default=None),
        "link": "contact" if said.get("contact_case") == "yes" else "factor" if "yes" in said.values() else "",
    }  # fmt: skip


def within(actor: Actor, facility_id: int | None, area_id: int | None) -> bool:
    """Whether the actor may read a declaration made there."""
    if facility_id is not None and scopes.facility_in_scope(actor, facility_id, "declaration.read"):
        return True
    if not may(actor, "declaration.read_area"):
        return False
    return area_id is not None and scopes.area_in_scope(actor, area_id, "declaration.read_area")


def _scope(actor: Actor) -> dict[str, list[int] | None]:
    """A desk sees what was declared at it; who answers for an area sees the area."""
    areas = scopes.area_array(actor, "declaration.read_area") if may(actor, "declaration.read_area") else []
    facilities = scopes.facility_array(actor, "declaration.read")
    return {"areas": areas, "facilities": facilities if facilities is not None else []}


def _list(stored: Any) -> list[str]:
    return json.loads(stored) if isinstance(stored, str) else list(stored)
