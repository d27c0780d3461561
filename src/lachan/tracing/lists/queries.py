"""Reads of lists: a page of a case's contacts within the reader's areas, the line of a case, where it was."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor, within
from lachan.kernel.statements import load
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons_in

MOST: Final = 501  # a page, and one to know of the next
STANDING: Final = ("standing",)
EVERY_STATE: Final = ("standing", "released")


class ContactRow(NamedTuple):
    """Somebody on the list of a case, with the watch they are under; the fields of both tables."""

    person_id: UUID
    level: int
    grade: str
    rule: str
    first_exposure: datetime
    last_exposure: datetime
    seconds: int
    kind: str
    place_id: int | None
    via_id: UUID | None
    score: float
    rank: int
    evidence: list[dict[str, Any]]
    state: str
    release_reason: str
    listed_at: datetime
    changed_at: datetime
    watch_id: UUID | None
    area_id: int | None
    since: date | None
    until: date | None
    quarantine: str | None
    reached_at: datetime | None
    quarantined_at: datetime | None
    tested_at: datetime | None


class CaseLine(NamedTuple):
    """What a case came to and when: result, case, list, reached, in quarantine, tested. None: not yet."""

    person_id: UUID
    case_id: UUID
    disease: str
    rule: str
    anchor_kind: str
    anchor_at: datetime
    window_from: datetime
    window_to: datetime
    f1: int
    f2: int
    capped: int
    computed_at: datetime
    revision: int
    result_at: datetime | None
    case_at: datetime
    list_at: datetime
    reached_at: datetime | None
    quarantined_at: datetime | None
    tested_at: datetime | None
    state: str


class StayRow(NamedTuple):
    """A place where a case was; ``others``: people there at the time, ``listed``: of them on the list."""

    place_id: int
    id: UUID
    t_in: datetime
    t_out: datetime
    others: int
    listed: int
    area_id: int | None
    warned_at: datetime | None


def contacts_of(
    case_id: UUID,
    areas: list[int] | None,
    *,
    levels: Sequence[int] = (1, 2),
    states: Sequence[str] = STANDING,
    after: tuple[int, int] = (0, 0),
    limit: int = 100,
    evidence: bool = True,
    cursor: psycopg.Cursor[Any] | None = None,
) -> list[tuple[ContactRow, PersonFacts]]:
    """A page of a case's contacts with who they are, F1 before F2, each by rank.

    ``areas``: communes whose people the reader may see, None for all; ``after``: (level, rank) the page before ended
    with; ``evidence``: whether the pieces come along. Two queries. Whoever shows it logs the look.
    """
    with within(cursor) as cursor:
        asked = [evidence, case_id, list(levels), list(states), areas, areas, *after, min(limit, MOST)]
        arrays.execute(cursor, load("tracing", "contacts_of_case"), asked)
        rows = [_contact(row) for row in cursor.fetchall()]
        persons = persons_in(cursor, [row.person_id for row in rows])
    return [(row, persons[row.person_id]) for row in rows if row.person_id in persons]


def _contact(row: Sequence[Any]) -> ContactRow:
    """Django's connection hands JSON over as text."""
    found = ContactRow(*row)
    return found._replace(evidence=json.loads(found.evidence) if found.evidence else [])  # type: ignore[arg-type]


def lines_of(case_ids: Collection[UUID], cursor: psycopg.Cursor[Any] | None = None) -> dict[UUID, CaseLine]:
    """The line of each of these cases that has one."""
    with within(cursor) as cursor:
        arrays.execute(cursor, load("tracing", "lines_of_cases"), [list(case_ids)])
        return {row[1]: CaseLine(*row) for row in cursor.fetchall()}


def stays_of(case_id: UUID) -> list[StayRow]:
    """Where a case was in its window, in order of time."""
    with hot_cursor() as cursor:
        cursor.execute(load("tracing", "stays_of_case"), [case_id, MOST])
        return [StayRow(*row) for row in cursor.fetchall()]
