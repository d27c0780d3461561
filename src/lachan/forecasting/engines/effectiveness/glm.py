"""Main-effects regressions on cells: logistic and Poisson by iteratively reweighted least squares on a sparse design.

Cells are few numbers each of a factor's level (week, age band, area) and a state; the design has one 1 per factor and
cell. McCullagh and Nelder 1989, Generalized Linear Models, chapter 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse, special

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Kind = Literal["binomial", "poisson"]

ROUNDS = 40
TOLERANCE = 1e-9
RIDGE = 1e-8
FARTHEST = 30.0
STRIDE = 3.0  # of any coefficient in one round


@dataclass(frozen=True)
class Problem:
    """Cells of a regression.

    events [N]; trials [N]: tests of a binomial, person-time of a Poisson; design: sparse [N, P], a column for each
    state but the first, then the levels of each factor but its first, last the intercept.
    """

    kind: Kind
    events: Floats
    trials: Floats
    design: sparse.csr_matrix
    states: int

    @property
    def terms(self) -> int:
        return int(self.design.shape[1])


@dataclass(frozen=True)
class Fit:
    """Coefficients [P], their covariance [P, P] without overdispersion, log likelihood, Pearson dispersion."""

    beta: Floats
    covariance: Floats
    loglik: float
    dispersion: float
    converged: bool


def problem(
    kind: Kind, events: Floats, trials: Floats, state: Indices, states: int, factors: Sequence[Indices]
) -> Problem:
    """Put the design together; levels nobody has are left out, cells without trials must be left out by the caller."""
    rows = np.arange(len(events))
    columns, at = [state[state > 0] - 1], states - 1
    at_rows = [rows[state > 0]]
    for levels in factors:
        seen, number = np.unique(levels, return_inverse=True)
        kept = number > 0
        columns.append(at + number[kept] - 1)
        at_rows.append(rows[kept])
        at += len(seen) - 1
    columns.append(np.full(len(rows), at))  # the intercept
    at_rows.append(rows)
    row, column = np.concatenate(at_rows), np.concatenate(columns)
    design = sparse.csr_matrix((np.ones(len(row)), (row, column)), shape=(len(events), at + 1))
    return Problem(kind, events, trials, design, states)


def fit(
    given: Problem,
    *,
    weights: Floats | None = None,
    fixed: tuple[int, float] | None = None,
) -> Fit:
    """Maximum likelihood; `weights` [N] multiply the cells, `fixed` holds one coefficient at a value (profiles).

    A state without any event, or one in which all are, has no finite coefficient: the caller must drop it. Always from
    the common level, never from an earlier answer: from coefficients on their way to infinity, as those of a state
    without events, the steps find no way back.
    """
    weighed = np.ones(len(given.events)) if weights is None else weights
    design, held = given.design, np.zeros(len(given.events))
    if fixed is not None:
        held = design[:, [fixed[0]]].toarray().ravel() * fixed[1]
    free = np.array([at for at in range(given.terms) if fixed is None or at != fixed[0]])
    design = design[:, free]
    turned = sparse.csr_matrix(design.T)
    beta = np.zeros(len(free))
    beta[-1] = _level(given, weighed)
    previous, converged = _loglik(given, weighed, np.clip(design @ beta + held, -FARTHEST, FARTHEST)), False
    for _ in range(ROUNDS):
        linear = np.clip(design @ beta + held, -FARTHEST, FARTHEST)
        mean, variance = _moments(given, linear)
        gradient = turned @ (weighed * (given.events - mean))
        normal = (turned @ sparse.diags(weighed * variance) @ design).toarray()
        normal[np.diag_indices_from(normal)] += RIDGE
        step = np.linalg.solve(normal, gradient)
        # far out the curve is flat: a whole step from there lands where no half of it leads back from
        step *= min(1.0, STRIDE / max(float(np.abs(step).max()), 1e-12))
        beta, loglik = _improved(given, weighed, design, held, beta, step, previous)
        if loglik - previous < TOLERANCE * (abs(loglik) + 1.0):
            converged = True
            break
        previous = loglik
    return _answer(given, weighed, design, turned, held, beta, free, fixed, loglik, converged)


def _improved(
    given: Problem, weights: Floats, design: sparse.csr_matrix, held: Floats, beta: Floats, step: Floats, before: float
) -> tuple[Floats, float]:
    """The step, halved while it makes the likelihood worse."""
    for _ in range(12):
        loglik = _loglik(given, weights, np.clip(design @ (beta + step) + held, -FARTHEST, FARTHEST))
        if loglik >= before - 1e-9 * abs(before):
            return beta + step, loglik
        step = step / 2.0
    return beta, before


def _answer(
    given: Problem,
    weights: Floats,
    design: sparse.csr_matrix,
    turned: sparse.csr_matrix,
    held: Floats,
    beta: Floats,
    free: Indices,
    fixed: tuple[int, float] | None,
    loglik: float,
    converged: bool,
) -> Fit:
    mean, variance = _moments(given, np.clip(design @ beta + held, -FARTHEST, FARTHEST))
    normal = (turned @ sparse.diags(weights * variance) @ design).toarray()
    normal[np.diag_indices_from(normal)] += RIDGE
    covariance, whole = np.zeros((given.terms, given.terms)), np.zeros(given.terms)
    covariance[np.ix_(free, free)] = np.linalg.inv(normal)
    whole[free] = beta
    if fixed is not None:
        whole[fixed[0]] = fixed[1]
    pearson = weights * (given.events - mean) ** 2 / np.maximum(variance, 1e-12)
    # Cells in which hardly anything is expected would rule the mean of squares: they carry no information on spread.
    telling = weights * variance > 0.05
    dispersion = float(pearson[telling].sum() / max(int(telling.sum()) - given.terms, 1)) if telling.any() else 1.0
    return Fit(whole, covariance, loglik, max(dispersion, 1.0), converged)


def _moments(given: Problem, linear: Floats) -> tuple[Floats, Floats]:
    if given.kind == "poisson":
        mean = given.trials * np.exp(linear)
        return mean, mean
    chance = special.expit(linear)
    return given.trials * chance, given.trials * chance * (1.0 - chance)


def _loglik(given: Problem, weights: Floats, linear: Floats) -> float:
    if given.kind == "poisson":
        return float(np.sum(weights * (given.events * linear - given.trials * np.exp(linear))))
    return float(np.sum(weights * (given.events * linear - given.trials * np.logaddexp(0.0, linear))))


def _level(given: Problem, weights: Floats) -> float:
    events, trials = float(np.sum(weights * given.events)), float(np.sum(weights * given.trials))
    share = min(max(events / max(trials, 1e-9), 1e-9), 1 - 1e-9) if given.kind == "binomial" else events / trials
    return float(special.logit(share)) if given.kind == "binomial" else float(np.log(max(share, 1e-12)))
