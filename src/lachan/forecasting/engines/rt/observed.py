"""What a series of daily counts tells: which days were reported, which report stands for several days, weekday effects.

A zero that means 'nobody reported' read as 'nobody was ill' makes Rt fall, and the dump after it makes Rt jump.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

RARE = 1e-4  # a run of zeros less likely than this is silence, not health
SPREAD = 5.0  # size of the negative binomial such a run is judged by: generous, few silences are invented
FEWEST = 3.0  # cases a day around it: below, zeros are ordinary


@dataclass(frozen=True)
class Observed:
    """counts [D]; `seen` [D]: whether a report stands on that day (it covers the unseen days before it too);
    `lost` [D]: days whose cases never come with a later report; `weekday` [D]: share of an average day."""

    counts: Floats
    seen: Bools
    lost: Bools
    weekday: Floats


def observe(cases: Floats, dow: npt.NDArray[np.int64], entered: Floats) -> Observed:
    """Read one series. cases [D], NaN unknown, a negative count is a correction and tells nothing of its day;
    dow [D] 0 to 6; entered [D] the share known already."""
    counts = np.array(cases, dtype=float)
    lost = ~np.isfinite(counts) | (counts < 0)
    seen = ~lost
    _silences(counts, seen, lost)
    counts[~seen] = 0.0
    weekday = np.ones(len(counts))
    if seen.mean() > 0.6:  # who reports once a week has no weekdays to compare
        weekday = _weekdays(np.where(seen, counts / np.maximum(entered, 0.2), np.nan), dow)[dow]
    return Observed(counts, seen, lost, weekday)


def _silences(counts: Floats, seen: Bools, lost: Bools) -> None:
    """Mark runs of zeros that can only be days without a report: with a dump behind them they are covered by it,
    at the end of the series or without a dump their cases are lost."""
    zero = np.where(lost, False, counts == 0)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], zero.astype(int), [0]))))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        before = counts[max(0, start - 21) : start][~lost[max(0, start - 21) : start]]
        if len(before) < 5 or before.mean() < FEWEST:
            continue
        usual = before.mean()
        if (SPREAD / (SPREAD + usual)) ** (SPREAD * (stop - start)) > RARE:
            continue
        seen[start:stop] = False
        if stop == len(counts) or counts[stop] < 1.5 * usual:
            lost[start:stop] = True


def _weekdays(counts: Floats, dow: npt.NDArray[np.int64]) -> Floats:
    """Effects [7] with mean 1: ratio to the centred mean of seven days, shrunk to 1 as far as chance explains it."""
    even = np.ones(7)
    if len(counts) < 28:
        return even
    mean = np.convolve(counts, np.ones(7) / 7.0, "valid")
    middle, day = counts[3:-3], dow[3:-3]
    used = np.isfinite(mean) & (mean >= 1.0)
    if used.sum() < 21:
        return even
    weight = np.where(used, 1.0 / (1.0 / np.maximum(np.nan_to_num(mean), 1.0) + 0.05), 0.0)
    ratio = np.where(used, middle / np.where(used, mean, 1.0), 0.0)
    total = np.maximum(np.bincount(day, weight, 7), 1e-9)
    effect = np.bincount(day, weight * ratio, 7) / total
    effect /= max(effect.mean(), 1e-9)
    left = (ratio - effect[day])[used]
    chance = (weight[used] * left**2).mean() / total
    real = max(0.0, float(((effect - 1.0) ** 2 - chance).mean()))
    shrunk = even + (effect - 1.0) * real / (real + chance + 1e-12)
    return np.asarray(np.maximum(shrunk, 0.05) / np.maximum(shrunk, 0.05).mean())
