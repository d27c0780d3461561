"""Rt of epidemics we played ourselves, where the truth is known, and of data that allow no word."""

from __future__ import annotations

import numpy as np
import pytest

from lachan.forecasting.engines.rt import Intervals, Rt, estimate
from lachan.forecasting.engines.rt.particles import Prior

GENERATION = np.array([0.0, 0.05, 0.13, 0.17, 0.16, 0.14, 0.11, 0.08, 0.06, 0.04, 0.03, 0.02, 0.01])
DELAY = np.array([0.0, 0.03, 0.1, 0.15, 0.16, 0.14, 0.12, 0.09, 0.07, 0.05, 0.04, 0.03, 0.02])
ENTRY = np.array([0.3, 0.3, 0.2, 0.1, 0.1])
INTERVALS = Intervals(GENERATION, DELAY)
WEEK = np.array([1.15, 1.15, 1.1, 1.1, 1.0, 0.8, 0.7])
FEW = Prior(particles=1500)  # of tests of form: quick


def days(number: int) -> np.ndarray:
    return np.datetime64("2021-05-03") + np.arange(number)


def played(seed: int, curve: np.ndarray, *, start: float = 100.0, week: bool = True, cut: bool = False) -> np.ndarray:
    """Cases a day of an epidemic with that Rt: renewal, delay, weekdays, overdispersed counts, late entry."""
    rng = np.random.default_rng(seed)
    infected = np.zeros(len(curve))
    infected[0] = start
    for day in range(1, len(curve)):
        back = np.arange(1, min(day, len(GENERATION) - 1) + 1)
        infected[day] = rng.poisson(curve[day] * (infected[day - back] * INTERVALS.generation[back]).sum())
    mean = np.convolve(infected, INTERVALS.delay)[: len(curve)]
    mean *= WEEK[np.arange(len(curve)) % 7] if week else 1.0
    cases = rng.poisson(rng.gamma(15.0, np.maximum(mean, 1e-9) / 15.0))
    if cut:
        cases = rng.binomial(cases, Intervals(GENERATION, DELAY, ENTRY).entered(len(curve)))
    return cases.astype(float)


def curves() -> dict[str, np.ndarray]:
    at = np.arange(120)
    return {
        "step": np.where(at < 45, 1.6, 0.8),
        "ramp": np.interp(at, [0, 30, 80], [1.5, 1.5, 0.75]),
        "wave": 1.05 + 0.35 * np.sin(2 * np.pi * at / 70.0),
    }


def score(got: Rt, truth: np.ndarray, part: slice) -> tuple[float, float]:
    """Coverage of the 90 % interval, and its score (Gneiting & Raftery 2007)."""
    low, high, real = got.low[0, part], got.high[0, part], truth[part]
    missed = np.maximum(low - real, 0) + np.maximum(real - high, 0)
    return float(np.mean(missed == 0)), float(np.mean(high - low + 20 * missed))


@pytest.mark.slow
def test_the_interval_holds_the_truth_nine_times_in_ten() -> None:
    past, last = [], []
    for seed, (name, curve) in enumerate(curves().items()):
        for cut in (False, True):
            cases = played(10 * seed + cut, curve, cut=cut)
            intervals = Intervals(GENERATION, DELAY, ENTRY if cut else None)
            got = estimate(cases, days(120), intervals, seed=seed)
            assert got.known[0, 21:].mean() > 0.9, name
            past.append(score(got, curve, slice(21, -21)))
            last.append(score(got, curve, slice(-21, None)))
    assert 0.8 <= np.mean([one[0] for one in past]) <= 1.0
    assert 0.8 <= np.mean([one[0] for one in last]) <= 1.0
    assert np.mean([one[1] for one in past]) <= 0.7
    assert np.mean([one[1] for one in last]) <= 0.75


@pytest.mark.slow
def test_a_jump_is_seen_on_its_day_and_not_a_delay_later() -> None:
    got = estimate(played(3, curves()["step"], start=300.0), days(120), INTERVALS)
    crossed = int(np.flatnonzero(got.median[0, 20:] < 1.0)[0]) + 20
    assert abs(crossed - 45) <= 3


@pytest.mark.slow
def test_late_entry_is_no_fall() -> None:
    cases = played(5, np.full(90, 1.0), start=500.0, week=False, cut=True)
    told = estimate(cases, days(90), Intervals(GENERATION, DELAY, ENTRY))
    untold = estimate(cases, days(90), INTERVALS)
    assert (told.low[0, -10:] < 1.0).all()
    assert (told.high[0, -10:] > 1.0).all()
    assert untold.median[0, -5] < told.median[0, -5] - 0.08


@pytest.mark.slow
def test_days_without_a_report_are_not_days_without_cases() -> None:
    cases = played(6, np.full(100, 1.0), start=400.0, week=False)
    dumped, silent = cases.copy(), cases.copy()
    dumped[60:68], dumped[68] = 0.0, cases[60:69].sum()
    silent[88:] = 0.0
    weekly = np.zeros(100)
    weekly[6::7] = [cases[at - 6 : at + 1].sum() for at in range(6, 100, 7)]
    for series in (dumped, weekly):
        got = estimate(series, days(100), INTERVALS, prior=FEW)
        assert np.nanmax(got.high[0, 40:]) < 1.6
        assert np.nanmin(got.low[0, 40:]) > 0.6
    quiet = estimate(silent, days(100), INTERVALS, prior=FEW)
    assert quiet.known[0, 80]
    assert not quiet.known[0, 88:].any()
    assert np.nanmin(quiet.median[0, 40:]) > 0.75


@pytest.mark.slow
def test_after_zeros_there_is_no_absurd_figure() -> None:
    cases = np.zeros(80)
    cases[60:] = [1, 0, 2, 1, 3, 4, 3, 6, 8, 9, 12, 16, 15, 22, 28, 30, 41, 48, 60, 75]
    got = estimate(cases, days(80), INTERVALS, prior=FEW)
    assert np.isnan(got.median[0, :45]).all()
    assert got.known[0, 60:].any()
    assert np.nanmax(got.median) < 5.0


@pytest.mark.slow
def test_small_places_lean_on_the_curve_of_all_and_large_ones_do_not() -> None:
    curve = curves()["wave"]
    large = [played(seed, curve, start=2000.0) for seed in range(2)]
    other = played(4, curves()["ramp"], start=30.0)
    small = [played(seed, curve, start=4.0) for seed in range(10, 16)]
    alone = estimate(np.vstack(small), days(120), INTERVALS, prior=FEW, pooled=False)
    among = estimate(np.vstack([*small, other, *large]), days(120), INTERVALS, prior=FEW)

    def missed(got: Rt) -> float:
        return float(np.nanmean(np.abs(np.log(got.median[:6, 30:]) - np.log(curve[30:]))))

    assert missed(among) < missed(alone)
    assert np.nanmean(np.abs(np.log(among.median[6, 30:]) - np.log(curves()["ramp"][30:]))) < 0.1


@pytest.mark.parametrize("cases", [np.zeros(60), np.full(60, np.nan), np.full(60, -3.0), np.ones(5)])
def test_nothing_is_said_where_there_is_nothing(cases: np.ndarray) -> None:
    got = estimate(cases, days(len(cases)), INTERVALS, prior=FEW)
    assert not got.known.any()
    assert all(np.isnan(values).all() for values in (got.median, got.low, got.high))


@pytest.mark.slow
def test_the_same_seed_says_the_same_and_a_correction_tells_nothing_of_its_day() -> None:
    cases = played(2, np.full(60, 1.1), week=False)
    one, two = (estimate(cases, days(60), INTERVALS, prior=FEW) for _ in range(2))
    assert np.array_equal(one.median, two.median, equal_nan=True)
    cases[40] = -500.0
    corrected = estimate(cases, days(60), INTERVALS, prior=FEW)
    assert np.nanmax(np.abs(corrected.median[0, 15:] - one.median[0, 15:])) < 0.3


@pytest.mark.parametrize(
    ("generation", "delay", "said"),
    [
        ([0.0, 3.0], [1.0], "generation interval: sums to 3"),
        ([0.0, 1.0], [0.5, -0.1, 0.6], "infection to report"),
        ([1.0], [1.0], "generation interval"),
        ([0.0, np.nan, 1.0], [1.0], "generation interval"),
    ],
)
def test_intervals_that_are_none_are_refused(generation: list[float], delay: list[float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Intervals(np.array(generation), np.array(delay))


def test_days_with_a_gap_are_refused() -> None:
    with pytest.raises(ValueError, match="gap"):
        estimate(np.ones(20), np.delete(days(21), 5), INTERVALS)
