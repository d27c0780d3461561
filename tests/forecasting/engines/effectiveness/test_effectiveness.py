"""Effectiveness: two-by-two tables by hand, known worlds recovered, intervals that hold, biases seen."""

from __future__ import annotations

import numpy as np
import pytest

from lachan.forecasting.engines.effectiveness.cohort import from_cohort
from lachan.forecasting.engines.effectiveness.glm import fit, problem
from lachan.forecasting.engines.effectiveness.negative import from_tests
from lachan.forecasting.engines.effectiveness.simulate import world
from lachan.forecasting.engines.effectiveness.states import STATES, State, state_of

TWO = (State("none", 0, 0, None, protected=False), State("dose2_14", 2, 14, None))
TRUTH = (0.0, 0.0, 0.5, 0.6, 0.85, 0.7, 0.5, 0.6, 0.9, 0.75)


def table(a: float, b: float) -> np.ndarray:
    return np.array([a, b], dtype=float).reshape(1, 1, 1, 2)


def test_two_by_two_by_hand() -> None:
    found = from_tests(table(60, 20), table(40, 80), states=TWO)
    odds = (20 / 80) / (60 / 40)
    error = np.sqrt(1 / 60 + 1 / 20 + 1 / 40 + 1 / 80)
    effect = found.effects[0]
    assert effect.estimate == pytest.approx(1 - odds, abs=1e-6)
    assert effect.low == pytest.approx(1 - odds * np.exp(1.959964 * error), abs=1e-4)
    assert effect.high == pytest.approx(1 - odds * np.exp(-1.959964 * error), abs=1e-4)
    assert (effect.events, effect.trials, effect.interval) == (20, 100, "wald")


def test_rates_by_hand() -> None:
    found = from_cohort(table(50, 25), table(10_000, 50_000), states=TWO)
    effect = found.effects[0]
    ratio = (25 / 50_000) / (50 / 10_000)
    assert effect.estimate == pytest.approx(1 - ratio, abs=1e-6)
    assert effect.low == pytest.approx(1 - ratio * np.exp(1.959964 * np.sqrt(1 / 50 + 1 / 25)), abs=1e-4)


def test_age_confounds_and_is_taken_out() -> None:
    """Odds ratio 0.2 in both ages; the old are oftener vaccinated and oftener ill, so that the crude one is not."""
    positive = np.array([[100.0, 5.0], [50.0, 180.0]]).reshape(1, 2, 1, 2)
    negative = np.array([[400.0, 100.0], [25.0, 450.0]]).reshape(1, 2, 1, 2)
    crude = from_tests(positive.sum(axis=1, keepdims=True), negative.sum(axis=1, keepdims=True), states=TWO)
    adjusted = from_tests(positive, negative, states=TWO)
    assert adjusted.effects[0].estimate == pytest.approx(0.8, abs=1e-6)
    assert crude.effects[0].estimate is not None
    assert crude.effects[0].estimate < 0.2


def test_no_case_among_the_vaccinated_gives_a_lower_bound_only() -> None:
    effect = from_tests(table(60, 0), table(40, 50), states=TWO).effects[0]
    assert effect.estimate == pytest.approx(1.0)
    assert effect.high == 1.0
    assert effect.interval == "profile"
    assert effect.low is not None
    assert 0.9 < effect.low < 1.0


def test_what_cannot_be_said() -> None:
    few = from_tests(table(60, 1), table(40, 3), states=TWO)
    assert few.effects[0].unsaid == "few_events"
    assert few.effects[0].estimate is None
    assert "small_numbers" in {bias.code for bias in few.biases}
    assert from_tests(table(4, 20), table(40, 30), states=TWO).effects[0].unsaid == "few_unvaccinated"
    assert from_tests(table(60, 9), table(40, 0), states=TWO).effects[0].unsaid == "no_contrast"
    assert from_tests(table(0, 0), table(0, 0), states=TWO).effects[0].unsaid == "few_unvaccinated"


def test_nobody_to_compare_with_in_the_same_place_is_no_contrast() -> None:
    positive, negative = np.zeros((1, 1, 2, 2)), np.zeros((1, 1, 2, 2))
    positive[0, 0, 0, 0], negative[0, 0, 0, 0] = 60, 40  # one commune vaccinated nobody
    positive[0, 0, 1, 1], negative[0, 0, 1, 1] = 20, 80  # the other everybody
    assert from_tests(positive, negative, states=TWO).effects[0].unsaid == "no_contrast"


def test_bad_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="negative or not a number"):
        from_tests(table(-1, 2), table(3, 4), states=TWO)
    with pytest.raises(ValueError, match="2 states"):
        from_tests(np.zeros((1, 1, 1, 3)), np.zeros((1, 1, 1, 3)), states=TWO)
    with pytest.raises(ValueError, match="nobody who could"):
        from_cohort(table(1, 1), table(0, 5), states=TWO)


@pytest.mark.slow
def test_few_tests_in_many_places_are_answered_with_bounds_around_the_estimate() -> None:
    """As in a new outbreak: a dozen places, a handful of tests in each, no case in some states at all."""
    rng = np.random.default_rng(20211016)
    said = 0
    for _ in range(60):
        shape = (2, 2, 10, 2)
        trials = rng.poisson([1.6, 0.5], shape).astype(np.float64)
        positive = rng.binomial(trials.astype(np.int64), [0.4, 0.03]).astype(np.float64)
        effect = from_tests(positive, trials - positive, states=TWO).effects[0]
        if effect.unsaid is None:
            assert effect.low is not None
            assert effect.low < effect.estimate <= effect.high
            said += 1
    assert said > 30


@pytest.mark.slow
def test_the_profile_of_a_coefficient_is_concave_and_never_above_the_best() -> None:
    """The likelihood is concave, so its profile is; a fit that stopped on its way would show as a dent."""
    rng = np.random.default_rng(7)
    for _ in range(25):
        trials = rng.poisson(rng.choice([0.15, 0.3]), (4, 3, 10, 2)).astype(np.float64)
        trials[..., 0] += rng.poisson(0.5, (4, 3, 10))
        events = rng.binomial(trials.astype(np.int64), rng.choice([0.05, 0.1, 0.3])).astype(np.float64)
        week, age, area, state = np.nonzero(trials)
        at = (week, age, area, state)
        given = problem("binomial", events[at], trials[at], state, 2, [week, age, area])
        along = np.array([fit(given, fixed=(0, float(value))).loglik for value in range(-12, 13)])
        assert (np.diff(along, 2) <= 1e-3).all()
        assert along.max() <= fit(given).loglik + 1e-3


def test_profile_and_wald_agree_with_many_events() -> None:
    given = table(600, 200), table(400, 800)
    wald, profile = (from_tests(*given, states=TWO, interval=way).effects[0] for way in ("wald", "profile"))
    assert wald.low == pytest.approx(profile.low, abs=0.005)
    assert wald.high == pytest.approx(profile.high, abs=0.005)


@pytest.mark.slow
@pytest.mark.parametrize("design", ["tests", "cohort"])
def test_a_known_effectiveness_is_recovered_and_its_interval_holds(design: str) -> None:
    inside, errors = [], []
    for seed in range(60):
        made = world(TRUTH, weeks=40, people=1000.0, seed=seed)
        found = (
            from_tests(made.positive, made.negative) if design == "tests" else from_cohort(made.cases, made.person_days)
        )
        for at, effect in enumerate(found.effects, start=1):
            if effect.unsaid is None:
                assert None not in (effect.low, effect.high, effect.estimate)
                inside.append(effect.low <= TRUTH[at] <= effect.high)
                if effect.state.code == "dose2_14_89":
                    errors.append(effect.estimate - TRUTH[at])
    print(f"{design}: {np.mean(inside):.3f} of {len(inside)} intervals hold the truth, bias {np.mean(errors):+.4f}")
    assert len(inside) > 300
    assert 0.92 <= np.mean(inside) <= 0.98
    assert abs(np.mean(errors)) < 0.01


@pytest.mark.slow
def test_the_bootstrap_holds_too_and_is_the_same_each_time() -> None:
    inside = []
    for seed in range(12):
        made = world((0.0, 0.7), states=TWO, weeks=16, ages=3, people=3000.0, seed=seed)
        effect = from_tests(made.positive, made.negative, states=TWO, interval="bootstrap").effects[0]
        assert None not in (effect.low, effect.high)
        inside.append(effect.low <= 0.7 <= effect.high)
    assert sum(inside) >= 9
    again = from_tests(made.positive, made.negative, states=TWO, interval="bootstrap").effects[0]
    assert again == effect
    other = from_tests(made.positive, made.negative, states=TWO, interval="bootstrap", seed=1).effects[0]
    assert other.low != effect.low


@pytest.mark.slow
def test_seeking_tests_biases_the_cohort_and_not_the_test_negative_design() -> None:
    made = world(TRUTH, weeks=40, people=4000.0, seeking=2.0, seed=3)
    tested = from_tests(made.positive, made.negative)
    cohort = from_cohort(made.cases, made.person_days, negative=made.negative)
    at = [state.code for state in STATES].index("dose2_14_89") - 1
    assert tested.effects[at].estimate == pytest.approx(0.85, abs=0.03)
    assert cohort.effects[at].estimate == pytest.approx(1 - 2 * 0.15, abs=0.04)
    seeking = next(bias for bias in cohort.biases if bias.code == "test_seeking")
    assert seeking.measured == pytest.approx(2.0, abs=0.15)
    assert seeking.direction == "down"
    early = next(bias for bias in cohort.biases if bias.code == "healthy_vaccinee")
    assert early.measured == pytest.approx(-1.0, abs=0.2)  # a dose that cannot work yet doubles the rate
    assert early.direction == "down"


@pytest.mark.slow
def test_waning_is_seen() -> None:
    steady = tuple(0.0 if not state.protected else 0.7 for state in STATES)
    wanes = from_tests(*(getattr(world(TRUTH, weeks=52, seed=5), name) for name in ("positive", "negative")))
    stays = from_tests(*(getattr(world(steady, weeks=52, seed=5), name) for name in ("positive", "negative")))
    # 0.15 to 0.3 of the odds in the 83 days between the middles of the bands, 0.3 to 0.5 in the next 90
    assert wanes.waning == pytest.approx(np.log(0.5 / 0.15) / ((225 - 52) / 30), abs=0.06)
    assert abs(stays.waning) < 0.06


def test_states_by_dose_and_days() -> None:
    dose = np.array([0, 1, 1, 2, 2, 2, 2, 3, 5, 1])
    days = np.array([0, 13, 14, 13, 14, 90, 400, 7, 91, -2])
    codes = [STATES[at].code if at >= 0 else None for at in state_of(dose, days)]
    assert codes == [
        "none",
        "dose1_0_13",
        "dose1_14",
        "dose2_0_13",
        "dose2_14_89",
        "dose2_90_179",
        "dose2_180",
        "booster_7_89",
        "booster_90",
        None,
    ]
