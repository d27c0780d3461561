"""Figures made of counts: pure, arrays in, arrays out. What cannot be said is NaN, never a zero or a made-up number."""

from __future__ import annotations

from typing import Final

import numpy as np

from lachan.analytics.epidemic.facts import Floats, Ints

WEEK: Final = 7
LEAST: Final = 10  # cases in a week below which a ratio of two weeks says nothing
STILL: Final = 0.05  # weeks nearer to each other than this double in no time worth naming


def week_sums(counts: Ints) -> Floats:
    """Sums of seven days [..., D], the day the last of them; NaN for the first six."""
    found = np.full(counts.shape, np.nan)
    if counts.shape[-1] >= WEEK:
        total = np.concatenate([np.zeros((*counts.shape[:-1], 1)), np.cumsum(counts, axis=-1)], axis=-1)
        found[..., WEEK - 1 :] = total[..., WEEK:] - total[..., :-WEEK]
    return found


def ratio(top: Floats, bottom: Floats, times: float = 100.0) -> Floats:
    """``times`` top over bottom; NaN where there is nothing below."""
    shape = np.broadcast_shapes(top.shape, bottom.shape)
    found: Floats = np.divide(top, bottom, out=np.full(shape, np.nan), where=np.broadcast_to(bottom > 0, shape))
    return found * times


def week_before(sums: Floats) -> Floats:
    """The sums of seven days, seven days earlier."""
    found = np.full(sums.shape, np.nan)
    found[..., WEEK:] = sums[..., :-WEEK]
    return found


def growth(sums: Floats) -> Floats:
    """Percent against the seven days before, from sums of seven days."""
    before = week_before(sums)
    return np.where(before >= LEAST, ratio(sums - before, before), np.nan)


def doubling(sums: Floats) -> Floats:
    """Days in which cases double at the pace of two weeks, negative: halve."""
    before = week_before(sums)
    known = (before >= LEAST) & (sums >= LEAST) & (np.abs(sums - before) > STILL * before)
    pace = np.log(sums, out=np.full(sums.shape, np.nan), where=known)
    pace = pace - np.log(before, out=np.full(sums.shape, np.nan), where=known)
    found: Floats = WEEK * np.log(2) / pace
    return found


def incidence(sums: Floats, people: Floats) -> Floats:
    """Sums of seven days [A, D] per 100,000 of ``people`` [A]; NaN where nobody knows how many live there."""
    return ratio(sums, people[:, None], 100_000.0)


def derive(counts: dict[str, Ints], people: Floats) -> dict[str, Floats]:
    """The derived figures [A, D] of counts [A, D] (``cases``, ``tests``, ``positives``, ``severe``)."""
    cases, tests = week_sums(counts["cases"]), week_sums(counts["tests"])
    return {
        "positivity": ratio(week_sums(counts["positives"]), tests),
        "incidence7": incidence(cases, people),
        "growth": growth(cases),
        "doubling": doubling(cases),
        "severity": ratio(week_sums(counts["severe"]), cases),
    }
