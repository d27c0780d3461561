"""Cohort design: did those vaccinated fall ill less often per day than those not, at the same time and place?

Poisson regression of cases on vaccination state with person-time, calendar week, age band and area, as in Dagan et al.
2021, N Engl J Med 384 1412-1423 in aggregated form; calendar time because vaccination and the epidemic both moved.
People move between states, so that person-time counts where it was spent (no immortal time).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lachan.forecasting.engines.effectiveness.answer import (
    CLUSTERING,
    MISCLASSIFICATION,
    PRIOR_INFECTION,
    TEST_SEEKING,
    Bias,
    Direction,
    Effectiveness,
    Interval,
)
from lachan.forecasting.engines.effectiveness.estimating import Floats, cells_of, effects_of
from lachan.forecasting.engines.effectiveness.judging import found_in, waning_of
from lachan.forecasting.engines.effectiveness.states import STATES, State


def from_cohort(
    cases: Floats,
    person_days: Floats,
    *,
    negative: Floats | None = None,
    states: Sequence[State] = STATES,
    interval: Interval = "wald",
    infected_before: float | None = None,
    unlinked: float | None = None,
    seed: int = 0,
) -> Effectiveness:
    """Effectiveness of each state but the first: 1 - rate ratio.

    cases: first episodes, person_days: days lived at risk in that state, both [W, G, A, V]; negative: tests
    without this disease (same shape, else not known): how much oftener the vaccinated are tested, the bias this design
    has and the other has not.
    infected_before, unlinked, what cannot be said, and ValueError as `from_tests`.
    """
    if cases.ndim != 4 or cases.shape[-1] != len(states):
        raise ValueError(f"cases {cases.shape}: want [weeks, ages, areas, {len(states)} states]")
    cells = cells_of(cases, person_days)
    effects, dispersion, ratios, variances = effects_of("poisson", cells, states, interval=interval, seed=seed)
    seeking = None if negative is None else _seeking(negative, person_days)
    biases = (
        Bias(TEST_SEEKING, _moved_by(seeking), seeking),
        Bias(PRIOR_INFECTION, "down", infected_before),
        Bias(MISCLASSIFICATION, "down", unlinked),
        Bias(CLUSTERING, "either", dispersion),
        *found_in(effects),
    )
    return Effectiveness("cohort", effects, biases, dispersion, waning_of(states, ratios, variances))


def _seeking(negative: Floats, person_days: Floats) -> float | None:
    """Negative tests per person-day, vaccinated over unvaccinated of the same week, age and area (Mantel-Haenszel)."""
    if negative.shape != person_days.shape:
        raise ValueError(f"negative {negative.shape}: want {person_days.shape}")
    none, days_none = negative[..., 0], person_days[..., 0]
    some, days_some = negative[..., 1:].sum(axis=-1), person_days[..., 1:].sum(axis=-1)
    days = np.maximum(days_none + days_some, 1e-9)
    below = float(np.sum(none * days_some / days))
    return float(np.sum(some * days_none / days)) / below if below > 0 else None


def _moved_by(seeking: float | None) -> Direction:
    if seeking is None:
        return "either"
    return "down" if seeking > 1 else "up"
