"""A station, the people who may declare there, and what is kept of it."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from tests.immunization.conftest import Station, make_station, rows

NO = {"contact_case": "no", "contact_suspected": "no", "outbreak_area": "no", "abroad": "no"}
COLUMNS = (
    "id, kind, form, day, source, facility_id, area_id, answers, temperature, spo2, symptoms, risk, reasons, rule, "
    "proved, sealed, state, settled_as, flight, venue, person_id"
)


@pytest.fixture
def station(db: None, reference: None) -> Station:
    return make_station()


def body(person: Any, **more: Any) -> dict[str, Any]:
    """A declaration within the country, everything no."""
    ref = {"id": str(person)} if isinstance(person, UUID) else person
    return {"person": ref, "kind": "domestic", "answers": NO, **more}


def kept(person: UUID | None = None) -> list[dict[str, Any]]:
    """Declarations of a person, of everybody when None, oldest first."""
    found = rows(
        f"SELECT {COLUMNS} FROM surveillance_declaration WHERE %s::uuid IS NULL OR person_id = %s ORDER BY made_at, id",
        person, person,
    )  # fmt: skip
    names = COLUMNS.split(", ")
    answer = [dict(zip(names, row, strict=True)) for row in found]
    for row in answer:
        for name in ("answers", "reasons"):
            row[name] = json.loads(row[name]) if isinstance(row[name], str) else row[name]
    return answer
