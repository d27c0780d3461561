"""What a place has to do today: households in order, the highest first, and how much it can do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.tracing.work.calls import CallRow, calls_of
from lachan.tracing.work.facts import TaskRow, task_of
from lachan.tracing.work.handovers import HandoverRow, handovers_of
from lachan.tracing.work.planning import CENTRE
from lachan.tracing.work.rules import HERE, settings_on
from lachan.tracing.work.watchbook import WatchRow, watch_of

PAGE: Final = 20  # households
MOST_TASKS: Final = 5_000  # counted one by one; beyond that "more than"
MOST_PAGES: Final = 50
TASKS_A_HOUSEHOLD: Final = 3  # read ahead for a page; one whose tasks are more comes out shorter, never wrong
ANSWERED_FOR: Final = timedelta(days=14)
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=HERE)


@dataclass(frozen=True, slots=True)
class Sitting:
    """Whoever is reached by one call, and what is due for each of them."""

    key: UUID
    tasks: dict[UUID, list[TaskRow]]  # by person, the most pressing first

    @property
    def persons(self) -> list[UUID]:
        return list(self.tasks)

    @property
    def first(self) -> TaskRow:
        return next(iter(self.tasks.values()))[0]

    @property
    def due_at(self) -> datetime:
        return min(task.due_at for tasks in self.tasks.values() for task in tasks)


@dataclass(frozen=True, slots=True)
class Today:
    """A page of the list of a place. ``room``: households that can still be called today, None for many places."""

    sittings: list[Sitting]
    more: bool
    later: list[Sitting]
    due: int
    done: int
    capacity: int | None

    @property
    def room(self) -> int | None:
        return None if self.capacity is None else max(self.capacity - self.done, 0)


def areas_of(actor: Actor, chosen: int | None = None, verb: str = "contact.read") -> list[int]:
    """Areas whose lists the actor reads: those chosen and within their scope, else all of it. Whoever has the whole
    nation and chooses none reads the list of the centre."""
    mine = scopes.area_array(actor, verb)
    if chosen is not None:
        wanted = {chosen} if chosen == CENTRE else places.areas_under(chosen)
        return sorted(wanted if mine is None else wanted.intersection(mine))
    return [CENTRE] if mine is None else mine


def today(areas: Sequence[int], now: datetime, *, mine: UUID | None = None, page: int = 0, alone: bool = True) -> Today:
    """A page of what is due now in these places, and what comes later today. ``mine``: leaves out tasks of others.

    Five statements. ``alone``: the areas are one place, whose capacity draws the line.
    """
    day = now.astimezone(HERE).date()
    end = datetime.combine(day + timedelta(days=1), time(), HERE)
    ahead = (page + 1) * PAGE * TASKS_A_HOUSEHOLD + 1
    with hot_cursor() as cursor:
        ranked = _ranked(cursor, areas, _BEGINNING, now, mine, ahead)
        keys = list(dict.fromkeys(task.household_key for task in ranked))
        shown = keys[page * PAGE : (page + 1) * PAGE]
        sittings = _sittings(cursor, shown, now, areas)
        later = _grouped(_ranked(cursor, areas, now, end, mine, PAGE), now) if page == 0 else []
        arrays.execute(cursor, load("tracing", "due_counted"), [list(areas), now, MOST_TASKS + 1])
        due = cursor.fetchall()[0][0]
        done, capacity = _room(cursor, areas, day) if alone else (0, None)
    more = len(keys) > (page + 1) * PAGE and page + 1 < MOST_PAGES
    return Today(sittings, more, later, due, done, capacity)


def _ranked(
    cursor: psycopg.Cursor[Any], areas: Sequence[int], after: datetime, until: datetime, mine: UUID | None, most: int
) -> list[TaskRow]:
    arrays.execute(cursor, load("tracing", "ranked_tasks"), [list(areas), after, until, mine, mine, most, most])
    return [task_of(row) for row in cursor.fetchall()]


def sitting_of(key: UUID, areas: Sequence[int], until: datetime) -> Sitting | None:
    """One household's tasks that are due by a moment. One statement."""
    with hot_cursor() as cursor:
        found = _sittings(cursor, [key], until, areas)
    return found[0] if found else None


def _sittings(
    cursor: psycopg.Cursor[Any], keys: Sequence[UUID], until: datetime, areas: Sequence[int]
) -> list[Sitting]:
    """Households in the order of ``keys``, with everybody due in them; a telephone that half a village shares makes a
    household of at most so many, the others follow in a later one."""
    if not keys:
        return []
    arrays.execute(cursor, load("tracing", "household_tasks"), [list(keys), until, list(areas), PAGE * 40])
    found = {sitting.key: sitting for sitting in _grouped([task_of(row) for row in cursor.fetchall()], until)}
    return [found[key] for key in keys if key in found]


def _grouped(tasks: Sequence[TaskRow], now: datetime) -> list[Sitting]:
    most = settings_on(now.astimezone(HERE).date()).household_at_most
    found: dict[UUID, Sitting] = {}
    for task in tasks:
        sitting = found.setdefault(task.household_key, Sitting(task.household_key, {}))
        if task.person_id in sitting.tasks or len(sitting.tasks) < most:
            sitting.tasks.setdefault(task.person_id, []).append(task)
    return list(found.values())


def _room(cursor: psycopg.Cursor[Any], areas: Sequence[int], day: date) -> tuple[int, int]:
    """(households spoken to today, how many the place can call in a day)."""
    midnight = datetime.combine(day, time(), HERE)
    arrays.execute(cursor, load("tracing", "sittings_done"), [list(areas), midnight])
    done = cursor.fetchall()[0][0]
    return done, _capacity(cursor, areas, day)[0]


def capacity_of(areas: Sequence[int], now: datetime) -> tuple[int, bool]:
    """Calls a day of a place, by all areas it had, and whether it said so: else what is usual. One statement."""
    with hot_cursor() as cursor:
        return _capacity(cursor, areas, now.astimezone(HERE).date())


def _capacity(cursor: psycopg.Cursor[Any], areas: Sequence[int], day: date) -> tuple[int, bool]:
    arrays.execute(cursor, load("tracing", "capacity_of"), [list(areas)])
    said = [calls for _area, calls in cursor.fetchall()]
    return max(said, default=settings_on(day).calls_a_day), bool(said)


class Why(NamedTuple):
    """In general words: how somebody was near a case and until when. Never who it is, never where."""

    kind: str
    level: int
    last_exposure: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of people under watch, for a screen that may show it."""

    watches: dict[UUID, list[WatchRow]]
    why: dict[tuple[UUID, str], Why]
    calls: dict[UUID, list[CallRow]]


def known_of(ids: Collection[UUID]) -> Known:
    """Open watches, reasons in general words, and calls of these people. Three statements."""
    if not ids:
        return Known({}, {}, {})
    wanted = sorted(ids)
    watches: dict[UUID, list[WatchRow]] = {}
    calls: dict[UUID, list[CallRow]] = {}
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("tracing", "open_watches_of"), [wanted])
        for row in cursor.fetchall():
            watches.setdefault(row[0], []).append(watch_of(row))
        arrays.execute(cursor, load("tracing", "why_listed"), [wanted])
        why = {(row[0], row[1]): Why(*row[2:]) for row in cursor.fetchall()}
        for call in calls_of(cursor, wanted):
            calls.setdefault(call.person_id, []).append(call)
    return Known(watches, why, calls)


class WatchFacts(NamedTuple):
    """A watch, open or over."""

    watch: WatchRow
    state: str
    release_reason: str
    listed_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """Everything this topic knows of one person; the same for whoever answers for them now and did before."""

    watches: list[WatchFacts]
    tasks: list[TaskRow]
    calls: list[CallRow]
    handovers: list[HandoverRow]
    why: dict[str, Why]

    @property
    def areas(self) -> set[int]:
        """Places that answer or answered for the person, or are asked to."""
        found = {entry.watch.area_id for entry in self.watches}
        return found | {area for row in self.handovers for area in (row.from_area_id, row.to_area_id)}


def history(person_id: UUID) -> History:
    """Five statements."""
    with hot_cursor() as cursor:
        cursor.execute(load("tracing", "watches_of"), [person_id])
        watches = [WatchFacts(watch_of(row[:14]), *row[14:]) for row in cursor.fetchall()]
        arrays.execute(cursor, load("tracing", "open_tasks_of"), [[person_id]])
        tasks = sorted((task_of(row) for row in cursor.fetchall()), key=lambda task: task.due_at)
        arrays.execute(cursor, load("tracing", "why_listed"), [[person_id]])
        why = {row[1]: Why(*row[2:]) for row in cursor.fetchall()}
        return History(watches, tasks, calls_of(cursor, [person_id]), handovers_of(cursor, [person_id]), why)


def handovers(
    actor: Actor, now: datetime, *, incoming: bool, chosen: int | None = None, most: int = 100
) -> list[HandoverRow]:
    """Offers to the actor's places, or by them: those that wait, and what was answered lately. One statement."""
    mine = scopes.area_array(actor, "contact.read") if chosen is None else areas_of(actor, chosen)
    name = "handovers_in" if incoming else "handovers_out"
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("tracing", name), [mine, mine, now - ANSWERED_FOR, most])
        return [HandoverRow(*row) for row in cursor.fetchall()]


class Load(NamedTuple):
    """What stands open for one tracer of a place, None: for nobody in particular. Tasks, the last one households."""

    area_id: int
    assigned_to: UUID | None
    due: int
    late: int
    tried: int
    households: int


def loads(areas: Sequence[int], now: datetime) -> list[Load]:
    """Open tasks by place and tracer. One statement, of the places given."""
    day = now.astimezone(HERE).date()
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("tracing", "load_of_places"), [now, day, now, list(areas)])
        return [Load(*row) for row in cursor.fetchall()]


def orders_due(areas: Sequence[int], most: int) -> list[tuple[UUID, UUID, str, int, int]]:
    """(person, watch, disease, level, area) of orders still to be written. One statement."""
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("tracing", "orders_due"), [list(areas), most])
        return [tuple(row) for row in cursor.fetchall()]


class Named(NamedTuple):
    """Somebody named as near a case: evidence for the list of that case."""

    person_id: UUID
    case_person_id: UUID
    disease: str
    relation: str
    first_at: datetime
    last_at: datetime
    minutes: int | None


def named_contacts(cursor: psycopg.Cursor[Any], case_persons: Collection[UUID]) -> list[Named]:
    """Contacts that were named as near these people; for whoever works out the lists. One statement."""
    if not case_persons:
        return []
    arrays.execute(cursor, load("tracing", "named_contacts"), [sorted(case_persons)])
    return [Named(*row) for row in cursor.fetchall()]


def unassigned(areas: Sequence[int], now: datetime, households: int) -> list[tuple[UUID, UUID]]:
    """(person, watch) of the next households that are nobody's, in the order of the list. Two statements."""
    if households <= 0:
        return []
    with hot_cursor() as cursor:
        most = households * TASKS_A_HOUSEHOLD
        found = _ranked(cursor, areas, _BEGINNING, now, UUID(int=0), most)  # nobody's: those of a user without a name
        keys = list(dict.fromkeys(task.household_key for task in found))[:households]
        sittings = _sittings(cursor, keys, now, areas)
    pairs = [(task.person_id, task.watch_id) for s in sittings for tasks in s.tasks.values() for task in tasks]
    return list(dict.fromkeys(pairs))
