"""What a day at a facility still owes, read from the tables; for the head's page and for the meter above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg
from django.db import connection

from lachan.immunization.rules.debt import Counted, Standing, settle
from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.people.published import confirmed

Cell = tuple[int, date]
"""A facility and a day."""


class TallyRow(NamedTuple):
    """A count as entered. ``lines``: product, doses, vials, numbers."""

    id: UUID
    session_id: UUID
    day: date
    lines: list[dict[str, Any]]
    doses: int
    current: bool
    reason: str
    actor_id: UUID
    happened_at: datetime


class ExplanationRow(NamedTuple):
    """Why doses will not be recorded. ``doses`` by product id, as text."""

    id: UUID
    session_id: UUID
    day: date
    doses: dict[str, int]
    cause: str
    reason: str
    state: str
    actor_id: UUID
    happened_at: datetime
    answered_by: UUID | None
    answered_at: datetime | None
    answer: str


class DayDebt(NamedTuple):
    """One facility and day. ``standings`` of tallied sessions; ``untallied``: sessions closed without a tally."""

    recorded: int
    matched: int
    standings: tuple[Standing, ...]
    untallied: tuple[UUID, ...]


def days_in(cursor: psycopg.Cursor[Any], cells: Iterable[Cell]) -> dict[Cell, DayDebt]:
    """What each facility and day owes; five queries however many."""
    wanted = sorted(set(cells))
    if not wanted:
        return {}
    parameters = [[cell[0] for cell in wanted], [cell[1] for cell in wanted]]

    def rows(name: str) -> Iterator[tuple[Any, ...]]:
        arrays.execute(cursor, load("immunization", name), parameters)
        yield from cursor.fetchall()

    statuses: dict[Cell, dict[UUID, str]] = defaultdict(dict)
    for facility, day, session, status in rows("day_sessions"):
        statuses[facility, day][session] = status
    tallies: dict[Cell, list[Counted]] = defaultdict(list)
    for facility, day, session, lines in rows("day_tallies"):
        tallies[facility, day].append(Counted(session, {line["product"]: line["doses"] for line in _json(lines)}))
    explained: dict[Cell, dict[tuple[UUID, int], int]] = defaultdict(lambda: defaultdict(int))
    for facility, day, session, doses in rows("day_explanations"):
        for product, count in _json(doses).items():
            explained[facility, day][session, int(product)] += count
    recorded: dict[Cell, dict[tuple[UUID | None, int], int]] = defaultdict(lambda: defaultdict(int))
    totals: dict[Cell, list[int]] = defaultdict(lambda: [0, 0])
    doses = list(rows("day_doses"))
    right = confirmed(cursor, {person for row in doses for person in row[4]})
    for facility, day, session, product, people in doses:
        cell = (facility, day)
        recorded[cell][session if session in statuses[cell] else None, product] += len(people)
        totals[cell][0] += len(people)
        totals[cell][1] += sum(person in right for person in people)
    found = {}
    for cell in wanted:
        counted = {tally.session_id for tally in tallies[cell]}
        open_ends = sorted(key for key, status in statuses[cell].items() if status == "closed" and key not in counted)
        settled = settle(tallies[cell], recorded[cell], explained[cell])
        found[cell] = DayDebt(totals[cell][0], totals[cell][1], tuple(settled), tuple(open_ends))
    return found


def day(facility_id: int, on: date) -> DayDebt:
    """As :func:`days_in`, of one facility and day, in a transaction of its own."""
    with hot_cursor() as cursor:
        return days_in(cursor, [(facility_id, on)])[facility_id, on]


def days(cells: Iterable[Cell]) -> dict[Cell, DayDebt]:
    """As :func:`days_in`, in a transaction of its own."""
    with hot_cursor() as cursor:
        return days_in(cursor, cells)


def tallies(facility_id: int, session_id: UUID) -> list[TallyRow]:
    """Counts of a session, the latest first; one query."""
    return [
        TallyRow._make((*row[:3], _json(row[3]), *row[4:]))
        for row in _rows("tallies_of_session", [facility_id, session_id])
    ]


def explanations(facility_id: int, session_id: UUID) -> list[ExplanationRow]:
    """Explanations of a session, the latest first; one query."""
    return [
        ExplanationRow._make((*row[:3], _json(row[3]), *row[4:]))
        for row in _rows("explanations_of_session", [facility_id, session_id])
    ]


def every_day() -> Iterator[Cell]:
    """Every facility and day that can owe anything; for counting all of them again."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(load("immunization", "debt_days"), [])
        while found := cursor.fetchmany(10_000):
            yield from ((row[0], row[1]) for row in found)


def days_of_doses(pairs: Sequence[tuple[UUID, UUID]]) -> set[Cell]:
    """Where and when doses, by (person, dose), were given."""
    return _cells("days_of_doses", [[person for person, _ in pairs], [dose for _, dose in pairs]])


def days_of_people(ids: Sequence[UUID]) -> set[Cell]:
    """Where and when people were ever vaccinated."""
    return _cells("days_of_people", [list(ids)])


def days_of_sessions(ids: Sequence[UUID]) -> set[Cell]:
    """Where and when sessions are."""
    return _cells("days_of_sessions", [list(ids)])


def _cells(name: str, parameters: list[Any]) -> set[Cell]:
    if not parameters[0]:
        return set()
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("immunization", name), parameters)
        return {(row[0], row[1]) for row in cursor.fetchall()}


def _rows(name: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", name), parameters)
        return cursor.fetchall()


def _json(stored: Any) -> Any:
    """Django's connection hands JSON over as text, a bare psycopg one as objects."""
    return msgspec.json.decode(stored) if isinstance(stored, str) else stored
