"""Farrington's method in its improved form: this week against the same weeks of past years.

Farrington, Andrews, Beale, Catchpole 1996, J R Stat Soc A 159(3) 547-563; Noufaily et al. 2013, Stat Med 32(7)
1206-1222. A quasi-Poisson regression of each place on a trend and a ten-step season, the last 26 weeks left out so that
a running outbreak is not its own baseline, past outbreaks weighted down by their Anscombe residuals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from lachan.forecasting.engines.warning.alarms import SHORT_HISTORY, Alarms, Days, Floats, judged, usable
from lachan.forecasting.engines.warning.thresholds import STATED, threshold_for

Bound = Literal["power", "negative_binomial"]

YEARS = 5
YEAR = 365.25 / 7  # weeks
HALF = 3
"""Weeks on each side of this week of the year that form the season's own step."""
STEPS = 10
LEFT_OUT = 26
LEAST_WEEKS = 104 - LEFT_OUT
"""Reported weeks of the baseline below which a season cannot be told from an outbreak: two years of history."""
TREND_WEEKS = 156 - LEFT_OUT
ALPHA = 0.005
OUTLYING = 2.58
WEIGHINGS = 3
"""A large outbreak widens the first fit's spread and so hides itself: weighed thrice where the papers weigh once."""
FEW_CASES, FEW_WEEKS = 5.0, 4
"""No alarm with fewer cases than this in the last four weeks (Farrington 1996): nothing there is an outbreak yet."""
ROUNDS = 12
RIDGE = 1e-3  # holds the step of a season in which nobody ever fell ill


@dataclass(frozen=True)
class _Fit:
    """Means [A, N] of the baseline, of this week [A], the error of its logarithm [A], overdispersion [A], leverage."""

    mean: Floats
    now: Floats
    error: Floats
    spread: Floats
    leverage: Floats


def farrington(
    counts: Floats,
    ends: Days,
    *,
    last: int = 1,
    bound: Bound = "negative_binomial",
    alpha: float = ALPHA,
    rate: float | None = STATED,
) -> Alarms:
    """Judge the `last` weeks of weekly counts [A, W] whose weeks end on `ends` [W]; answers are [A, last].

    score: (count - expected) / (bound - expected), the bound being the 1 - alpha quantile of what is expected, by the
    2/3 power of the counts (1996) or as a negative binomial (2013). Classic threshold (rate=None): 1. NaN where a week
    was not reported; cannot say with less than two years of reported weeks; a trend only with three years.
    """
    if not 1 <= last <= counts.shape[1]:
        raise ValueError(f"last {last}: there are {counts.shape[1]} weeks")
    values, unsaid = usable(counts, ends)
    places, weeks = values.shape
    expected, score = np.full((places, last), np.nan), np.full((places, last), np.nan)
    reasons = unsaid[:, weeks - last :].copy()
    for at in range(last):
        now = weeks - last + at
        enough, mean, upper = _expected(values, now, bound, alpha)
        reasons[(reasons[:, at] == 0) & ~enough, at] = SHORT_HISTORY
        expected[:, at] = mean
        quiet = np.nansum(values[:, max(now - FEW_WEEKS + 1, 0) : now + 1], axis=1) < FEW_CASES
        score[:, at] = (values[:, now] - mean) / (upper - mean)
        score[quiet, at] = np.minimum(score[quiet, at], 0.0)
    threshold = np.ones_like(expected) if rate is None else threshold_for("farrington", expected, rate)
    return judged("farrington", ends[weeks - last :], score, threshold, expected, reasons)


def _expected(values: Floats, now: int, bound: Bound, alpha: float) -> tuple[npt.NDArray[np.bool_], Floats, Floats]:
    """Whether each place has a baseline [A], what it makes us expect in week `now` [A] and the bound [A]."""
    places = len(values)
    first = max(now - int(YEARS * YEAR) - HALF, 0)
    base = values[:, first : max(now - LEFT_OUT, first)]
    reported = np.sum(~np.isnan(base), axis=1)
    enough = reported >= LEAST_WEEKS
    mean, upper = np.full(places, np.nan), np.full(places, np.nan)
    if not enough.any():
        return enough, mean, upper
    lags = (now - np.arange(first, first + base.shape[1])).astype(np.float64)
    for trended in (True, False):
        chosen = enough & ((reported >= TREND_WEEKS) == trended)
        if chosen.any():
            mean[chosen], upper[chosen] = _bounds(base[chosen], lags, trended, bound, alpha)
    return enough, mean, upper


def _bounds(base: Floats, lags: Floats, trended: bool, bound: Bound, alpha: float) -> tuple[Floats, Floats]:
    fit = _fit(base, lags, trended)
    if trended:
        # A trend that leads beyond every week ever seen is no trend (Farrington 1996).
        beyond = fit.now > np.nanmax(base, axis=1)
        if beyond.any():
            plain = _fit(base[beyond], lags, trended=False)
            fit.now[beyond], fit.error[beyond], fit.spread[beyond] = plain.now, plain.error, plain.spread
    mean = np.maximum(fit.now, 1e-6)
    if bound == "power":
        spread = fit.spread + mean * fit.error**2
        reach = stats.norm.ppf(1.0 - alpha) * np.sqrt(4.0 / 9.0 * np.cbrt(mean) * spread)
        upper = (mean ** (2.0 / 3.0) + reach) ** 1.5
    else:
        over = np.maximum(fit.spread, 1.0 + 1e-6)
        upper = stats.nbinom.ppf(1.0 - alpha, mean / (over - 1.0), 1.0 / over)
    return mean, np.maximum(upper, mean + 1.0)


def _season(lags: Floats) -> npt.NDArray[np.int64]:
    """Step of the year [N] of weeks so many before this one: 0 is this week and 3 on each side, then 9 equal ones."""
    phase = np.mod(lags + HALF + 0.5, YEAR)
    own = 2 * HALF + 1
    return np.where(phase < own, 0, 1 + np.minimum((phase - own) / (YEAR - own) * (STEPS - 1), STEPS - 2).astype(int))


def _fit(base: Floats, lags: Floats, trended: bool) -> _Fit:
    """Fit, weigh past outbreaks down, fit again, thrice; base [A, N] with NaN where not reported."""
    columns = [np.ones_like(lags), *(_season(lags) == step for step in range(1, STEPS))]
    if trended:
        columns.append(-lags / YEAR)
    design = np.stack(columns, axis=1).astype(np.float64)
    now = np.zeros(design.shape[1])
    now[0] = 1.0
    weights = (~np.isnan(base)).astype(np.float64)
    filled = np.nan_to_num(base)
    fit = _solve(filled, design, now, weights)
    for _ in range(WEIGHINGS):
        with np.errstate(divide="ignore", invalid="ignore"):
            residual = (
                1.5
                * (filled ** (2.0 / 3.0) - fit.mean ** (2.0 / 3.0))
                / (fit.mean ** (1.0 / 6.0) * np.sqrt(fit.spread[:, None] * np.maximum(1.0 - fit.leverage, 0.05)))
            )
        lighter = weights * np.where(residual > OUTLYING, (OUTLYING / np.maximum(residual, OUTLYING)) ** 2, 1.0)
        lighter *= (weights.sum(axis=1) / np.maximum(lighter.sum(axis=1), 1e-9))[:, None]
        fit = _solve(filled, design, now, lighter)
    return fit


def _solve(counts: Floats, design: Floats, now: Floats, weights: Floats) -> _Fit:
    """Quasi-Poisson regressions of all places at once by iteratively reweighted least squares.

    counts and weights [A, N], design [N, P], now [P]. The same design for all: normal equations [A, P, P] are one
    product with the outer products of its rows.
    """
    terms = design.shape[1]
    outer = (design[:, :, None] * design[:, None, :]).reshape(len(design), terms * terms)
    ridge = np.eye(terms) * RIDGE
    ridge[0, 0] = 0.0
    linear = np.log(counts + 0.5)
    for _ in range(ROUNDS):
        mean = np.exp(np.clip(linear, -8.0, 18.0))
        working = weights * mean
        response = np.clip(linear, -8.0, 18.0) + (counts - mean) / mean
        normal = (working @ outer).reshape(-1, terms, terms) + ridge + 1e-9 * np.eye(terms)
        found = np.linalg.solve(normal, ((working * response) @ design)[:, :, None])[:, :, 0]
        moved, linear = linear, found @ design.T
        if np.max(np.abs(np.clip(moved, -8, 18) - np.clip(linear, -8, 18))) < 1e-6:
            break
    mean = np.exp(np.clip(linear, -8.0, 18.0))
    inverse = np.linalg.inv(((weights * mean) @ outer).reshape(-1, terms, terms) + ridge + 1e-9 * np.eye(terms))
    leverage = weights * mean * (inverse.reshape(-1, terms * terms) @ outer.T)
    free = np.maximum(np.sum(weights > 0, axis=1) - terms, 1)
    spread = np.maximum(np.sum(weights * (counts - mean) ** 2 / mean, axis=1) / free, 1.0)
    error = np.sqrt(np.maximum(spread * np.einsum("p,apq,q->a", now, inverse, now), 0.0))
    return _Fit(mean, np.exp(np.clip(found @ now, -8.0, 18.0)), error, spread, leverage)
