"""Forecasts of communes: the province's own paths, divided by what each commune's share of late was. Pure.

A commune by itself has too few cases to learn from; its province has them, and the share says how they divide. Where
even the share rests on a handful of cases nothing is said.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.hub import Floats

SHARE_WEEKS: Final = 4  # that a share is read from
FEWEST: Final = 20.0  # cases in them, below which nothing can be said
SPREAD_LEAST, SPREAD_MOST = 0.05, 2.0  # variance of a commune's week beyond its share, as a ratio
CHANGES: Final = 26  # weeks of its own past by which the baseline is wide

Ints = npt.NDArray[np.int64]


class Divided(NamedTuple):
    """``at`` [N]: rows of the communes that something can be said of; quantiles and baseline [N, H, Q]."""

    at: Ints
    quantiles: Floats
    baseline: Floats


def divide(
    weekly: Floats, parent: Ints, provinces: Floats, paths: Floats, levels: Floats, rng: np.random.Generator
) -> Divided:
    """Quantiles of communes from the paths [P, S, H] of their provinces, whose steps lie 1 to H weeks ahead.

    weekly [C, W], provinces [P, W]: whole weeks, the same ones; parent [C]: row of the province, -1 where it has no
    forecast. The share is drawn from what it may be by its counts, the week from what it may be by the share. Cases of
    a province that are of no known commune keep their part.
    """
    counts = np.maximum(np.nan_to_num(weekly), 0.0)
    recent = counts[:, -SHARE_WEEKS:].sum(axis=1)
    at = np.flatnonzero((recent >= FEWEST) & (parent >= 0)).astype(np.int64)
    if not len(at):
        empty = np.zeros((0, paths.shape[2], len(levels)))
        return Divided(at, empty, empty)
    summed = np.bincount(parent[parent >= 0], weights=recent[parent >= 0], minlength=len(paths))
    whole = np.maximum(summed, np.nan_to_num(provinces)[:, -SHARE_WEEKS:].sum(axis=1))[parent[at]]
    spread = _spread(counts, parent, len(paths))
    samples = paths.shape[1]
    share = rng.beta(recent[at, None] + 0.5, whole[:, None] - recent[at, None] + 0.5, (len(at), samples))
    mean = np.maximum(paths[parent[at]], 0.0) * share[:, :, None]
    own = rng.standard_gamma(1.0 / spread, mean.shape) * spread
    drawn = rng.poisson(mean * own).astype(np.float64)
    quantiles = np.moveaxis(np.quantile(drawn, levels, axis=1), 0, 2)
    return Divided(at, np.sort(quantiles, axis=2), carried_on(counts[at], np.arange(1, paths.shape[2] + 1), levels))


def _spread(counts: Floats, parent: Ints, provinces: int) -> float:
    """How much more a commune's week varies than its share explains, over all communes: var = m + spread × m²."""
    known = parent >= 0
    inside, of = counts[known][:, -2 * SHARE_WEEKS :], parent[known]
    whole = np.zeros((provinces, inside.shape[1]))
    np.add.at(whole, of, inside)
    share = inside.sum(axis=1) / np.maximum(whole.sum(axis=1)[of], 1.0)
    mean = share[:, None] * whole[of]
    found = np.sum((inside - mean) ** 2 - mean) / max(float(np.sum(mean**2)), 1.0)
    return float(np.clip(found, SPREAD_LEAST, SPREAD_MOST))


def carried_on(counts: Floats, leads: Ints, levels: Floats) -> Floats:
    """Nothing changes [C, H, Q]: as wide as each row's own past changes, up and down alike, on the scale of roots."""
    roots = np.sqrt(counts)
    out = np.empty((len(counts), len(leads), len(levels)))
    for column, lead in enumerate(np.minimum(leads, roots.shape[1] - 1)):
        changes = (roots[:, lead:] - roots[:, : roots.shape[1] - lead])[:, -CHANGES:]
        both = np.concatenate([changes, -changes], axis=1)
        moved = roots[:, -1:] + np.quantile(both, levels, axis=1).T
        out[:, column] = np.maximum(moved, 0.0) ** 2
    return np.sort(out, axis=2)
