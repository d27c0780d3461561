"""The clock of each case's one line: when nine of ten F1 were reached, were in quarantine, were tested."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

from lachan.kernel import arrays
from lachan.kernel.statements import load

TENTHS: Final = 9  # of ten


class _Steps(NamedTuple):
    person_id: UUID
    case_id: UUID
    f1: int
    reached: int
    to_quarantine: int
    quarantined: int
    tested: int


def enough(done: int, of: int) -> bool:
    """Nine of ten, in whole people; nobody of nobody is nothing reached."""
    return of > 0 and 10 * done >= TENTHS * of


def set_times(cursor: psycopg.Cursor[Any], rows: Sequence[tuple[Any, ...]], now: datetime) -> None:
    """Times of watches, as (person, watch, reached, quarantined, tested), and what they tick. Four statements."""
    if rows:
        ordered = arrays.columns(sorted(rows, key=lambda row: row[:2]))
        arrays.execute(cursor, load("tracing", "set_watch_clocks"), ordered)
        tick(cursor, {row[0] for row in rows}, now)


def tick(cursor: psycopg.Cursor[Any], contacts: Collection[UUID], now: datetime) -> None:
    """After something happened to these contacts: the lines of the cases on whose lists they are. Three statements."""
    if not contacts:
        return
    arrays.execute(cursor, load("tracing", "cases_of_contacts"), [sorted(contacts)])
    tick_cases(cursor, [row[0] for row in cursor.fetchall()], now)


def tick_cases(cursor: psycopg.Cursor[Any], cases: Sequence[UUID], now: datetime) -> None:
    """The lines of these cases, as they stand now; a step reached once keeps its time. Two statements."""
    if not cases:
        return
    arrays.execute(cursor, load("tracing", "steps_of_cases"), [sorted(cases)])
    rows = []
    for steps in (_Steps(*row) for row in cursor.fetchall()):
        reached = now if enough(steps.reached, steps.f1) else None
        inside = now if enough(steps.quarantined, steps.to_quarantine) else None
        tested = now if enough(steps.tested, steps.f1) else None
        if reached or inside or tested:
            rows.append((steps.person_id, steps.case_id, reached, inside, tested))
    if rows:
        columns = arrays.columns(sorted(rows, key=lambda row: row[1]))
        arrays.execute(cursor, load("tracing", "tick_cases"), columns)
