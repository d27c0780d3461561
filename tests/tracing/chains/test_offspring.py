"""R and k: against what can be worked out by hand, and against outbreaks whose R and k are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lachan.tracing.chains import offspring
from lachan.tracing.chains.offspring import HALF_CHI2


def test_r_is_the_mean_number_infected_zeros_counted():
    counts = np.array([0] * 15 + [1, 1, 2, 3, 8])
    found = offspring.fit(counts)
    assert found.r.value == pytest.approx(15 / 20)
    assert (found.cases, found.links, found.largest, found.reason) == (20, 15, 8, "")


def test_with_k_of_one_half_of_the_cases_infecting_nobody_is_the_likeliest():
    """Geometric numbers: k = 1 maximises where P(x) = 2^-(x+1)."""
    counts = np.repeat(np.arange(12), [2 ** (12 - x) for x in range(12)])
    found = offspring.fit(counts)
    assert found.k.value == pytest.approx(1.0, abs=0.02)


def test_ends_of_the_interval_lie_192_below_the_top():
    """The profile of k worked out here anew, with math.lgamma."""
    counts = np.array([0] * 60 + [1] * 12 + [2] * 6 + [3] * 3 + [9, 14])
    found = offspring.fit(counts)
    mean = counts.mean()

    def height(k: float) -> float:
        return sum(
            math.lgamma(x + k) - math.lgamma(k) - math.lgamma(x + 1) + k * math.log(k / (k + mean))
            + (x * math.log(mean / (k + mean)) if x else 0.0)
            for x in counts.tolist()
        )  # fmt: skip

    top = height(found.k.value)
    assert height(found.k.value * 1.02) < top > height(found.k.value / 1.02)
    for end in (found.k.low, found.k.high):
        assert top - height(end) == pytest.approx(HALF_CHI2, abs=1e-4)
    assert found.r.low < mean < found.r.high


def test_numbers_that_vary_as_chance_does_leave_k_open_above():
    counts = np.random.default_rng(3).poisson(2.0, 400)
    found = offspring.fit(counts)
    assert found.k.high is None
    assert found.k.low > 3


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ([], "too_few_cases"),
        ([1, 2, 3], "too_few_cases"),
        ([0] * 40, "too_few_links"),
        ([0] * 40 + [2], "too_few_links"),
    ],
)
def test_too_little_says_nothing(counts, reason):
    found = offspring.fit(np.array(counts, dtype=np.int64))
    assert found.reason == reason
    assert found.r.value is None
    assert found.k.value is None


def test_half_finished_cases_count_half():
    """Twice the R with half of everybody's time over looks the same as R with all of it."""
    counts = np.random.default_rng(5).negative_binomial(0.4, 0.4 / (0.4 + 1.1), 500)
    whole, half = offspring.fit(counts), offspring.fit(counts, np.full(500, 0.5))
    assert half.r.value == pytest.approx(2 * whole.r.value, rel=1e-3)
    assert half.k.value == pytest.approx(whole.k.value, rel=1e-2)


@pytest.mark.slow
@pytest.mark.parametrize(("r", "k", "cases"), [(0.8, 0.3, 300), (1.3, 0.8, 200), (0.5, 0.1, 600)])
def test_intervals_hold_the_truth_19_times_of_20(r, k, cases):
    """Over 200 outbreaks at least 180 of each (the share of a 95 % interval falls below 0.90 once in 500 tries)."""
    rng = np.random.default_rng([17, cases])
    held = np.zeros(2)
    for _ in range(200):
        found = offspring.fit(rng.negative_binomial(k, k / (k + r), cases))
        held += [
            found.r.low <= r <= (found.r.high or math.inf),
            (found.k.low or 0.0) <= k <= (found.k.high or math.inf),
        ]
    print(f"R {r} k {k}, {cases} cases: R held {held[0] / 2:.0f} %, k held {held[1] / 2:.0f} %")
    assert (held >= 180).all()


@pytest.mark.slow
def test_recent_cases_do_not_pull_r_down():
    """Cases of the last days have infected fewer than they will: the plain mean is low, the other is not."""
    rng = np.random.default_rng(23)
    plain, allowing = [], []
    for _ in range(60):
        share = np.clip(rng.exponential(0.7, 300), 0.06, 1.0)
        counts = rng.poisson(rng.gamma(0.5, 1.4 / 0.5, 300) * share)
        plain.append(counts.mean())
        allowing.append(offspring.most_likely(counts, share)[0])
    assert np.mean(plain) < 1.0
    assert np.mean(allowing) == pytest.approx(1.4, abs=0.08)
