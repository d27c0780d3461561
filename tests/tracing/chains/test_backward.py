"""Backward: a planted super-spreading place among popular ones is found, the market is not."""

from __future__ import annotations

import numpy as np
import pytest

from lachan.tracing.chains import backward
from lachan.tracing.chains.backward import Stays
from lachan.tracing.chains.shapes import DAY

PLANTED, MARKET = 700, 0


def town(seed, *, cases=60, planted=12, people=20_000, places=1_000):
    """Visits of a town over 14 days, popularity by Pareto with one market the most visited; of ``cases`` cases,
    ``planted`` were at one place of middling popularity."""
    rng = np.random.default_rng(seed)
    popularity = np.sort(rng.pareto(1.2, places) + 0.2)[::-1]
    popularity[MARKET] = popularity[1:].sum() * 0.4
    share = popularity / popularity.sum()
    person = np.repeat(np.arange(people), 8)
    place = rng.choice(places, len(person), p=share)
    start = rng.integers(0, 14 * DAY, len(person)) + 18_000 * DAY
    who = rng.choice(people, cases, replace=False)
    number = np.full(people, -1)
    number[who] = np.arange(cases)
    at_party = who[:planted]
    person = np.concatenate([person, at_party])
    place = np.concatenate([place, np.full(planted, PLANTED)])
    start = np.concatenate([start, np.full(planted, 18_005 * DAY + 3_600)])
    own = number[person] >= 0
    stays = Stays(number[person[own]], place[own], start[own], start[own] + 3_600)
    return stays, backward.popularity_of(person, place), np.full(cases, 18_015.0), person, place, start


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_the_planted_place_is_first_and_the_market_is_nowhere(seed):
    stays, popularity, onset, *_ = town(seed)
    found = backward.shared(backward.in_source_window(stays, onset), popularity)
    assert found.place[0] == PLANTED
    assert found.q[0] < 0.001
    market = found.place.tolist().index(MARKET)
    print(f"market: {found.cases[market]} cases, {found.expected[market]:.1f} expected, q {found.q[market]:.2f}")
    assert found.cases[market] > found.cases[0]  # more cases were there
    assert found.q[market] > 0.2
    assert found.cases[market] == pytest.approx(found.expected[market], abs=10)


@pytest.mark.slow
def test_without_anything_planted_nothing_is_found():
    """Of 30 towns at most a few show a place below q 0.05."""
    alarms = 0
    for seed in range(30):
        stays, popularity, onset, *_ = town(100 + seed, planted=0)
        alarms += bool((backward.shared(backward.in_source_window(stays, onset), popularity).q < 0.05).any())
    print(f"{alarms} false alarms in 30 towns")
    assert alarms <= 4


@pytest.mark.slow
def test_the_evening_is_found_as_an_event():
    stays, _, onset, person, place, start = town(3)
    inside = backward.in_source_window(stays, onset)
    events = inside._replace(place=backward.event_of(inside.place, inside.start))
    found = backward.shared(events, backward.popularity_of(person, backward.event_of(place, start)))
    where, when = backward.place_of(found.place[:1])
    assert (where[0], when[0]) == (PLANTED, 18_005 * DAY)


def test_only_what_lies_in_a_cases_own_source_window_counts():
    onset = np.array([18_020.0, 18_030.0, np.nan])
    day = np.array([18_005.9, 18_006.5, 18_017.9, 18_018.5, 18_018.5, 18_010.0])
    case = np.array([0, 0, 0, 0, 1, 2])
    start = (day * DAY).astype(np.int64)
    found = backward.in_source_window(Stays(case, np.arange(6), start, start + 7_200), onset)
    assert found.place.tolist() == [1, 2, 4]
    longer = backward.in_source_window(Stays(case[:1], np.array([9]), start[:1], start[:1] + DAY), onset)
    assert longer.start[0] == 18_006 * DAY


def test_one_case_alone_shares_nothing_and_no_cases_neither():
    stays = Stays(np.array([0, 0]), np.array([5, 5]), np.array([0, 100]), np.array([50, 150]))
    popularity = backward.popularity_of(np.arange(3), np.array([5, 5, 6]))
    assert len(backward.shared(stays, popularity).place) == 0
    empty = Stays(*(np.empty(0, np.int64) for _ in range(4)))
    assert len(backward.shared(empty, popularity).place) == 0


def test_a_case_is_compared_with_its_own_neighbours():
    """A village shop is popular in its village only: that three villagers were there says nothing."""
    shop, rng = 3, np.random.default_rng(1)
    person = np.arange(2_000)
    village = np.where(person < 50, 1, 0)
    place = np.where(village == 1, shop, rng.integers(10, 200, 2_000))
    stays = Stays(np.arange(3), np.full(3, shop), np.zeros(3, np.int64), np.full(3, 60))
    nation = backward.shared(stays, backward.popularity_of(person, place))
    own = backward.shared(stays, backward.popularity_of(person, place, village), stratum=np.ones(3, np.int64))
    assert nation.q[0] < 0.05
    assert own.q[0] > 0.3
