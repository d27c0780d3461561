"""A case as its table holds it, and reading and writing many at once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg

from lachan.kernel import arrays
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.surveillance.facts import CaseFacts
from lachan.surveillance.rules.definitions import ZONE

_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that reads like another


class CaseRow(msgspec.Struct, kw_only=True):
    """One row of ``surveillance_case``, field by column."""

    id: UUID
    person_id: UUID
    actor_id: UUID
    happened_at: datetime
    recorded_at: datetime
    code: str
    disease: str
    classification: str = ""
    is_open: bool = True
    definition: str = ""
    reason: str = ""
    results: list[str] = []
    held_class: str = ""
    held_at: datetime | None = None
    joined_into: UUID | None = None
    sampled_at: datetime | None = None
    result_at: datetime | None = None
    suspected_at: datetime | None = None
    symptomatic: bool | None = None
    symptoms: list[str] = []
    onset_on: date | None = None
    link: str = ""
    infected_from: datetime | None = None
    source_case_id: UUID | None = None
    imported_from: str = ""
    cluster: str = ""
    severity: str = ""
    hospital: str = ""
    outcome: str = ""
    outcome_on: date | None = None
    isolated_at: datetime | None = None
    isolation_kind: str = ""
    isolation_place: str = ""
    ended_at: datetime | None = None
    end_rule: str = ""
    area_id: int | None = None
    facility_id: int | None = None
    changed_at: datetime
    version: int = 0

    @property
    def pair(self) -> tuple[UUID, str]:
        return self.person_id, self.disease

    def facts(self) -> CaseFacts:
        return CaseFacts(
            self.id, self.person_id, self.disease, self.classification, self.symptomatic, self.onset_on,
            self.sampled_at, self.infected_from, self.isolated_at, self.ended_at, self.area_id, self.result_at,
        )  # fmt: skip


def read(cursor: psycopg.Cursor[Any]) -> list[CaseRow]:
    """The cases a statement found."""
    return [msgspec.json.decode(row[0], type=CaseRow) for row in cursor.fetchall()]


def of_persons(cursor: psycopg.Cursor[Any], person_ids: Iterable[UUID]) -> list[CaseRow]:
    """Every case of these persons, the earliest first. One statement."""
    arrays.execute(cursor, load("surveillance", "cases_of_persons"), [sorted(set(person_ids))])
    return read(cursor)


def of_ids(cursor: psycopg.Cursor[Any], case_ids: Collection[UUID]) -> list[CaseRow]:
    """Cases by their id alone. One statement, which on a cluster asks every node."""
    arrays.execute(cursor, load("surveillance", "cases_by_id"), [list(case_ids)])
    return read(cursor)


def put(cursor: psycopg.Cursor[Any], rows: Sequence[CaseRow]) -> None:
    """Store cases, new or known; one statement. What closes goes before what opens: one is open at a time."""
    if rows:
        ordered = sorted(rows, key=lambda row: (row.is_open, row.person_id, row.id))
        arrays.execute(
            cursor, load("surveillance", "put_cases"), [[msgspec.json.encode(row).decode() for row in ordered]]
        )


def case_code(case_id: UUID, area_id: int | None, at: datetime) -> str:
    """What people call a case by: province, year, six letters of its id: ``79-22-K7Q2MD``. Not a secret, not a name."""
    area = places.area(area_id) if area_id is not None else None
    province = places.area(area.province_id) if area is not None and area.province_id is not None else area
    number = int.from_bytes(hashlib.blake2b(case_id.bytes, digest_size=4).digest(), "big")
    letters = "".join(_LETTERS[number >> shift & 31] for shift in range(0, 30, 5))
    return f"{province.code if province is not None else '00'}-{at.astimezone(ZONE):%y}-{letters}"
