"""What came in by other doors closes tasks: a declaration answers the daily question, a sample is the test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.surveillance.declarations.queries import DiaryDay, diary
from lachan.surveillance.laboratory.queries import standing_results
from lachan.tracing.work import clocks
from lachan.tracing.work.calls import TESTED_BEFORE, task_after
from lachan.tracing.work.facts import Kind, TaskRow, task_of
from lachan.tracing.work.rules import HERE, settings_on

PAGE: Final = 2_000  # tasks a transaction
LOW: Final = "low"
_FIRST: Final = UUID(int=0)


class _Waiting(NamedTuple):
    task: TaskRow
    disease: str
    reached_at: datetime | None
    quarantined_at: datetime | None
    tested_at: datetime | None


def listen(now: datetime) -> tuple[int, int]:
    """(daily questions answered by declarations, tests found in the laboratory's results) since the last time."""
    return _declared(now), _tested(now)


def _declared(now: datetime) -> int:
    """Who declared today and feels well need not be asked; who feels ill is asked before others.

    That somebody feels well is believed of nobody but themselves; that they feel ill, of everybody.
    """
    today = now.astimezone(HERE).date()
    settings = settings_on(today)
    closed = 0
    for cursor, page in _pages(Kind.FOLLOW_UP, today):
        said = diary({entry.task.person_id for entry in page}, today)
        rows: list[tuple[Any, ...]] = []
        for task, *_rest in page:
            entry = next((day for day in said.get(task.person_id, ()) if day.day == today), None)
            if entry is None:
                continue
            if _well(entry):
                if entry.own:  # else the tracer reads that somebody said so, and asks
                    rows.append(task_after(task, "done", task.due_at, task.attempts, "declared", now))
                    closed += 1
            elif task.score < settings.priority_symptoms:
                risen = task._replace(score=settings.priority_symptoms)
                rows.append(task_after(risen, "open", task.due_at, task.attempts, task.outcome, None))
        _write(cursor, rows)
    return closed


def _well(entry: DiaryDay) -> bool:
    return not entry.symptoms and entry.risk == LOW


def _tested(now: datetime) -> int:
    """Tests whose sample was taken, whoever took it: the task is done, the watch knows when."""
    today = now.astimezone(HERE).date()
    closed = 0
    for cursor, page in _pages(Kind.TEST, today + TESTED_BEFORE):
        results = standing_results(cursor, {(entry.task.person_id, entry.disease) for entry in page})
        rows: list[tuple[Any, ...]] = []
        watches: dict[UUID, tuple[Any, ...]] = {}
        for entry in page:
            task = entry.task
            taken = [
                fact.taken_at
                for fact in results.get((task.person_id, entry.disease), ())
                if _near(fact.taken_at, task.due_on)
            ]
            if not taken:
                continue
            rows.append(task_after(task, "done", task.due_at, task.attempts, "tested", now))
            tested_at = entry.tested_at or min(taken)
            watches[task.watch_id] = (
                task.person_id, task.watch_id, entry.reached_at, entry.quarantined_at, tested_at
            )  # fmt: skip
            closed += 1
        _write(cursor, rows)
        clocks.set_times(cursor, list(watches.values()), now)
    return closed


def _near(taken_at: datetime, due_on: date) -> bool:
    """A sample of the day before, the day itself or any later one is that test."""
    return taken_at.astimezone(HERE).date() >= due_on - TESTED_BEFORE


def _pages(kind: Kind, by: date) -> Iterator[tuple[psycopg.Cursor[Any], list[_Waiting]]]:
    """Open tasks in pages, each in a transaction of its own. Every page ends between two people."""
    after = _FIRST
    while True:
        with hot_cursor() as cursor:
            cursor.execute(load("tracing", "open_tasks_of_kind"), [kind, by, after, PAGE])
            found = [_Waiting(task_of(row[:13]), *row[13:]) for row in cursor.fetchall()]
            full = len(found) == PAGE
            if full:  # the last person's tasks may go on behind the page
                last = found[-1].task.person_id
                found = [entry for entry in found if entry.task.person_id != last] or found
            if not found:
                return
            yield cursor, found
        if not full:
            return
        after = found[-1].task.person_id


def _write(cursor: psycopg.Cursor[Any], rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        arrays.execute(cursor, load("tracing", "set_tasks"), columns(rows))
