"""Which of many places truly grow or shrink: the same comparison of two weeks as for one place, made for all at once.

Pure. Of three thousand communes three hundred would look clear by chance at one in ten; Benjamini and Hochberg's rule
(1995) keeps those of which at most one in ten is so by chance. For one place alone it is the interval of 90 %.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr

from lachan.analytics.epidemic.changed import DOUBT, LEAST_IN_PLACE, SAME, WEEK
from lachan.analytics.epidemic.facts import Floats, Ints


def clear(values: Ints, doubt: float = DOUBT) -> npt.NDArray[np.bool_]:
    """Of counts by day [A, D] (the last a whole day, D at least 14): whether the last week differs from the one before
    by more than chance [A]."""
    now, before = (np.maximum(week, 0) for week in (_week(values, 0), _week(values, 1)))
    spread = dispersion(values) * (1 / (now + 0.5) + 1 / (before + 0.5))
    distance = np.abs(np.log((now + 0.5) / (before + 0.5))) / np.sqrt(spread)
    chance = 2 * stdtr(max((values.shape[1] // WEEK - 1) * (WEEK - 1), 1), -distance)
    told = (now + before >= LEAST_IN_PLACE) & (np.abs(now - before) >= SAME * before)
    return _rarest(np.where(told, chance, 1.0), told, doubt)


def _rarest(chance: Floats, told: npt.NDArray[np.bool_], doubt: float) -> npt.NDArray[np.bool_]:
    """Benjamini and Hochberg: the longest run of the smallest whose k-th lies below ``doubt`` k/n."""
    ordered = np.sort(chance[told])
    below = ordered <= doubt * np.arange(1, len(ordered) + 1) / max(len(ordered), 1)
    if not below.any():
        return np.zeros(len(chance), dtype=np.bool_)
    found: npt.NDArray[np.bool_] = told & (chance <= ordered[np.flatnonzero(below)[-1]])
    return found


def dispersion(values: Ints) -> Floats:
    """How much more than a Poisson count each series scatters [A], at least 1 (``changed.dispersion``, for many)."""
    total, parts = np.zeros(len(values)), np.zeros(len(values))
    for back in range(values.shape[1] // WEEK - 1):
        end = values.shape[1] - back * WEEK
        last, first = values[:, end - WEEK : end], values[:, end - 2 * WEEK : end - WEEK]
        sums, before = last.sum(axis=1), first.sum(axis=1)
        known = (sums > 0) & (before > 0)
        growth = np.divide(sums, before, out=np.ones(len(values)), where=known)[:, None]
        pairs = (last + first > 0) & known[:, None]
        off = np.square(last - growth * first)
        total += np.divide(off, growth * (last + first), out=np.zeros(off.shape), where=pairs).sum(axis=1) / (WEEK - 1)
        parts += known
    found: Floats = np.maximum(1.0, np.divide(total, parts, out=np.ones(len(values)), where=parts > 0))
    return found


def _week(values: Ints, back: int) -> Ints:
    end = values.shape[1] - back * WEEK
    found: Ints = values[:, end - WEEK : end].sum(axis=1)
    return found
