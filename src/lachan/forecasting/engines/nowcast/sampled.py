"""Samples of final counts that hang together: day by day, place by place, the total as the sum of its parts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

DENSE = np.concatenate(([0.001, 0.005], np.linspace(0.01, 0.99, 50), [0.995, 0.999]))
NEAR = 0.6  # correlation of the errors of neighbouring days
SHARED = 0.3  # and of places, where no total tells it


def draw(dense: Floats, ends: Days, total: int | None, number: int, rng: np.random.Generator) -> Floats:
    """Samples [L, S, H]. dense [L, H, len(DENSE)] quantiles; total: the row that is the sum of the others."""
    rows, horizons = dense.shape[:2]
    parts = np.arange(rows) != (-1 if total is None else total)
    shared = SHARED if total is None else _shared(dense, total)
    apart = np.abs(np.subtract.outer(ends.astype(np.int64), ends.astype(np.int64)))
    root = np.linalg.cholesky(NEAR**apart + 1e-9 * np.eye(horizons))
    common = rng.normal(size=(number, horizons)) @ root.T
    own = rng.normal(size=(rows, number, horizons)) @ root.T
    rank = ndtr(np.sqrt(shared) * common + np.sqrt(1.0 - shared) * own)
    samples = np.empty((rows, number, horizons))
    for row in np.flatnonzero(parts):
        for at in range(horizons):
            samples[row, :, at] = np.rint(np.interp(rank[row, :, at], DENSE, dense[row, at]))
    if total is not None:
        samples[total] = samples[parts].sum(axis=0)
    return samples


def _shared(dense: Floats, total: int) -> float:
    """The correlation of the parts' errors that gives their sum the spread the total has by itself."""
    low, high = np.searchsorted(DENSE, [0.16, 0.84])
    spread = (dense[:, :, high] - dense[:, :, low]) / 2.0
    parts = np.delete(spread, total, axis=0)
    alone = (parts**2).sum()
    together = (parts.sum(axis=0) ** 2).sum()
    return float(np.clip(((spread[total] ** 2).sum() - alone) / max(together - alone, 1e-9), 0.0, 0.95))
