"""The space-time scan: ratios by hand, an injected cluster found, quiet days as quiet as stated, speed."""

from __future__ import annotations

import time

import numpy as np
import pytest

from lachan.forecasting.engines.warning import measured
from lachan.forecasting.engines.warning.scan import neighbours, scan
from lachan.forecasting.engines.warning.scan_sums import Sums, best_of, ratios_of


def days(length: int) -> np.ndarray:
    return np.datetime64("2021-05-03", "D") + np.arange(length)


def country(places: int, a_day: float, seed: int, length: int = 84) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    made = np.random.default_rng(seed)
    where = np.stack([made.uniform(9, 22, places), made.uniform(103, 108, places)])
    people = made.lognormal(10, 0.5, places)
    risk = people * made.gamma(5, 0.2, places)
    counts = made.poisson(np.outer(risk / risk.sum() * a_day, made.gamma(50, 0.02, length))).astype(float)
    return counts, where, people


def every_cylinder(counts: np.ndarray, expected: np.ndarray, nearest: np.ndarray) -> list[tuple[float, int, int, int]]:
    """All of them one by one, as Kulldorff 1997 writes the ratio."""
    total, wanted = counts.sum(), expected.sum()
    found = []
    for centre in range(len(counts)):
        for k in range(1, nearest.shape[1] + 1):
            members = [place for place in nearest[centre, :k] if place >= 0]
            for back in range(1, counts.shape[1] + 1):
                c, e = counts[members, -back:].sum(), expected[members, -back:].sum() * total / wanted
                ratio = 0.0
                if c > e:
                    ratio = c * np.log(c / e)
                    ratio += (total - c) * np.log((total - c) / (total - e)) if total > c else 0.0
                found.append((ratio, centre, k, back))
    return found


def test_the_ratios_are_those_of_the_definition() -> None:
    counts, where, _ = country(25, 12.0, 4, length=9)
    expected = np.random.default_rng(1).gamma(2, 0.3, counts.shape)
    expected *= counts.sum() / expected.sum()
    near = neighbours(*where, most=5, radius_km=400).nearest
    assert (near < 0).any()  # some have no fifth neighbour within the radius
    sums = Sums.of(expected, near)
    slow = every_cylinder(counts, expected, near)
    assert best_of(counts, sums) == pytest.approx(max(slow)[0], rel=1e-5)
    assert best_of(3 * counts, sums) == pytest.approx(3 * max(slow)[0], rel=1e-5)  # of another total
    strength, *_ = ratios_of(counts, sums, least=0)
    by_centre = [max(ratio for ratio, at, *_ in slow if at == centre) for centre in range(25)]
    assert strength == pytest.approx(by_centre, rel=1e-5, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("a_day", [30.0, 300.0])
def test_it_finds_an_injected_cluster(a_day: float) -> None:
    counts, where, people = country(600, a_day, 8)
    near = neighbours(*where, radius_km=150)
    struck = near.nearest[77, :5]
    usual = counts[struck].mean()
    counts[struck, -6:] += np.random.default_rng(2).poisson(3 * usual + 0.4, (5, 6))
    found = scan(counts, days(84), near, populations=people)
    first = found.clusters[0]
    assert first.p < 0.001
    assert set(struck) <= set(first.places) or len(set(struck) & set(first.places)) >= 4
    assert abs((first.first - days(84)[-6]).astype(int)) <= 2
    assert found.alarms.alarm[list(first.places), 0].all()
    assert first.ratio > 2
    assert first.cases > first.expected
    others = [cluster for cluster in found.clusters[1:] if cluster.recurrence > 100]
    assert not others
    taken = [place for cluster in found.clusters for place in cluster.places]
    assert len(taken) == len(set(taken))


@pytest.mark.slow
@pytest.mark.parametrize("a_day", [20.0, 2000.0])
def test_p_on_quiet_days_is_no_smaller_than_it_says(a_day: float) -> None:
    p = measured.scan_p(a_day=a_day, runs=40)
    assert (p < 0.05).sum() <= 6  # 2 expected; 7 or more: 0.3 in a hundred
    assert (p < 0.25).sum() <= 19
    assert p.max() > 0.5


@pytest.mark.slow
def test_all_communes_in_seconds() -> None:
    counts, where, people = country(3321, 800.0, 3)
    began = time.process_time()
    found = scan(counts, days(84), neighbours(*where), populations=people)
    took = time.process_time() - began
    print(f"scan of 3,321 places x 28 days, 99 simulations: {took:.1f} s of one core")
    assert len(found.clusters) == 20
    assert took < 15  # seconds of one core; 2 on a quiet machine


def test_it_is_the_same_each_time() -> None:
    counts, where, _ = country(40, 20.0, 9)
    near = neighbours(*where)
    one, two = (scan(counts, days(84), near, simulations=9) for _ in range(2))
    assert one.clusters == two.clusters


def test_when_it_cannot_say() -> None:
    counts, where, _ = country(40, 20.0, 9)
    near = neighbours(*where)
    assert scan(counts[:, :30], days(30), near).alarms.unsaid[:, 0].tolist() == [1] * 40
    assert scan(np.zeros((40, 84)), days(84), near).clusters == ()
    silent = counts.copy()
    silent[3, -28:] = np.nan
    found = scan(silent, days(84), near, simulations=9)
    assert found.alarms.unsaid[3, 0] == 2
    assert not found.alarms.alarm[3, 0]
    assert np.isnan(found.alarms.expected[3, 0])


def test_places_at_the_same_point_are_each_their_own_nearest() -> None:
    near = neighbours(np.array([10.0, 10.0, 10.0, 20.0]), np.array([105.0, 105.0, 105.1, 105.0]), most=3)
    assert near.nearest[:, 0].tolist() == [0, 1, 2, 3]
    assert sorted(near.nearest[1]) == [0, 1, 2]
    assert near.nearest[3].tolist() == [3, -1, -1]
