"""EARS C1, C2 and C3: today against the week before, for places without years of history.

Hutwagner, Thompson, Seeman, Treadwell 2003, J Urban Health 80(2 Suppl 1) i89-i96; formulae as in Fricker, Hegler and
Dunfee 2008, Stat Med 27(17) 3407-3429. A week holds each weekday once, so that weekends do not alarm by themselves.

Two departures, both for small counts. The spread of the baseline is at least that of a Poisson count, and at least 0.5:
after seven equal days a single case would otherwise be an infinite surprise (a least spread as in Tokars et al. 2009,
Emerg Infect Dis 15(4) 533-539). Thresholds are those measured on quiet years (`thresholds.py`); `rate=None` gives the
classic 3, 3, 2.
"""

from __future__ import annotations

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

BASELINE = 7
LEAST = 5
"""Reported days of the baseline below which its spread is not known: the method cannot say."""
LAST_DAYS = 3  # C3 adds up today and the two days before
SMALLEST_SPREAD = 0.5
CLASSIC = {"ears_c1": 3.0, "ears_c2": 3.0, "ears_c3": 2.0}


def c1(counts: Floats, days: Days, *, rate: float | None = STATED) -> Alarms:
    """(today - mean) / spread over the 7 days that end yesterday: quick, and blind to what grew within that week.

    counts [A, D] a day, NaN where not reported; days [D] without gaps. Cannot say with fewer than 5 reported days.
    """
    score, expected, unsaid = _deviation(counts, days, lag=0)
    return judged("ears_c1", days, score, _threshold("ears_c1", expected, rate), expected, unsaid)


def c2(counts: Floats, days: Days, *, rate: float | None = STATED) -> Alarms:
    """As `c1` over the 7 days that end three days ago: a slow rise does not hide in its own baseline."""
    score, expected, unsaid = _deviation(counts, days, lag=2)
    return judged("ears_c2", days, score, _threshold("ears_c2", expected, rate), expected, unsaid)


def c3(counts: Floats, days: Days, *, rate: float | None = STATED) -> Alarms:
    """What C2 was above 1 on this day and the two before, added up: several moderate days count as one large.

    A day before on which C2 could not say adds nothing.
    """
    score, expected, unsaid = _deviation(counts, days, lag=2)
    above = np.where(unsaid == 0, np.maximum(score - 1.0, 0.0), 0.0)
    total = above.copy()
    for back in range(1, LAST_DAYS):
        total[:, back:] += above[:, :-back]
    return judged("ears_c3", days, total, _threshold("ears_c3", expected, rate), expected, unsaid)


def _deviation(counts: Floats, days: Days, lag: int) -> tuple[Floats, Floats, Codes]:
    values, unsaid = usable(counts, days)
    total, squares, reported = window(values, BASELINE, lag)
    unsaid[(unsaid == 0) & (reported < LEAST)] = SHORT_HISTORY
    held = np.maximum(reported, 2.0)
    mean = total / held
    variance = np.maximum(squares - total * mean, 0.0) / (held - 1.0)
    spread = np.sqrt(np.maximum(np.maximum(variance, mean), SMALLEST_SPREAD**2))
    return (values - mean) / spread, mean, unsaid


def _threshold(method: str, expected: Floats, rate: float | None) -> Floats:
    return np.full_like(expected, CLASSIC[method]) if rate is None else threshold_for(method, expected, rate)
