"""The most likely tree: nobody their own ancestor, and no better tree there."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from lachan.bench import tracing_chains
from lachan.tracing.chains import tree


def best_by_trying(size, source, target, weight):
    into = [[edge for edge in range(len(target)) if target[edge] == node] for node in range(size)]
    best = -1.0
    for edges in product(*into):
        up = {node: int(source[edge]) for node, edge in enumerate(edges)}
        for node in range(size):
            seen = set()
            while node != size and node not in seen:
                seen.add(node)
                node = up[node]
            if node != size:
                break
        else:
            best = max(best, float(np.prod(weight[list(edges)])))
    return best


@pytest.mark.parametrize("seed", range(40))
def test_no_tree_is_heavier(seed):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 6))
    pairs = [(i, j) for i in range(size) for j in range(size) if i != j and rng.random() < 0.7]
    source = np.array([size] * size + [i for i, _ in pairs])
    target = np.array([*range(size), *(j for _, j in pairs)])
    weight = np.concatenate([rng.uniform(0.01, 0.2, size), rng.uniform(0.05, 1, len(pairs))])
    chosen = tree.most_likely(size, source, target, weight)
    assert target[chosen].tolist() == list(range(size))
    assert float(np.prod(weight[chosen])) == pytest.approx(best_by_trying(size, source, target, weight))


def test_two_who_may_each_have_infected_the_other():
    """The circle is cut where it costs least."""
    source, target = np.array([2, 2, 0, 1]), np.array([0, 1, 1, 0])
    chosen = tree.most_likely(2, source, target, np.array([0.2, 0.1, 0.8, 0.9]))
    assert source[chosen].tolist() == [2, 0]


def test_generations_count_links_from_the_first_of_the_chain():
    assert tree.generations(np.array([-1, 0, 1, 2, -1, 4, -2])).tolist() == [0, 1, 2, 3, 0, 1, 0]
    chain = tree.generations(np.arange(-1, 999))
    assert chain.tolist() == list(range(1000))


@pytest.mark.slow
def test_groups_and_generations_are_those_of_rustworkx():
    found = tracing_chains.measure()
    if found["chains_equal_to_rustworkx"] is None:
        pytest.skip("rustworkx is not installed")
    assert found["chains_equal_to_rustworkx"]
