"""How many others a case infects: negative binomial by likelihood, with intervals from the profile.

Every case counts, those who infected nobody too (Lloyd-Smith et al. 2005). R is the mean, k the dispersion: the smaller
k, the fewer cases do all the infecting. A case whose time of infecting is not over counts with the share ``p`` of it
that is: Poisson with a gamma mean stays negative binomial, with mean R·p and the same k.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
from scipy.special import gammaln, xlogy

from lachan.tracing.chains.shapes import Longs, Weights

HALF_CHI2: Final = 1.920729410347062  # half the 95 % point of chi-square with one degree of freedom
FEWEST_CASES: Final = 10
FEWEST_LINKS: Final = 3
K_LOW, K_HIGH = 1e-4, 1e4  # beyond the upper end nobody can tell it from Poisson
_GRID: Final = np.linspace(math.log(K_LOW), math.log(K_HIGH), 121)
NEWTON: Final = 8  # steps to the best R; five are enough from the mean
_STEPS: Final = 34  # halvings: 18.4 / 2**34 is a millionth of a per cent


class Range(NamedTuple):
    """An estimate and its 95 % interval; None where the data cannot say, infinity included."""

    value: float | None
    low: float | None = None
    high: float | None = None


class Offspring(NamedTuple):
    """R and k over ``cases`` of whom the links go out; ``reason``: why there is no answer (empty: there is one)."""

    r: Range
    k: Range
    cases: int
    links: int
    largest: int
    reason: str = ""


class _Table(NamedTuple):
    """Cases with the same number of infected and the same share of their time, counted once."""

    x: Weights
    p: Weights
    n: Weights


def fit(counts: Longs, shares: Weights | None = None) -> Offspring:
    """R and k of these numbers of infected; ``shares``: which part of each case's time of infecting is over.

    Too few cases or links give no answer but a reason: ``too_few_cases``, ``too_few_links``.
    """
    found = counted(counts)
    if found.reason:
        return found
    table = _table(counts, shares)
    return found._replace(r=_range_of_r(table), k=_range_of_k(table))


def counted(counts: Longs) -> Offspring:
    """What there is to go by, without an estimate; with the reason where it is too little."""
    cases, links, largest = len(counts), int(counts.sum()), int(counts.max(initial=0))
    reason = "too_few_cases" if cases < FEWEST_CASES else "too_few_links" if links < FEWEST_LINKS else ""
    return Offspring(Range(None), Range(None), cases, links, largest, reason)


def range_of_k(counts: Longs, shares: Weights | None = None) -> Range:
    """k alone, with its interval."""
    return _range_of_k(_table(counts, shares))


def most_likely(counts: Longs, shares: Weights | None = None) -> tuple[float, float]:
    """(R, k) without intervals, for many fits in a row; k is infinite where the counts vary no more than chance."""
    table = _table(counts, shares)
    heights = _on_grid(table)
    top = int(np.argmax(heights))
    if top >= len(_GRID) - 2:
        return float(_best_r(table, np.array([K_HIGH]))[0]), math.inf
    log_k = float(_GRID[top])
    if top:  # the vertex of the parabola through the three highest
        left, middle, right = heights[top - 1 : top + 2].tolist()
        log_k += (_GRID[1] - _GRID[0]) * (left - right) / (2 * (left - 2 * middle + right))
    k = math.exp(log_k)
    return float(_best_r(table, np.array([k]))[0]), k


def spread_of_r(counts: Longs, r: float, k: float, shares: Weights | None = None) -> float:
    """Standard error of R by Fisher's information, for many fits in a row."""
    p = np.ones(len(counts)) if shares is None else shares
    mu = r * p
    information = float(np.sum(p * p / (mu + (mu * mu / k if math.isfinite(k) else 0.0))))
    return 1.0 / math.sqrt(information)


def _table(counts: Longs, shares: Weights | None) -> _Table:
    hundredths = (
        np.full(len(counts), 100) if shares is None else np.clip(np.rint(shares * 100), 1, 100).astype(np.int64)
    )
    rows, n = np.unique(counts * 101 + hundredths, return_counts=True)
    x, p = np.divmod(rows, 101)
    return _Table(x.astype(np.float64), p / 100, n.astype(np.float64))


def _log_likelihood(table: _Table, r: float | Weights, k: Weights) -> Weights:
    """Of each (r, k); without the factorials of the counts, which are the same for all."""
    x, p, n = (column[:, None] for column in table)
    mu = r * p
    total = mu + k
    terms = gammaln(x + k) - gammaln(k) - k * np.log1p(mu / k) + xlogy(x, mu / total)
    found: Weights = np.sum(n * terms, axis=0)
    return found


def _best_r(table: _Table, k: Weights) -> Weights:
    """The R that fits best for each k: the mean where every case's time is over."""
    x, p, n = (column[:, None] for column in table)
    total = float((n * x).sum())
    mean = total / float((n * p).sum())
    if (table.p == 1).all():
        return np.full(len(k), mean)
    log_r = np.full(len(k), math.log(mean))
    for _ in range(NEWTON):
        mu = np.exp(log_r) * p
        fall = (n * k * mu * (x + k) / (k + mu) ** 2).sum(axis=0)
        log_r = log_r + np.clip((n * k * (x - mu) / (k + mu)).sum(axis=0) / fall, -1.0, 1.0)
    found: Weights = np.exp(log_r)
    return found


def _at(table: _Table, log_k: float) -> float:
    k = np.array([math.exp(log_k)])
    return float(_log_likelihood(table, _best_r(table, k), k)[0])


def _on_grid(table: _Table) -> Weights:
    ks = np.exp(_GRID)
    return _log_likelihood(table, _best_r(table, ks), ks)


def _best_k(table: _Table) -> tuple[float, float]:
    """(log k, log-likelihood) at the top of the profile."""
    heights = _on_grid(table)
    top = int(np.argmax(heights))
    low, high = _GRID[max(top - 1, 0)], _GRID[min(top + 1, len(_GRID) - 1)]
    return _climb(lambda entry: _at(table, entry), float(low), float(high))


def _climb(height: Callable[[float], float], low: float, high: float) -> tuple[float, float]:
    """(place, height) of the top between two places with one top between them: golden section."""
    ratio = (math.sqrt(5) - 1) / 2
    for _ in range(16):  # to a ten-thousandth of a cell of the grid, and k to as much
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if height(left) < height(right):
            low = left
        else:
            high = right
    place = (low + high) / 2
    return place, height(place)


def _range_of_k(table: _Table) -> Range:
    best, top = _best_k(table)
    floor = top - HALF_CHI2
    open_above = _at(table, float(_GRID[-1])) > floor
    open_below = _at(table, float(_GRID[0])) > floor
    low = None if open_below else _crossing(lambda entry: _at(table, entry) - floor, best, float(_GRID[0]))
    high = None if open_above else _crossing(lambda entry: _at(table, entry) - floor, best, float(_GRID[-1]))
    value = None if best >= _GRID[-2] else math.exp(best)
    return Range(value, None if low is None else math.exp(low), None if high is None else math.exp(high))


def _range_of_r(table: _Table) -> Range:
    best, top = _best_k(table)
    r = float(_best_r(table, np.array([math.exp(best)]))[0])
    ks = np.exp(np.linspace(math.log(K_LOW), math.log(K_HIGH), 481))

    def above(log_r: float) -> float:
        return float(_log_likelihood(table, math.exp(log_r), ks).max()) - top + HALF_CHI2

    wide = math.log(1e3)
    low = _crossing(above, math.log(r), math.log(r) - wide)
    high = _crossing(above, math.log(r), math.log(r) + wide) if above(math.log(r) + wide) < 0 else None
    return Range(r, math.exp(low), None if high is None else math.exp(high))


def _crossing(above: Callable[[float], float], inside: float, outside: float) -> float:
    """Where ``above`` falls to nought between a place where it is positive and one where it is not."""
    for _ in range(_STEPS):
        middle = (inside + outside) / 2
        if above(middle) > 0:
            inside = middle
        else:
            outside = middle
    return (inside + outside) / 2
