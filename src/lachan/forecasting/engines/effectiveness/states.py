"""Vaccination states: which dose, and how long ago."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class State:
    """Someone whose latest dose is number `dose`, given `since` to before `until` days ago (None: no end).

    `protected`: whether the dose can have worked by then. Where it cannot, the effect should be none, and what is
    measured instead is bias.
    """

    code: str
    dose: int
    since: int
    until: int | None
    protected: bool = True


STATES: tuple[State, ...] = (
    State("none", 0, 0, None, protected=False),
    State("dose1_0_13", 1, 0, 14, protected=False),
    State("dose1_14", 1, 14, None),
    State("dose2_0_13", 2, 0, 14),
    State("dose2_14_89", 2, 14, 90),
    State("dose2_90_179", 2, 90, 180),
    State("dose2_180", 2, 180, None),
    State("booster_0_6", 3, 0, 7),
    State("booster_7_89", 3, 7, 90),
    State("booster_90", 3, 90, None),
)
"""Bands in use for COVID-19 two-dose products; the first state is that of nobody vaccinated, what all compare with."""


def state_of(
    dose: npt.NDArray[np.int64], days: npt.NDArray[np.int64], states: tuple[State, ...] = STATES
) -> npt.NDArray[np.int64]:
    """Index of the state [N] of people by the number of their latest dose (0: none) and the days since it [N].

    More doses than the states know count as the last one they know. -1: no state fits, e.g. a dose in the future.
    """
    dose = np.minimum(dose, max(state.dose for state in states))
    found = np.full(dose.shape, -1, dtype=np.int64)
    for at, state in enumerate(states):
        fits = dose == state.dose
        if state.dose:
            fits &= days >= state.since
            if state.until is not None:
                fits &= days < state.until
        found[fits] = at
    return found
