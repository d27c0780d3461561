"""Farrington's model: fits against known answers, past outbreaks, bounds, and when it cannot say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from lachan.forecasting.engines.warning import farrington as module
from lachan.forecasting.engines.warning.farrington import farrington


def ends(weeks: int) -> np.ndarray:
    return np.datetime64("2015-01-04", "D") + 7 * np.arange(weeks)


def season(weeks: int, places: int = 40, level: float = 30.0, seed: int = 5) -> np.ndarray:
    made = np.random.default_rng(seed)
    mean = level * np.exp(0.5 * np.cos(2 * np.pi * np.arange(weeks) / module.YEAR))
    return made.poisson(np.tile(mean, (places, 1))).astype(float)


def test_the_fit_is_the_maximum_of_the_likelihood() -> None:
    made = np.random.default_rng(2)
    design = np.stack([np.ones(60), made.normal(size=60)], axis=1)
    counts = made.poisson(np.exp(1.0 + 0.5 * design[:, 1])).astype(float)
    fit = module._solve(counts[None], design, np.array([1.0, 0.0]), np.ones((1, 60)))

    def loss(beta: np.ndarray) -> float:
        linear = design @ beta
        return float(np.sum(np.exp(linear) - counts * linear))

    best = optimize.minimize(loss, [0.0, 0.0], method="BFGS").x
    assert fit.now[0] == pytest.approx(np.exp(best[0]), rel=1e-3)
    assert fit.mean[0] == pytest.approx(np.exp(design @ best), rel=2e-3)


@pytest.mark.slow
def test_the_season_is_expected_not_alarmed() -> None:
    counts = season(330)
    found = farrington(counts, ends(330), last=52)
    truth = 30 * np.exp(0.5 * np.cos(2 * np.pi * np.arange(330) / module.YEAR))[-52:]
    assert np.mean(found.expected, axis=0) == pytest.approx(truth, rel=0.12)
    assert found.alarm.mean() < 0.02


def test_it_alarms_on_a_doubled_week_only() -> None:
    counts = season(300)
    counts[0, -1] *= 2.5
    found = farrington(counts, ends(300))
    assert found.alarm[0, 0]
    assert found.alarm[1:].mean() < 0.05


@pytest.mark.slow
def test_a_past_outbreak_does_not_hide_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = season(300, level=20.0)
    with_past = counts.copy()
    with_past[:, -55:-50] *= 6  # the same weeks of last year
    plain, weighted = farrington(counts, ends(300)), farrington(with_past, ends(300))
    monkeypatch.setattr(module, "OUTLYING", 1e9)
    trusting = farrington(with_past, ends(300))
    assert np.mean(weighted.expected) < 1.2 * np.mean(plain.expected)
    assert np.mean(weighted.expected) < 0.8 * np.mean(trusting.expected)


@pytest.mark.slow
def test_both_bounds_stand_close() -> None:
    counts = season(300)
    power = farrington(counts, ends(300), last=10, bound="power", rate=None)
    negative = farrington(counts, ends(300), last=10, rate=None)
    there = np.abs(negative.score) > 0.3
    assert np.median(power.score[there] / negative.score[there]) == pytest.approx(1.0, abs=0.2)


def test_when_it_cannot_say() -> None:
    counts = season(300, places=3)
    counts[1, :250] = np.nan
    counts[2, -1] = np.nan
    found = farrington(counts, ends(300))
    assert found.unsaid[:, 0].tolist() == [0, 1, 2]
    assert np.isnan(found.expected[1:]).all()
    assert not farrington(season(100, places=2), ends(100)).known.any()  # not two years
    with pytest.raises(ValueError, match="last 0"):
        farrington(counts, ends(300), last=0)


@pytest.mark.parametrize("level", [0.0, 1.0, 50.0])
def test_a_constant_series_never_alarms(level: float) -> None:
    assert not farrington(np.full((2, 290), level), ends(290), last=8).alarm.any()


def test_four_cases_in_a_month_are_no_outbreak() -> None:
    counts = np.zeros((2, 290))
    counts[0, -1], counts[1, -1] = 4.0, 6.0
    assert farrington(counts, ends(290)).alarm[:, 0].tolist() == [False, True]
