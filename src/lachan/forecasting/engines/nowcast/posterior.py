"""Final counts given what is known: a day's expected level and its partial report put together, count by count.

Before: negative binomial around the expected level. Report: beta-binomial share of the final count. Both are weighed
on a grid of possible final counts, so that small numbers keep their own chance and nothing falls below what is known.
Where reports are taken back (negative corrections) the report is read as normal, and the final count may be lower.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

GRID = 400
TAIL = 0.1 + 1e-9  # levels up to this, and as far from the other end, are tails
TOGETHER = 2000  # cells worked on at once: memory


@dataclass(frozen=True)
class Days:
    """Days of places, all [X]: `known` counts; `share` of the final count that should be known (0: nothing can be) and
    `over`, its variance over its square beyond chance; `mean` and `variance` of the log of the expected count;
    `corrected`: whether reports are taken back."""

    known: Floats
    share: Floats
    over: Floats
    mean: Floats
    variance: Floats
    corrected: Bools

    def __getitem__(self, which: slice) -> Days:
        return Days(**{name: values[which] for name, values in vars(self).items()})


def quantiles(days: Days, levels: Floats, drawn: Floats) -> Floats:
    """Quantiles [X, Q + R] of the final counts: at `levels` [Q] to be read, at `drawn` [R] to draw counts from."""
    starts = range(0, len(days.known), TOGETHER)
    parts = [_some(days[at : at + TOGETHER], levels, drawn) for at in starts]
    return np.concatenate(parts) if parts else np.empty((0, len(levels) + len(drawn)))


def _some(days: Days, levels: Floats, drawn: Floats) -> Floats:
    middle = np.exp(np.clip(days.mean + days.variance / 2.0, -12.0, 18.0))
    size = 1.0 / np.clip(np.expm1(np.minimum(days.variance, 2.0)), 1e-4, None)
    grid = _grid(days, middle, size)
    middle, size = middle[:, None], size[:, None]
    log_prior = gammaln(grid + size) - gammaln(grid + 1.0) + grid * np.log(middle / (middle + size))
    report = np.where(days.corrected[:, None], _normal(days, grid), _beta_binomial(days, grid))
    weight = log_prior + np.where(days.share[:, None] <= 0.0, 0.0, report)
    weight = np.exp(weight - weight.max(axis=1, keepdims=True))
    reached = np.cumsum(weight, axis=1)
    reached /= reached[:, -1:]
    return np.stack(
        [
            np.concatenate([_read(grid[at], reached[at], levels), grid[at][np.searchsorted(reached[at], drawn)]])
            for at in range(len(grid))
        ]
    )


def _grid(days: Days, middle: Floats, size: Floats) -> Floats:
    """Possible final counts [X, GRID + 1]; whole numbers as long as they fit."""
    known, share = np.maximum(days.known, 0.0), days.share
    scaled = known / np.clip(share, 0.02, 1.0)
    by_level = 8.0 * np.sqrt(middle + middle**2 / size)
    late = np.clip(1.0 - share, 0.0, 1.0)
    by_report = 8.0 * np.sqrt(scaled * late / np.clip(share, 0.05, 1.0) + scaled**2 * days.over + 1.0)
    told = np.minimum(scaled, np.maximum(scaled, middle) + by_level) + by_report
    high = np.where(share > 0.1, told, middle + by_level)  # a report that tells little leaves the level to bound it
    low = np.where(days.corrected, np.maximum(known - by_report - 5.0, 0.0), known)
    high = np.maximum(high, low + 12.0)
    step = np.maximum(1.0, np.ceil((high - low) / GRID * 4.0) / 4.0)
    return np.asarray(np.floor(low)[:, None] + step[:, None] * np.arange(GRID + 1))


def _beta_binomial(days: Days, grid: Floats) -> Floats:
    share = np.clip(days.share, 1e-6, 1.0 - 1e-6)
    total = np.maximum((1.0 - share) / share / days.over - 1.0, 2.0)[:, None]
    rest, known = (1.0 - share)[:, None] * total, np.maximum(days.known, 0.0)[:, None]
    left = np.maximum(grid - known, 0.0)
    likely = gammaln(grid + 1.0) - gammaln(left + 1.0) + gammaln(left + rest) - gammaln(grid + total)
    return np.asarray(np.where(grid >= known, likely, -np.inf))


def _normal(days: Days, grid: Floats) -> Floats:
    mean = grid * np.maximum(days.share, 1e-6)[:, None]
    variance = mean * np.abs(1.0 - days.share)[:, None] + mean**2 * days.over[:, None] + 0.5
    return np.asarray(-0.5 * ((days.known[:, None] - mean) ** 2 / variance + np.log(variance)))


def _read(grid: Floats, reached: Floats, levels: Floats) -> Floats:
    """Between whole numbers in the middle, so that half of the truths lie in the middle half; whole in the tails."""
    halves = reached - np.diff(reached, prepend=0.0) / 2.0
    read = np.interp(levels, halves, grid)
    low, high = np.interp([TAIL, 1.0 - TAIL], halves, grid)
    whole = np.rint(read)
    tails = np.where(levels <= TAIL, np.minimum(whole, low), np.maximum(whole, high))
    return np.asarray(np.where((levels > TAIL) & (levels < 1.0 - TAIL), read, tails))
