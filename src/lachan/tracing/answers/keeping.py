"""Days are sealed, sealed again when they gained enough, and forgotten; what is damaged is made anew from the truth."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import structlog
from django.db import connection

from lachan.kernel.statements import load
from lachan.tracing.answers import truth
from lachan.tracing.answers.current import Answers, stale_days
from lachan.tracing.segments import sealing
from lachan.tracing.segments.layout import PROVISIONAL, Rows

MANY: Final = 200_000  # visits a day has gained: more than that in memory of every process is too much,
PART: Final = 20  # but less than a twentieth of a day is not worth writing it again
SEALED_AGAIN_AFTER: Final = timedelta(hours=6)  # the same for fewer
KEPT: Final = timedelta(hours=24)  # of batches: others read them too, and look back
MOST_TRIES: Final = 3
log = structlog.get_logger("lachan.tracing")


class Pending(NamedTuple):
    """A day and why it is to be sealed: ``waiting`` visits in batches, or what is wrong with it."""

    day: int
    waiting: int
    why: str


class Kept(NamedTuple):
    """What one look at the store came to: days sealed, days that gained nothing, days and batches that went."""

    sealed: int
    advanced: int
    forgotten: int
    batches: int


def seal(folder: Path, day: int) -> int:
    """Write a day's segment from the truth as it is now; its visits."""
    with truth.own_connection() as cursor:
        seen = truth.settled_snapshot(cursor)
        rows = truth.visits_of(cursor, day)
        origin = truth.origin(cursor)
    sealing.seal(folder, day, rows, snapshot=seen, origin=origin)
    return len(rows.place)


def pending(answers: Answers, now: datetime) -> tuple[list[Pending], dict[int, str]]:
    """(days to seal and why, days that gained nothing and may be said to be current as of a snapshot)."""
    store = answers.store
    store.refresh()
    known = store.manifest.days
    with truth.own_connection() as cursor:
        seen_now = truth.snapshot(cursor)
        standing = truth.days_standing(cursor)
        stale = stale_days(cursor, store, truth.origin(cursor))
        _, full = truth.with_visits(cursor, [day for day in standing if day not in known])
        waiting = _waiting(cursor, answers)
    wrong = {**dict.fromkeys(full, "is not sealed"), **dict.fromkeys(stale, "is out of date")}
    wrong |= {day: why for day, why in store.damaged.items() if day in known and day not in wrong}
    due = [Pending(day, waiting.get(day, 0), why) for day, why in wrong.items() if day in standing]
    current = {}
    for day, sealed in known.items():
        if day in wrong or day not in standing:
            continue
        gained = waiting.get(day, 0)
        old = now.timestamp() - sealed.sealed_at >= SEALED_AGAIN_AFTER.total_seconds()
        if not gained:
            current[day] = seen_now
        elif old or gained >= max(MANY, sealed.rows // PART):
            due.append(Pending(day, gained, "has gained visits"))
    return sorted(due), current


def _waiting(cursor: Any, answers: Answers) -> dict[int, int]:
    """Visits in batches that sealed days have not seen; a batch over several days counts for each."""
    seen = {day: sight for day, sight in answers.store.seen().items() if day in answers.store.manifest.days}
    found: dict[int, int] = {}
    if not seen:
        return found
    cursor.execute(load("tracing", "batches_waiting"), [str(min(sight.xmin for sight in seen.values()))])
    for xid, first, last, rows in cursor.fetchall():
        for day in range(truth.day_of(first), truth.day_of(last) + 1):
            if day in seen and not seen[day].sees(xid):
                found[day] = found.get(day, 0) + rows
    return found


def keep(answers: Answers, now: datetime) -> Kept:
    """Seal what is due, say of the rest how current it is, forget days that were dropped and batches all have seen."""
    folder = answers.store.folder
    due, current = pending(answers, now)
    for item in due:
        begun = time.monotonic()
        rows = seal(folder, item.day)
        log.info(
            "a day of visits is sealed", where=str(truth.date_of(item.day)), count=rows, reason=item.why,
            seconds=round(time.monotonic() - begun, 1),
        )  # fmt: skip
    if current:
        sealing.advance(folder, current)
    forgotten = _forget_dropped(folder, answers)
    answers.refresh(at_least_every=0)
    return Kept(len(due), len(current), forgotten, _forget_batches(answers, now))


def _forget_dropped(folder: Path, answers: Answers) -> int:
    with connection.cursor() as cursor:
        standing = set(truth.days_standing(cursor))
    gone = answers.store.manifest.days.keys() - standing
    return sealing.forget(folder, gone) if gone else 0


def _forget_batches(answers: Answers, now: datetime) -> int:
    """Batches below the oldest transaction some sealed day waits for, and old enough. None while a day is missing."""
    seen = [sight.xmin for day, sight in answers.store.seen().items() if day in answers.store.manifest.days]
    if answers.store.damaged or not seen:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(load("tracing", "forget_batches"), [str(min(seen)), now - KEPT])
        return int(cursor.rowcount)


def rebuild(
    answers: Answers, days: Collection[date] | None = None, *, said: Callable[[date, int], None] | None = None
) -> int:
    """Seal these days, or with None every day there is with new numbers for everybody; their visits.

    ``said`` is told of each day as it is done.
    """
    folder = answers.store.folder
    with connection.cursor() as cursor:
        standing = truth.days_standing(cursor)
        _, full = truth.with_visits(cursor, standing)
    if days is None:
        sealing.clear(folder)
    wanted = sorted(full) if days is None else sorted(truth.day_of(day) for day in days)
    total = 0
    for day in wanted:
        rows = seal(folder, day)
        total += rows
        if said is not None:
            said(truth.date_of(day), rows)
    answers.refresh(at_least_every=0)
    return total


class Difference(NamedTuple):
    """A day as the store has it against the truth: visits, and how many are in one of the two only."""

    day: date
    visits: int
    differing: int


def compare(answers: Answers, day: date) -> Difference:
    """Recount a day, visit by visit. While people come and go it is looked at again, three times at most."""
    number = truth.day_of(day)
    found = Difference(day, 0, 0)
    for _ in range(MOST_TRIES):
        with truth.own_connection() as cursor:
            true = truth.visits_of(cursor, number)
        answers.refresh(at_least_every=0)
        stored = answers.store.day(number)
        found = Difference(day, len(true.place), _differing(true, stored))
        if not found.differing:
            break
    return found


def _differing(true: Rows, stored: Rows) -> int:
    """Visits in one of the two only. A closed space is the venue's to change, and is left out."""
    both = []
    for rows in (true, stored):
        columns = [rows.place, rows.subject, rows.t_in, rows.t_out, (rows.flags & PROVISIONAL).astype(np.int64)]
        order = np.lexsort(columns[2::-1])
        both.append(np.stack([column[order] for column in columns], axis=1))
    if both[0].shape == both[1].shape and bool((both[0] == both[1]).all()):
        return 0
    return len({*map(tuple, both[0].tolist())} ^ {*map(tuple, both[1].tolist())})
