"""Who reports how: every day, once a week, in fits and starts, or not at all any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

WEEKS = 6  # looked back at
FEWEST = 10.0  # reports in that time; below, nothing can be said of the reporter
ONE_DAY = 0.9  # share of all reports on one weekday that makes a weekly reporter
SPREAD = 3.0  # size of the negative binomial a day without a report is judged by
SILENT = 1e-4  # chance of such a run of days, below which it is silence
GAP = 0.06  # chance of one such day, below which it is a gap
SOMETIMES = 0.25  # share of its weekdays with a report that makes a usual day of report
GAPS = 8  # gaps in four weeks that make a reporter broken


@dataclass(frozen=True)
class Reporter:
    """kind; weekday: index of the day (days since 1970-01-01, modulo 7) a weekly one reports on; silent_days: days
    since its last report, counted only where that is silence."""

    kind: Literal["regular", "weekly", "broken", "silent"] = "regular"
    weekday: int | None = None
    silent_days: int = 0


def reporters(by_day: Floats, first_dow: int) -> tuple[Reporter, ...]:
    """Judge each row by what came on each day. by_day [L, D]; first_dow: weekday of the first day."""
    return tuple(_judge(row, first_dow) for row in by_day)


def _judge(row: Floats, first_dow: int) -> Reporter:
    start = max(0, len(row) - 7 * (WEEKS + 2))
    came = np.maximum(row[start:], 0.0)
    dow = (first_dow + start + np.arange(len(came))) % 7
    quiet = len(came) - 1 - int(np.flatnonzero(came)[-1]) if came.any() else len(came)
    active = came[: len(came) - quiet]
    if active.sum() < FEWEST or len(active) < 14:
        return Reporter()
    usual = np.array([active[dow[: len(active)] == day].mean() for day in range(7)])
    nothing = (SPREAD / (SPREAD + usual)) ** SPREAD  # chance of no report, by weekday
    weekday = int(np.argmax(usual))
    weekly = usual[weekday] >= ONE_DAY * usual.sum() and (active[dow[: len(active)] == weekday] > 0).sum() >= 3
    if quiet and np.prod(nothing[dow[len(active) :]]) < SILENT:
        return Reporter("silent", weekday if weekly else None, quiet)
    if weekly:
        return Reporter("weekly", weekday)
    return Reporter("broken") if _gaps(active, dow[: len(active)]) >= GAPS else Reporter()


def _gaps(came: Floats, dow: npt.NDArray[np.int64]) -> int:
    """Days without a report in the last four weeks that are usual days of report, and were none by chance."""
    chance = np.ones(7)
    for day in range(7):
        one = came[dow == day]
        if (one > 0).mean() >= SOMETIMES:
            chance[day] = (SPREAD / (SPREAD + one[one > 0].mean())) ** SPREAD
    return int(((came == 0) & (chance[dow] < GAP))[-28:].sum())
