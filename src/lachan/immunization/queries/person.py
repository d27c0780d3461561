"""Everything this room knows of one person. All statements go to the one shard that holds the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load


class DoseRow(NamedTuple):
    """A dose as recorded. ``status``: active, voided or amended; ``source``: here, elsewhere or abroad."""

    id: UUID
    product_id: int
    lot_id: int | None
    lot_number: str
    dose_number: int
    given_on: date
    happened_at: datetime
    facility_id: int | None
    session_id: UUID | None
    site: str
    route: str
    vaccinator_id: UUID | None
    actor_id: UUID
    source: str
    country: str
    next_due_on: date | None
    completes: bool
    status: str
    override_codes: list[str]
    override_reason: str | None
    recorded_at: datetime


class CorrectionRow(NamedTuple):
    """A dose voided, or amended by the dose ``replacement_id``."""

    dose_id: UUID
    kind: str
    replacement_id: UUID | None
    reason: str
    actor_id: UUID
    happened_at: datetime
    recorded_at: datetime


class EncounterRow(NamedTuple):
    """A way through one session."""

    id: UUID
    session_id: UUID
    facility_id: int
    arrived_at: datetime
    expected_dose_number: int | None
    screened_at: datetime | None
    screening_outcome: str | None
    dose_id: UUID | None
    dosed_at: datetime | None
    not_given_at: datetime | None
    not_given_reason: str | None
    observe_until: datetime | None
    reaction_severity: str | None
    released_at: datetime | None
    actor_id: UUID


class ScreeningRow(NamedTuple):
    """A filled form; ``reasons`` are findings as the rules gave them."""

    id: UUID
    encounter_id: UUID | None
    form_code: str
    outcome: str
    reasons: list[dict[str, Any]]
    consent: bool
    actor_id: UUID
    at: datetime


class NotGivenRow(NamedTuple):
    """Not vaccinated, and why."""

    id: UUID
    encounter_id: UUID | None
    facility_id: int | None
    reason: str
    note: str
    actor_id: UUID
    at: datetime


class ReactionRow(NamedTuple):
    """A reaction noted."""

    id: UUID
    encounter_id: UUID | None
    dose_id: UUID | None
    facility_id: int | None
    severity: str
    symptoms: list[str]
    onset_at: datetime | None
    note: str
    actor_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonHistory:
    """What happened to a person in this room, each list in order of time."""

    doses: list[DoseRow]
    corrections: list[CorrectionRow]
    encounters: list[EncounterRow]
    screenings: list[ScreeningRow]
    not_given: list[NotGivenRow]
    reactions: list[ReactionRow]

    @property
    def seen_at(self) -> frozenset[int]:
        """Facilities that received the person."""
        met = {encounter.facility_id for encounter in self.encounters}
        return frozenset(met | {dose.facility_id for dose in self.doses if dose.facility_id is not None})


def person_history(person_id: UUID) -> PersonHistory:
    """Doses, corrections, encounters, screenings, not given and reactions of one person; six queries."""
    with hot_cursor() as cursor:
        return PersonHistory(
            [
                DoseRow._make((*row[:18], _json(row[18]) or [], *row[19:]))
                for row in _rows(cursor, "person_doses", person_id)
            ],
            [CorrectionRow(*row) for row in _rows(cursor, "person_corrections", person_id)],
            [EncounterRow(*row) for row in _rows(cursor, "person_encounters", person_id)],
            [
                ScreeningRow._make((*row[:4], _json(row[4]), *row[5:]))
                for row in _rows(cursor, "person_screenings", person_id)
            ],
            [NotGivenRow(*row) for row in _rows(cursor, "person_not_given", person_id)],
            [
                ReactionRow._make((*row[:5], _json(row[5]), *row[6:]))
                for row in _rows(cursor, "person_reactions", person_id)
            ],
        )


def seen_at(cursor: psycopg.Cursor[Any], persons: list[UUID]) -> set[int]:
    """Facilities that received any of these persons; one query."""
    arrays.execute(cursor, load("immunization", "seen_at"), [persons, persons])
    return {row[0] for row in cursor.fetchall()}


def _rows(cursor: psycopg.Cursor[Any], statement: str, person_id: UUID) -> list[tuple[Any, ...]]:
    cursor.execute(load("immunization", statement), [person_id])
    return cursor.fetchall()


def _json(stored: Any) -> Any:
    """Django's connection hands JSON over as text, a bare psycopg one as objects."""
    return msgspec.json.decode(stored) if isinstance(stored, str) else stored
