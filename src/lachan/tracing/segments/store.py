"""The store of visits as others use it: a folder of sealed days, and what came since. Many may ask at once."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from lachan.tracing.engine.joining import MODES, days, needed
from lachan.tracing.engine.shapes import VISIT, Bytes, Lines, Longs, Pieces, Rule
from lachan.tracing.segments import kernels, manifest, measuring, sealing
from lachan.tracing.segments.files import Columns, Corrupt
from lachan.tracing.segments.layout import DAY_S, LONGEST_S, Rows, Table, joined, unpacked
from lachan.tracing.segments.manifest import Manifest, Snapshot
from lachan.tracing.segments.people import People, nobody
from lachan.tracing.segments.tail import Batch, Tail
from lachan.tracing.segments.view import View

THREADS: Final = 2


class Stays(NamedTuple):
    """Where somebody was: closed-open seconds; ``closed``: in a closed space; ``provisional``: the check-out is not yet
    seen, ``t_out`` is the usual stay."""

    place: Longs
    t_in: Longs
    t_out: Longs
    closed: Bytes
    provisional: Bytes


class Guests(NamedTuple):
    """Who was at a place, a row a visit, by ``t_in`` within each table; as :class:`Stays`."""

    subject: Longs
    t_in: Longs
    t_out: Longs
    closed: Bytes
    provisional: Bytes


class Store:
    """Questions to a folder of sealed days and to the batches added since.

    A damaged day raises :class:`Corrupt` from every question whose time touches it: a wrong answer is never given.
    """

    def __init__(self, folder: Path, *, check: bool = True) -> None:
        """``check``: read every column once when a file is first opened, and compare its sum."""
        self.folder, self._check = folder, check
        self._lock = threading.RLock()
        self._tail = Tail()
        self._manifest, self._stamp = Manifest(), None  # type: Manifest, tuple[int, int, int] | None
        self._open: dict[str, tuple[Columns, Table]] = {}
        self._people: Columns | None = None
        self._damaged: dict[int, str] = {}
        self._empty: dict[int, Snapshot] = {}
        self._missing: frozenset[int] = frozenset()
        self._state = (View([], nobody()), self._damaged)
        self._local = threading.local()
        self.refresh()

    # what there is

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    @property
    def damaged(self) -> dict[int, str]:
        """Days that answer nothing, and why: their file cannot be believed, or they are missing."""
        return dict(self._state[1])

    @property
    def tail_rows(self) -> int:
        with self._lock:
            return self._tail.rows

    def seen(self) -> dict[int, Snapshot]:
        """Of every day this store answers for what it has seen of the truth."""
        sealed = {day: Snapshot.of(sealed.snapshot) for day, sealed in self._manifest.days.items()}
        return {**self._empty, **sealed}

    def suppose(self, *, empty: Mapping[int, Snapshot], missing: Collection[int]) -> None:
        """Of days that are not sealed: ``empty`` had no visit when that was seen, so that batches make them whole;
        ``missing`` had some, or are sealed and not to be believed, and raise :class:`Corrupt`."""
        with self._lock:
            self._empty, self._missing = dict(empty), frozenset(missing)
            self._begin()

    # following

    def refresh(self) -> bool:
        """Take over what a writer wrote, notice files that were touched, cut or removed; whether anything changed."""
        with self._lock:
            found, stamp = manifest.read(self.folder)
            changed = stamp != self._stamp
            if not changed:
                changed = any(not opened.as_it_was() for opened in self._files())
            if not changed:
                return False
            for _ in range(3):  # a writer may remove what the manifest just read named
                self._take(found)
                again, stamp = manifest.read(self.folder)
                if again == found:
                    break
                found = again
            self._manifest, self._stamp = found, stamp
            self._begin()
            return True

    def add(self, batches: Iterable[Batch]) -> None:
        """Visits that were recorded since; a batch that is here already, or in a sealed day, changes nothing."""
        with self._lock:
            tables, base, seen = self._sealed()
            self._state = (self._tail.add(batches, tables, base, seen), self._state[1])

    def verify(self) -> list[Corrupt]:
        """Read every file whole, as it is on the disk now; what is wrong. Days found damaged answer nothing more."""
        with self._lock:
            found: dict[int, str] = {}
            for opened in self._files():
                try:
                    opened.verify()
                except Corrupt as corrupt:
                    found[corrupt.day] = corrupt.why
            damaged = dict(self._damaged)
            if (why := found.pop(sealing.PEOPLE, None)) is not None:
                self._people = None
                damaged |= dict.fromkeys(self._manifest.days, f"people: {why}")
            self._damaged = damaged | found
            # closed, so that they are read and compared whole when they are opened again
            self._open = {name: held for name, held in self._open.items() if held[1].day not in self._damaged}
            self._begin()
            return [Corrupt(day, why) for day, why in sorted(self._damaged.items())]

    def _files(self) -> list[Columns]:
        return [opened for opened, _ in self._open.values()] + ([self._people] if self._people else [])

    def _take(self, found: Manifest) -> None:
        damaged: dict[int, str] = {}
        try:
            if self._people is None or self._people.path.name != found.people or not self._people.as_it_was():
                self._people = sealing.open_people(self.folder, found, check=self._check) if found.people else None
        except Corrupt as corrupt:
            self._people = None
            damaged = dict.fromkeys(found.days, f"people: {corrupt.why}")
        kept: dict[str, tuple[Columns, Table]] = {}
        for day, sealed in found.days.items():
            try:
                held = self._open.get(sealed.file)
                if held is None or not held[0].as_it_was():
                    held = sealing.open_table(self.folder, found, day, check=self._check)
                    if self._people and held[0].head["people"] > len(self._people.columns["subjects"]):
                        raise Corrupt(day, "names people who are not there")
                kept[sealed.file] = held
            except Corrupt as corrupt:
                damaged.setdefault(day, corrupt.why)
        self._open, self._damaged = kept, damaged

    def _begin(self) -> None:
        unsealed = dict.fromkeys(self._missing, "is not sealed")
        self._state = (self._tail.begin(*self._sealed()), {**unsealed, **self._damaged})

    def _sealed(self) -> tuple[list[Table], People, dict[int, Snapshot]]:
        tables = [table for _, table in self._open.values() if table.day not in self._damaged]
        base = sealing.people_of(self._people) if self._people else nobody()
        return tables, base, self.seen()

    # questions

    def f1(self, subjects: Sequence[int] | Longs, window: tuple[int, int], rule: Rule) -> Lines:
        """Contacts by visits of one human being (``subjects``: all their pseudonyms) in a closed-open window of
        seconds: as :func:`lachan.tracing.engine.settle.settle` of :meth:`pieces`. Without a score."""
        view = self._sound(window)
        persons = view.known(subjects)
        if not len(persons) or window[1] <= window[0]:
            return _lines(np.empty((5, 0), np.int64), 1)
        found, facts = measuring.contacts(
            view.entries, view.first, view.day0, persons, *window, rule.closed_only, MODES[rule.sum], needed(rule)
        )
        return _lines(measuring.lines(found, facts, view.base.subjects, view.extra.subjects), 1)

    def f2(self, subjects: Sequence[int] | Longs, f1: Lines, window: tuple[int, int], rule: Rule) -> Lines:
        """Contacts of each F1 from its first exposure and the rule's latent days to the end of the window, who are
        neither the case nor an F1; first and last exposure over all F1s, the rest of the one with the most seconds.

        ``f1``: sorted by contact, also with those known otherwise than by visits.
        """
        view = self._sound(window)
        numbers = view.numbers(f1.contact)
        here = numbers >= 0
        found, facts = numbers[here], np.zeros((int(here.sum()), 4), np.int64)
        facts[:, 0] = f1.first[here]
        who, best = measuring.second(
            view.entries, view.first, view.day0, found, facts, view.known(subjects), days(rule.latent_days), window[1],
            rule.closed_only, MODES[rule.sum], needed(rule), self._marks(view.people + 1),
        )  # fmt: skip
        made = measuring.lines(who, best[:, :4], view.base.subjects, view.extra.subjects)
        via = f1.contact[here][best[:, 4]]
        order = np.argsort(view.subjects(who))
        return _lines(made, 2, via[order])

    def many(
        self, cases: Sequence[tuple[Sequence[int] | Longs, tuple[int, int]]], rule: Rule, *, threads: int = THREADS
    ) -> list[Lines]:
        """F1 of many cases, each with its pseudonyms and window, in their order."""
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(lambda case: self.f1(case[0], case[1], rule), cases))

    def pieces(self, subjects: Sequence[int] | Longs, t_from: int, t_to: int) -> Pieces:
        """Everybody who was at a place at the same time as these subjects (one human being), not clipped to the span
        with which every piece shares a second. ``closed`` where both stays say so."""
        view = self._sound((t_from, t_to))
        persons = view.known(subjects)
        own = kernels.stays(view.entries, view.first, view.day0, persons, t_from, t_to)
        runs = kernels.ranges(view.entries, view.first, view.day0, own, t_from, t_to)
        found = kernels.pieces(view.entries, own, runs, persons, t_from, t_to)
        n = len(found)
        return Pieces(
            other=view.subjects(found[:, 0]), start=found[:, 1].copy(), end=found[:, 2].copy(),
            place=found[:, 3].copy(), kind=np.full(n, VISIT, np.uint8), closed=found[:, 4].astype(np.uint8),
            distance=np.full(n, np.nan, np.float32),
        )  # fmt: skip

    def stays(self, subjects: Sequence[int] | Longs, t_from: int, t_to: int) -> Stays:
        """Their own stays that share a second with the span, whole, by ``t_in``."""
        view = self._sound((t_from, t_to))
        found = kernels.stays(view.entries, view.first, view.day0, view.known(subjects), t_from, t_to)
        return Stays(
            found[:, 0].copy(), found[:, 1].copy(), found[:, 2].copy(), found[:, 3].astype(np.uint8),
            found[:, 4].astype(np.uint8),
        )  # fmt: skip

    def visits_of_place(self, place: int, t_from: int, t_to: int) -> Guests:
        """Who was at a place: visits that share a second with the span, whole."""
        view = self._sound((t_from, t_to))
        found = kernels.at_place(view.entries, view.first, view.day0, place, t_from, t_to)
        return Guests(
            view.subjects(found[:, 0]), found[:, 1].copy(), found[:, 2].copy(), found[:, 3].astype(np.uint8),
            found[:, 4].astype(np.uint8),
        )  # fmt: skip

    def crowd(self, places: Longs, day: int) -> Longs:
        """How many different people were at each place on a day (days since 1970, UTC), also those who came the day
        before."""
        view = self._sound((day * DAY_S, (day + 1) * DAY_S))
        found = np.zeros(len(places), np.int64)
        for row, place in enumerate(places):
            guests = kernels.at_place(view.entries, view.first, view.day0, place, day * DAY_S, (day + 1) * DAY_S)
            found[row] = len(np.unique(guests[:, 0]))
        return found

    def day(self, day: int) -> Rows:
        """Every visit that began on a day, in no order; ``flags`` without the bit of replacing."""
        view = self._sound((day * DAY_S + LONGEST_S, (day + 1) * DAY_S))
        parts = []
        for table in view.tables(day):
            rows, persons = unpacked(table)
            parts.append(rows._replace(subject=view.subjects(persons)))
        return joined(parts)

    def _sound(self, window: tuple[int, int]) -> View:
        """The state to ask; Corrupt when it is damaged in this span, or in the 12 hours before, from which stays may
        reach into it."""
        view, damaged = self._state
        if damaged:
            for day in sorted(damaged):
                if (window[0] - LONGEST_S) // DAY_S <= day <= (window[1] - 1) // DAY_S:
                    raise Corrupt(day, damaged[day])
        return view

    def _marks(self, people: int) -> Longs:
        """Zeros, one a person, kept by each thread: to clear them costs what was marked, to make them a nation."""
        marks: Longs | None = getattr(self._local, "marks", None)
        if marks is None or len(marks) < people:
            marks = self._local.marks = np.zeros(people, np.int64)
        return marks


def _lines(made: Longs, level: int, via: Longs | None = None) -> Lines:
    n = made.shape[1]
    return Lines(
        contact=made[0], level=np.full(n, level, np.uint8), first=made[1], last=made[2], seconds=made[3],
        place=made[4], kind=np.zeros(n, np.uint8), score=np.zeros(n, np.float32),
        via=np.zeros(n, np.int64) if via is None else via,
    )  # fmt: skip
