"""Sample paths that keep the quantiles and move together as the past did, so that sums over places and weeks are right.

The order of the samples comes from past joint changes (Clark et al. 2004, J Hydrometeorol 5(1), the Schaake shuffle),
mixed with noise that joins the horizons where the past is short.
"""

from __future__ import annotations

import numpy as np

from lachan.forecasting.engines.hub import Floats
from lachan.forecasting.engines.prepare import Known

SHARED = 0.7  # of the ordering comes from past joint changes
STEADY = 0.8  # correlation of a place's own noise between horizons that follow each other


def sampled(known: Known, quantiles: Floats, levels: Floats, samples: int, rng: np.random.Generator) -> Floats:
    """Paths [L, S, H] whose margins are `quantiles` [L, H, Q]."""
    places, horizons = quantiles.shape[:2]
    score = rng.standard_normal((places, samples, horizons))
    for at in range(1, horizons):
        score[:, :, at] = STEADY * score[:, :, at - 1] + np.sqrt(1 - STEADY**2) * score[:, :, at]
    past = _joint_changes(known)
    if past is not None:
        drawn = past[:, rng.integers(0, past.shape[1], samples)]
        drawn = drawn * rng.choice([-1.0, 1.0], samples)[None, :, None]  # falls order as rises do
        score = np.sqrt(SHARED) * drawn + np.sqrt(1 - SHARED) * score
    rank = np.argsort(np.argsort(score, axis=1, kind="stable"), axis=1, kind="stable")
    level = (rank + 0.5) / samples
    out = np.empty_like(score)
    for place in range(places):
        for at in range(horizons):
            out[place, :, at] = np.interp(level[place, :, at], levels, quantiles[place, at])
    return out


def _joint_changes(known: Known) -> Floats | None:
    """Standardised changes [L, T, H] on the log scale from the same moments, over the leads; None of a short past."""
    logs = np.log(known.values + known.unit)
    width, longest = logs.shape[1], int(known.leads.max())
    moments = np.arange(max(1, width - longest - 104 * known.week), width - longest)
    if len(moments) < 8:
        return None
    changes = np.stack([logs[:, moments + lead] - logs[:, moments] for lead in known.leads], axis=2)
    changes = changes - changes.mean(axis=1, keepdims=True)
    return np.asarray(changes / (changes.std(axis=1, keepdims=True) + 1e-9))
