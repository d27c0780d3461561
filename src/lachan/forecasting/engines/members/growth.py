"""Growth that dies away: I(t + 1) = R(t) · I(t), log R damped to 0 step by step (renewal in generations of one step).

Level and growth are followed by exponential smoothing with a damped trend (Gardner & McKenzie 1985, Manage Sci 31(10));
how fast they follow and how fast growth dies is chosen for all places together by how well it would have forecast.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.hub import Floats
from lachan.forecasting.engines.members.panel import Panel
from lachan.forecasting.engines.members.regression import weighted_quantiles

FOLLOW = (0.5, 0.75, 1.0)  # share of a surprise that is level
TURN = (0.1, 0.3, 0.5)  # share of it that is growth
DAMP = (0.4, 0.6, 0.8)  # what of growth is left a week later
WEEKS = 60
RECENT = 12.0  # weeks after which a place's own error counts half
SHRINK = 0.35  # of the width comes from all places


def growth(panel: Panel, leads: npt.NDArray[np.int64], levels: Floats, related: list[Panel], seed: int) -> Floats:
    """Quantiles [L, H, Q] on the panel's scale."""
    z = panel.level[:, ::-1][:, :: panel.week][:, ::-1]  # one value a week
    weeks = leads / panel.week
    tried = [(_followed(z, *choice), choice[2]) for choice in product(FOLLOW, TURN, DAMP)]
    horizon = max(1, round(float(np.median(weeks))))
    cost = [_cost(z, level, slope, damp, horizon) for (level, slope), damp in tried]
    (level, slope), damp = tried[int(np.argmin(cost))]
    out = np.empty((len(z), len(leads), len(levels)))
    for at, ahead in enumerate(weeks):
        steps = max(1, round(float(ahead)))
        error = _errors(z, level, slope, damp, steps)
        if error.shape[1] == 0:
            error = np.diff(z, axis=1) * np.sqrt(steps)
        age = np.arange(error.shape[1])[::-1]
        fade = 0.5 ** (age / RECENT)
        own = (np.abs(error) * fade).sum(axis=1) / fade.sum()
        width = (1 - SHRINK) * own + SHRINK * own.mean() + 1e-6
        drawn = weighted_quantiles((error / width[:, None]).ravel(), np.tile(0.5 ** (age / WEEKS), len(z)), levels)
        middle = level[:, -1] + slope[:, -1] * _reach(damp, float(ahead))
        out[:, at] = middle[:, None] + width[:, None] * drawn
    return out


def _reach(damp: float, steps: float) -> float:
    return float(damp * (1 - damp**steps) / (1 - damp))


def _followed(z: Floats, follow: float, turn: float, damp: float) -> tuple[Floats, Floats]:
    """Level and slope [L, W] after each week."""
    level, slope = np.empty_like(z), np.zeros_like(z)
    level[:, 0] = z[:, 0]
    for at in range(1, z.shape[1]):
        expected = level[:, at - 1] + damp * slope[:, at - 1]
        surprise = z[:, at] - expected
        level[:, at] = expected + follow * surprise
        slope[:, at] = damp * slope[:, at - 1] + turn * surprise
    return level, slope


def _errors(z: Floats, level: Floats, slope: Floats, damp: float, steps: int) -> Floats:
    """What came less what was forecast [L, T], over the last WEEKS."""
    if z.shape[1] <= steps + 2:
        return np.zeros((len(z), 0))
    made = level[:, 2:-steps] + slope[:, 2:-steps] * _reach(damp, steps)
    return np.asarray((z[:, 2 + steps :] - made)[:, -WEEKS:])


def _cost(z: Floats, level: Floats, slope: Floats, damp: float, steps: int) -> float:
    error = np.abs(_errors(z, level, slope, damp, steps))
    return float(error.mean()) if error.size else 0.0
