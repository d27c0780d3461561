"""Reads about cases, list-first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from lachan.kernel.database import hot_cursor, within
from lachan.kernel.sealing import sealer
from lachan.kernel.statements import load
from lachan.surveillance.cases import rows
from lachan.surveillance.cases.book import NOTE_CONTEXT
from lachan.surveillance.cases.decisions import protected_on, release
from lachan.surveillance.cases.rows import CaseRow
from lachan.surveillance.facts import CaseFacts, ResultFact
from lachan.surveillance.laboratory.queries import standing_results
from lachan.surveillance.orders.queries import OrderFacts, orders_of
from lachan.surveillance.rules.isolation import Release

MOST: Final = 200  # cases a page
_LATEST: Final = (datetime(9000, 1, 1, tzinfo=UTC), UUID(int=(1 << 128) - 1))
Before = tuple[datetime, UUID]


def case_facts(cursor: psycopg.Cursor[Any] | None, case_ids: Collection[UUID]) -> dict[UUID, CaseFacts]:
    """Cases as tracing needs them, discarded ones too; unknown ids are left out. One query, in the caller's transaction
    where a cursor is given."""
    with within(cursor) as open_cursor:
        return {row.id: row.facts() for row in rows.of_ids(open_cursor, case_ids)}


def cases_of(person_ids: Collection[UUID], cursor: psycopg.Cursor[Any] | None = None) -> dict[UUID, list[CaseRow]]:
    """Every case of these persons, the latest first. One query."""
    found: dict[UUID, list[CaseRow]] = defaultdict(list)
    with within(cursor) as open_cursor:
        for row in reversed(rows.of_persons(open_cursor, person_ids)):
            found[row.person_id].append(row)
    return dict(found)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases. ``state``: open, ended, loose (a case nobody has isolated yet), all."""

    state: str = "open"
    disease: str = ""
    classification: str = ""
    cluster: str = ""


def open_cases(
    areas: Sequence[int] | None, wanted: Filter = Filter(), *, before: Before | None = None, limit: int = 50
) -> list[CaseRow]:
    """Cases of these areas (None: of the nation), the latest recorded first; ``before``: (recorded_at, id) of the last
    one of the page before. One query."""
    at, case_id = before or _LATEST
    with hot_cursor() as cursor:
        cursor.execute(
            load("surveillance", "cases_page"),
            {
                "areas": None if areas is None else list(areas), "open": wanted.state in ("open", "loose"),
                "ended": wanted.state == "ended", "loose": wanted.state == "loose", "disease": wanted.disease,
                "class": wanted.classification, "cluster": wanted.cluster, "before": at, "before_id": case_id,
                "most": min(limit, MOST),
            },
        )  # fmt: skip
        return rows.read(cursor)


class Counts(NamedTuple):
    """Of the cases of some areas: ``new`` since a moment; the rest of the open ones."""

    new: int
    open: int
    confirmed: int
    suspected: int
    loose: int
    grave: int


def counts(areas: Sequence[int] | None, since: datetime) -> Counts:
    """One query."""
    with hot_cursor() as cursor:
        cursor.execute(
            load("surveillance", "case_counts"), {"areas": None if areas is None else list(areas), "since": since}
        )
        return Counts(*(cursor.fetchone() or (0,) * 6))


def by_codes(areas: Sequence[int] | None, codes: Collection[str]) -> list[CaseRow]:
    """Cases under these numbers as people say them, within these areas. One query."""
    with hot_cursor() as cursor:
        asked = {"codes": sorted(codes), "areas": None if areas is None else list(areas)}
        cursor.execute(load("surveillance", "cases_by_codes"), asked)
        return rows.read(cursor)


def by_code(areas: Sequence[int] | None, code: str) -> list[CaseRow]:
    """Cases under a number as people say it, within these areas. One query."""
    return by_codes(areas, [code])


class Given(NamedTuple):
    """A class a case was given."""

    happened_at: datetime
    recorded_at: datetime
    actor_id: UUID
    before: str
    classification: str
    definition: str
    reason: str
    cause: str


class Said(NamedTuple):
    """One thing said of a case, opened in memory."""

    happened_at: datetime
    recorded_at: datetime
    actor_id: UUID
    kind: str
    content: dict[str, Any]


class Story(NamedTuple):
    """Everything about one case, each list in order of time; ``release``: whether its isolation may end today."""

    results: list[ResultFact]
    classes: list[Given]
    notes: list[Said]
    orders: list[OrderFacts]
    release: Release


def story(row: CaseRow, today: date) -> Story:
    """What is known of a case, for whoever may see it and is logged. Five queries."""
    with hot_cursor() as cursor:
        results = standing_results(cursor, [row.pair]).get(row.pair, [])
        cursor.execute(load("surveillance", "case_classes"), [row.person_id, row.id])
        classes = [Given._make(found) for found in cursor.fetchall()]
        cursor.execute(load("surveillance", "case_notes"), [row.person_id, row.id])
        notes = [
            Said._make((*found[:4], msgspec.json.decode(sealer().open(found[4], NOTE_CONTEXT))))
            for found in cursor.fetchall()
        ]
        vaccinated = bool(protected_on(cursor, [row.person_id], today))
    orders = [order for order in orders_of([row.person_id]) if order.cause_id == row.id]
    return Story(results, classes, notes, orders, release(row, results, vaccinated, today))
