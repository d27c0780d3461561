"""Trees as likely as they are, given that few infect many: Gibbs sampling of infectors beside R and k.

Drawn each by its own weights, trees hand one case's infectees to many and k comes out two to four times too large. If
numbers of infected are negative binomial, a candidate who already infects ``x`` others is (x + k) / (R p + k) times as
likely to have infected one more (Polya's urn). Infectors are drawn one by one given all others; every few rounds R and
k are fitted to what was drawn (stochastic expectation and maximisation).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from lachan.tracing.chains import offspring
from lachan.tracing.chains.candidates import Candidates
from lachan.tracing.chains.shapes import Flags, Longs, Weights

BURN: Final = 50  # rounds until R and k have settled
EVERY: Final = 5  # rounds between two fits and two kept trees
MOST_K: Final = 100.0  # beyond, the urn has no memory


def counts_of_trees(size: int, candidates: Candidates, shares: Weights, *, rounds: int, seed: int) -> Longs:
    """(rounds, size): how many each case infects in trees drawn one after the other. Established links stay, all of
    them; ``shares``: which part of each case's time of infecting is over. Circles are not sorted out: numbers of
    infected do not mind."""
    rng = np.random.default_rng(seed)
    starts = np.searchsorted(candidates.infectee, np.arange(size + 1))
    chosen = np.searchsorted(candidates.infectee, np.arange(size))
    picked = np.flatnonzero(candidates.chosen)
    chosen[candidates.infectee[picked]] = picked
    fixed = np.zeros(size, dtype=np.bool_)
    fixed[candidates.infectee[candidates.known]] = True
    established = candidates.infector[candidates.known]
    drawn = candidates.infector[chosen[~fixed]]
    counts = np.bincount(np.concatenate([established[established >= 0], drawn[drawn >= 0]]), minlength=size)
    kept = np.empty((rounds, size), dtype=np.int64)
    r, k = _fit(counts, shares)
    for turn in range(BURN + rounds * EVERY):
        _sweep(starts, candidates.infector, candidates.weight, shares, chosen, counts, fixed, k, r, rng.random(size))
        if turn % EVERY == EVERY - 1:
            r, k = _fit(counts, shares)
            if turn >= BURN:
                kept[(turn - BURN) // EVERY] = counts
    return kept


def _fit(counts: Longs, shares: Weights) -> tuple[float, float]:
    if not counts.any():  # nobody infects anybody: as if one did
        return 1.0 / len(counts), MOST_K
    r, k = offspring.most_likely(counts, shares)
    return r, min(k, MOST_K)


@njit(cache=True)
def _sweep(
    starts: Longs, infector: Longs, weight: Weights, shares: Weights, chosen: Longs, counts: Longs, fixed: Flags,
    k: float, r: float, dice: Any,
) -> None:  # fmt: skip
    """Draw everybody's infector anew, one after the other; ``chosen`` and ``counts`` change in place."""
    for case in range(len(starts) - 1):
        if fixed[case]:
            continue
        before = infector[chosen[case]]
        if before >= 0:
            counts[before] -= 1
        total = 0.0
        for row in range(starts[case], starts[case + 1]):
            who = infector[row]
            total += weight[row] * ((counts[who] + k) / (r * shares[who] + k) if who >= 0 else 1.0)
        left = dice[case] * total
        pick = starts[case + 1] - 1
        for row in range(starts[case], starts[case + 1]):
            who = infector[row]
            left -= weight[row] * ((counts[who] + k) / (r * shares[who] + k) if who >= 0 else 1.0)
            if left < 0.0:
                pick = row
                break
        chosen[case] = pick
        if infector[pick] >= 0:
            counts[infector[pick]] += 1
