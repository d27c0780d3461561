"""How far nowcasts of the past missed: the same done again from what was known then, compared with what came since."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.nowcast.delays import Learnt
from lachan.forecasting.engines.nowcast.reports import Reports

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BACK = 42  # days looked back at
SINCE = 10  # days that must have passed for a truth to be spoken of
FADE = 28.0
BEFORE = 12.0  # days' worth of the spread assumed before any error is seen


def spread(reports: Reports, learnt: Learnt, last: Ints) -> Floats:
    """Variance [L, K] of the share reported after k days over its square, beyond what chance (binomial) makes.

    Pooled over rows, and per row as far as the row says so by itself.
    """
    longest = reports.longest
    known, after = reports.known(last)
    now = learnt.hazards.shares()
    days = np.arange(reports.days)
    share = np.maximum(now[np.arange(reports.rows)[:, None], days % 7, np.maximum(after, 0)], 0.02)
    final = np.maximum(known / share, 0.0)
    missed, weight = np.zeros((reports.rows, longest + 1)), np.zeros((reports.rows, longest + 1))
    count = np.zeros(longest + 1)
    for back in range(1, min(BACK, reports.days - 1) + 1):
        day = reports.days - 1 - back
        shares = learnt.past[day]
        if shares is None:
            break
        at, delay = reports.on(day)
        told = (after[:, at] >= np.minimum(delay + SINCE, longest)) & (day <= last)[:, None]
        mean = final[:, at] * shares[:, at % 7, delay]
        chance = mean * np.clip(1.0 - shares[:, at % 7, delay], 0.0, 1.0)
        fade = 0.5 ** (back / FADE) * told
        missed[:, delay] += fade * ((reports.so_far[:, at, delay] - mean) ** 2 - chance)
        weight[:, delay] += fade * mean**2
        count[delay] += fade.any(axis=0) * 0.5 ** (back / FADE)
    return _pooled(missed, weight, count, now)


def _pooled(missed: Floats, weight: Floats, count: Floats, shares: Floats) -> Floats:
    late = 1.0 - shares.mean(axis=(0, 1))
    before = 0.03 * np.clip(late, 0.0, 1.0)  # without any past: a tenth to a fifth where all is still to come
    seen = np.where(weight.sum(axis=0) > 0, missed.sum(axis=0) / np.maximum(weight.sum(axis=0), 1e-9), before)
    pooled = (count * np.maximum(seen, 0.0) + BEFORE * before * 0.5) / (count + BEFORE * 0.5)
    expected = (weight * pooled).sum(axis=1)
    prior = 0.2 * expected.mean() + 1e-9
    row = np.clip((np.maximum(missed.sum(axis=1), 0.0) + prior) / (expected + prior), 0.5, 8.0)
    return np.asarray(np.maximum(row[:, None] * pooled, 1e-6))
