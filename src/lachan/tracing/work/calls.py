"""What came of tries to reach people: tasks done or put off, the watch's own clock, the way back."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from lachan.immunization.batch import Batch, Item
from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.commands import Refusal, Worked
from lachan.kernel.ids import new_id
from lachan.kernel.sealing import seal, unseal
from lachan.kernel.statements import load
from lachan.tracing.work import clocks
from lachan.tracing.work.facts import Kind, TaskRow
from lachan.tracing.work.rules import HERE, SPOKEN_TO, Outcome, next_try, settings_on
from lachan.tracing.work.watchbook import WatchBook, WatchRow, plain

NOTE: Final = "tracing_call.sealed_note"
ASKED: Final = frozenset({Kind.CALL, Kind.FOLLOW_UP, Kind.END})  # done by speaking to the person
TESTED_BEFORE: Final = timedelta(days=1)  # a sample taken the day before the day planned is that test


class CallRow(NamedTuple):
    """A call as it stands in the table."""

    person_id: UUID
    id: UUID
    watch_id: UUID
    kind: str
    outcome: str
    symptoms: list[str]
    staying: str
    note: str
    happened_at: datetime
    recorded_at: datetime
    actor_id: UUID
    next_at: datetime | None
    before: dict[str, Any]


def calls_of(cursor: Any, ids: list[UUID]) -> list[CallRow]:
    """Calls to these people that stand, the latest first. One statement."""
    arrays.execute(cursor, load("tracing", "calls_of"), [ids])
    return [
        CallRow(*row)._replace(
            symptoms=plain(row[5]) or [], note=unseal(row[7], NOTE) if row[7] else "", before=plain(row[12]) or {}
        )
        for row in cursor.fetchall()
    ]


def record_calls(batch: Batch, items: list[Item]) -> list[Worked]:
    """The first call, or one that was put off."""
    return _Calls(batch, items, "call").run()


def record_follow_ups(batch: Batch, items: list[Item]) -> list[Worked]:
    """The daily question, by telephone or at the door, and the one of the last day."""
    return _Calls(batch, items, "follow_up").run()


class _Calls:
    """Calls of one slice: decided one by one, written by one statement a table."""

    def __init__(self, batch: Batch, items: list[Item], kind: str) -> None:
        self.batch, self.items, self.kind = batch, items, kind
        self.book = WatchBook(batch, items)
        self.settings = settings_on(batch.today)
        self.calls: list[tuple[Any, ...]] = []
        self.tasks: dict[UUID, tuple[Any, ...]] = {}
        self.watches: dict[UUID, WatchRow] = {}
        self.ill = self._ill_before() if any(item.body.symptoms for item in items) else set()

    def run(self) -> list[Worked]:
        done = self.book.each(self.items, self._one)
        _write_calls(self.batch, self.calls)
        _write_tasks(self.batch, list(self.tasks.values()))
        _write_clocks(self.batch, list(self.watches.values()))
        return done

    def _ill_before(self) -> set[UUID]:
        found = calls_of(self.batch.cursor, sorted({item.person.id for item in self.items}))
        return {call.watch_id for call in found if call.symptoms}

    def _one(self, item: Item, watch: WatchRow) -> Worked:
        body, at = item.body, item.command.happened_at
        unknown = next((code for code in body.symptoms if code not in self.settings.symptoms), None)
        if unknown is not None:
            return item.refuse("contact_symptom_unknown", field="symptoms", symptom=unknown[:40])
        outcome = Outcome(body.outcome)
        tasks = self.book.tasks(watch)
        today = at.astimezone(HERE).date()
        due = [task for task in tasks if task.kind in ASKED and task.due_on <= today]
        tried = max((task.attempts for task in due), default=0) + 1
        later = next_try(outcome, tried, at)
        changed = self._after(body, outcome, due, tasks, later)
        now_watch = _clocked(watch, body, outcome, at)
        record = new_id()
        before = {"tasks": [_kept(task) for task in tasks if task.id in changed], "watch": _times(watch)}
        self.calls.append(
            (
                watch.person_id, record, watch.id, watch.area_id, self.kind, str(outcome),
                msgspec.json.encode(sorted(set(body.symptoms))).decode(), body.staying or "",
                seal(body.note, NOTE) if body.note else None, at, later, msgspec.json.encode(before).decode(),
            )
        )  # fmt: skip
        self.tasks |= changed
        self._remember(watch, now_watch, tasks, changed)
        said = {"call": record, "watch": watch.id, "outcome": str(outcome)}
        self.batch.record("contact.called", watch.person_id, at, msgspec.json.encode(said).decode())
        shown = later.astimezone(HERE).strftime("%H:%M %d/%m/%Y") if later is not None else ""
        return self._told(item, watch, item.accept(record, next=shown), outcome, tried)

    def _after(
        self, body: Any, outcome: Outcome, due: list[TaskRow], tasks: list[TaskRow], later: datetime | None
    ) -> dict[UUID, tuple[Any, ...]]:
        """Tasks as they are after the call, by id."""
        changed: dict[UUID, tuple[Any, ...]] = {}
        for task in due:
            if later is None:
                changed[task.id] = task_after(
                    task, "done", task.due_at, task.attempts + 1, str(outcome), self.batch.now
                )
            else:
                changed[task.id] = task_after(task, "open", later, task.attempts + 1, str(outcome), None)
        if body.tested_on is not None:
            for task in tasks:
                if task.kind is Kind.TEST and task.due_on <= body.tested_on + TESTED_BEFORE:
                    changed[task.id] = task_after(task, "done", task.due_at, task.attempts, "tested", self.batch.now)
        if body.symptoms:  # whoever feels ill is asked, and tested, before others
            for task in tasks:
                if task.id not in changed and task.kind is not Kind.ORDER:
                    risen = task._replace(score=max(task.score, self.settings.priority_symptoms))
                    changed[task.id] = task_after(risen, "open", task.due_at, task.attempts, task.outcome, None)
        return changed

    def _remember(
        self, watch: WatchRow, after: WatchRow, tasks: list[TaskRow], changed: dict[UUID, tuple[Any, ...]]
    ) -> None:
        """For a later command of the same slice about the same person."""
        if after != watch:
            self.watches[watch.id] = after
            self.book.replace(after)
        standing = []
        for task in tasks:
            row = changed.get(task.id)
            if row is None:
                standing.append(task)
            elif row[2] == "open":
                standing.append(task._replace(due_at=row[3], attempts=row[4], outcome=row[5], score=row[7]))
        self.book.set_tasks(watch, standing)

    def _told(self, item: Item, watch: WatchRow, worked: Worked, outcome: Outcome, tried: int) -> Worked:
        """What the commune has to know beyond the list of calls stands on its worklist."""
        if worked.follow_up is not None:
            return worked
        why = None
        if item.body.symptoms and watch.id not in self.ill:
            self.ill.add(watch.id)
            why = "contact_has_symptoms"
        elif outcome is Outcome.REFUSES and tried == 1:
            why = "contact_refuses"
        elif outcome is Outcome.WRONG_NUMBER and tried == 1:
            why = "contact_wrong_number"
        elif outcome not in SPOKEN_TO and tried == self.settings.tries_before_visit:
            why = "contact_not_reached"
        if why is None:
            return worked
        return Worked(worked.outcome, Refusal(None, watch.area_id, watch.person_id), why)


def _clocked(watch: WatchRow, body: Any, outcome: Outcome, at: datetime) -> WatchRow:
    """The watch's times after the call; the first time of each stays."""
    if outcome not in SPOKEN_TO:
        return watch
    return watch._replace(
        reached_at=watch.reached_at or at,
        quarantined_at=watch.quarantined_at or _on(body.quarantined_on, at),
        tested_at=watch.tested_at or _on(body.tested_on, at),
    )


def _on(day: date | None, at: datetime) -> datetime | None:
    """The beginning of a local day, or the moment itself for today's."""
    if day is None:
        return None
    return at if day == at.astimezone(HERE).date() else datetime.combine(day, time(), HERE)


def task_after(
    task: TaskRow, state: str, due_at: datetime, attempts: int, outcome: str, closed_at: datetime | None
) -> tuple[Any, ...]:
    """A row of ``set_tasks``."""
    return (task.person_id, task.id, state, due_at, min(attempts, 1_000), outcome, closed_at, task.score)


def _kept(task: TaskRow) -> list[Any]:
    return [str(task.id), task.due_at.isoformat(), task.attempts, task.outcome, task.score]


def _times(watch: WatchRow) -> list[str | None]:
    return [at.isoformat() if at else None for at in (watch.reached_at, watch.quarantined_at, watch.tested_at)]


def undo_calls(batch: Batch, items: list[Item]) -> list[Worked]:
    """A call taken back by whoever made it, at once and while nothing followed it: everything is as it was before."""
    book = WatchBook(batch, items)
    known = calls_of(batch.cursor, sorted({item.person.id for item in items}))
    by_id = {call.id: call for call in known}
    latest: dict[UUID, UUID] = {}
    for call in known:
        latest.setdefault(call.watch_id, call.id)
    within = timedelta(seconds=settings_on(batch.today).undo_seconds)
    taken: list[CallRow] = []

    def step(item: Item, watch: WatchRow) -> Worked:
        call = by_id.get(item.body.call_id)
        if call is None or call.watch_id != watch.id:
            return item.refuse("call_unknown", field="call_id")
        late = batch.now - call.recorded_at > within
        if late or latest[call.watch_id] != call.id or call.actor_id != batch.actor.id:
            return item.refuse("call_stands")
        taken.append(call)
        batch.record(
            "contact.call_undone", call.person_id, item.command.happened_at,
            msgspec.json.encode({"call": call.id, "watch": call.watch_id}).decode(),
        )  # fmt: skip
        return item.accept(call.id)

    done = book.each(items, step)
    _restore(batch, taken)
    return done


def _restore(batch: Batch, taken: list[CallRow]) -> None:
    if not taken:
        return
    tasks, watches = [], []
    for call in taken:
        for task_id, due_at, attempts, outcome, score in call.before["tasks"]:
            row = (
                call.person_id,
                UUID(task_id),
                "open",
                datetime.fromisoformat(due_at),
                attempts,
                outcome,
                None,
                score,
            )
            tasks.append(row)
        times = [datetime.fromisoformat(at) if at else None for at in call.before["watch"]]
        watches.append((call.person_id, call.watch_id, *times))
    pairs = columns([(call.person_id, call.id) for call in taken])
    arrays.execute(batch.cursor, load("tracing", "undo_calls"), [batch.now, *pairs])
    _write_tasks(batch, tasks)
    arrays.execute(batch.cursor, load("tracing", "set_watch_clocks"), columns(watches))


def quarantined(batch: Batch, items: list[Item]) -> list[Worked]:
    """Quarantine has begun, at home or where the person was brought to."""
    book = WatchBook(batch, items)
    calls: list[tuple[Any, ...]] = []
    watches: dict[UUID, WatchRow] = {}

    def step(item: Item, watch: WatchRow) -> Worked:
        record, at = new_id(), item.command.happened_at
        since = watch.quarantined_at or item.body.since
        watches[watch.id] = watch._replace(quarantined_at=since)
        book.replace(watches[watch.id])
        before = msgspec.json.encode({"tasks": [], "watch": _times(watch)}).decode()
        calls.append(
            (watch.person_id, record, watch.id, watch.area_id, "quarantine", "noted", "[]", item.body.staying, None,
             at, None, before)
        )  # fmt: skip
        said = msgspec.json.encode({"watch": watch.id, "staying": item.body.staying}).decode()
        batch.record("contact.quarantined", watch.person_id, at, said)
        return item.accept(record)

    done = book.each(items, step)
    _write_calls(batch, calls)
    _write_clocks(batch, list(watches.values()))
    return done


def _write_calls(batch: Batch, calls: list[tuple[Any, ...]]) -> None:
    if calls:
        arrays.execute(batch.cursor, load("tracing", "insert_calls"), [batch.actor.id, batch.now, *columns(calls)])


def _write_tasks(batch: Batch, tasks: list[tuple[Any, ...]]) -> None:
    if tasks:
        arrays.execute(batch.cursor, load("tracing", "set_tasks"), columns(sorted(tasks, key=lambda row: row[:2])))


def _write_clocks(batch: Batch, watches: list[WatchRow]) -> None:
    """The times of these watches, and the lines of the cases they belong to."""
    rows = [(w.person_id, w.id, w.reached_at, w.quarantined_at, w.tested_at) for w in watches]
    clocks.set_times(batch.cursor, rows, batch.now)
