"""CUSUM: the log likelihood ratio by hand, the reset, days it cannot judge."""

from __future__ import annotations

import numpy as np
import pytest

from lachan.forecasting.engines.warning.cusum import cusum


def days(length: int) -> np.ndarray:
    return np.datetime64("2021-05-03", "D") + np.arange(length)


def test_poisson_gain_by_hand() -> None:
    counts = np.full((1, 60), 3.0)
    counts[0, 59] = 12.0
    found = cusum(counts, days(60), family="poisson", limit=4.0)
    usual = (28 * 3 + 0.5) / 30  # the prior's half case in two days
    assert found.expected[0, 59] == pytest.approx(usual)
    assert found.score[0, 58] == 0.0
    assert found.score[0, 59] == pytest.approx(12 * np.log(2) - usual)
    assert found.alarm[0, 59]


def test_evidence_adds_up_and_begins_anew_after_an_alarm() -> None:
    counts = np.full((1, 80), 4.0)
    counts[0, 70:] = 8.0
    found = cusum(counts, days(80), family="poisson", limit=4.0)
    gain = 8 * np.log(2) - found.expected[0, 70]
    assert found.score[0, 70:72] == pytest.approx([gain, 2 * gain], rel=0.02)
    first = int(np.argmax(found.alarm[0]))
    assert found.score[0, first] > 4.0
    assert found.score[0, first + 1] < found.score[0, first]


def test_a_spread_that_is_seen_asks_for_more() -> None:
    made = np.random.default_rng(3)
    counts = made.poisson(20 * made.gamma(5, 0.2, (30, 120))).astype(float)
    plain = cusum(counts, days(120), family="poisson", limit=4.0)
    wide = cusum(counts, days(120), limit=4.0)
    assert wide.alarm.sum() < plain.alarm.sum() / 4


@pytest.mark.parametrize("level", [0.0, 1.0, 40.0])
def test_a_constant_series_never_alarms(level: float) -> None:
    assert not cusum(np.full((4, 200), level), days(200)).alarm.any()


def test_short_history_and_gaps() -> None:
    counts = np.full((1, 60), 4.0)
    counts[0, 50] = np.nan
    found = cusum(counts, days(60))
    assert found.unsaid[0, 20] == 1
    assert found.known[0, 21:50].all()  # fourteen days, and the week that is left out
    assert np.isnan(found.score[0, 50])
    with pytest.raises(ValueError, match="ratio 1"):
        cusum(counts, days(60), ratio=1.0)


def test_weekends_of_all_places_are_not_a_rise() -> None:
    at = np.arange(210)
    counts = np.tile(np.where(at % 7 == 0, 30.0, 5.0), (12, 1))  # Mondays hold what the weekend left
    found = cusum(counts, days(210))
    assert found.expected[0, -7:][at[-7:] % 7 == 0] == pytest.approx(30.0, rel=0.1)
    assert not found.alarm[:, 70:].any()
