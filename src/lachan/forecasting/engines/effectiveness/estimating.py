"""From cells to effects: what both designs share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from lachan.forecasting.engines.effectiveness.answer import (
    FEW_EVENTS,
    FEW_REFERENCE,
    NO_CONTRAST,
    NOT_CONVERGED,
    Effect,
    Interval,
)
from lachan.forecasting.engines.effectiveness.glm import Fit, Kind, Problem, fit, problem
from lachan.forecasting.engines.effectiveness.states import State

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

LEAST_EVENTS = 5.0
"""Events expected in a state if it did not protect, and seen in the unvaccinated, below which nothing is said."""
SMALL_EVENTS = 20.0  # below it the profile likelihood, whatever was asked: a normal curve is too narrow on one side
LEVEL = 0.95
RESAMPLES = 200
CLUSTERS = 15
"""Areas from which on the bootstrap draws whole areas, so that what is alike within one is not taken for knowledge."""
WAY_OUT = 12.0
WIDEST = 3.0
"""Standard error of a log ratio from which on nothing is known: nobody unvaccinated at the same time and place."""


@dataclass(frozen=True)
class Cells:
    """Cells with anything in them: events, trials, indices of week, age band, area and state, all [N]."""

    events: Floats
    trials: Floats
    week: Indices
    age: Indices
    area: Indices
    state: Indices


def cells_of(events: Floats, trials: Floats) -> Cells:
    """From arrays [W, G, A, V] of events and trials. ValueError where shapes differ or a count is negative."""
    if events.shape != trials.shape or events.ndim != 4:
        raise ValueError(f"events {events.shape} and trials {trials.shape}: want both [weeks, ages, areas, states]")
    if not (np.isfinite(events).all() and np.isfinite(trials).all()) or (events < 0).any() or (trials < 0).any():
        raise ValueError("a count is negative or not a number")
    if (events[trials == 0] > 0).any():
        raise ValueError("a cell has cases, but nobody who could become one")
    week, age, area, state = np.nonzero(trials)
    at = (week, age, area, state)
    return Cells(events[at].astype(np.float64), trials[at].astype(np.float64), *(axis.astype(np.int64) for axis in at))


def telling(cells: Cells, kind: Kind) -> Cells:
    """Without the weeks, ages and areas in which nobody, or everybody, was a case: they say nothing of a ratio."""
    kept = np.ones(len(cells.events), dtype=bool)
    while True:
        before = int(kept.sum())
        for levels in (cells.week, cells.age, cells.area):
            size = int(levels.max(initial=0)) + 1
            events = np.bincount(levels[kept], cells.events[kept], size)
            trials = np.bincount(levels[kept], cells.trials[kept], size)
            informs = (events > 0) & ((events < trials) if kind == "binomial" else True)
            kept &= informs[levels]
        if int(kept.sum()) == before:
            break
    return Cells(
        cells.events[kept],
        cells.trials[kept],
        cells.week[kept],
        cells.age[kept],
        cells.area[kept],
        cells.state[kept],
    )


def effects_of(
    kind: Kind, cells: Cells, states: Sequence[State], *, interval: Interval, seed: int
) -> tuple[tuple[Effect, ...], float, Floats, Floats]:
    """Effects of all states but the first, dispersion, log ratios [V - 1] and their variances (NaN: not said)."""
    size = len(states)
    events = np.bincount(cells.state, cells.events, size)
    trials = np.bincount(cells.state, cells.trials, size)
    used = telling(cells, kind)
    unsaid = _unsaid(kind, used, size)
    ratios, variances = np.full(size - 1, np.nan), np.full(size - 1, np.nan)
    fitted = [at for at in range(1, size) if unsaid[at] is None]
    bounds: dict[int, tuple[float, float, Interval]] = {}
    dispersion = 1.0
    if fitted:
        given, found, columns = _regression(kind, used, fitted)
        dispersion = found.dispersion
        for at, column in columns.items():
            if not found.converged:
                unsaid[at] = NOT_CONVERGED
                continue
            none_seen = np.sum(used.events[used.state == at]) == 0
            if not none_seen and found.covariance[column, column] > WIDEST**2:
                unsaid[at] = NO_CONTRAST
                continue
            ratios[at - 1] = -np.inf if none_seen else found.beta[column]
            variances[at - 1] = np.nan if none_seen else found.covariance[column, column] * dispersion
        said = {at: column for at, column in columns.items() if unsaid[at] is None}
        bounds = _intervals(given, found, used, said, interval, ratios, variances, seed)
    effects = []
    for at in range(1, size):
        low, high, way = bounds.get(at, (np.nan, np.nan, interval))
        known = unsaid[at] is None
        effects.append(
            Effect(
                states[at],
                float(events[at]),
                float(trials[at]),
                float(1.0 - np.exp(ratios[at - 1])) if known else None,
                float(1.0 - np.exp(high)) if known else None,
                float(1.0 - np.exp(low)) if known else None,
                way,
                unsaid[at],
            )
        )
    return tuple(effects), dispersion, ratios, variances


def _unsaid(kind: Kind, used: Cells, size: int) -> list[str | None]:
    """Why each state cannot be said, None where it can: by the events its members would have had unprotected."""
    found: list[str | None] = [None] * size
    reference = used.state == 0
    if np.sum(used.events[reference]) < LEAST_EVENTS:
        return [None] + [FEW_REFERENCE] * (size - 1)
    share = float(np.sum(used.events[reference]) / np.sum(used.trials[reference]))
    for at in range(1, size):
        own = used.state == at
        seen, expected = float(np.sum(used.events[own])), float(np.sum(used.trials[own])) * share
        if expected < LEAST_EVENTS and seen < LEAST_EVENTS:
            found[at] = FEW_EVENTS
        elif kind == "binomial" and seen >= float(np.sum(used.trials[own])):
            found[at] = NO_CONTRAST
    return found


def _regression(kind: Kind, used: Cells, fitted: list[int]) -> tuple[Problem, Fit, dict[int, int]]:
    """Fit the states that can be said; cells of the others are left out. State → its column."""
    number = np.full(int(used.state.max(initial=0)) + 1, -1)
    number[0] = 0
    columns = {}
    for column, at in enumerate(fitted):
        number[at], columns[at] = column + 1, column
    kept = number[used.state] >= 0
    given = problem(
        kind,
        used.events[kept],
        used.trials[kept],
        number[used.state][kept],
        len(fitted) + 1,
        [used.week[kept], used.age[kept], used.area[kept]],
    )
    return given, fit(given), columns


def _intervals(
    given: Problem,
    found: Fit,
    used: Cells,
    said: dict[int, int],
    interval: Interval,
    ratios: Floats,
    variances: Floats,
    seed: int,
) -> dict[int, tuple[float, float, Interval]]:
    """Bounds of the log ratio by state. Few events: always by profile."""
    drawn = _resampled(given, found, used, said, seed) if interval == "bootstrap" else None
    reach = stats.norm.ppf((1.0 + LEVEL) / 2.0)
    bounds: dict[int, tuple[float, float, Interval]] = {}
    for at, column in said.items():
        few = np.sum(used.events[used.state == at]) < SMALL_EVENTS
        if interval == "profile" or few:
            low, high = profile(given, found, column)
            bounds[at] = (low, high, "profile")
        elif drawn is not None:
            low, high = np.quantile(drawn[:, column], [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
            bounds[at] = (float(low), float(high), "bootstrap")
        else:
            error = reach * np.sqrt(variances[at - 1])
            bounds[at] = (float(ratios[at - 1] - error), float(ratios[at - 1] + error), "wald")
    return bounds


def profile(given: Problem, found: Fit, column: int, level: float = LEVEL) -> tuple[float, float]:
    """Where the profile likelihood of a coefficient falls by as much as its level allows; -inf where it never does.

    Overdispersion widens it (quasi-likelihood): the fall allowed is multiplied by the dispersion.
    """
    allowed = stats.chi2.ppf(level, 1) / 2.0 * found.dispersion
    middle = float(np.clip(found.beta[column], -WAY_OUT, WAY_OUT))

    def fall(value: float) -> float:
        at = fit(given, fixed=(column, value))
        return float(found.loglik - at.loglik - allowed)

    step = max(2.0 * float(np.sqrt(found.covariance[column, column] * found.dispersion)), 0.1)
    bounds = []
    for sign in (-1.0, 1.0):
        near, far, width = middle, middle, min(step, 2.0)
        while fall(far) < 0:
            near, far, width = far, far + sign * width, width * 1.6
            if abs(far) > WAY_OUT:
                break
        if abs(far) > WAY_OUT and fall(sign * WAY_OUT) < 0:
            bounds.append(sign * np.inf)
            continue
        ends = sorted((near, float(np.clip(far, -WAY_OUT, WAY_OUT))))
        bounds.append(float(optimize.brentq(fall, *ends, xtol=1e-3)))
    return bounds[0], bounds[1]


def _resampled(given: Problem, found: Fit, used: Cells, said: dict[int, int], seed: int) -> Floats:
    """Coefficients of resampled data [B, states]: whole areas where there are enough, else people (Poisson weights)."""
    rng = np.random.default_rng([seed, 11])
    numbers = np.full(int(used.state.max(initial=0)) + 1, False)
    numbers[[0, *said]] = True
    area = used.area[numbers[used.state]]
    seen, number = np.unique(area, return_inverse=True)
    rows = np.empty((RESAMPLES, len(said)))
    for at in range(RESAMPLES):
        if len(seen) >= CLUSTERS:
            drawn = np.bincount(rng.integers(0, len(seen), len(seen)), minlength=len(seen))
            again = fit(given, weights=drawn[number].astype(np.float64))
        else:
            again = fit(_people(given, rng))
        rows[at] = again.beta[: len(said)]
    return rows


def _people(given: Problem, rng: np.random.Generator) -> Problem:
    """Each person drawn anew, as often as a Poisson number of mean 1."""
    events = rng.poisson(given.events).astype(np.float64)
    trials = given.trials
    if given.kind == "binomial":
        trials = events + rng.poisson(given.trials - given.events)
    return Problem(given.kind, events, trials, given.design, given.states)
