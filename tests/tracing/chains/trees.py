"""Outbreaks of our own making, with the truth beside them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lachan.tracing.chains.shapes import Cases, Contacts


class Grown(NamedTuple):
    cases: Cases
    infector: np.ndarray  # -1 for the first ones
    infected_on: np.ndarray


def grow(seed: int, *, r: float, k: float, firsts: int = 20, most: int = 600, days: float = 400.0) -> Grown:
    """A branching process: numbers of infected negative binomial, generation times and incubations gamma."""
    rng = np.random.default_rng(seed)
    infector, on = [-1] * firsts, rng.uniform(0, 10, firsts).tolist()
    at = 0
    while at < len(infector) and len(infector) < most:
        for _ in range(rng.negative_binomial(k, k / (k + r))):
            when = on[at] + rng.gamma(4, 5.0 / 4)
            if when < days:
                infector.append(at)
                on.append(when)
        at += 1
    infected_on = np.array(on) + 18_000
    onset = np.floor(infected_on + rng.gamma(5, 1.1, len(on)))
    nothing = np.full(len(on), np.nan)
    cases = Cases(onset, onset + 3, nothing, np.full(len(on), -1))
    return Grown(cases, np.array(infector), infected_on)


def contacts_of(grown: Grown, seed: int, *, others: int) -> Contacts:
    """The true contacts, each with ``others`` innocent ones to cases of the same weeks; undirected."""
    rng = np.random.default_rng(seed)
    right = np.flatnonzero(grown.infector >= 0)
    left = grown.infector[right]
    when = grown.infected_on[right]
    size = len(grown.infector)
    rows = [(left, right, when)]
    for _ in range(others):
        rows.append((rng.integers(0, size, len(right)), right, when + rng.normal(0, 12, len(right))))
    left, right, when = (np.concatenate(column) for column in zip(*rows, strict=True))
    swap = rng.random(len(left)) < 0.5
    left, right = np.where(swap, right, left), np.where(swap, left, right)
    minutes = np.full(len(left), 90.0)
    return Contacts(left, right, when - 0.05, when + 0.05, minutes, np.zeros(len(left), dtype=bool))
