"""The answer store of this process: kept current from the outbox of visits, and from PostgreSQL where it cannot answer.

Days that are damaged, or not sealed and not empty, are answered by the truth itself in the same way, only slower; that
they be sealed is asked of the worker at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import structlog
from django.db import connection

from lachan.kernel.statements import load
from lachan.tracing.answers import fallback, truth
from lachan.tracing.engine.shapes import Lines, Longs, Pieces, Rule
from lachan.tracing.segments.files import Corrupt
from lachan.tracing.segments.manifest import Snapshot
from lachan.tracing.segments.store import Guests, Stays, Store

EVERY_S: Final = 0.3
DAYS_EVERY_S: Final = 60.0  # partitions are made days ahead
ASK_EVERY_S: Final = 60.0
BATCHES: Final = 2_000
log = structlog.get_logger("lachan.tracing")
_Answer = TypeVar("_Answer")


class Answers:
    """Questions as to :class:`lachan.tracing.segments.store.Store`, always current, always answered."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self.from_truth = 0  # questions PostgreSQL had to answer
        self._lock = threading.Lock()
        self._last = (0, 0)
        self._looked, self._days_looked, self._asked = -EVERY_S, -DAYS_EVERY_S, -ASK_EVERY_S
        self._origin: str | None = None

    def refresh(self, *, at_least_every: float = EVERY_S) -> None:
        """Take in what was committed since the last look, if that is long enough ago. Another thread's look counts."""
        if time.monotonic() - self._looked < at_least_every:
            return
        with self._lock:
            if time.monotonic() - self._looked < at_least_every:
                return
            begun = time.monotonic()
            changed = self.store.refresh()
            with connection.cursor() as cursor:
                if changed or begun - self._days_looked >= DAYS_EVERY_S:
                    self._look_at_days(cursor)
                    self._days_looked = begun
                    self._last = (min((seen.xmin for seen in self.store.seen().values()), default=0), 0)
                self._read(cursor)
            self._looked = begun
        if self.store.damaged:
            self._ask_to_heal()

    def _look_at_days(self, cursor: Any) -> None:
        """Which days are sealed, empty, or neither. A folder made from another database, or one that slept while
        batches went, is not believed."""
        if self._origin is None:
            self._origin = truth.origin(cursor)
        manifest = self.store.manifest
        standing = truth.days_standing(cursor)
        stale = stale_days(cursor, self.store, self._origin)
        sealed = manifest.days.keys() - stale
        empty, full = truth.with_visits(cursor, [day for day in standing if day not in sealed])
        self.store.suppose(
            empty={day: empty for day in standing if day not in sealed and day not in full},
            missing=full | stale,
        )

    def _read(self, cursor: Any) -> None:
        while True:
            found = truth.batches(cursor, self._last, self.store.seen(), BATCHES)
            if found:
                self.store.add(found)
                self._last = (found[-1].xid, found[-1].id)
            if len(found) < BATCHES:
                return

    def _ask_to_heal(self) -> None:
        if time.monotonic() - self._asked < ASK_EVERY_S:
            return
        self._asked = time.monotonic()
        damaged = self.store.damaged
        log.warning(
            "days of the answer store are answered by PostgreSQL until they are sealed again", count=len(damaged),
            where=str(truth.date_of(min(damaged))), reason="; ".join(sorted(set(damaged.values()))),
        )  # fmt: skip
        from lachan.tracing.answers.jobs import ask

        ask()

    def _asked_of(self, stored: Callable[[], _Answer], true: Callable[[], _Answer]) -> _Answer:
        self.refresh()
        try:
            return stored()
        except Corrupt:
            self.from_truth += 1
            return true()

    def f1(self, subjects: Sequence[int] | Longs, window: tuple[int, int], rule: Rule) -> Lines:
        """Contacts by visits of one human being, all of whose pseudonyms these are. Without a score."""
        return self._asked_of(
            lambda: self.store.f1(subjects, window, rule), lambda: fallback.f1(subjects, window, rule)
        )

    def f2(self, subjects: Sequence[int] | Longs, f1: Lines, window: tuple[int, int], rule: Rule) -> Lines:
        """Contacts of those contacts, who are neither the case nor one of them."""
        return self._asked_of(
            lambda: self.store.f2(subjects, f1, window, rule), lambda: fallback.f2(subjects, f1, window, rule)
        )

    def many(self, cases: Sequence[tuple[Sequence[int] | Longs, tuple[int, int]]], rule: Rule) -> list[Lines]:
        """F1 of many cases, each with its pseudonyms and window, in their order."""
        return self._asked_of(
            lambda: self.store.many(cases, rule), lambda: [fallback.f1(own, window, rule) for own, window in cases]
        )

    def pieces(self, subjects: Sequence[int] | Longs, t_from: int, t_to: int) -> Pieces:
        """Everybody who was at a place at the same time, not clipped, not joined."""
        return self._asked_of(
            lambda: self.store.pieces(subjects, t_from, t_to), lambda: fallback.pieces(subjects, t_from, t_to)
        )

    def stays(self, subjects: Sequence[int] | Longs, t_from: int, t_to: int) -> Stays:
        """Their own stays, whole, in order."""
        return self._asked_of(
            lambda: self.store.stays(subjects, t_from, t_to), lambda: fallback.stays(subjects, t_from, t_to)
        )

    def visits_of_place(self, place: int, t_from: int, t_to: int) -> Guests:
        """Who was at a place, whole visits."""
        return self._asked_of(
            lambda: self.store.visits_of_place(place, t_from, t_to), lambda: fallback.guests(place, t_from, t_to)
        )

    def crowd(self, places: Longs, day: int) -> Longs:
        """How many different people were at each place on a day (days since 1970, UTC)."""
        return self._asked_of(lambda: self.store.crowd(places, day), lambda: fallback.crowd(places, day))


def stale_days(cursor: Any, store: Store, origin: str) -> set[int]:
    """Sealed days that batches cannot bring up to date: of another database, of a later state of this one than was
    restored, or older than what is kept."""
    manifest = store.manifest
    if manifest.days and manifest.origin != origin:
        return set(manifest.days)
    seen = {day: sight for day, sight in store.seen().items() if day in manifest.days}
    now = Snapshot.of(truth.snapshot(cursor))
    stale = {day for day, sight in seen.items() if sight.xmax > now.xmax}
    oldest = oldest_batch(cursor)
    if oldest is not None and oldest[1] > 1:
        stale |= {day for day, sight in seen.items() if sight.xmin < oldest[0]}
    return stale


def oldest_batch(cursor: Any) -> tuple[int, int] | None:
    """(transaction, id) of the oldest batch that is kept."""
    cursor.execute(load("tracing", "oldest_batch"))
    found: tuple[int, int] | None = cursor.fetchone()
    return found
