"""Scores of quantile forecasts: weighted interval score, coverage, pairwise relative scores.

Bracher et al. 2021, PLOS Comput Biol 17(2) e1008618 (WIS); Bosse et al. 2023, PLOS Comput Biol 19(8) e1011393 (log
scale); Cramer et al. 2022, PNAS 119(15) e2113561119 (pairwise relative WIS).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def wis(truth: Floats, quantiles: Floats, levels: Floats) -> Floats:
    """Weighted interval score [...] of quantiles [..., Q] at levels [Q]: the mean of twice the pinball loss.

    With symmetric levels and a median this is the weighted sum of interval scores and the median's absolute error.
    """
    error = truth[..., None] - quantiles
    return np.asarray(np.mean(2.0 * np.maximum(levels * error, (levels - 1.0) * error), axis=-1))


def wis_log(truth: Floats, quantiles: Floats, levels: Floats) -> Floats:
    """The same on log(1 + x), which weighs places evenly and growth by its rate."""
    return wis(np.log1p(np.maximum(truth, 0.0)), np.log1p(np.maximum(quantiles, 0.0)), levels)


def covered(truth: Floats, quantiles: Floats, levels: Floats, share: float) -> npt.NDArray[np.bool_]:
    """Whether the truth lies in the central interval of that share, e.g. 0.9; ValueError where its levels lack."""
    low, high = (1.0 - share) / 2.0, (1.0 + share) / 2.0
    at = [int(np.argmin(np.abs(levels - level))) for level in (low, high)]
    if max(abs(levels[at[0]] - low), abs(levels[at[1]] - high)) > 1e-6:
        raise ValueError(f"no quantiles {low:g} and {high:g}: an interval of {share:g} cannot be read")
    return np.asarray((truth >= quantiles[..., at[0]] - 1e-6) & (truth <= quantiles[..., at[1]] + 1e-6))


def pairwise(scores: dict[str, Floats], base: str) -> dict[str, float]:
    """Relative score of each model, `base` being 1.

    scores: model → [N], NaN where it made no forecast. For every pair the ratio of mean scores on the forecasts both
    made; a model's figure is the geometric mean of its ratios. One matrix, no loop over forecasts.
    """
    names = sorted(scores)
    table = np.vstack([scores[name] for name in names])
    there = ~np.isnan(table)
    filled = np.where(there, table, 0.0)
    sums = filled @ there.T.astype(float)  # sums[i, j]: scores of i where j has one too
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.log(sums / sums.T)
    ratios[(there.astype(float) @ there.T) == 0] = np.nan
    mean = np.exp(np.nanmean(ratios, axis=1))
    at_base = mean[names.index(base)]
    return {name: float(mean[at] / at_base) for at, name in enumerate(names)}
