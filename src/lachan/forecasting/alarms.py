"""Alarms as people work through them: raised by runs, acknowledged with a reason, followed to a cluster, closed.

An alarm lives on over runs: raised again it is the same. Nobody can make it go away by waiting, only by an answer.
Reasons may name what must not stand in the journal, so they stay in this room's own table of steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg

from lachan.access import scopes
from lachan.forecasting import bodies
from lachan.forecasting.facts import State
from lachan.immunization.batch import Batch, Item
from lachan.kernel import arrays
from lachan.kernel.commands import Worked
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load
from lachan.surveillance.cases import outlines

VERB: Final = "alarm.acknowledge"  # whoever may answer an alarm may follow and close it
SEEN: Final = "outbreak.read"  # whose clusters are seen


def follow(cursor: psycopg.Cursor[Any], run_id: UUID, source: str, now: datetime) -> int:
    """Carry what a published run raised into the list; returns how many alarms opened. Safe to repeat. Four statements.

    A run of a day before one that is published already raises nothing: its news is old.
    """
    cursor.execute(load("forecasting", "is_newest"), [run_id])
    [newest] = cursor.fetchone() or (False,)
    if not newest:
        return 0
    cursor.execute(load("forecasting", "raised_of_run"), [run_id])
    raised = cursor.fetchall()
    if not raised:
        return 0
    areas, diseases, measures = arrays.columns(raised)
    asked = {
        "ids": [new_id() for _ in raised], "areas": areas, "diseases": diseases, "measures": measures,
        "source": source, "run": run_id, "now": now,
    }  # fmt: skip
    cursor.execute(load("forecasting", "keep_alarms"), asked)
    opened = sum(bool(row[0]) for row in cursor.fetchall())
    cursor.execute(load("forecasting", "move_last_days"), [run_id, source])
    return opened


@dataclass
class _Standing:
    """An alarm while a slice of commands is worked on."""

    area_id: int
    disease: str
    state: State
    cluster: str
    outcome: str
    steps: int
    reason: str = ""


Step = Callable[[Item, _Standing], Worked | None]


def _worked(batch: Batch, items: list[Item], step: Step, verb: str) -> list[Worked]:
    """Answer alarms one after the other; ``step`` changes the standing or refuses. Three statements however many."""
    batch.cursor.execute(load("forecasting", "lock_alarms"), [sorted({item.body.alarm for item in items})])
    standing = {row[0]: _Standing(row[1], row[2], State(row[3]), *row[4:]) for row in batch.cursor.fetchall()}
    done, steps = [], []
    for item in items:
        alarm = standing.get(item.body.alarm)
        if alarm is None or not scopes.area_in_scope(batch.actor, alarm.area_id, VERB):
            done.append(item.refuse("alarm_unknown"))
            continue
        refused = item.refuse("alarm_closed") if alarm.state is State.CLOSED else step(item, alarm)
        if refused is not None:
            done.append(refused)
            continue
        alarm.steps += 1
        alarm.reason = item.body.reason.strip()
        steps.append((item.body.alarm, alarm.steps, str(alarm.state), alarm.reason, alarm.cluster, alarm.outcome))
        said = msgspec.json.encode(
            {"alarm": item.body.alarm, "area": alarm.area_id, "state": alarm.state, "outcome": alarm.outcome}
        ).decode()
        batch.record(verb, item.body.alarm, item.command.happened_at, said)
        done.append(item.accept(item.body.alarm, state=alarm.state.value))
    if steps:
        latest = {row[0]: row for row in steps}
        changed = [(row[0], *row[2:]) for row in latest.values()]
        arrays.execute(
            batch.cursor, load("forecasting", "change_alarms"), [batch.now, batch.actor.id, *arrays.columns(changed)]
        )
        arrays.execute(
            batch.cursor, load("forecasting", "keep_steps"), [batch.now, batch.actor.id, *arrays.columns(steps)]
        )
    return done


def acknowledge(batch: Batch, items: list[Item]) -> list[Worked]:
    """Somebody has seen it and says what they make of it."""

    def step(item: Item, alarm: _Standing) -> Worked | None:
        if alarm.state is not State.OPEN:
            return item.refuse("alarm_answered")
        alarm.state = State.ACKNOWLEDGED
        return None

    return _worked(batch, items, step, "alarm.acknowledged")


def to_cluster(batch: Batch, items: list[Item]) -> list[Worked]:
    """The alarm is a cluster of cases, by its name or the code of one of them: tracing goes on from there.

    The cluster is one of the alarm's disease in the actor's places; one statement looks for all that are named.
    """
    wanted = {item.body.cluster.strip() for item in items}
    known = outlines.clusters(sorted(wanted), scopes.area_array(batch.actor, SEEN), batch.cursor)

    def step(item: Item, alarm: _Standing) -> Worked | None:
        body: bodies.AlarmFollowIn = item.body
        if not body.cluster.strip():
            return item.refuse("cluster_missing", field="cluster")
        if (body.cluster.strip(), alarm.disease) not in known:
            return item.refuse("cluster_unknown", field="cluster", cluster=body.cluster.strip())
        alarm.state, alarm.cluster = State.FOLLOWED, body.cluster.strip()
        return None

    return _worked(batch, items, step, "alarm.followed")


def close(batch: Batch, items: list[Item]) -> list[Worked]:
    """What came of it."""

    def step(item: Item, alarm: _Standing) -> Worked | None:
        alarm.state, alarm.outcome = State.CLOSED, item.body.outcome
        return None

    return _worked(batch, items, step, "alarm.closed")
