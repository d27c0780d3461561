"""Doses by age and day: who stands at which dose, and how protected on average, waning included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from lachan.forecasting.engines.whatif.assumptions import Floats

OUTCOMES: Final = ("infection", "severe", "death")
MONTH: Final = 30.44  # days
WEEK: Final = 7


@dataclass(frozen=True)
class Curve:
    """Doses [3, A, T] by day, `offset` days from the first of them to the first day simulated."""

    counts: Floats
    offset: int

    def on(self, day: int) -> Floats:
        """Doses [3, A] of a day counted from the first day simulated; none outside the curve."""
        at = day + self.offset
        if 0 <= at < self.counts.shape[2]:
            return np.asarray(self.counts[:, :, at])
        return np.zeros(self.counts.shape[:2])

    def before(self, day: int) -> Floats:
        """People [4, A] at no dose, one, two, three before a day; of no dose zero, since people are not known here."""
        given = self.counts[:, :, : max(0, day + self.offset)].sum(axis=2)
        return np.vstack([np.zeros(given.shape[1]), given[0] - given[1], given[1] - given[2], given[2]])

    def ages_of_doses(self, day: int) -> Floats:
        """Of those standing at dose d (3), by age (A): shares [3, A, W] by whole weeks since that dose.

        Who had a dose first has the next one first, so those still waiting for the next are the latest.
        """
        end = max(0, min(self.counts.shape[2], day + self.offset))
        sums = np.cumsum(self.counts[:, :, :end], axis=2)
        weeks = (max(0, day + self.offset)) // WEEK + 1
        shares = np.zeros((3, self.counts.shape[1], weeks))
        if end == 0:
            return shares
        since = (day + self.offset - 1 - np.arange(end)) // WEEK
        for dose in range(3):
            moved = sums[dose + 1, :, -1] if dose < 2 else np.zeros(self.counts.shape[1])
            earlier = np.concatenate([np.zeros((len(moved), 1)), sums[dose, :, :-1]], axis=1)
            left = np.clip(sums[dose] - np.maximum(earlier, moved[:, None]), 0.0, None)
            for age in range(len(moved)):
                shares[dose, age] = np.bincount(since, weights=left[age], minlength=weeks)
        return np.asarray(shares / np.maximum(shares.sum(axis=2, keepdims=True), 1e-9))


@dataclass(frozen=True)
class Effect:
    """Protection by outcome: best [n, 3] by dose, the share lost a month [n]; `onset` [n] days to the whole of it."""

    best: dict[str, Floats]
    waning: dict[str, Floats]
    onset: Floats

    def on(self, shares: Floats) -> dict[str, Floats]:
        """Average protection [n, A, 4] of those at no dose, one, two, three; shares [3, A, W] by week since the dose.

        Never less against death than against severe disease, nor against that than against infection.
        """
        days = np.arange(shares.shape[2]) * WEEK + WEEK / 2.0
        begun = np.clip(days[None, :] / np.maximum(self.onset, 1e-9)[:, None], 0.0, 1.0)
        found: dict[str, Floats] = {}
        least: Floats | float = 0.0
        for outcome in OUTCOMES:
            left = (1.0 - self.waning[outcome])[:, None] ** (
                np.maximum(days[None, :] - self.onset[:, None], 0.0) / MONTH
            )
            best = self.best[outcome]
            dose_before = np.concatenate(
                [np.zeros((len(best), 1)), best[:, :-1]], axis=1
            )  # lasts until the new one works
            rising = dose_before[:, :, None] + (best - dose_before)[:, :, None] * begun[:, None, :]  # [n, 3, W]
            course = rising * left[:, None, :]
            mean = np.einsum("ndw,daw->nad", course, shares)
            whole = np.concatenate([np.zeros((*mean.shape[:2], 1)), mean], axis=2)
            found[outcome] = least = np.maximum(whole, least)
        return found
