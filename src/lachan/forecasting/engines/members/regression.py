"""Pooled regressions of the change from the newest level: a ridge autoregression, and boosted trees.

Both learn the middle of the change over all places, leads and moments at once, then how wide they err: the absolute
residual out of fold is learnt by the same features, and the residuals divided by it give the shape of the error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.hub import Floats
from lachan.forecasting.engines.members.panel import Panel, Rows, asked, rows, together

HALF_LIFE = 60.0  # weeks after which a moment counts half
FOLDS = 4  # blocks of time; trees take two, for their cost
RIDGE = 300.0
ROUNDS = 3  # of reweighting: dumps of late reports shall not bend the fit (Huber 1964)
HUBER = 1.5  # median absolute residuals from which a row counts less
OBJECTIVE = "l1"
NOISE = 5.0  # counts at which the noise of a place counts as much as the rest
NARROWEST = 0.3  # of the median absolute residual

Fit = Callable[[Floats, Floats, Floats], Callable[[Floats], Floats]]


def trees_available() -> bool:
    """Whether LightGBM loads here: it needs the system's libgomp.so.1, which a bare Debian lacks."""
    try:
        import lightgbm  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


def gathered(panel: Panel, leads: npt.NDArray[np.int64], related: list[Panel]) -> tuple[Rows, Floats]:
    """Rows of the target and of what is related to it, and the newest moment."""
    wanted = asked(panel, leads)
    parts = [rows(panel, leads)]
    if related:
        parts += [rows(other, leads, related=True, columns=wanted.shape[1] - 2) for other in related]
    parts = [part for part in parts if len(part.y)]
    return (together(parts) if parts else rows(panel, leads)), wanted


def linear_fit(x: Floats, y: Floats, weight: Floats) -> Callable[[Floats], Floats]:
    """Ridge regression on features and their products with the lead; unknown features stand at their mean."""
    with np.errstate(invalid="ignore"):
        middle = np.nan_to_num(np.nanmean(np.where(np.isnan(x).all(axis=0), 0.0, x), axis=0))
        spread = np.nan_to_num(np.nanstd(np.where(np.isnan(x).all(axis=0), 0.0, x), axis=0)) + 1e-6
    longest = float(x[:, -1].max())

    def design(given: Floats) -> Floats:
        scaled = np.clip(np.nan_to_num((given - middle) / spread), -5.0, 5.0)[:, :-1]
        lead = 2.0 * given[:, -1:] / longest - 1.25
        return np.concatenate([np.ones((len(given), 1)), lead, scaled, scaled * lead], axis=1)

    made = design(x)
    found: Floats = np.zeros(made.shape[1])
    trust: Floats = np.ones(len(y))
    for _ in range(ROUNDS):
        pull = (made * (weight * trust)[:, None]).T
        hold = np.eye(made.shape[1]) * RIDGE * float(weight.mean())
        found = np.asarray(np.linalg.solve(pull @ made + hold, pull @ y), dtype=np.float64)
        off = np.abs(y - made @ found)
        trust = np.minimum(1.0, HUBER * float(np.median(off)) / np.maximum(off, 1e-9))
    return lambda given: np.asarray(design(given) @ found)


def boosted_fit(seed: int, trees: int, leaves: int) -> Fit:
    """Boosted trees on squared error, one thread, the same for the same seed."""
    import lightgbm

    settings: dict[str, Any] = {
        "objective": OBJECTIVE, "learning_rate": 0.06, "num_leaves": leaves, "min_data_in_leaf": 40,
        "feature_fraction": 0.6, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 5, "verbose": -1,
        "num_threads": 1, "seed": seed, "deterministic": True, "force_row_wise": True,
    }  # fmt: skip

    def fit(x: Floats, y: Floats, weight: Floats) -> Callable[[Floats], Floats]:
        model = lightgbm.train(settings, lightgbm.Dataset(x, y, weight=weight), trees)
        return lambda given: np.asarray(model.predict(given))

    return fit


def ridge(panel: Panel, leads: npt.NDArray[np.int64], levels: Floats, related: list[Panel], seed: int) -> Floats:
    """Quantiles [L, H, Q] on the panel's scale by a pooled autoregression."""
    return _regression(panel, leads, levels, related, linear_fit, linear_fit, FOLDS)


def boosted(panel: Panel, leads: npt.NDArray[np.int64], levels: Floats, related: list[Panel], seed: int) -> Floats:
    """Quantiles [L, H, Q] on the panel's scale by boosted trees."""
    return _regression(panel, leads, levels, related, boosted_fit(seed, 120, 15), boosted_fit(seed, 60, 7), 2)


def _regression(
    panel: Panel,
    leads: npt.NDArray[np.int64],
    levels: Floats,
    related: list[Panel],
    fit: Fit,
    fit_width: Fit,
    folds: int,
) -> Floats:
    learnt, wanted = gathered(panel, leads, related)
    counts = learnt.count
    weight = (
        learnt.weight
        * (1.0 / (1.0 + NOISE / (counts + 1.0)))
        * 0.5 ** (np.where(learnt.x[:, -2] > 0, 0.0, learnt.age) / HALF_LIFE)
    )
    block = _blocks(learnt.age, folds)
    outside = np.empty_like(learnt.y)
    for fold in np.unique(block):
        held = block == fold
        outside[held] = fit(learnt.x[~held], learnt.y[~held], weight[~held])(learnt.x[held])
    middle = fit(learnt.x, learnt.y, weight)(wanted)
    error = learnt.y - outside
    width = fit_width(learnt.x, np.abs(error), weight)
    narrowest = NARROWEST * float(np.median(np.abs(error))) + 1e-9
    shape = error / np.maximum(width(learnt.x), narrowest)
    wide = np.maximum(width(wanted), narrowest)
    places = len(panel.z)
    out = np.empty((places, len(leads), len(levels)))
    for at, lead in enumerate(leads):
        mine = learnt.lead == lead
        here = slice(at * places, (at + 1) * places)
        drawn = weighted_quantiles(shape[mine], weight[mine], levels)
        out[:, at] = panel.level[:, -1:] + middle[here][:, None] + wide[here][:, None] * drawn
    return out


def _blocks(age: Floats, folds: int) -> npt.NDArray[np.int64]:
    span = float(age.max() - age.min()) + 1.0
    folds = max(2, folds)
    return np.asarray(((age - age.min()) * folds / span).astype(np.int64))


def weighted_quantiles(values: Floats, weight: Floats, levels: Floats) -> Floats:
    """Quantiles [Q] of a weighted sample, straight lines between its points."""
    order = np.argsort(values, kind="stable")
    risen = np.cumsum(weight[order])
    return np.interp(levels, (risen - weight[order] / 2) / risen[-1], values[order])
