"""EARS against sums done by hand, and what it does on days it cannot judge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.forecasting.engines.warning import ears
from lachan.forecasting.engines.warning.alarms import NEGATIVE, NOT_REPORTED, SHORT_HISTORY, onsets

WEEK = [4.0, 6.0, 5.0, 7.0, 3.0, 5.0, 5.0]  # mean 5, sum of squares about it 10, variance 10/6: below Poisson's 5


def days(length: int) -> np.ndarray:
    return np.datetime64("2021-05-03", "D") + np.arange(length)


def test_c1_by_hand() -> None:
    found = ears.c1(np.array([[*WEEK, 16.0]]), days(8), rate=None)
    assert found.expected[0, 7] == 5.0
    assert found.score[0, 7] == pytest.approx((16 - 5) / np.sqrt(5))  # the spread is never below a Poisson count's
    assert found.alarm[0, 7]
    wide = np.array([[0.0, 20.0, 0.0, 20.0, 0.0, 20.0, 10.0, 40.0]])  # variance 600/6 = 100
    assert ears.c1(wide, days(8), rate=None).score[0, 7] == pytest.approx((40 - 10) / 10)


def test_c2_leaves_out_two_days_and_c3_adds_three() -> None:
    counts = np.array([[*WEEK, 16.0, 16.0, 16.0]])
    spread = np.sqrt(5)
    second = ears.c2(counts, days(10), rate=None)
    assert second.score[0, 9] == pytest.approx((16 - 5) / spread)
    eighth = np.mean(WEEK[:6])  # the baseline of the ninth day: six days, for the first of seven is not there
    third = ears.c3(counts, days(10), rate=None)
    by_hand = 3 * ((16 - 5) / spread - 1)
    assert second.expected[0, 8] == pytest.approx(eighth) == 5.0
    assert third.score[0, 9] == pytest.approx(by_hand)


def test_a_constant_series_never_alarms() -> None:
    for level in (0.0, 1.0, 7.0, 300.0):
        for method in (ears.c1, ears.c2, ears.c3):
            found = method(np.full((3, 60), level), days(60))
            assert found.known[:, 10:].all()
            assert not found.alarm.any()


def test_what_it_cannot_say() -> None:
    counts = np.full((1, 20), 5.0)
    counts[0, 12], counts[0, 15] = np.nan, -40.0
    found = ears.c1(counts, days(20))
    assert (found.unsaid[0, :5] == SHORT_HISTORY).all()
    assert found.unsaid[0, 5] == 0  # five reported days are enough
    assert found.unsaid[0, 12] == NOT_REPORTED
    assert found.unsaid[0, 15] == NEGATIVE
    assert np.isnan(found.score[0, [12, 15]]).all()
    assert found.expected[0, 16] == 5.0  # the correction entered no baseline
    assert not found.alarm.any()


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=20, max_size=40), st.integers(1, 500))
def test_more_cases_today_never_lower_the_score(series: list[int], more: int) -> None:
    counts = np.array([series, [*series[:-1], series[-1] + more]], dtype=float)
    for method in (ears.c1, ears.c2, ears.c3):
        score = method(counts, days(len(series))).score
        assert score[1, -1] >= score[0, -1]


def test_an_alarm_is_counted_once_until_it_was_silent_a_week() -> None:
    rung = np.zeros((1, 30), dtype=bool)
    rung[0, [3, 4, 9, 16, 24]] = True
    assert np.flatnonzero(onsets(rung, 7)).tolist() == [3, 24]


def test_wrong_shapes_and_rates_are_said() -> None:
    with pytest.raises(ValueError, match="want"):
        ears.c1(np.zeros((2, 9)), days(8))
    with pytest.raises(ValueError, match=r"0\.3 alarms per 100"):
        ears.c1(np.zeros((2, 8)), days(8), rate=0.3)
