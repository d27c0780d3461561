"""The watches and tasks a slice of commands is about: read once, answered from memory, who may touch them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from lachan.access import scopes
from lachan.immunization.batch import Batch, Item
from lachan.kernel import arrays
from lachan.kernel.commands import Refusal, Worked
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.tracing.work.facts import TaskRow, task_of
from lachan.tracing.work.planning import CENTRE


class WatchRow(NamedTuple):
    """An open watch."""

    person_id: UUID
    id: UUID
    disease: str
    level: int
    area_id: int
    area_from: str
    since: date
    until: date
    quarantine: str
    test_days: tuple[date, ...]
    score: float
    reached_at: datetime | None
    quarantined_at: datetime | None
    tested_at: datetime | None


Step = Callable[[Item, WatchRow], Worked]


class WatchBook:
    """Open watches of the people of a slice. Three statements at most, however many people."""

    def __init__(self, batch: Batch, items: Sequence[Item]) -> None:
        self.batch = batch
        ids = sorted({item.person.id for item in items})
        arrays.execute(batch.cursor, load("tracing", "open_watches_of"), [ids])
        self._watches: dict[UUID, dict[UUID, WatchRow]] = defaultdict(dict)
        for row in batch.cursor.fetchall():
            found = watch_of(row)
            self._watches[found.person_id][found.id] = found
        self._ids = ids
        self._tasks: dict[UUID, list[TaskRow]] | None = None

    def each(self, items: Sequence[Item], step: Step) -> list[Worked]:
        """Every item with its watch, when there is one and its place is within the actor's."""
        return [self._refused(item) or step(item, self.watch(item)) for item in items]

    def watch(self, item: Item) -> WatchRow:
        mine = self._watches[item.person.id]
        named = item.body.watch_id
        return mine[named] if named is not None else next(iter(mine.values()))

    def replace(self, watch: WatchRow) -> None:
        """A later command of the slice sees what an earlier one changed."""
        self._watches[watch.person_id][watch.id] = watch

    def close(self, watch: WatchRow) -> None:
        self._watches[watch.person_id].pop(watch.id, None)

    def tasks(self, watch: WatchRow) -> list[TaskRow]:
        """What stands open for a watch."""
        if self._tasks is None:
            self._tasks = defaultdict(list)
            arrays.execute(self.batch.cursor, load("tracing", "open_tasks_of"), [self._ids])
            for row in self.batch.cursor.fetchall():
                task = task_of(row)
                self._tasks[task.watch_id].append(task)
        return self._tasks[watch.id]

    def set_tasks(self, watch: WatchRow, standing: list[TaskRow]) -> None:
        assert self._tasks is not None
        self._tasks[watch.id] = standing

    def _refused(self, item: Item) -> Worked | None:
        mine = self._watches.get(item.person.id) or {}
        if not mine or (item.body.watch_id is not None and item.body.watch_id not in mine):
            return item.refuse("not_under_watch")
        if item.body.watch_id is None and len(mine) > 1:
            return item.refuse("several_watches", field="watch_id")
        watch = self.watch(item)
        if not scopes.area_in_scope(self.batch.actor, watch.area_id, item.command.verb):
            return elsewhere(item, watch.area_id)
        return None


def elsewhere(item: Item, area_id: int) -> Worked:
    """Another place answers for this person; the refused command stays on that place's list."""
    refused = item.refuse("another_place_answers", place=places.address(area_id))
    return refused._replace(owner=Refusal(None, area_id, item.person.id))


def plain(stored: Any) -> Any:
    """JSON as Django's connection hands it over, which is text."""
    return msgspec.json.decode(stored) if isinstance(stored, str | bytes) else stored


def watch_of(row: Sequence[Any]) -> WatchRow:
    """A row of ``open_watches_of``."""
    found = WatchRow(*row)
    return found._replace(
        area_id=found.area_id or CENTRE,
        test_days=tuple(date.fromisoformat(str(day)) for day in plain(found.test_days) or ()),
    )
