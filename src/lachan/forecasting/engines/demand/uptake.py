"""How soon people come once due: hazards from the past, by step and weeks since due, and each place's pace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST_WEEKS = 50.0
"""Person-weeks of waiting behind a step below which its hazards are those of all steps together."""
HELD = 20.0  # person-weeks, and expected doses, with which small numbers are drawn to what all have
LEAST_SPREAD = 0.01
ROUNDS = 6
LATELY = 3  # weeks whose common factor the next ones begin with
LEAST_STEP, MOST_STEP, MOST_DRIFT = 0.03, 0.3, 1.0  # of the walk on the log; most: a factor of e


@dataclass(frozen=True)
class Uptake:
    """hazard [J, U]: share of those waiting so many weeks who come in a week. pace [A, J]: a place's factor on it
    (mean), known as well as `known` [A, J] doses make it (shape of a gamma). spread: variance of a week's own factor
    (sessions that fall out, holidays). borrowed [J]: the step had no past worth the name. said: whether anything is
    known at all; without it hazards are NaN and no demand can be said."""

    hazard: Floats
    pace: Floats
    known: Floats
    spread: float
    borrowed: Bools
    said: bool


def life_table(due: Floats, came: Floats, longest: int, weights: Floats | None = None) -> tuple[Floats, Floats, Floats]:
    """Doses by weeks since due, person-weeks in line, and who is in line now, each [A, J, U] with U = `longest`.

    due [A, J, W]: people who fell due in each of the last W weeks (the last column: last week); came [A, J, W, K]: how
    many of them came 0, 1, … K - 1 weeks later, as known now. Weeks not yet come count for nothing; whoever is in line
    longer than `longest` - 1 weeks stands in the last column. weights [W]: how much each calendar week says of those
    ahead (1 each without them); doses and person-weeks are multiplied by it. ValueError where more came than fell due.
    """
    weeks, after = due.shape[-1], came.shape[-1]
    left = due[..., None] - np.concatenate([np.zeros((*due.shape, 1)), np.cumsum(came, axis=-1)], axis=-1)
    if (left < -1e-9).any():
        raise ValueError("more came than fell due")
    weight = np.ones(weeks) if weights is None else weights
    taken, waited, waiting = (np.zeros((*due.shape[:2], longest)) for _ in range(3))
    for week in range(weeks):
        so_far = weeks - week  # whole weeks gone since then, the week of being due among them
        for since in range(min(so_far, after)):
            column = min(since, longest - 1)
            taken[..., column] += weight[week + since] * came[..., week, since]
            waited[..., column] += weight[week + since] * left[..., week, since]
        waiting[..., min(so_far, longest - 1)] += left[..., week, min(so_far, after)]
    return taken, waited, waiting


def uptake(came: Floats, waited: Floats, weekly: tuple[Floats, Floats] | None = None) -> Uptake:
    """Life tables [J, U] of all places, shrunk to those of all steps; paces of places, shrunk to 1.

    came [A, J, U]: doses of the past by weeks since due; waited [A, J, U]: people who were in line at the begin of such
    weeks, summed over the weeks of the past (came <= waited). weekly: doses [A, W] and what hazards made us expect
    [A, W] of the past weeks, for the spread; without it 0.05. ValueError where more came than waited.
    """
    if came.shape != waited.shape or came.ndim != 3:
        raise ValueError(f"came {came.shape} and waited {waited.shape}: want both [places, steps, weeks since due]")
    if (came < 0).any() or (came > waited + 1e-9).any():
        raise ValueError("more came than were in line")
    together, in_line = came.sum(axis=0), waited.sum(axis=0)
    steps = in_line.sum(axis=1)
    said = bool(in_line.sum() >= LEAST_WEEKS)
    overall = (together.sum(axis=0) + HELD * together.sum() / max(in_line.sum(), 1.0)) / (in_line.sum(axis=0) + HELD)
    hazard = (together + HELD * overall) / (in_line + HELD)
    borrowed = steps < LEAST_WEEKS
    hazard[borrowed] = overall
    first = -np.log1p(-np.clip(hazard, 0.0, 0.999))
    rate, pace = first.copy(), np.ones(came.shape[:2])
    prior = HELD * hazard
    for _ in range(ROUNDS):
        # A pace multiplies the rate; the shares that come of both must add up to the doses given, by place and by week,
        # each drawn to its prior (1, the first rate) as if that had been seen on HELD people more.
        share = waited * -np.expm1(-rate * pace[..., None])
        pace = (came.sum(axis=2) + HELD) / (share.sum(axis=2) / pace + HELD)
        seen = share.sum(axis=0) + prior * np.divide(rate, first, out=np.ones_like(rate), where=first > 0)
        rate *= np.divide(together + prior, seen, out=np.ones_like(rate), where=~borrowed[:, None] & (seen > 0))
    hazard = -np.expm1(-rate)
    spread = 0.05 if weekly is None else _spread(*weekly)
    if not said:
        hazard = np.full_like(hazard, np.nan)
    return Uptake(np.clip(hazard, 0.0, 1.0), pace, came.sum(axis=2) + HELD, spread, borrowed, said)


def drift(doses: Floats, expected: Floats, *, samples: int, weeks: int, rng: np.random.Generator) -> Floats:
    """Factors [S, H] common to all places in the weeks ahead, from doses [W] and those hazards made us expect [W].

    A walk on the log from where the last `LATELY` weeks stand; its steps are as large as those of the past beyond
    chance. Who is eager comes first, campaigns end, holidays come: all places feel it at once.
    """
    ratio = np.log((doses + HELD) / (expected + HELD))
    steps = np.diff(ratio)
    chance = float(np.mean(2.0 / (doses + HELD)))
    size = np.sqrt(np.clip(float(np.mean(steps**2)) - chance if steps.size else 0.0, LEAST_STEP**2, MOST_STEP**2))
    begin = float(np.clip(ratio[-LATELY:].mean() if ratio.size else 0.0, -MOST_DRIFT, MOST_DRIFT))
    return np.asarray(np.exp(begin + np.cumsum(size * rng.standard_normal((samples, weeks)), axis=1)))


def _spread(doses: Floats, expected: Floats) -> float:
    """Variance of the weeks' own factor by moments: what is left of (doses - expected)² beyond chance."""
    over = np.sum((doses - expected) ** 2 - expected)
    base = np.sum(expected**2)
    return float(np.clip(over / base if base > 0 else 0.05, LEAST_SPREAD, 1.0))
