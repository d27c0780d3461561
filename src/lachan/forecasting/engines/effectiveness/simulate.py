"""Worlds in which the effectiveness is known: what the designs are proved on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.effectiveness.states import STATES, State

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """Counts [W, G, A, V] of one simulated half year, and the true effectiveness of each state [V] (0 for none)."""

    truth: Floats
    person_days: Floats
    cases: Floats
    positive: Floats
    negative: Floats


def world(
    truth: Sequence[float],
    *,
    states: Sequence[State] = STATES,
    weeks: int = 26,
    ages: int = 6,
    areas: int = 20,
    people: float = 2000.0,
    attack: float = 2e-4,
    seeking: float = 1.0,
    seed: int = 0,
) -> World:
    """A wave in which the old are vaccinated first and areas differ, so that a crude ratio is wrong.

    people: in each age band of each area; attack: infections of the unvaccinated a person-day at the mean of the wave;
    seeking: how much oftener the vaccinated are tested, whether ill of this or of something else.
    """
    rng = np.random.default_rng([seed, 17])
    effect = np.asarray(truth, dtype=np.float64)
    week = np.arange(weeks)[:, None, None]
    age = np.arange(ages)[None, :, None]
    area = rng.normal(0.0, 0.6, areas)[None, None, :]
    begun = np.clip(week - (ages - 1 - age) * 1.5 + area * 2.0, 0, None)  # weeks since this group's turn came
    shares = _shares(np.broadcast_to(begun, (weeks, ages, areas)), states)
    person_days = shares * people * 7.0
    wave = np.exp(1.2 * np.sin(2 * np.pi * week / weeks * 1.3) + 0.15 * age + area)
    rate = attack * wave[..., None] * (1.0 - effect)
    other = 4.0 * attack * np.exp(0.3 * np.cos(2 * np.pi * week / weeks) - 0.1 * age + 0.3 * area)[..., None]
    tested = np.where(np.arange(len(states)) > 0, seeking, 1.0) * 0.5
    cases = rng.poisson(person_days * rate * tested)
    negative = rng.poisson(person_days * other * tested)
    return World(effect, person_days, cases.astype(float), cases.astype(float), negative.astype(float))


def _shares(begun: Floats, states: Sequence[State]) -> Floats:
    """Share of a group in each state [W, G, A, V] so many weeks after its turn came: most follow, some never."""
    willing, pace, between = 0.85, 0.25, (0.0, 5.0, 22.0)
    after = np.zeros((*begun.shape, len(states)))
    had = [
        willing * 0.95**dose * -np.expm1(-pace * np.clip(begun - wait, 0, None)) for dose, wait in enumerate(between)
    ]
    had.append(np.zeros_like(begun))
    grid = np.arange(0.0, 60.0, 0.5)
    for dose in range(1, 4):
        own = [at for at, state in enumerate(states) if state.dose == dose]
        if not own:
            continue
        # how long ago those who have this dose and not the next one got it
        wait = np.clip(begun - between[dose - 1], 0, None)[..., None]
        density = np.where(grid < wait, np.exp(-pace * np.clip(wait - grid, 0, None)), 0.0)
        density /= np.maximum(density.sum(axis=-1, keepdims=True), 1e-12)
        present = np.clip(had[dose - 1] - had[dose], 0, None)
        for at in own:
            inside = (grid * 7 >= states[at].since) & (grid * 7 < (states[at].until or 10**6))
            after[..., at] = present * density[..., inside].sum(axis=-1)
    after[..., 0] = np.clip(1.0 - after[..., 1:].sum(axis=-1), 0.0, 1.0)
    return after
