"""What came after the sealed days were written: kept in memory, in a few sorted runs a day.

Corrections overwrite the word of the visit they mean, in the tail or in this process's own copy of a sealed page; the
file stays as it is until the day is sealed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from lachan.tracing.engine.shapes import Longs
from lachan.tracing.segments import kernels
from lachan.tracing.segments.layout import DAY_S, Rows, Table, build, joined, packed, unpacked
from lachan.tracing.segments.manifest import Snapshot
from lachan.tracing.segments.people import People, nobody
from lachan.tracing.segments.pointers import u16, u32, u64
from lachan.tracing.segments.view import View


class Batch(NamedTuple):
    """One entry of the outbox: the transaction, its place among all entries, the visits."""

    xid: int
    id: int
    rows: Rows


class Tail:
    """Batches not yet in sealed days. Not for use by two threads at once."""

    def __init__(self) -> None:
        self._batches: dict[tuple[int, int], Batch] = {}
        self.runs: dict[int, list[Table]] = {}
        self.extra = nobody()

    @property
    def rows(self) -> int:
        return sum(len(table.words) for runs in self.runs.values() for table in runs)

    def begin(self, sealed: Sequence[Table], base: People, seen: Mapping[int, Snapshot]) -> View:
        """Put everything kept over other sealed days; what those have seen is dropped."""
        batches = list(self._batches.values())
        self._batches, self.runs, self.extra = {}, {}, nobody()
        return self.add(batches, sealed, base, seen)

    def add(
        self, batches: Iterable[Batch], sealed: Sequence[Table], base: People, seen: Mapping[int, Snapshot]
    ) -> View:
        """The state with these batches as well; one that is here already changes nothing. ``seen``: of each day this
        store answers for what it has seen; rows of other days are left out."""
        parts = []
        for batch in sorted(batches, key=lambda batch: batch.id):  # of the same visit, the later entry holds
            if (batch.xid, batch.id) in self._batches:
                continue
            rows = _unseen(batch, seen)
            if len(rows.place):
                self._batches[batch.xid, batch.id] = batch
                parts.append(rows)
        if parts:
            self._put(_latest(joined(parts)), sealed, base)
        return View([*sealed, *(table for runs in self.runs.values() for table in runs)], base, self.extra)

    def _put(self, rows: Rows, sealed: Sequence[Table], base: People) -> None:
        view = View([*sealed, *(table for runs in self.runs.values() for table in runs)], base, self.extra)
        self.extra = self.extra.extended(rows.subject[base.find(rows.subject) < 0])
        number = View([], base, self.extra).numbers(rows.subject)
        days = rows.t_in // DAY_S
        for day in np.unique(days).tolist():
            chosen = days == day
            its, persons = rows.of(chosen), number[chosen]
            words = packed(day, its, persons)
            new = ~_overwrite(view.entries, view.first, view.day0, day, its.place, words)
            if new.any():
                self._run(day, its.of(new), persons[new], len(base.subjects) + len(self.extra.subjects))

    def _run(self, day: int, rows: Rows, persons: Longs, people: int) -> None:
        """One more run; the last two become one until each is twice as long as the next, so that there are few."""
        runs = self.runs.setdefault(day, [])
        runs.append(build(day, rows, persons, people))
        while len(runs) > 1 and len(runs[-2].words) < 2 * len(runs[-1].words):
            (left, whose), (right, others) = unpacked(runs.pop()), unpacked(runs.pop())
            runs.append(build(day, joined([left, right]), np.concatenate([whose, others]), people))


def _unseen(batch: Batch, seen: Mapping[int, Snapshot]) -> Rows:
    """The rows of a batch that their day, one this store answers for, has not seen."""
    days = batch.rows.t_in // DAY_S
    different = np.unique(days).tolist()
    wanted = [day for day in different if day in seen and not seen[day].sees(batch.xid)]
    return batch.rows if len(wanted) == len(different) else batch.rows.of(np.isin(days, wanted))


def _latest(rows: Rows) -> Rows:
    """Of rows of the same visit the last."""
    order = np.lexsort((np.arange(len(rows.place)), rows.t_in, rows.subject, rows.place))
    last = np.ones(len(order), np.bool_)
    ahead, behind = order[:-1], order[1:]
    last[:-1] = (
        (rows.place[ahead] != rows.place[behind])
        | (rows.subject[ahead] != rows.subject[behind])
        | (rows.t_in[ahead] != rows.t_in[behind])
    )
    return rows.of(np.sort(order[last]))


@njit(cache=True, nogil=True)
def _overwrite(entries: Any, first: Any, day0: Any, day: int, places: Any, words: Any) -> Any:
    """Put each word over that of the same place, person and beginning in the tables of the day; which were there."""
    there = np.zeros(len(words), np.bool_)
    low, high = kernels.span(first, day0, day, day)
    for row in range(len(words)):
        word = words[row]
        begun = np.int64(word >> np.uint64(47))
        for at in range(low, high):
            entry = entries[at]
            place = kernels.find_place(entry, places[row])
            if place < 0:
                continue
            its, starts, longest = u64(entry[kernels.WORDS]), u32(entry[kernels.STARTS]), u16(entry[kernels.LONGEST])
            begin = kernels.first_from(its, np.int64(starts[place]), np.int64(starts[place + 1]), begun)
            while begin < np.int64(starts[place + 1]) and np.int64(its[begin] >> np.uint64(47)) == begun:
                if (its[begin] ^ word) & np.uint64((1 << 29) - 1) == 0:
                    stay = np.uint16((word >> np.uint64(31)) & np.uint64(0xFFFF))
                    if stay > longest[place]:
                        longest[place] = stay
                    its[begin] = word
                    there[row] = True
                begin += 1
    return there
