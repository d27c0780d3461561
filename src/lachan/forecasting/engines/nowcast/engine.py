"""The nowcast: delays learnt, level expected, both put together; what is odd about the reports is said beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.hub import Triangle
from lachan.forecasting.engines.nowcast import changes, delays, level, posterior, sampled
from lachan.forecasting.engines.nowcast.changes import DelayFinding
from lachan.forecasting.engines.nowcast.reporters import Reporter, reporters
from lachan.forecasting.engines.nowcast.reports import Reports, read
from lachan.forecasting.engines.nowcast.spread import spread

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]
Bools = npt.NDArray[np.bool_]

TAKEN_BACK = 0.005  # share of a row's reports that are corrections downwards, from which it is read so


@dataclass(frozen=True)
class Nowcast:
    """quantiles [L, H, Q] of what will be known of each day within the triangle's longest delay; samples [L, S, H] that
    hang together (a row that is the sum of the others is so in each sample); delay: what is odd about the delay;
    reporters: by place."""

    quantiles: Floats
    samples: Floats
    delay: DelayFinding
    reporters: tuple[Reporter, ...]


def nowcast(triangle: Triangle, ends: Days, levels: Floats, *, seed: int = 0, samples: int = 1000) -> Nowcast:
    """Final counts of past days, from what has been reported of them.

    triangle: counts [L, D, K] are what came after k days (not added up), its last day the day of the knowledge; ends
    [H]: days of the triangle; levels [Q]. Deterministic by `seed`. Raises ValueError naming what is wrong.
    """
    reports = read(triangle)
    at = (np.asarray(ends).astype("datetime64[D]") - triangle.days[0]).astype(np.int64)
    if len(at) and (at.min() < 0 or at.max() >= reports.days):
        raise ValueError(
            f"days to nowcast lie between {triangle.days[0]} and {triangle.days[-1]}, those of the triangle"
        )
    who = reporters(reports.by_day(), int(triangle.days[0].astype(np.int64)) % 7)
    last = np.array([reports.days - 1 - one.silent_days for one in who])
    own = np.array([one.kind in ("weekly", "broken") or one.weekday is not None for one in who])
    learnt, finding = _learnt(reports, triangle.days, last, own)
    over = spread(reports, learnt, last)
    values = _final(reports, learnt, last, over, at, np.asarray(levels, dtype=float))
    rng = np.random.default_rng([seed, int(triangle.days[-1].astype(np.int64))])
    drawn = sampled.draw(values[:, :, len(levels) :], np.asarray(ends), reports.total, samples, rng)
    quantiles = values[:, :, : len(levels)]
    if reports.total is not None:  # what is known of the total and of no part stands in it all the same
        drawn[reports.total] += _of_no_part(reports, reports.total)[at]
        quantiles[reports.total] = np.quantile(drawn[reports.total], levels, axis=0).T
    return Nowcast(quantiles, drawn, finding, who)


def _of_no_part(reports: Reports, total: int) -> Floats:
    """What is known of each day [D] in the total beyond its parts."""
    known = reports.so_far[:, :, -1]
    return np.asarray(known[total] - (known.sum(axis=0) - known[total]))


def _learnt(
    reports: Reports, days: Days, last: npt.NDArray[np.int64], own: Bools
) -> tuple[delays.Learnt, DelayFinding]:
    learnt = delays.learn(reports, last, own)
    finding = changes.find(reports, learnt, days, ~own & (last == reports.days - 1))
    if finding.changed:
        learnt = delays.learn(reports, last, own, changes.half_life(finding, days[-1]))
    return learnt, finding


def _final(
    reports: Reports,
    learnt: delays.Learnt,
    last: npt.NDArray[np.int64],
    over: Floats,
    at: npt.NDArray[np.int64],
    levels: Floats,
) -> Floats:
    """Quantiles [L, H, Q + DENSE] of the final counts of days `at` [H]: those asked for, and those to draw from."""
    known, after = reports.known(last)
    rows, days = np.arange(reports.rows)[:, None], np.arange(reports.days)
    heard = after >= 0
    share = np.where(heard, learnt.hazards.shares()[rows, days % 7, np.maximum(after, 0)], 0.0)
    wide = np.where(heard, over[rows, np.maximum(after, 0)], 1.0)
    seen = slice(max(0, reports.days - max(level.DAYS, reports.longest + 15)), None)
    mean, variance = np.zeros(known.shape), np.ones(known.shape)
    mean[:, seen], variance[:, seen] = level.expected(np.maximum(known[:, seen], 0.0), share[:, seen], wide[:, seen])
    down = -np.minimum(reports.new, 0.0).sum(axis=(1, 2))
    corrected = down > TAKEN_BACK * np.maximum(np.maximum(reports.new, 0.0).sum(axis=(1, 2)), 1.0)
    asked = posterior.Days(
        known=known[:, at].ravel(),
        share=share[:, at].ravel(),
        over=wide[:, at].ravel(),
        mean=mean[:, at].ravel(),
        variance=variance[:, at].ravel(),
        corrected=np.repeat(corrected, len(at)),
    )
    out = posterior.quantiles(asked, levels, sampled.DENSE).reshape(reports.rows, len(at), -1)
    final = after[:, at] >= reports.longest  # nothing more can come within the longest delay
    return np.asarray(np.where(final[:, :, None], known[:, at][:, :, None], out))
