"""What every method of early warning answers, and what it does with days it cannot judge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]
Codes = npt.NDArray[np.int8]

REASONS = ("", "short_history", "not_reported", "negative_count")
"""Why a method cannot say; the index is what `Alarms.unsaid` holds, 0 being that it can."""
SHORT_HISTORY, NOT_REPORTED, NEGATIVE = 1, 2, 3


@dataclass(frozen=True)
class Alarms:
    """One method over places and days, all arrays [A, D].

    score: how far the count lies above what was expected, in the method's own unit, NaN where it cannot say.
    threshold: the score above which it alarms, same unit. expected: counts expected without an outbreak, NaN likewise.
    unsaid: index into REASONS. An alarm is never raised where the method cannot say.
    """

    method: str
    days: Days
    score: Floats
    threshold: Floats
    alarm: Bools
    expected: Floats
    unsaid: Codes

    @property
    def known(self) -> Bools:
        """Where the method can say [A, D]."""
        return np.asarray(self.unsaid == 0)

    def first_days(self, gap: int = 7) -> Bools:
        """Where an alarm begins [A, D]: an alarm with none in the `gap` steps before. What a list counts as one."""
        return onsets(self.alarm, gap)


def onsets(alarm: Bools, gap: int) -> Bools:
    """Alarm steps [A, D] without another in the `gap` steps before."""
    steps = np.arange(alarm.shape[1])
    last = np.maximum.accumulate(np.where(alarm, steps, -(10**6)), axis=1)
    before = np.full_like(last, -(10**6))
    before[:, 1:] = last[:, :-1]
    return np.asarray(alarm & (steps - before > gap))


def usable(counts: Floats, days: Days) -> tuple[Floats, Codes]:
    """Counts [A, D] with what cannot be one made NaN, and why.

    A negative count is a correction of earlier days, not a number of people: that day is not judged and enters no
    baseline. Raises ValueError where the shapes do not fit.
    """
    if counts.ndim != 2 or days.shape != (counts.shape[1],):
        raise ValueError(f"counts of shape {counts.shape} over {days.shape} days: want [A, D] and [D]")
    values = np.asarray(counts, dtype=np.float64)
    unsaid = np.zeros(values.shape, dtype=np.int8)
    unsaid[np.isnan(values)] = NOT_REPORTED
    unsaid[values < 0] = NEGATIVE
    return np.where(unsaid == 0, values, np.nan), unsaid


def window(values: Floats, length: int, lag: int) -> tuple[Floats, Floats, Floats]:
    """Sum, sum of squares and number [A, D] of the reported values in the `length` steps that end `lag` + 1 before.

    With lag 0 the window ends yesterday. Steps before the first are not reported.
    """
    there = ~np.isnan(values)
    filled = np.where(there, values, 0.0)
    return _moving(filled, length, lag), _moving(filled**2, length, lag), _moving(there.astype(np.float64), length, lag)


def _moving(values: Floats, length: int, lag: int) -> Floats:
    places, steps = values.shape
    sums = np.concatenate([np.zeros((places, 1)), np.cumsum(values, axis=1)], axis=1)
    ends = np.clip(np.arange(steps) - lag, 0, None)
    return np.asarray(sums[:, ends] - sums[:, np.clip(ends - length, 0, None)])


def judged(method: str, days: Days, score: Floats, threshold: Floats, expected: Floats, unsaid: Codes) -> Alarms:
    """Alarms where the score passes the threshold; where `unsaid` the arrays hold NaN and no alarm."""
    known = unsaid == 0
    score = np.where(known, score, np.nan)
    with np.errstate(invalid="ignore"):
        alarm = known & (score > threshold)
    return Alarms(method, days, score, threshold, alarm, np.where(known, expected, np.nan), unsaid)
