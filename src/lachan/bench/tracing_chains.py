"""Chains: 5,000 cases and 20,000 contacts weighed, estimated and grouped; the graph's part beside rustworkx.

rustworkx has no trees of largest weight; what both do is connected groups and generations from the first cases on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from lachan.tracing.chains import candidates, clusters, estimates, tree
from lachan.tracing.chains.shapes import Cases, Contacts, Longs, Timing, no_links

CASES: Final = 5_000
CONTACTS: Final = 20_000
ROUNDS: Final = 5


def measure() -> dict[str, Any]:
    """Seconds for the whole and its parts (the best of five); rustworkx beside them, None where it is not installed."""
    cases, contacts = outbreak(1)
    timing = Timing()
    found = candidates.weigh(cases, no_links(), contacts, timing)
    parent = candidates.parents(CASES, found)
    linked = np.flatnonzero(parent >= 0)
    groups = clusters.components(CASES, parent[linked], linked)
    depth = tree.generations(parent)
    result: dict[str, Any] = {
        "chains_cases": CASES,
        "chains_contacts": CONTACTS,
        "chains_s": _best(lambda: _whole(cases, contacts, timing)),
        "chains_weigh_s": _best(lambda: candidates.weigh(cases, no_links(), contacts, timing)),
        "chains_groups_s": _best(lambda: clusters.components(CASES, parent[linked], linked)),
        "chains_generations_s": _best(lambda: tree.generations(parent)),
        "rustworkx_groups_s": None,
        "rustworkx_generations_s": None,
        "chains_equal_to_rustworkx": None,
    }
    return result | _rustworkx(parent, linked, groups, depth)


def outbreak(seed: int) -> tuple[Cases, Contacts]:
    """Cases infected by earlier ones, the true contact of each among three others."""
    rng = np.random.default_rng(seed)
    infector = np.array([rng.integers(max(0, n - 400), n) if n >= 50 else -1 for n in range(CASES)])
    onset = np.zeros(CASES)
    for n in range(CASES):
        onset[n] = rng.uniform(0, 10) if infector[n] < 0 else onset[infector[n]] + rng.gamma(2.8, 1.8)
    onset = np.floor(onset) + 18_000
    others = CONTACTS - CASES + 50
    left = np.concatenate([infector[50:], rng.integers(0, CASES, others)])
    right = np.concatenate([np.arange(50, CASES), rng.integers(0, CASES, others)])
    when = onset[left] + rng.normal(0, 3, CONTACTS)
    nothing = np.full(CASES, np.nan)
    contacts = Contacts(
        left, right, when - 0.1, when + 0.1, rng.exponential(60, CONTACTS), np.zeros(CONTACTS, np.bool_)
    )
    return Cases(onset, onset + 3, nothing, np.full(CASES, -1)), contacts


def _whole(cases: Cases, contacts: Contacts, timing: Timing) -> None:
    found = candidates.weigh(cases, no_links(), contacts, timing)
    estimates.summarise(cases, found, timing, seed=1)
    clusters.find(cases.onset, found.infector, found.infectee, found.weight)


def _rustworkx(parent: Longs, linked: Longs, groups: Longs, depth: Longs) -> dict[str, Any]:
    """The same groups and generations; the graph is built before the clock runs."""
    try:
        import rustworkx
    except ImportError:
        return {}
    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(CASES))
    graph.add_edges_from_no_data(list(zip(parent[linked].tolist(), linked.tolist(), strict=True)))
    first = [node for node in range(CASES) if parent[node] < 0]

    def generations() -> list[list[int]]:
        return [list(layer) for layer in rustworkx.layers(graph, first, index_output=True)]

    theirs = sorted(sorted(part) for part in rustworkx.weakly_connected_components(graph))
    ours = sorted(np.flatnonzero(groups == label).tolist() for label in np.unique(groups))
    layers = [sorted(layer) for layer in generations()]
    same = theirs == ours and layers == [np.flatnonzero(depth == n).tolist() for n in range(int(depth.max()) + 1)]
    return {
        "rustworkx_groups_s": _best(lambda: rustworkx.weakly_connected_components(graph)),
        "rustworkx_generations_s": _best(generations),
        "chains_equal_to_rustworkx": same,
    }


def _best(work: Callable[[], Any]) -> float:
    shortest = float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        shortest = min(shortest, time.perf_counter() - begun)
    return round(shortest, 6)
