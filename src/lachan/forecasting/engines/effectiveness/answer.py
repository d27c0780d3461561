"""What an estimate of effectiveness says, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lachan.forecasting.engines.effectiveness.states import State

Direction = Literal["up", "down", "either"]
Interval = Literal["profile", "wald", "bootstrap"]

HEALTHY_VACCINEE = "healthy_vaccinee"
TEST_SEEKING = "test_seeking"
PRIOR_INFECTION = "prior_infection"
MISCLASSIFICATION = "misclassification"
SMALL_NUMBERS = "small_numbers"
CLUSTERING = "clustering"
"""Codes only ever added; a code needs its sentence where it is shown."""

FEW_EVENTS = "few_events"
FEW_REFERENCE = "few_unvaccinated"
NO_CONTRAST = "no_contrast"
NOT_CONVERGED = "not_converged"
"""Why an effect cannot be said."""


@dataclass(frozen=True)
class Bias:
    """A bias by its code: which way it moves the estimate of effectiveness, and what the data show of it (else None).

    measured: healthy_vaccinee, the "effect" of a dose too young to work; test_seeking, negative tests per person-day of
    vaccinated over unvaccinated; prior_infection, misclassification: the share of unvaccinated known to be infected
    before, of records without a link; clustering, the dispersion between cells.
    """

    code: str
    direction: Direction
    measured: float | None


@dataclass(frozen=True)
class Effect:
    """Effectiveness of one state against none: 1 - odds or rate ratio, with a 95 % interval.

    estimate, low, high are None where `unsaid` names why they cannot be said. events and trials are this state's
    (cases; tests or person-days). No event in a state gives estimate 1 and a lower bound only (`high` 1).
    """

    state: State
    events: float
    trials: float
    estimate: float | None
    low: float | None
    high: float | None
    interval: Interval
    unsaid: str | None


@dataclass(frozen=True)
class Effectiveness:
    """All states of one design, and its biases. `waning`: change of log ratio per 30 days over the latest dose's bands
    that can be said, weighted by their precision; None with fewer than two."""

    design: Literal["test_negative", "cohort"]
    effects: tuple[Effect, ...]
    biases: tuple[Bias, ...]
    dispersion: float
    waning: float | None
