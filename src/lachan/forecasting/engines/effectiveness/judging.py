"""What the effects themselves say of their biases, and of waning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.effectiveness.answer import HEALTHY_VACCINEE, SMALL_NUMBERS, Bias, Direction, Effect
from lachan.forecasting.engines.effectiveness.estimating import SMALL_EVENTS
from lachan.forecasting.engines.effectiveness.states import State

Floats = npt.NDArray[np.float64]

OPEN_BAND_DAYS = 90
"""Length a band without an end is taken to have: its middle lies 45 days after its begin."""


def found_in(effects: Sequence[Effect]) -> tuple[Bias, ...]:
    """Healthy vaccinees, by a dose that cannot work yet (Lipsitch, Tchetgen Tchetgen, Cohen 2010, Epidemiology 21(3)
    383-388: negative control), and small numbers, by the fewest cases of a state that is said."""
    early = [effect for effect in effects if not effect.state.protected and effect.estimate is not None]
    healthy = Bias(HEALTHY_VACCINEE, _moved(early[0]) if early else "either", early[0].estimate if early else None)
    said = [effect.events for effect in effects if effect.unsaid is None]
    unsaid = any(effect.unsaid is not None for effect in effects)
    if unsaid or (said and min(said) < SMALL_EVENTS):
        return healthy, Bias(SMALL_NUMBERS, "either", min(said, default=0.0))
    return (healthy,)


def _moved(early: Effect) -> Direction:
    """The way an effect that should be none moves the others; either, where its interval holds none."""
    if early.low is not None and early.low > 0:
        return "up"
    return "down" if early.high is not None and early.high < 0 else "either"


def waning_of(states: Sequence[State], ratios: Floats, variances: Floats) -> float | None:
    """Change of the log ratio per 30 days since the dose with most bands that can be said, by weighted least squares.

    Above 0 protection wanes. ratios and variances [V - 1] of the states after the first, NaN where not said.
    """
    known = [
        at
        for at in range(1, len(states))
        if states[at].protected and np.isfinite(ratios[at - 1]) and np.isfinite(variances[at - 1])
    ]
    # The first two weeks after any dose still build protection up: they are no waning.
    known = [at for at in known if states[at].since > 0]
    doses = Counter(states[at].dose for at in known)
    if not doses or max(doses.values()) < 2:
        return None
    dose = max(doses, key=lambda number: (doses[number], number))
    chosen = [at for at in known if states[at].dose == dose]
    middle = np.array([_middle(states[at]) for at in chosen]) / 30.0
    weight = 1.0 / np.array([variances[at - 1] for at in chosen])
    values = np.array([ratios[at - 1] for at in chosen])
    centred = middle - np.average(middle, weights=weight)
    return float(np.sum(weight * centred * values) / np.sum(weight * centred**2))


def _middle(state: State) -> float:
    return state.since + (OPEN_BAND_DAYS if state.until is None else state.until - state.since) / 2.0
