"""CUSUM of counts: evidence for a doubled mean, added up day after day until it suffices.

Log likelihood ratio CUSUM for Poisson and negative binomial counts with a mean that changes from day to day: Höhle and
Paul 2008, Comput Stat Data Anal 52(9) 4357-4368. Catches the small steady excess that no single day shows.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from lachan.forecasting.engines.warning.alarms import (
    SHORT_HISTORY,
    Alarms,
    Codes,
    Days,
    Floats,
    judged,
    usable,
    window,
)
from lachan.forecasting.engines.warning.thresholds import STATED, threshold_for

Family = Literal["poisson", "negative_binomial"]

BASELINE = 28
LAG = 7
"""The baseline ends a week ago: an outbreak's first days are not yet what is usual."""
LEAST = 14
SPREAD_OVER = 56
RATIO = 2.0
"""The rise that is looked for: twice what is usual."""
PRIOR_DAYS = 2.0  # a place without a case in the baseline is taken to have had half a case in so many days more
PRIOR_CASES = 0.5
WEEKDAY_CASES = 20.0  # cases that hold a weekday's factor at 1 while there are few
MOST_SPREAD = 2.0


def cusum(
    counts: Floats,
    days: Days,
    *,
    family: Family = "negative_binomial",
    ratio: float = RATIO,
    rate: float | None = STATED,
    limit: float | None = None,
) -> Alarms:
    """Evidence (natural log of the likelihood ratio) that the mean is `ratio` times what is usual; 0 after an alarm.

    counts [A, D] a day, NaN where not reported: the sum stands still there. days [D] without gaps. What is usual: the
    mean of the 28 days that end a week ago, by the weekday's factor of all places together; spread of all places
    together. Cannot say with fewer than 14 reported days in it. `limit` overrides the threshold of `rate`.
    """
    if ratio <= 1.0:
        raise ValueError(f"ratio {ratio:g}: a rise is more than 1")
    values, unsaid = usable(counts, days)
    expected = _usual(values, unsaid)
    held = np.where(unsaid == 0, expected, 1.0)
    if family == "poisson":
        gain = np.nan_to_num(values) * np.log(ratio) - (ratio - 1.0) * held
    else:
        spread = _spread(values)
        size = 1.0 / spread
        gain = np.nan_to_num(values) * np.log(ratio) + (np.nan_to_num(values) + size) * np.log(
            (1.0 + spread * held) / (1.0 + spread * ratio * held)
        )
    if limit is None:
        threshold = threshold_for("cusum", expected, STATED if rate is None else rate)
    else:
        threshold = np.full_like(expected, limit)
    return judged("cusum", days, _added(gain, threshold, unsaid), threshold, expected, unsaid)


def _usual(values: Floats, unsaid: Codes) -> Floats:
    """Mean expected [A, D]; marks in `unsaid` where the baseline is too short."""
    total, _, reported = window(values, BASELINE, LAG)
    unsaid[(unsaid == 0) & (reported < LEAST)] = SHORT_HISTORY
    mean = (total + PRIOR_CASES) / (np.maximum(reported, 1.0) + PRIOR_DAYS)
    return np.asarray(mean * _weekday(values))


def _weekday(values: Floats) -> Floats:
    """Factor [D] of each day's weekday: the last 8 such days of all places against the last 8 weeks, held near 1."""
    together = np.nansum(values, axis=0)
    weeks = SPREAD_OVER // 7
    same, all_days = np.zeros_like(together), np.zeros_like(together)
    for back in range(1, min(weeks, (len(together) - 1) // 7) + 1):  # a register's first weeks have fewer behind them
        same[7 * back :] += together[: len(together) - 7 * back]
    sums = np.concatenate([[0.0], np.cumsum(together)])
    at = np.arange(len(together))
    # whole weeks only, as many as there are: at the start fewer
    whole = np.minimum(at // 7, weeks) * 7
    all_days = sums[at] - sums[at - whole]
    return np.asarray((same + WEEKDAY_CASES) / (all_days / 7.0 + WEEKDAY_CASES))


def _spread(values: Floats) -> Floats:
    """Overdispersion [D] of all places together: variance = mean + spread × mean², from the 8 weeks before."""
    total, squares, reported = window(values, SPREAD_OVER, 0)
    held = np.maximum(reported, 2.0)
    mean = total / held
    variance = np.maximum(squares - total * mean, 0.0) / (held - 1.0)
    enough = reported >= LEAST
    over = np.sum(np.where(enough, variance - mean, 0.0), axis=0)
    base = np.sum(np.where(enough, mean**2, 0.0), axis=0)
    spread = np.divide(over, base, out=np.zeros_like(over), where=base > 0)
    return np.asarray(np.clip(spread, 1e-4, MOST_SPREAD))


def _added(gain: Floats, threshold: Floats, unsaid: Codes) -> Floats:
    """The running sums [A, D]: never below 0, begun anew the day after an alarm, unmoved where the day is not known."""
    score = np.zeros_like(gain)
    held = np.zeros(gain.shape[0])
    for at in range(gain.shape[1]):
        known = unsaid[:, at] == 0
        held = np.where(known, np.maximum(held + gain[:, at], 0.0), held)
        score[:, at] = held
        held = np.where(known & (held > threshold[:, at]), 0.0, held)
    return score
