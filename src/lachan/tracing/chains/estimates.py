"""What the chains of an outbreak say: R, k, serial interval, generations; each with what cannot be said."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from lachan.tracing.chains import offspring
from lachan.tracing.chains.candidates import Candidates, Dated, dated, doubt, parents
from lachan.tracing.chains.intervals import Serial, measured, over
from lachan.tracing.chains.offspring import Offspring, Range
from lachan.tracing.chains.shapes import Cases, Flags, Longs, Timing, Weights
from lachan.tracing.chains.tree import generations

ROUNDS: Final = 20  # trees drawn where infectors are in doubt
OVER: Final = 0.05  # a case whose share of infecting time is smaller says nothing yet
GROWING: Final = 0.2  # share of recent cases from which on the newest pairs are the short ones


class Summary(NamedTuple):
    """``offspring``: over all cases, zeros too; ``finished``: allowing for cases whose time of infecting is not over;
    ``serial``: between onsets; ``confirmed``: between confirmations; ``expected_known``: mean weight of infectors
    other than unknown; ``bits``: mean doubt; ``flags``: what to bear in mind.

    ``known_links`` counts pairs, as the literature does: who has two infectors named counts for both in R and k.
    ``tree_links`` counts every case once."""

    cases: int
    known_links: int
    tree_links: int
    expected_known: float
    bits: float
    offspring: Offspring
    finished: Offspring
    serial: Serial
    confirmed: Serial
    pairs_from: str  # "known" or "tree"
    generations: tuple[int, ...]
    flags: tuple[str, ...]


def summarise(
    cases: Cases, candidates: Candidates, timing: Timing, *, seed: int, until: float | None = None
) -> Summary:
    """``until``: the day up to which cases are known; without it the last day any case has."""
    size = len(cases.onset)
    when = dated(cases, timing)
    parent = parents(size, candidates)
    shares = _shares(cases, when, timing, until)
    pairs, source = _pairs(candidates)
    one, other = candidates.infector[pairs], candidates.infectee[pairs]
    serial = measured(cases.onset[other] - cases.onset[one], seed=seed)
    confirmed = measured(cases.confirmed[other] - cases.confirmed[one], seed=seed)
    told = shares >= OVER
    trees = _trees(size, candidates, shares, seed)
    recent = float(np.mean(shares < 0.95)) if size else 0.0
    bits = float(doubt(size, candidates).mean()) if size else 0.0
    flags = [f"r_and_k_{entry}" for entry in (_reason(cases, candidates),) if entry]
    if recent > GROWING:
        flags.append("many_recent_cases")
    if source == "tree" and pairs.any():
        flags.append("serial_interval_from_tree")
    if size and not when.of_onset.all():
        flags.append("onsets_estimated")
    return Summary(
        cases=size,
        known_links=int((candidates.known & (candidates.infector >= 0)).sum()),
        tree_links=int((parent >= 0).sum()),
        expected_known=float(1 - candidates.weight[candidates.infector == -1].sum() / size) if size else 0.0,
        bits=bits,
        offspring=_over_trees(size, candidates, parent, None, np.ones(size, dtype=np.bool_), trees),
        finished=_over_trees(size, candidates, parent, shares, told, trees),
        serial=serial,
        confirmed=confirmed,
        pairs_from=source,
        generations=tuple(np.bincount(generations(parent)).tolist()) if size else (),
        flags=tuple(flags),
    )


def _reason(cases: Cases, candidates: Candidates) -> str:
    """Whether links are too few to trust: most cases without any candidate make R a floor, not a figure."""
    size = len(cases.onset)
    unexplained = float(candidates.weight[candidates.infector == -1].sum()) / size if size else 0.0
    return "lower_bound_most_sources_unknown" if unexplained > 0.5 else ""


def _shares(cases: Cases, when: Dated, timing: Timing, until: float | None) -> Weights:
    """Which part of each case's infectees can have been seen; 1 where its day is not known."""
    days = np.concatenate([when.day, cases.confirmed])
    known = days[~np.isnan(days)]
    last = until if until is not None else float(known.max()) if len(known) else 0.0
    found: Weights = np.where(np.isnan(when.day), 1.0, over(last - np.nan_to_num(when.day), timing))
    return found


def _pairs(candidates: Candidates) -> tuple[Flags, str]:
    """Which candidates serial intervals are measured on: links somebody established, where there are enough."""
    here = candidates.infector >= 0
    known = here & candidates.known
    if int(known.sum()) >= 10 or not (here & candidates.chosen & ~candidates.known).any():
        return known, "known"
    return here & candidates.chosen, "tree"


def _over_trees(
    size: int, candidates: Candidates, parent: Longs, shares: Weights | None, told: Flags, trees: Longs | None
) -> Offspring:
    """R and k of the cases in ``told``: of the one tree when nothing is in doubt, else over drawn trees.

    Over drawn trees, Rubin's rules on the logarithms: the variance within trees and that between them. ``links`` and
    ``largest`` are those of the most likely tree.
    """
    own = None if shares is None else shares[told]
    established = _counts(size, candidates.infector[candidates.known])
    counts = (established + _counts(size, parent[_doubtful(size, candidates)]))[told]
    if trees is None:
        return offspring.fit(counts, own)
    one = offspring.counted(counts)
    if one.reason:
        return one
    numbers = [row[told] for row in trees]
    if min(int(entry.sum()) for entry in numbers) < offspring.FEWEST_LINKS:
        return one._replace(reason="too_few_links")
    fitted = [offspring.most_likely(entry, own) for entry in numbers]
    r, k = (np.array(column) for column in zip(*fitted, strict=True))
    within = [offspring.spread_of_r(entry, *best, own) / best[0] for entry, best in zip(numbers, fitted, strict=True)]
    middle = numbers[int(np.argsort(k, kind="stable")[len(k) // 2])]
    return one._replace(r=_pooled(np.log(r), np.square(within)), k=_pooled_k(offspring.range_of_k(middle, own), k))


def _doubtful(size: int, candidates: Candidates) -> Flags:
    """Cases whose infector nobody established."""
    found = np.ones(size, dtype=np.bool_)
    found[candidates.infectee[candidates.known]] = False
    return found


def _trees(size: int, candidates: Candidates, shares: Weights, seed: int) -> Longs | None:
    """Drawn trees where anything is in doubt."""
    sure = candidates.chosen & (candidates.weight > 0.999)
    if sure[np.searchsorted(candidates.infectee, np.flatnonzero(_doubtful(size, candidates)))].all():
        return None
    from lachan.tracing.chains.sampling import counts_of_trees  # compiled code, loaded when it is needed

    return counts_of_trees(size, candidates, np.maximum(shares, OVER), rounds=ROUNDS, seed=seed)


def _counts(size: int, parent: Longs) -> Longs:
    found: Longs = np.bincount(parent[parent >= 0], minlength=size)
    return found


def _pooled(values: Weights, within: Weights) -> Range:
    middle = float(values.mean())
    spread = 1.96 * math.sqrt(float(within.mean()) + (1 + 1 / len(values)) * float(values.var(ddof=1)))
    return Range(math.exp(middle), math.exp(middle - spread), math.exp(middle + spread))


def _pooled_k(one: Range, values: Weights) -> Range:
    """k over trees: ``one`` is the profile's answer on the tree in the middle, widened by how trees differ."""
    finite = values[np.isfinite(values)]
    if one.value is None or len(finite) < len(values):
        return Range(float(np.median(finite)) if len(finite) > len(values) / 2 else None, one.low, None)
    logs = np.log(finite)
    middle, between = float(logs.mean()), (1 + 1 / len(logs)) * float(logs.var(ddof=1))
    top = math.log(one.value)

    def reach(end: float | None, side: int) -> float | None:
        if end is None:
            return None
        return math.exp(middle + side * math.sqrt((math.log(end) - top) ** 2 + 1.96**2 * between))

    return Range(math.exp(middle), reach(one.low, -1), reach(one.high, 1))
