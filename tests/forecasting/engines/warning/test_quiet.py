"""The stated rate of false alarms holds on quiet years the thresholds were not made on; outbreaks are found."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from lachan.forecasting.engines.warning import calibration, measured, quiet
from lachan.forecasting.engines.warning.alarms import Alarms
from lachan.forecasting.engines.warning.thresholds import EDGES, STATED, size_of, threshold_for


@pytest.mark.slow
def test_no_method_alarms_more_often_than_stated_on_any_size_of_place() -> None:
    rows = measured.heard(places=70, seed=41)
    for row in rows:
        allowed = stats.poisson.ppf(0.999, STATED * row.place_weeks / 100)
        assert row.false_rate * row.place_weeks / 100 <= allowed, row
    for method in {row.method for row in rows}:
        of_it = [row for row in rows if row.method == method]
        weeks = sum(row.place_weeks for row in of_it)
        assert sum(row.false_rate * row.place_weeks for row in of_it) / weeks <= STATED, method


@pytest.mark.slow
def test_a_large_outbreak_is_found_within_days() -> None:
    rows = {(row.method, row.size): row for row in measured.heard((1.0, 30.0), places=40, strength=15.0, seed=3)}
    for size in (1.0, 30.0):
        assert rows["cusum", size].found > 0.75
        assert rows["farrington", size].found > 0.9
        assert rows["ears_c3", size].found > 0.4
        assert rows["cusum", size].delay <= 7


@pytest.mark.slow
def test_two_families_seldom_agree_on_nothing() -> None:
    for row in measured.list_rates((0.3, 5.0), places=100, seed=5):
        assert row.all_alarms <= 3 * STATED
        assert row.agreed <= 0.5 * row.all_alarms


@pytest.mark.slow
def test_calibration_finds_the_threshold_that_keeps_the_rate() -> None:
    """A method whose score is a uniform number a day: 1 in 100 place-weeks is the 1 - 1/700 quantile."""

    def run(counts: np.ndarray, days: np.ndarray, _: float) -> Alarms:
        score = np.random.default_rng(1).uniform(size=counts.shape)
        level = np.full(counts.shape, 5.0)
        none = np.zeros(counts.shape, dtype=np.int8)
        return Alarms("noise", days, score, level, score > 1, level, none)

    method = calibration.Method("noise", run, np.arange(0.99, 1.0, 0.0001).tolist(), places=400)
    found = calibration.calibrate(method, sizes=(5.0,))
    wanted = 1 - STATED * calibration.MARGIN / 700
    assert found[size_of(np.array([5.0]))[0]] == pytest.approx(wanted, abs=2e-4)


def test_quiet_years_are_of_their_size_and_the_same_each_time() -> None:
    counts, days = quiet.quiet_days(5.0, 40, 728, seed=3)
    again, _ = quiet.quiet_days(5.0, 40, 728, seed=3)
    assert (counts == again).all()
    assert counts.mean() == pytest.approx(5.0, rel=0.05)
    assert counts.var() > 1.3 * counts.mean()
    sums, ends = quiet.weekly(counts, days)
    assert sums.shape == (40, 104)
    assert sums.sum() == counts.sum()
    assert ends[0] == days[6]


def test_outbreaks_begin_where_they_say() -> None:
    counts = np.zeros((30, 365))
    struck, begins = quiet.with_outbreaks(counts, 0.1, 5.0, 91, seed=1)
    for place, day in np.argwhere(begins):
        assert struck[place, day : day + quiet.OUTBREAK_DAYS].sum() == 0 or struck[place, day] > 0
    inside = np.zeros_like(begins)
    for place, day in np.argwhere(begins):
        inside[place, day : day + quiet.OUTBREAK_DAYS] = True
    assert struck[~inside].sum() == 0
    assert struck.sum() > 0


def test_thresholds_are_those_of_the_expected_size() -> None:
    expected = np.array([np.nan, 0.0, EDGES[1], EDGES[1] - 1e-9, 1e6])
    assert size_of(expected).tolist() == [0, 0, 1, 0, len(EDGES) - 1]
    assert threshold_for("cusum", expected, STATED).tolist() == [3.0, 3.0, 4.5, 3.0, 10.0]
