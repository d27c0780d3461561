"""Rt of many areas: each by itself, small ones drawn to the pooled curve, NaN where the data do not allow a word."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.rt.intervals import Intervals
from lachan.forecasting.engines.rt.observed import Observed, observe
from lachan.forecasting.engines.rt.particles import Played, Prior, play

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SHORTEST = 14  # days; below, nothing can be said
FEWEST_INFECTIONS = 0.2  # a day: below, chance rules
WIDEST = 6.0  # upper over lower limit: an interval wider than that says nothing
HIGHEST = 5.0  # above, the particles' bounds speak and not the data: a dump, an import, a change of tests
POOLED_PULL = 0.02  # share a day by which an area is drawn to the curve of all


@dataclass(frozen=True)
class Rt:
    """median, low, high [A, D] (90 % interval), NaN where `known` [A, D] is False: the data do not allow to say."""

    median: Floats
    low: Floats
    high: Floats
    known: Bools


def estimate(
    cases: Floats,
    days: npt.NDArray[np.datetime64],
    intervals: Intervals,
    *,
    pooled: bool = True,
    seed: int = 0,
    prior: Prior | None = None,
) -> Rt:
    """Rt by area and day of infection.

    cases [A, D]: cases counted a day, NaN where not known; days [D] without gaps. With `pooled` and more areas than
    one, areas are drawn to the curve of their sum: strong where an area has few cases, without weight where it has
    many. The last days rest on few reports: their interval is wider and says so. Deterministic by `seed`.
    Raises ValueError naming what is wrong with the form.
    """
    table = np.atleast_2d(np.asarray(cases, dtype=float))
    at = np.asarray(days).astype("datetime64[D]").astype(np.int64)
    if table.shape[1] != len(at):
        raise ValueError(f"{table.shape[1]} counts in a row, but {len(at)} days")
    if len(at) and (np.diff(at) != 1).any():
        raise ValueError("days have a gap or are out of order: give every day, NaN where nothing is known")
    median, low, high = (np.full(table.shape, np.nan) for _ in range(3))
    result = Rt(median, low, high, np.zeros(table.shape, dtype=bool))
    if len(at) < SHORTEST:
        return result
    used = prior or Prior()
    entered, dow = intervals.entered(len(at)), at % 7
    anchor = np.zeros(len(at))
    if pooled and len(table) > 1:
        whole = observe(np.nansum(np.maximum(table, 0.0), axis=0), dow, entered)
        anchor = play(whole, entered, intervals, anchor, used, [seed, 0]).quantiles[1]
        used = replace(used, pull=POOLED_PULL)
    for area, row in enumerate(table):
        seen = observe(row, dow, entered)
        if not seen.counts.sum():
            continue
        played = play(seen, entered, intervals, anchor, used, [seed, area + 1])
        known = _known(seen, played)
        for values, one in zip((low, median, high), played.quantiles, strict=True):
            values[area] = np.where(known, np.exp(one), np.nan)
        result.known[area] = known
    return result


def _known(seen: Observed, played: Played) -> Bools:
    """Which days can be spoken of: infections enough, an interval that says something, a report since."""
    low, median, high = played.quantiles
    enough = np.convolve(played.force, np.ones(7) / 7.0)[: len(played.force)] >= FEWEST_INFECTIONS
    told = np.flatnonzero(seen.seen)
    heard = np.arange(len(low)) <= told[-1]
    inside = median < np.log(HIGHEST)
    return np.asarray(enough & heard & inside & (high - low <= np.log(WIDEST)))
