"""The reporting triangle as the engine reads it: what came on which day for which day, row by row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.hub import Triangle

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SAME = 0.02  # a row is the sum of the others when it differs from it by less than this share


@dataclass(frozen=True)
class Reports:
    """new [L, D, K]: reported of day d after k days, 0 where nothing was; so_far [L, D, K]: the same added up.
    The last of D is the day of the knowledge; cells after it hold no information and are never read."""

    new: Floats
    so_far: Floats
    total: int | None

    @property
    def rows(self) -> int:
        return int(self.new.shape[0])

    @property
    def days(self) -> int:
        return int(self.new.shape[1])

    @property
    def longest(self) -> int:
        """The longest delay of the triangle, in days."""
        return int(self.new.shape[2]) - 1

    def on(self, day: int) -> tuple[Ints, Ints]:
        """Days and delays of the cells reported on a day (an index of D)."""
        delay = np.arange(min(day, self.longest) + 1)
        return day - delay, delay

    def by_day(self) -> Floats:
        """All that was reported on each day [L, D], whatever day it was for."""
        return np.stack([self.new[:, *self.on(day)].sum(axis=1) for day in range(self.days)], axis=1)

    def known(self, last: Ints) -> tuple[Floats, Ints]:
        """What is known of each day [L, D] and after how many days [L, D] (-1: no report of it can have come);
        `last` [L]: the day of each row's last report."""
        age = last[:, None] - np.arange(self.days)
        after = np.clip(age, -1, self.longest)
        counts = np.take_along_axis(self.so_far, np.maximum(after, 0)[:, :, None], axis=2)[:, :, 0]
        return np.where(after < 0, 0.0, counts), after


def read(triangle: Triangle) -> Reports:
    """Check a triangle and add it up. Its counts [L, D, K] are what was reported after k days, not yet added up.

    Raises ValueError naming what is wrong with the form.
    """
    counts = np.asarray(triangle.counts, dtype=float)
    if counts.ndim != 3 or counts.shape[:2] != (len(triangle.locations), len(triangle.days)):
        raise ValueError(f"a triangle of shape {counts.shape}: places × days × delays are asked for")
    if counts.shape[1] < 2 or counts.shape[2] < 2:
        raise ValueError("a triangle needs two days and two delays at least")
    if np.isinf(counts).any():
        raise ValueError("a triangle holds an infinite count")
    possible = np.arange(counts.shape[2]) <= np.arange(counts.shape[1])[::-1, None]
    new = np.where(possible, np.nan_to_num(counts), 0.0)
    return Reports(new, np.cumsum(new, axis=2), _total(new.sum(axis=2)))


def _total(sums: Floats) -> int | None:
    """The row that is the sum of all others, if there is one. sums [L, D]."""
    if len(sums) < 3:
        return None
    row = int(np.argmax(sums.sum(axis=1)))
    others = sums.sum(axis=0) - sums[row]
    whole = sums[row].sum()
    return row if whole > 0 and np.abs(others - sums[row]).sum() <= SAME * whole else None
