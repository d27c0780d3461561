"""Candidates: weights that sum to one, established links honoured, the true infector found among the innocent."""

from __future__ import annotations

import numpy as np
import pytest

from lachan.tracing.chains import candidates, estimates, intervals, offspring
from lachan.tracing.chains.shapes import ELSEWHERE, UNKNOWN, Cases, Contacts, Links, Timing, no_contacts, no_links
from tests.tracing.chains import trees


def cases_on(*onsets, group=None):
    onset = np.array(onsets, dtype=float)
    nothing = np.full(len(onset), np.nan)
    return Cases(onset, nothing, nothing, np.full(len(onset), -1) if group is None else np.array(group))


def meeting(left, right, at=np.nan, minutes=60.0, directed=False):
    one = np.array
    return Contacts(one([left]), one([right]), one([at]), one([at]), one([minutes]), one([directed]))


def weights_of(found, infectee):
    own = found.infectee == infectee
    return dict(zip(found.infector[own].tolist(), found.weight[own].tolist(), strict=True))


def test_weights_of_a_case_sum_to_one_and_somebody_unknown_has_a_share():
    found = candidates.weigh(cases_on(100, 105, 109), no_links(), meeting(0, 1), Timing())
    assert np.bincount(found.infectee, found.weight).tolist() == pytest.approx([1, 1, 1])
    assert weights_of(found, 2) == {UNKNOWN: 1.0}
    assert weights_of(found, 1)[0] > 0.8


def test_the_longer_they_met_the_more_is_believed_and_a_wrong_day_is_not():
    cases = cases_on(100, 105)

    def share(**meeting_like):
        return weights_of(candidates.weigh(cases, no_links(), meeting(0, 1, **meeting_like), Timing()), 1).get(0, 0.0)

    assert share(at=100, minutes=240) > share(at=100, minutes=15) > share(at=100, minutes=1)
    assert share(at=100) > share(at=96) > share(at=104.9)
    assert share(at=120) < 0.001  # met after the other was long ill
    assert share(minutes=np.nan) >= share(minutes=240)


def test_evidence_of_one_pair_adds_up():
    cases = cases_on(100, 105)
    twice = Contacts(*(np.concatenate([column, column]) for column in meeting(0, 1, minutes=20.0)))
    once = candidates.weigh(cases, no_links(), meeting(0, 1, minutes=40.0), Timing())
    assert weights_of(candidates.weigh(cases, no_links(), twice, Timing()), 1)[0] == pytest.approx(
        weights_of(once, 1)[0]
    )


def test_an_established_infector_is_the_only_candidate():
    links = Links(np.array([2, ELSEWHERE]), np.array([1, 0]))
    found = candidates.weigh(cases_on(100, 105, 150), links, meeting(0, 1), Timing())
    assert weights_of(found, 1) == {2: 1.0}
    assert weights_of(found, 0) == {ELSEWHERE: 1.0}
    assert candidates.parents(3, found).tolist() == [ELSEWHERE, 2, UNKNOWN]


def test_two_established_infectors_share():
    links = Links(np.array([0, 1]), np.array([2, 2]))
    shares = weights_of(candidates.weigh(cases_on(100, 101, 105), links, no_contacts(), Timing()), 2)
    assert sum(shares.values()) == pytest.approx(1)
    assert set(shares) == {0, 1}


def test_established_links_in_a_circle_lose_one():
    links = Links(np.array([0, 1, 2]), np.array([1, 2, 0]))
    found = candidates.weigh(cases_on(100, 104, 108), links, no_contacts(), Timing())
    assert sorted(candidates.parents(3, found).tolist()).count(UNKNOWN) == 1


def test_only_one_direction_of_a_directed_contact():
    cases = cases_on(105, 100)
    assert 0 not in weights_of(candidates.weigh(cases, no_links(), meeting(1, 0, directed=True), Timing()), 1)
    assert 0 in weights_of(candidates.weigh(cases, no_links(), meeting(0, 1, directed=True), Timing()), 1)


def test_a_cluster_makes_weak_candidates_and_a_huge_one_none():
    small = candidates.weigh(cases_on(100, 105, group=[0, 0]), no_links(), no_contacts(), Timing())
    assert 0.3 < weights_of(small, 1)[0] < 0.7
    many = candidates.LARGEST_GROUP + 1
    huge = candidates.weigh(cases_on(*[100.0] * many, group=[0] * many), no_links(), no_contacts(), Timing())
    assert (huge.infector == UNKNOWN).all()


def test_a_case_without_onset_is_dated_by_its_test():
    onset = np.array([100.0, 101, 102, 103, 104, np.nan])
    confirmed = np.array([102.0, 103, 104, 105, 106, 109])
    nothing = np.full(6, np.nan)
    when = candidates.dated(Cases(onset, confirmed, nothing, np.full(6, -1)), Timing())
    assert when.day[5] == 107
    assert when.of_onset.tolist() == [True] * 5 + [False]


def test_no_cases_at_all():
    nothing = cases_on()
    found = candidates.weigh(nothing, no_links(), no_contacts(), Timing())
    summary = estimates.summarise(nothing, found, Timing(), seed=1)
    assert (summary.cases, summary.offspring.reason, summary.serial.reason) == (0, "too_few_cases", "too_few_pairs")


@pytest.mark.slow
def test_true_infectors_are_found_among_three_innocent_contacts():
    """Weights are honest: of candidates given about p, about p are true."""
    weight, true, top, size = [], [], 0, 0
    for seed in range(6):
        grown = trees.grow(seed, r=1.1, k=0.6)
        found = candidates.weigh(grown.cases, no_links(), trees.contacts_of(grown, seed, others=3), Timing())
        here = (found.infector >= 0) & (grown.infector[found.infectee] >= 0)
        weight += found.weight[here].tolist()
        true += (found.infector == grown.infector[found.infectee])[here].tolist()
        parent = candidates.parents(len(grown.infector), found)
        infected = grown.infector >= 0
        top += int((parent == grown.infector)[infected].sum())
        size += int(infected.sum())
    weights, right = np.array(weight), np.array(true)
    print(f"most likely tree right for {top / size:.0%} of {size} infected, by chance 25 %")
    assert top / size > 0.6
    for low, high in ((0.0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.0)):
        own = (weights >= low) & (weights < high)
        said, was = weights[own].mean(), right[own].mean()
        print(f"weights {low}-{high}: mean {said:.2f}, true {was:.2f} of {own.sum()}")
        assert abs(said - was) < 0.2


@pytest.mark.slow
@pytest.mark.parametrize("others", [1, 3])
def test_r_and_k_from_doubtful_links_hold_what_the_true_chains_give(others):
    held = np.zeros(2)
    for seed in range(12):
        grown = trees.grow(100 + seed, r=1.0, k=0.4, firsts=80, most=2_000, days=60)
        found = candidates.weigh(grown.cases, no_links(), trees.contacts_of(grown, seed, others=others), Timing())
        summary = estimates.summarise(grown.cases, found, Timing(), seed=seed)
        truth = offspring.fit(np.bincount(grown.infector[grown.infector >= 0], minlength=len(grown.infector)))
        r, k = summary.offspring.r, summary.offspring.k
        held += [r.low <= truth.r.value <= r.high, k.low <= truth.k.value <= k.high]
    print(f"R held {held[0]:.0f} of 12, k held {held[1]:.0f} of 12")
    assert (held >= 11).all()


@pytest.mark.slow
def test_serial_intervals_of_established_links_are_measured_on_those():
    grown = trees.grow(4, r=1.0, k=0.5)
    infected = np.flatnonzero(grown.infector >= 0)
    links = Links(grown.infector[infected], infected)
    days = grown.cases.onset[infected] - grown.cases.onset[links.infector]
    found = candidates.weigh(grown.cases, links, no_contacts(), Timing())
    summary = estimates.summarise(grown.cases, found, intervals.timing_from(days, Timing()), seed=1)
    assert summary.pairs_from == "known"
    assert summary.serial.mean.value == pytest.approx(days.mean())
    assert summary.serial.median.value == np.median(days)
    assert summary.serial.negative.value == pytest.approx((days < 0).mean())
    assert summary.serial.mean.low < 5 < summary.serial.mean.high
    assert sum(summary.generations) == len(grown.infector)
    assert summary.offspring.links == len(infected)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_missing_weights_sum_to_one_and_trees_have_no_circles(seed):
    """Days, minutes, links and groups missing or odd at random; warnings are errors."""
    rng = np.random.default_rng(seed)
    size, met = int(rng.integers(1, 40)), int(rng.integers(0, 120))

    def days(count, missing):
        return np.where(rng.random(count) < missing, np.nan, 18_000 + rng.integers(-30, 60, count))

    cases = Cases(days(size, 0.4), days(size, 0.4), days(size, 0.9), rng.integers(-1, 4, size))
    minutes = np.where(rng.random(met) < 0.3, np.nan, rng.choice([0, 1, 15, 1e6], met))
    contacts = Contacts(
        rng.integers(0, size, met), rng.integers(0, size, met), days(met, 0.3), days(met, 0.3), minutes,
        rng.random(met) < 0.3,
    )  # fmt: skip
    pairs = {(int(rng.integers(-2, size)), int(rng.integers(0, size))) for _ in range(int(rng.integers(0, 12)))}
    kept = sorted((ELSEWHERE if one < 0 else one, other) for one, other in pairs if one != other)
    links = Links(*np.array(sorted(set(kept)), dtype=np.int64).reshape(-1, 2).T)
    found = candidates.weigh(cases, links, contacts, Timing())
    assert np.bincount(found.infectee, found.weight, minlength=size) == pytest.approx(np.ones(size))
    assert np.bincount(found.infectee, found.chosen, minlength=size).max() <= 1
    parent = candidates.parents(size, found)
    for start in range(size):
        node, steps = start, 0
        while node >= 0:
            node, steps = int(parent[node]), steps + 1
            assert steps <= size
    estimates.summarise(cases, found, Timing(), seed=1)
