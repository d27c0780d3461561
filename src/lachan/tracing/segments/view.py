"""One state of a store, as questions see it: the tables there are, and the people in them. Replaced, never changed; but
for single words, which corrections overwrite in memory of our own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lachan.tracing.engine.shapes import Longs
from lachan.tracing.segments import kernels
from lachan.tracing.segments.layout import Table
from lachan.tracing.segments.people import People, nobody


class View:
    """``base``: the people of the sealed days; ``extra``: those only the tail knows, numbered behind them."""

    def __init__(self, tables: Sequence[Table], base: People, extra: People | None = None) -> None:
        self.base, self.extra = base, nobody() if extra is None else extra
        self._held = sorted(tables, key=lambda table: table.day)  # the addresses below are of these
        entries = np.zeros((len(self._held), kernels.ENTRY), np.int64)
        for row, table in enumerate(self._held):
            entries[row] = _entry(table)
        self.entries = entries
        self.day0 = self._held[0].day if self._held else 0
        days = self._held[-1].day - self.day0 + 1 if self._held else 0
        self.first = np.searchsorted(entries[:, kernels.DAY], self.day0 + np.arange(days + 1)).astype(np.int64)

    @property
    def people(self) -> int:
        return len(self.base.subjects) + len(self.extra.subjects)

    def tables(self, day: int) -> list[Table]:
        """The tables of a day."""
        return [table for table in self._held if table.day == day]

    def numbers(self, subjects: Longs) -> Longs:
        """Dense numbers; -1 for who is not here."""
        found = self.base.find(subjects)
        if len(self.extra.subjects):
            missing = found < 0
            if missing.any():
                more = self.extra.find(subjects[missing])
                found[missing] = np.where(more >= 0, more + len(self.base.subjects), -1)
        return found

    def known(self, subjects: Sequence[int] | Longs) -> Longs:
        """Dense numbers of those who are here."""
        found = self.numbers(np.asarray(subjects, np.int64))
        return found if found.min(initial=0) >= 0 else found[found >= 0]

    def subjects(self, numbers: Longs) -> Longs:
        """Whose numbers these are."""
        base = len(self.base.subjects)
        found = np.empty(len(numbers), np.int64)
        old = numbers < base
        found[old] = self.base.subjects[numbers[old]]
        found[~old] = self.extra.subjects[numbers[~old] - base]
        return found


def _entry(table: Table) -> list[int]:
    return [
        table.day, _address(table.words), _address(table.places), len(table.places), _address(table.starts),
        _address(table.longest), _address(table.blocks), len(table.blocks) - 1, _address(table.rows), table.shift,
    ]  # fmt: skip


def _address(column: NDArray[Any]) -> int:
    return int(column.__array_interface__["data"][0])
