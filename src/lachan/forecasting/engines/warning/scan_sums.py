"""Likelihood ratios of all cylinders of a scan: the loop that has to be fast.

A cylinder is a centre, its k nearest places and the last t days. Cases of all cylinders with the same k are one array
[A, T], and the next k adds one more neighbour's row: no array over all simulated cylinders is ever made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Sums:
    """Expected cases of all cylinders, worked out once: the same in every simulation.

    nearest [K, A] (an added row of zeros stands for "none"), expected [K, A, T] float32 for centre, k and days back;
    bound [K, A, T]: what (cases - expected)² is multiplied by to stand above the likelihood ratio; total: their sum.
    """

    nearest: Indices
    expected: npt.NDArray[np.float32]
    bound: npt.NDArray[np.float32]
    total: float

    @classmethod
    def of(cls, expected: Floats, nearest: Indices) -> Sums:
        """expected [A, T] by day, the last column today; nearest [A, K] with -1 for none."""
        order = np.where(nearest >= 0, nearest, len(expected)).T
        back = _back(expected).astype(np.float64)
        running = np.zeros_like(back[:-1])
        held = np.empty((len(order), *running.shape), dtype=np.float32)
        for k, row in enumerate(order):
            running += back[row]
            held[k] = running
        total = float(expected.sum())
        safe = np.maximum(held, np.float32(1e-6))
        # c ln(c/E) + (C-c) ln((C-c)/(C-E)) <= (c-E)² (1/2E + 1/(C-E)), from x ln x <= (x-1) + (x-1)²/2 for x >= 1
        # and y ln y <= (y-1) + (y-1)² for y <= 1.
        bound = 0.5 / safe + 1.0 / np.maximum(np.float32(total) - safe, np.float32(1e-6))
        return cls(np.ascontiguousarray(order), held, bound.astype(np.float32), total)


def _back(counts: Floats) -> npt.NDArray[np.float32]:
    """Counts of the last 1, 2, … T days [A + 1, T]; the last row is of no place."""
    sums = np.cumsum(counts[:, ::-1], axis=1)
    return np.vstack([sums, np.zeros((1, counts.shape[1]))]).astype(np.float32)


def _ratio(cases: Floats, expected: Floats, total: float) -> Floats:
    """Log likelihood ratio [...] of cases against expected out of the same total; 0 where not above."""
    c, e = np.minimum(cases, total), np.clip(expected, 1e-9, total * (1 - 1e-9))
    rest = total - c
    with np.errstate(divide="ignore", invalid="ignore"):
        outside = np.where(rest > 0, rest * np.log(rest / (total - e)), 0.0)
        found = c * np.log(np.maximum(c, 1e-12) / e) + outside
    return np.where(c > e, found, 0.0)


def best_of(counts: Floats, sums: Sums) -> float:
    """The largest log likelihood ratio of any cylinder in counts [A, T] of any total.

    With a total of s times that of the expected counts the ratio is s times that of counts / s. Logarithms only where
    the bound lies above the best so far: a few cylinders of millions.
    """
    total = float(counts.sum())
    if total <= 0:
        return 0.0
    factor = total / sums.total
    back = _back(counts / factor)
    running = np.zeros_like(back[:-1])
    best = 0.0
    for k, row in enumerate(sums.nearest):
        running += back[row]
        above = running - sums.expected[k]
        np.maximum(above, 0, out=above)
        above *= above
        above *= sums.bound[k]
        hopeful = np.flatnonzero(above.ravel() > best)
        if len(hopeful):
            cases = running.ravel()[hopeful].astype(np.float64)
            wanted = sums.expected[k].ravel()[hopeful].astype(np.float64)
            best = max(best, float(_ratio(cases, wanted, sums.total).max()))
    return best * factor


def ratios_of(counts: Floats, sums: Sums, least: int) -> tuple[Floats, Indices, Indices, Floats, Floats]:
    """The strongest cylinder of each centre: ratio, number of places, days, cases, expected; all [A].

    A cylinder with fewer than `least` cases is none. Ties go to the smaller and shorter one.
    """
    back = _back(counts)
    places = len(counts)
    at = np.arange(places)
    running = np.zeros((places, counts.shape[1]))
    strength, cases, expected = np.zeros(places), np.zeros(places), np.zeros(places)
    number, length = np.ones(places, dtype=np.int64), np.ones(places, dtype=np.int64)
    for k, row in enumerate(sums.nearest):
        running += back[row]
        wanted = sums.expected[k].astype(np.float64)
        found = np.where(running >= least, _ratio(running, wanted, sums.total), 0.0)
        best = found.argmax(axis=1)
        better = found[at, best] > strength + 1e-9
        chosen = at[better], best[better]
        strength[better], cases[better], expected[better] = found[chosen], running[chosen], wanted[chosen]
        number[better], length[better] = k + 1, best[better] + 1
    return strength, number, length, cases, expected
