"""Clusters: by links and by places, a place at two times is two."""

from __future__ import annotations

import numpy as np
import pytest

from lachan.tracing.chains import clusters
from lachan.tracing.chains.clusters import Presence


def test_links_below_the_threshold_do_not_join():
    day = np.array([1.0, 3, 5, 7, 20])
    found = clusters.find(day, np.array([0, 1, 3]), np.array([1, 2, 4]), np.array([0.9, 0.6, 0.3]))
    assert found.label.tolist() == [0, 0, 0, 1, 2]
    assert found.size.tolist() == [3, 1, 1]
    assert (found.first[0], found.last[0]) == (1, 5)


def test_a_hospital_infected_twice_is_two_clusters():
    day = np.array([1.0, 4, 8, 60, 63])
    presence = Presence(np.arange(5), np.zeros(5, np.int64), day)
    none = np.empty(0, np.int64)
    found = clusters.find(day, none, none, np.empty(0), presence)
    assert found.label.tolist() == [0, 0, 0, 1, 1]


def test_growth_compares_the_last_week_with_the_one_before():
    day = np.array([100.0, 101, 108, 109, 110, 111, 112, 113, np.nan])
    chain = np.arange(8)
    found = clusters.find(day, chain, chain + 1, np.ones(8))
    assert (found.size[0], found.recent[0], found.before[0]) == (9, 6, 2)
    assert found.growth[0] == pytest.approx(6.5 / 2.5)


@pytest.mark.parametrize("seed", range(5))
def test_components_are_those_a_search_finds(seed):
    rng = np.random.default_rng(seed)
    size, left, right = 200, rng.integers(0, 200, 150), rng.integers(0, 200, 150)
    next_to = {node: set() for node in range(size)}
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        next_to[one].add(other)
        next_to[other].add(one)
    label = clusters.components(size, left, right)
    for node in range(size):
        seen, todo = {node}, [node]
        while todo:
            for other in next_to[todo.pop()] - seen:
                seen.add(other)
                todo.append(other)
        assert set(np.flatnonzero(label == label[node]).tolist()) == seen


def test_no_cases():
    none = np.empty(0, np.int64)
    assert len(clusters.find(np.empty(0), none, none, np.empty(0)).size) == 0
