"""Serial intervals: their figures, their density, and nothing said of too few."""

from __future__ import annotations

import numpy as np
import pytest

from lachan.tracing.chains import intervals
from lachan.tracing.chains.shapes import Timing


def test_figures_of_a_hand_counted_list():
    days = np.array([2.0, 4, 4, 5, 7, 9, 1, 4, 6, -1, np.nan])
    found = intervals.measured(days, seed=1)
    assert found.pairs == 10
    assert found.mean.value == pytest.approx(4.1)
    assert found.sd.value == pytest.approx(np.std(days[:10], ddof=1))
    assert found.median.value == 4
    assert found.negative.value == pytest.approx(0.1)
    assert found.negative.low == pytest.approx(0.0179, abs=1e-3)  # Wilson, 1 of 10
    assert found.negative.high == pytest.approx(0.4042, abs=1e-3)
    assert found == intervals.measured(days, seed=1)
    assert found != intervals.measured(days, seed=2)


def test_nine_pairs_say_nothing():
    found = intervals.measured(np.arange(9.0), seed=1)
    assert (found.reason, found.mean.value) == ("too_few_pairs", None)


@pytest.mark.slow
def test_bootstrap_intervals_hold_the_mean_19_times_of_20():
    rng = np.random.default_rng(8)
    held = 0
    for seed in range(200):
        found = intervals.measured(rng.gamma(2, 2.5, 80), seed=seed)
        held += found.mean.low <= 5.0 <= found.mean.high
    print(f"mean held {held / 2:.0f} %")
    assert held >= 180


@pytest.mark.parametrize("timing", [Timing(), Timing(14.5, 5.2, 0.0), Timing(3.0, 4.6, 7.0)])
def test_likeness_is_a_density_over_that_of_any_day(timing):
    days = np.linspace(-10, 60, 701)
    found = intervals.likeness(days, np.zeros(701), timing)
    density = found / intervals.reach(timing)
    assert density.sum() * 0.1 == pytest.approx(1.0, abs=0.01)
    assert (density * days).sum() * 0.1 == pytest.approx(timing.mean, abs=0.1)
    assert (found[days < -timing.shift - 0.01] == 0).all()
    wider = intervals.likeness(days, np.full(701, 16.0), timing)
    assert wider[-1] > found[-1]


def test_over_rises_from_nought_to_one():
    found = intervals.over(np.array([-20.0, 0, 5, 60]), Timing())
    assert found[0] == 0
    assert (np.diff(found) > 0).all()
    assert found[-1] == pytest.approx(1)


def test_fits_best_where_infection_must_have_been():
    """Infector ill on day 0, infectee on day 5, incubation 5.5: infected about day -0.5."""
    days = np.arange(-8.0, 10.0, 0.5)
    size = len(days)
    found = intervals.fits(np.zeros(size), np.full(size, 5.0), days, days, np.zeros(size), Timing())
    assert days[found.argmax()] == -0.5
    assert found.mean() * 18 == pytest.approx(intervals.reach(Timing()), rel=0.02)
    wide = intervals.fits(np.zeros(1), np.full(1, 5.0), np.array([-8.0]), np.array([9.5]), np.zeros(1), Timing())
    assert wide[0] == pytest.approx(found.mean(), abs=0.1)
