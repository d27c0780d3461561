"""Test-negative design: among people tested, were those with a positive result less often vaccinated?

Jackson and Nelson 2013, Vaccine 31(17) 2165-2168; Lopez Bernal et al. 2021, BMJ 373 n1088 (COVID-19, bands of time
since dose, adjusted for week, age and place). Effectiveness is 1 - odds ratio of a logistic regression. People who
were tested resemble each other in seeking care, which the cohort design cannot say; who is never tested is not seen.
"""

from __future__ import annotations

from collections.abc import Sequence

from lachan.forecasting.engines.effectiveness.answer import (
    CLUSTERING,
    MISCLASSIFICATION,
    PRIOR_INFECTION,
    TEST_SEEKING,
    Bias,
    Effectiveness,
    Interval,
)
from lachan.forecasting.engines.effectiveness.estimating import Floats, cells_of, effects_of
from lachan.forecasting.engines.effectiveness.judging import found_in, waning_of
from lachan.forecasting.engines.effectiveness.states import STATES, State


def from_tests(
    positive: Floats,
    negative: Floats,
    *,
    states: Sequence[State] = STATES,
    interval: Interval = "wald",
    infected_before: float | None = None,
    unlinked: float | None = None,
    seed: int = 0,
) -> Effectiveness:
    """Effectiveness of each state but the first against the first.

    positive, negative: people tested [W, G, A, V] by week, age band, area and vaccination state on the day of the
    test, each person counted once an episode. infected_before: share of the unvaccinated tested who are known to have
    been infected before; unlinked: share of tests whose person was not found in the register. Both only named.
    A state is not said with fewer than 5 events (expected as among the unvaccinated, and seen), or fewer than 5
    positives among the unvaccinated. Fewer than 20 positives: always the profile interval. ValueError: bad shapes.
    """
    if positive.ndim != 4 or positive.shape[-1] != len(states):
        raise ValueError(f"positive {positive.shape}: want [weeks, ages, areas, {len(states)} states]")
    cells = cells_of(positive, positive + negative)
    effects, dispersion, ratios, variances = effects_of("binomial", cells, states, interval=interval, seed=seed)
    biases = (
        Bias(TEST_SEEKING, "either", None),
        Bias(PRIOR_INFECTION, "down", infected_before),
        Bias(MISCLASSIFICATION, "down", unlinked),
        Bias(CLUSTERING, "either", dispersion),
        *found_in(effects),
    )
    return Effectiveness("test_negative", effects, biases, dispersion, waning_of(states, ratios, variances))
