"""Samples of final counts that hang together: day by day, place by place, the total as the sum of its parts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

DENSE = np.concatenate(([0.001, 0.005], np.linspace(0.01, 0.99, 50), [0.995, 0.999]))
NEAR = 0.6  # correlation of the errors of neighbouring days


def draw(dense: Floats, ends: Days, shared: float, total: int | None, number: int, rng: np.random.Generator) -> Floats:
    """Samples [L, S, H]. dense [L, H, len(DENSE)] quantiles; shared: correlation of places' errors; total: row that is
    the sum of the others."""
    rows, horizons = dense.shape[:2]
    apart = np.abs(np.subtract.outer(ends.astype(np.int64), ends.astype(np.int64)))
    root = np.linalg.cholesky(NEAR**apart + 1e-9 * np.eye(horizons))
    common = rng.normal(size=(number, horizons)) @ root.T
    own = rng.normal(size=(rows, number, horizons)) @ root.T
    rank = ndtr(np.sqrt(shared) * common + np.sqrt(1.0 - shared) * own)
    samples = np.empty((rows, number, horizons))
    for row in range(rows):
        for at in range(horizons):
            samples[row, :, at] = np.interp(rank[row, :, at], DENSE, dense[row, at])
    return samples if total is None else _coherent(samples, dense, total)


def _coherent(samples: Floats, dense: Floats, total: int) -> Floats:
    """The total's own distribution is the better one (its errors are measured); sums of parts keep their order in it
    and parts are scaled to it, so that they add up."""
    parts = np.arange(len(samples)) != total
    sums = samples[parts].sum(axis=0)  # [S, H]
    order = np.argsort(np.argsort(sums, axis=0), axis=0)
    rank = (order + 0.5) / len(sums)
    for at in range(sums.shape[1]):
        samples[total, :, at] = np.interp(rank[:, at], DENSE, dense[total, at])
    factor = np.where(sums > 0, samples[total] / np.maximum(sums, 1e-9), 1.0)
    samples[parts] *= factor
    samples[total] = samples[parts].sum(axis=0)
    return samples
