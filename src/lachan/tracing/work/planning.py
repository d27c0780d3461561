"""From people under watch to what is to be done about them: thousands at once, again without a second effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg

from lachan.access.scopes import NATION
from lachan.kernel import arrays
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load
from lachan.people.households import household_keys
from lachan.surveillance.orders.issuing import withdraw_caused
from lachan.tracing.work.facts import CLOSING, EXTENDED, RELEASED, Kind, WatchChange
from lachan.tracing.work.rules import HERE, Planned, planned

CENTRE: Final = NATION  # answers for those of whom nobody knows where they are


def follow_watches(cursor: psycopg.Cursor[Any], changes: Sequence[WatchChange], *, now: datetime) -> None:
    """Make, move and drop the tasks of these watches, in the caller's transaction. At most twelve statements.

    Of several changes of one watch the last one counts. An extended watch keeps the call that was made, unless it has
    become stricter since: then the person is called again.
    """
    latest = {change.watch_id: change for change in changes}
    closing = [change for change in latest.values() if change.what in CLOSING]
    standing = [change for change in latest.values() if change.what not in CLOSING]
    if closing:
        rows = [(change.person_id, change.watch_id, change.what) for change in closing]
        arrays.execute(cursor, load("tracing", "drop_tasks"), [now, *arrays.columns(rows)])
        arrays.execute(cursor, load("tracing", "withdraw_handovers"), [now, *arrays.columns(rows)])
        if free := [change.watch_id for change in closing if change.what == RELEASED]:
            withdraw_caused(cursor, free, "quarantine", now=now)
    if not standing:
        return
    again = [change for change in standing if change.what == EXTENDED]
    known = _replan(cursor, again, now) if again else {}
    keys = household_keys(cursor, {change.person_id for change in standing})
    insert(cursor, _rows(standing, known, keys, now), now)


def _replan(cursor: psycopg.Cursor[Any], again: Sequence[WatchChange], now: datetime) -> dict[UUID, int]:
    """Days of before go, open tasks move; the level at which each watch was called, those never called left out."""
    pairs = [(change.person_id, change.watch_id) for change in again]
    arrays.execute(cursor, load("tracing", "drop_dated_tasks"), [now, *arrays.columns(pairs)])
    places = [(c.person_id, c.watch_id, c.area_id or CENTRE, c.level) for c in again]
    arrays.execute(cursor, load("tracing", "calls_known"), arrays.columns(pairs))
    known: dict[UUID, int] = dict(cursor.fetchall())
    arrays.execute(cursor, load("tracing", "move_tasks"), arrays.columns(places))
    return known


TaskIn = tuple[Any, ...]


def _rows(
    changes: Sequence[WatchChange], known: dict[UUID, int], keys: dict[UUID, UUID], now: datetime
) -> list[TaskIn]:
    today = now.astimezone(HERE).date()
    rows = []
    for change in changes:
        called = known.get(change.watch_id)
        for task in planned(change, now):
            if called is not None and task.kind in (Kind.CALL, Kind.ORDER):
                if change.level >= called:
                    continue
                task = task._replace(due_on=today)
            rows.append(task_row(change, task, keys.get(change.person_id, change.person_id)))
    return rows


def task_row(change: WatchChange, task: Planned, key: UUID) -> TaskIn:
    """A task as :func:`insert` takes it."""
    return (
        change.person_id, new_id(), change.watch_id, change.disease, str(task.kind), change.level,
        change.area_id or CENTRE, task.due_on, task.due_at, task.score, key,
    )  # fmt: skip


def insert(cursor: psycopg.Cursor[Any], rows: Sequence[TaskIn], now: datetime) -> None:
    """Write tasks; those that are there take what changed. One statement."""
    if rows:
        arrays.execute(cursor, load("tracing", "plan_tasks"), [now, *arrays.columns(rows)])
