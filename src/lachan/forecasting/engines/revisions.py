"""What late reports do to the newest values, learnt from earlier vintages with shrinkage.

A first report of US COVID admissions is 10 % low at the median; one of European cases is right. Earlier files say how
the value at each age came out later: the middle of those ratios corrects, their spread widens.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from lachan.forecasting.engines.hub import Floats, Vintages

AGES = 4  # newest steps that are corrected
VINTAGES = 12  # earlier files asked
SETTLED = 2  # steps after which a value may be compared with what it was
SHRINK = 8.0  # a place's own middle weighs n / (n + SHRINK)
SMALLEST = 0.01  # a correction under one percent is none
LARGEST = 0.7  # log ratio; more than a doubling is a dump, not a habit
PAD = 2.0  # units added, so that zeros have a ratio


@dataclass(frozen=True)
class Revision:
    """log ratio final / first seen of the newest AGES values, age 0 the newest: middle [L, AGES], spread [L, AGES]."""

    middle: Floats
    spread: Floats

    def apply(self, values: Floats, unit: float) -> Floats:
        """Values [L, W] with the newest ones corrected."""
        out = values.copy()
        for age in range(min(AGES, values.shape[1])):
            pad = PAD * unit
            out[:, -1 - age] = np.maximum((values[:, -1 - age] + pad) * np.exp(self.middle[:, age]) - pad, 0.0)
        return out


def learn(history: Vintages, reference: date, target: str, unit: float) -> Revision:
    """Compare up to VINTAGES earlier files with that of `reference`; nothing to compare: no correction."""
    now = history.series(reference, target)
    places, width = now.values.shape
    middle, spread = np.zeros((places, AGES)), np.zeros((places, AGES))
    ratios: list[list[Floats]] = [[] for _ in range(AGES)]
    for earlier in [day for day in history.dates if day < reference][-VINTAGES:]:
        if target not in history.targets(earlier):
            continue
        then = history.series(earlier, target)
        gap = int((now.ends[-1] - then.ends[-1]).astype(np.int64) // now.step_days)
        for age in range(AGES):
            at_now, at_then = width - 1 - gap - age, then.values.shape[1] - 1 - age
            if gap >= SETTLED and at_now >= 0 and at_then >= 0:
                pad = PAD * unit
                first = np.maximum(then.values[:, at_then], 0.0) + pad
                ratios[age].append(np.log((np.maximum(now.values[:, at_now], 0.0) + pad) / first))
    for age, found in enumerate(ratios):
        if found:
            middle[:, age], spread[:, age] = _pooled(np.array(found))
    return Revision(middle, spread)


def _pooled(ratios: Floats) -> tuple[Floats, Floats]:
    """Middle and spread [L] of ratios [N, L]: a place's own, drawn to that of all places."""
    kept = ratios[np.isfinite(ratios)]
    if kept.size == 0:
        return np.zeros(ratios.shape[1]), np.zeros(ratios.shape[1])
    counted = np.isfinite(ratios).sum(axis=0)
    overall = float(np.median(kept))
    own = np.array([np.median(c[np.isfinite(c)]) if np.isfinite(c).any() else overall for c in ratios.T])
    middle = (counted * own + SHRINK * overall) / (counted + SHRINK)
    middle = np.where(np.abs(middle) < SMALLEST, 0.0, np.clip(middle, -LARGEST, LARGEST))
    # spread by the middle of absolute deviations: one dump is not a habit
    wide = float(np.median(np.abs(kept - overall))) * 1.48
    off = np.where(np.isfinite(ratios), np.abs(ratios - middle), np.nan)
    own_wide = np.array([np.median(c[np.isfinite(c)]) * 1.48 if np.isfinite(c).any() else wide for c in off.T])
    return middle, np.minimum((counted * own_wide + SHRINK * wide) / (counted + SHRINK), LARGEST)
