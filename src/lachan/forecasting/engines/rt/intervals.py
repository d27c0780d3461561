"""The intervals an estimate of Rt stands on: infection to infection, infection to report, event to entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LONGEST = 120  # days; a longer pmf is a mistake of units


@dataclass(frozen=True)
class Intervals:
    """Probability mass by whole days, each from day 0.

    generation: infection to infection; its day 0 is left out and the rest scaled to 1 (nobody infects the day they
    are infected, in whole days). delay: infection to the day a case is counted on. entry: from that day to the day
    the case stands in the data, where the last days are still incomplete; None where they are complete.
    Raises ValueError naming the interval that is no distribution.
    """

    generation: Floats
    delay: Floats
    entry: Floats | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "generation", _distribution("generation interval", self.generation, first=1))
        object.__setattr__(self, "delay", _distribution("infection to report", self.delay))
        if self.entry is not None:
            object.__setattr__(self, "entry", _distribution("entry delay", self.entry))

    def entered(self, days: int) -> Floats:
        """Share [days] of each day's cases that is entered by the last day."""
        share = np.ones(days)
        if self.entry is not None:
            by_age = np.minimum(np.cumsum(self.entry), 1.0)[:days]
            share[days - len(by_age) :] = by_age[::-1]
        return share


def _distribution(name: str, given: Sequence[float] | Floats, first: int = 0) -> Floats:
    mass = np.array(given, dtype=float)
    if mass.ndim != 1 or not first < len(mass) <= LONGEST:
        raise ValueError(f"{name}: a list of 1 to {LONGEST} daily probabilities, from day 0")
    if not np.isfinite(mass).all() or (mass < 0).any():
        raise ValueError(f"{name}: probabilities are numbers of 0 or more")
    mass[:first] = 0.0
    total = mass.sum()
    if not 0.5 <= total <= 1.5:
        raise ValueError(f"{name}: sums to {total:.3g}, not to 1")
    return np.asarray(mass / total)
