"""The members' quantiles in one: weighted averages and mixtures, weights and widths from past forecasts only.

The pinball loss of a weighted average of quantiles is convex in the weights, so the weights that would have been best
on past forecasts are found by exponentiated gradient (Kivinen & Warmuth 1997, Inf Comput 132(1)), held near a prior
that is the same for every task (NOTES.md). The width of the mixture is then stretched or drawn in, by horizon, as past
errors say: an adaptive conformal step in the form of a factor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from lachan.forecasting.engines.hub import Floats
from lachan.forecasting.engines.members import BASELINE

PRIOR: Final = {
    "ridge-root": 0.15,
    "ridge-log": 0.15,
    "boosted-root": 0.2,
    "boosted-log": 0.2,
    "analogue-root": 0.1,
    "analogue-log": 0.1,
    "growth": 0.05,
    "persistence": 0.05,
}
YOUNG, STAYS = 52.0, 0.5  # weeks of own history from which PRIOR holds; share of "as now" in a series of no length
HALF_LIFE = 12.0  # weeks after which a past forecast counts half
STEPS, RATE = 60, 0.5
HOLD = 1.0  # how many forecasts' worth of weeks the prior counts, relative to each learnt week
WIDTHS: Final = np.exp(np.linspace(-0.5, 0.5, 21))
STIFF = 0.15  # cost of a width away from 1, in weeks of past forecasts
WIDER, NARROWER = 0.5, 0.25  # of the way to the width that would have been best: the next wave is often odder
MIXED = 0.5  # of the mixture that is a mixture of distributions: wide where the members disagree
POINTS: Final = (np.arange(1, 50) - 0.5) / 49  # of each member's distribution in it
NATURAL = 0.5  # share of the loss on the natural scale; the rest is on log(1 + x)


@dataclass(frozen=True)
class Told:
    """What the members had said at one earlier date and what is known of it now.

    quantiles: member → [L, H, Q]; truth [L, H], NaN where not known; age: weeks ago.
    """

    quantiles: Mapping[str, Floats]
    truth: Floats
    age: float


def prior(names: Sequence[str], weeks: float = YOUNG) -> dict[str, float]:
    """Shares before anything is learnt; of a series of few weeks more is left to "as now": a first wave has no like."""
    total = sum(PRIOR[name] for name in names if name != BASELINE)
    stays = max(PRIOR[BASELINE], STAYS * (1.0 - weeks / YOUNG)) if BASELINE in names else 0.0
    if not total:
        return dict.fromkeys(names, 1.0)
    return {name: stays if name == BASELINE else (1.0 - stays) * PRIOR[name] / total for name in names}


def combined(members: Mapping[str, Floats], weights: Mapping[str, float], levels: Floats) -> Floats:
    """Quantiles [L, H, Q] of the members named in `weights`: between the mean of their quantiles, which is narrow, and
    the quantiles of the mean of their distributions, which is wide where they disagree (Lichtendahl et al. 2013,
    Manage Sci 59(7))."""
    total = sum(weights.values())
    mean = sum(members[name] * (share / total) for name, share in weights.items())
    return np.sort((1 - MIXED) * np.asarray(mean) + MIXED * _mixture(members, weights, levels), axis=2)


def _mixture(members: Mapping[str, Floats], weights: Mapping[str, float], levels: Floats) -> Floats:
    """Quantiles [L, H, Q] of the weighted mean of the members' distributions, each read at POINTS."""
    at = np.searchsorted(levels, POINTS)
    low, high = np.clip(at - 1, 0, len(levels) - 1), np.clip(at, 0, len(levels) - 1)
    part = (POINTS - levels[low]) / np.where(high > low, levels[high] - levels[low], 1.0)
    shape = next(iter(members.values())).shape
    values = np.concatenate(
        [cube[..., low] + (cube[..., high] - cube[..., low]) * part for cube in (members[name] for name in weights)],
        axis=2,
    ).reshape(-1, len(POINTS) * len(weights))
    order = np.argsort(values, axis=1, kind="stable")
    each = np.repeat(np.array(list(weights.values())), len(POINTS))[order]
    risen = np.cumsum(each, axis=1)
    risen = (risen - each / 2) / risen[:, -1:]
    values = np.take_along_axis(values, order, axis=1)
    return np.stack([np.interp(levels, one, row) for one, row in zip(risen, values, strict=True)]).reshape(shape)


def learnt(
    names: Sequence[str], past: Sequence[Told], levels: Floats, unit: float, weeks: float = YOUNG
) -> dict[str, float]:
    """Weights of the members by what they had said; the prior where nothing is known yet. weeks: of history known."""
    start = prior(names, weeks)
    base = np.array([start[name] for name in names])
    blocks = [block for told in past for block in _blocks(names, told, levels, unit, base)]
    if not blocks:
        return start
    weights = base.copy()
    mass = sum(block.weight for block in blocks) / 2.0
    for _ in range(STEPS):
        slope = sum(block.slope(weights, levels) * block.weight for block in blocks) / 2.0
        slope = slope + HOLD * (np.log(weights / base) + 1.0)
        weights = weights * np.exp(-RATE * (slope - slope @ weights) / (mass + HOLD))
        weights = np.maximum(weights / weights.sum(), 1e-4)
        weights /= weights.sum()
    return {name: float(share) for name, share in zip(names, weights, strict=True)}


@dataclass(frozen=True)
class _Block:
    """One past date and one scale: given [M, N, Q], truth [N], divided by the prior mixture's mean score."""

    given: Floats
    truth: Floats
    weight: float

    def slope(self, weights: Floats, levels: Floats) -> Floats:
        mixture = np.tensordot(weights, self.given, axes=1)
        push = np.where(self.truth[:, None] > mixture, -levels, 1.0 - levels)
        return np.asarray(2.0 * np.einsum("mnq,nq->m", self.given, push) / push.size)

    def score(self, quantiles: Floats, levels: Floats) -> float:
        error = self.truth[:, None] - quantiles
        return float(np.mean(2.0 * np.maximum(levels * error, (levels - 1.0) * error)))


def _blocks(names: Sequence[str], told: Told, levels: Floats, unit: float, base: Floats) -> list[_Block]:
    known = np.isfinite(told.truth)
    if not known.any() or any(name not in told.quantiles for name in names):
        return []
    given = np.stack([told.quantiles[name][known] for name in names]) / unit
    truth = told.truth[known] / unit
    out = []
    for share, cube, aim in ((NATURAL, given, truth), (1 - NATURAL, np.log1p(given), np.log1p(truth))):
        plain = _Block(cube, aim, 1.0)
        size = plain.score(np.tensordot(base, cube, axes=1), levels)
        if size > 1e-9:
            fade = 0.5 ** (told.age / HALF_LIFE) * 2.0 * share * known.mean()
            out.append(_Block(cube / size, aim / size, fade))
    return out


def widths(past: Sequence[tuple[Floats, Floats, float]], levels: Floats, unit: float, horizons: int) -> Floats:
    """Factor [H] on the distance from the median on the log scale, by past mixtures (quantiles, truth, age)."""
    cost = np.tile(STIFF * np.log(WIDTHS) ** 2 * 10.0, (horizons, 1))
    for quantiles, truth, age in past:
        for at in range(horizons):
            known = np.isfinite(truth[:, at])
            if not known.any():
                continue
            given, aim = np.log1p(quantiles[known, at] / unit), np.log1p(truth[known, at] / unit)
            tried = np.array([_pinball(aim, _stretched(given, factor), levels) for factor in WIDTHS])
            cost[at] += 0.5 ** (age / HALF_LIFE) * tried / max(float(tried[len(WIDTHS) // 2]), 1e-9)
    # neighbours in the horizon share what they learnt
    smooth = np.array([cost[max(0, at - 1) : at + 2].mean(axis=0) for at in range(horizons)])
    best = WIDTHS[np.argmin(smooth, axis=1)]
    return np.asarray(best ** np.where(best > 1.0, WIDER, NARROWER))


def stretch(quantiles: Floats, factors: Floats, unit: float) -> Floats:
    """Quantiles [L, H, Q] with their distance from the median times factors [H], on the log scale."""
    logs = np.log1p(quantiles / unit)
    return np.asarray(np.maximum(np.expm1(_stretched(logs, factors[None, :, None])), 0.0) * unit)


def _stretched(logs: Floats, factor: Floats | float) -> Floats:
    middle = logs[..., [logs.shape[-1] // 2]]
    return np.asarray(middle + (logs - middle) * factor)


def _pinball(truth: Floats, quantiles: Floats, levels: Floats) -> float:
    error = truth[:, None] - quantiles
    return float(np.mean(2.0 * np.maximum(levels * error, (levels - 1.0) * error)))
