"""Demand: cohorts and lines by hand, the past's uptake recovered, forecasts that hold the truth."""

from __future__ import annotations

import time

import numpy as np
import pytest

from lachan.forecasting.engines.demand.paths import paths
from lachan.forecasting.engines.demand.plan import plan
from lachan.forecasting.engines.demand.steps import Course, Line, Step, checked, cohorts_due, steps_of
from lachan.forecasting.engines.demand.stock import Supply
from lachan.forecasting.engines.demand.uptake import Uptake, drift, life_table, uptake

ONE = (Step("only", 0, None, 0),)


def line(waiting: np.ndarray, weeks: int, **given: np.ndarray) -> Line:
    zeros = np.zeros((*waiting.shape[:2], weeks))
    return Line(waiting, given.get("due", zeros), given.get("expected", zeros), given.get("booked", zeros))


def sure(hazard: list[float], places: int = 1, steps: int = 1) -> Uptake:
    """Uptake known exactly."""
    ones = np.ones((places, steps))
    return Uptake(np.tile(hazard, (steps, 1)), ones, ones * 1e9, 1e-9, np.zeros(steps, dtype=bool), True)


def supply(places: int, products: int, weeks: int, stock: float = 1e6) -> Supply:
    return Supply(
        np.full((places, products, 1), stock),
        np.zeros((places, products, weeks)),
        np.ones(products, dtype=np.int64),
        np.ones((places, products), dtype=np.int64),
    )


def test_a_course_as_steps() -> None:
    steps = steps_of([Course("az", 0, 2, 56, booster_days=180), Course("dpt", 1, 3, 28, age_weeks=9)])
    assert [(step.product, step.after, step.weeks) for step in steps] == [
        (0, None, 0),
        (0, 0, 8),
        (0, 1, 26),
        (1, None, 9),
        (1, 3, 4),
        (1, 4, 4),
    ]


def test_cohorts_fall_due_at_their_age() -> None:
    births = np.arange(1.0, 31.0).reshape(1, 30)
    known, ahead = cohorts_due(births, 8, 10)
    assert known[0].tolist() == [23, 24, 25, 26, 27, 28, 29, 30, 0, 0]
    assert ahead[0, :8].sum() == 0
    assert ahead[0, 8] == pytest.approx(np.mean(births[0, -26:]))
    at_birth = cohorts_due(births, 0, 3)
    assert at_birth[0].sum() == 0
    assert (at_birth[1] > 0).all()
    with pytest.raises(ValueError, match="due at 40 weeks"):
        cohorts_due(births, 40, 4)


def test_a_life_table_by_hand() -> None:
    due = np.array([[[10.0, 20.0, 30.0]]])
    came = np.array([[[[4.0, 3.0, 1.0], [8.0, 6.0, 0.0], [15.0, 0.0, 0.0]]]])
    taken, waited, waiting = life_table(due, came, 3)
    assert taken[0, 0].tolist() == [27, 9, 1]
    assert waited[0, 0].tolist() == [60, 6 + 12, 3]
    # of the last week 15 are left and wait for their second week; of the two before 6 and 2
    assert waiting[0, 0].tolist() == [0, 15, 6 + 2]
    faded = life_table(due, came, 3, np.array([0.25, 0.5, 1.0]))
    assert faded[0][0, 0].tolist() == [0.25 * 4 + 0.5 * 8 + 15, 0.5 * 3 + 6, 1]
    assert faded[1][0, 0].tolist() == [0.25 * 10 + 0.5 * 20 + 30, 0.5 * 6 + 12, 3]
    assert (faded[2] == waiting).all()
    with pytest.raises(ValueError, match="more came"):
        life_table(due, came * 3, 3)


def test_doses_follow_the_hazard_and_the_next_step_follows_them() -> None:
    steps = (Step("first", 0, None, 0), Step("second", 1, 0, 2))
    start = np.zeros((1, 2, 4))
    start[0, 0, 0] = 100_000
    wanted = paths(
        steps, line(start, 5), sure([0.5, 0.2, 0.1, 0.0], steps=2), samples=20, rng=np.random.default_rng(1)
    ).mean(axis=0)
    assert wanted[0, 0] == pytest.approx([50_000, 10_000, 4_000, 0, 0], rel=0.02, abs=1)
    second = [0, 0, 25_000, 5_000 + 5_000, 2_000 + 1_000 + 2_000]
    assert wanted[0, 1] == pytest.approx(second, rel=0.03, abs=1)


def test_appointments_come_when_booked() -> None:
    start = np.zeros((1, 1, 3))
    start[0, 0, 0] = 10_000
    booked = np.array([[[0.0, 4_000.0, 0.0]]])
    wanted = paths(
        ONE, line(start, 3, booked=booked), sure([0.0, 0.0, 0.0]), samples=50, rng=np.random.default_rng(1), show=0.8
    ).mean(axis=0)
    assert wanted[0, 0] == pytest.approx([0, 3_200, 0], rel=0.02)


def test_nobody_comes_twice() -> None:
    rng = np.random.default_rng(5)
    start = rng.poisson(6, (30, 1, 5)).astype(float)
    booked = rng.poisson(4, (30, 1, 12)).astype(float)
    known = Uptake(np.full((1, 5), 0.7), np.ones((30, 1)), np.ones((30, 1)) * 5, 0.5, np.zeros(1, dtype=bool), True)
    wanted = paths(ONE, line(start, 12, booked=booked), known, samples=40, rng=rng)
    assert (wanted.sum(axis=-1)[..., 0] <= start.sum(axis=(1, 2))).all()
    assert (wanted >= 0).all()


def test_uptake_is_learnt_and_small_places_are_held() -> None:
    rng = np.random.default_rng(2)
    hazard = np.array([[0.5, 0.3, 0.1], [0.3, 0.2, 0.05]])
    waited = np.full((200, 2, 3), 100)
    pace = np.where(np.arange(200) < 100, 0.7, 1.3)[:, None, None]
    came = rng.binomial(waited, 1 - (1 - hazard) ** pace)
    waited[0], came[0] = 1, 1
    found = uptake(came.astype(float), waited.astype(float))
    assert found.hazard == pytest.approx(hazard, rel=0.08)
    assert found.pace[1:100].mean() == pytest.approx(0.74, abs=0.05)
    assert found.pace[100:].mean() == pytest.approx(1.26, abs=0.06)
    assert 1.0 < found.pace[0, 0] < 1.3  # all six came, but six are few
    assert not found.borrowed.any()


def test_a_new_step_borrows_and_an_empty_past_says_nothing() -> None:
    waited = np.full((5, 2, 3), 100.0)
    came = np.full((5, 2, 3), 40.0)
    waited[:, 1], came[:, 1] = 0.0, 0.0
    found = uptake(came, waited)
    assert found.borrowed.tolist() == [False, True]
    assert found.hazard[1] == pytest.approx([0.4] * 3, rel=0.02)
    nothing = uptake(np.zeros((5, 1, 3)), np.zeros((5, 1, 3)))
    assert not nothing.said
    answer = plan(ONE, line(np.ones((5, 1, 3)), 4), nothing, supply(5, 1, 4))
    assert np.isnan(answer.mean).all()
    assert answer.risk is None


def test_weeks_of_their_own_are_measured() -> None:
    rng = np.random.default_rng(3)
    came, waited = np.full((4, 1, 2), 30.0), np.full((4, 1, 2), 100.0)
    expected = np.full((50, 40), 80.0)
    wild = rng.poisson(expected * rng.gamma(5, 0.2, expected.shape)).astype(float)
    assert uptake(came, waited, (wild, expected)).spread == pytest.approx(0.2, abs=0.04)
    assert uptake(came, waited, (expected, expected)).spread == pytest.approx(0.01)


@pytest.mark.slow
def test_forecasts_hold_the_truth_as_often_as_they_say() -> None:
    """The past and the future from the same world: places of their own pace, weeks of their own, hazards by weeks."""
    rng = np.random.default_rng(11)
    places, past, ahead, longest = 300, 30, 6, 6
    hazard = np.array([0.4, 0.25, 0.15, 0.1, 0.05, 0.03])
    pace = rng.gamma(8, 1 / 8, (places, 1))
    weeks = past + ahead
    due = rng.poisson(25, (places, weeks))
    came = np.zeros((places, weeks, weeks))
    factor = rng.gamma(20, 1 / 20, (places, weeks))
    doses = np.zeros((places, weeks))
    for week in range(weeks):
        left = due[:, week].copy()
        for since in range(weeks - week):
            share = 1 - (1 - hazard[min(since, longest - 1)]) ** (pace[:, 0] * factor[:, week + since])
            came[:, week, since] = rng.binomial(left, share)
            left = left - came[:, week, since].astype(int)
            doses[:, week + since] += came[:, week, since]
    seen = came[:, :past, :past].copy()
    for week in range(past):
        seen[:, week, past - week :] = 0
    taken, waited, waiting = life_table(due[:, None, :past].astype(float), seen[:, None], longest)
    known = uptake(taken, waited)
    start = line(waiting, ahead, due=due[:, None, past:].astype(float))
    answer = plan(ONE, start, known, supply(places, 1, ahead), seed=4)
    truth = doses[:, past:]
    low, high = answer.quantiles[:, 0, :, 0], answer.quantiles[:, 0, :, 4]
    inside = float(np.mean((truth >= low) & (truth <= high)))
    print(f"90 % intervals hold {inside:.3f}; mean {answer.mean.sum() / truth.sum():.3f} of the truth")
    assert 0.86 <= inside <= 0.96
    assert answer.mean.sum() == pytest.approx(truth.sum(), rel=0.05)
    middle = float(np.mean((truth >= answer.quantiles[:, 0, :, 1]) & (truth <= answer.quantiles[:, 0, :, 3])))
    assert 0.44 <= middle <= 0.62
    assert (np.diff(answer.quantiles, axis=-1) >= 0).all()


def test_it_is_the_same_each_time_and_sums_are_of_paths() -> None:
    rng = np.random.default_rng(5)
    start = line(rng.poisson(20, (300, 1, 4)).astype(float), 3)
    known = uptake(np.full((300, 1, 4), 5.0), np.full((300, 1, 4), 20.0))
    one, two = (plan(ONE, start, known, supply(300, 1, 3), covered=2, seed=9) for _ in range(2))
    assert (one.quantiles == two.quantiles).all()
    assert (one.through[..., 0, :] == one.quantiles[..., 0, :]).all()
    assert (np.diff(one.through[..., 2], axis=-1) >= 0).all()
    width = one.together[0, 0, 4] - one.together[0, 0, 0]
    assert width < (one.quantiles[:, 0, 0, 4] - one.quantiles[:, 0, 0, 0]).sum() / 3  # places do not all err alike
    assert (plan(ONE, start, known, supply(300, 1, 3), covered=2, seed=10).quantiles != one.quantiles).any()


def test_what_all_places_feel_begins_where_the_last_weeks_stand() -> None:
    expected = np.full(12, 1_000.0)
    rng = np.random.default_rng(3)
    slower = drift(expected * np.linspace(1.0, 0.6, 12), expected, samples=400, weeks=6, rng=rng)
    assert np.median(slower[:, 0]) == pytest.approx(0.64, abs=0.03)
    spread = np.log(slower).std(axis=0)
    assert (np.diff(spread) > 0).all()
    calm = drift(expected, expected, samples=400, weeks=6, rng=rng)
    wild = drift(expected * np.array([0.7, 1.3] * 6), expected, samples=400, weeks=6, rng=rng)
    assert np.log(calm).std() < 0.1 < np.log(wild).std()
    assert drift(np.zeros(12), np.zeros(12), samples=2, weeks=6, rng=rng) == pytest.approx(1.0, abs=0.3)


def test_places_err_together() -> None:
    known = sure([0.3, 0.3, 0.3], places=200)
    start = line(np.full((200, 1, 3), 30.0), 3)
    common = np.exp(np.random.default_rng(2).normal(0, 0.3, (100, 3)))
    alone, together = (
        plan(ONE, start, known, supply(200, 1, 3), covered=2, common=shared).together for shared in (None, common)
    )
    assert (together[0, 0, 4] - together[0, 0, 0]) > 4 * (alone[0, 0, 4] - alone[0, 0, 0])
    assert together[0, 0, 2] == pytest.approx(alone[0, 0, 2], rel=0.1)


def test_bad_lines_are_named() -> None:
    start = np.zeros((2, 1, 3))
    with pytest.raises(ValueError, match="follows step 0"):
        checked((Step("first", 0, 0, 4),), line(start, 4))
    with pytest.raises(ValueError, match="waiting holds 1 steps"):
        checked((*ONE, *ONE), line(start, 4))
    with pytest.raises(ValueError, match="booked: a number"):
        checked(ONE, line(start, 4, booked=np.full((2, 1, 4), -1.0)))
    with pytest.raises(ValueError, match="product beyond"):
        plan((Step("x", 3, None, 0),), line(start, 4), sure([0.1] * 3, places=2), supply(2, 1, 4))


@pytest.mark.slow
def test_the_whole_country_in_seconds() -> None:
    rng = np.random.default_rng(1)
    steps = steps_of([Course(f"p{product}", product, 3, 28) for product in range(6)])
    places, weeks = 3321, 8
    waiting = rng.poisson(8, (places, len(steps), 13)).astype(float)
    known = uptake(waiting * 2, waiting * 10)
    given = line(waiting, weeks, due=rng.poisson(3, (places, len(steps), weeks)).astype(float))
    began = time.process_time()
    answer = plan(steps, given, known, supply(places, 6, weeks))
    took = time.process_time() - began
    print(f"demand of 3,321 communes x 18 doses x 8 weeks: {took:.1f} s")
    assert answer.said
    assert took < 40  # seconds of one core; 6 on a quiet machine
