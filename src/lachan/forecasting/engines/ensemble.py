"""The members' quantiles in one: weighted averages level by level, weights and widths from past forecasts only.

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
HALF_LIFE = 12.0  # weeks after which a past forecast counts half
STEPS, RATE = 60, 0.5
HOLD = 0.6  # how many forecasts' worth of weeks the prior counts, relative to each learnt week
WIDTHS: Final = np.exp(np.linspace(-0.5, 0.5, 21))
STIFF = 0.15  # cost of a width away from 1, in weeks of past forecasts
STEP = 0.5  # of the way to the width that would have been best
NATURAL = 0.5  # share of the loss on the natural scale; the rest is on log(1 + x)


@dataclass(frozen=True)
class Told:
    """What the members had said at one earlier date and what is known of it now.

    quantiles: member → [L, H, Q]; truth [L, H], NaN where not known; age: weeks ago.
    """

    quantiles: Mapping[str, Floats]
    truth: Floats
    age: float


def prior(names: Sequence[str]) -> dict[str, float]:
    """Shares before anything is learnt."""
    total = sum(PRIOR[name] for name in names)
    return {name: PRIOR[name] / total for name in names}


def combined(members: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """Weighted mean of quantiles [L, H, Q] over the members named in `weights` (Vincent 1912 averages)."""
    total = sum(weights.values())
    out = sum(members[name] * (share / total) for name, share in weights.items())
    return np.sort(np.asarray(out), axis=2)


def learnt(names: Sequence[str], past: Sequence[Told], levels: Floats, unit: float) -> dict[str, float]:
    """Weights of the members by what they had said; the prior where nothing is known yet."""
    start = prior(names)
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
    return np.asarray(WIDTHS[np.argmin(smooth, axis=1)] ** STEP)


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
