"""Scores against their definitions, written out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from lachan.forecasting.engines import scoring

LEVELS = np.array([0.01, 0.025, *np.arange(0.05, 0.96, 0.05).round(2), 0.975, 0.99])


@pytest.fixture(name="case")
def a_case() -> tuple[np.ndarray, np.ndarray]:
    made = np.random.default_rng(4)
    return made.gamma(2, 50, 300), np.sort(made.gamma(2, 50, (300, len(LEVELS))), axis=1)


def test_wis_is_the_weighted_sum_of_interval_scores(case: tuple[np.ndarray, np.ndarray]) -> None:
    truth, quantiles = case
    total = 0.5 * np.abs(truth - quantiles[:, 11])
    for at in range(11):
        alpha, low, high = 2 * LEVELS[at], quantiles[:, at], quantiles[:, 22 - at]
        score = high - low + 2 / alpha * (np.maximum(low - truth, 0) + np.maximum(truth - high, 0))
        total += alpha / 2 * score
    assert scoring.wis(truth, quantiles, LEVELS) == pytest.approx(total / 11.5)


def test_wis_of_a_sure_forecast_is_its_error() -> None:
    assert scoring.wis(np.array([7.0]), np.full((1, 23), 4.0), LEVELS) == pytest.approx([3.0], rel=0.05)


def test_coverage_asks_for_its_levels(case: tuple[np.ndarray, np.ndarray]) -> None:
    truth, quantiles = case
    inside = (truth >= quantiles[:, 2]) & (truth <= quantiles[:, 20])
    assert (scoring.covered(truth, quantiles, LEVELS, 0.9) == inside).all()
    with pytest.raises(ValueError, match=r"0\.33"):
        scoring.covered(truth, quantiles, LEVELS, 0.34)


def test_pairwise_compares_only_what_both_forecast() -> None:
    easy, hard = np.array([1.0, 1.0, np.nan, np.nan]), np.array([2.0, 2.0, 20.0, 20.0])
    base = np.array([2.0, 2.0, 20.0, 20.0])
    scores = scoring.pairwise({"easy": easy, "hard": hard, "base": base}, "base")
    assert scores["base"] == 1.0
    assert scores["hard"] == pytest.approx(1.0)  # although its mean is far above that of the easy weeks' model
    assert scores["easy"] == pytest.approx(0.5)
