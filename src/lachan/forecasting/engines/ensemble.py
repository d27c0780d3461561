"""The members' quantiles in one: weighted averages level by level, weights from scores of past forecasts only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lachan.forecasting.engines.hub import Floats

LEARNING = 4.0  # exponent on relative scores; 0 keeps weights equal
SHRINK = 60.0  # forecasts (places × horizons / 10) after which the learnt weights count half


def equal(names: Sequence[str]) -> dict[str, float]:
    """The same share for each."""
    return {name: 1.0 / len(names) for name in names}


def combined(members: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """Weighted mean of quantiles [L, H, Q] over the members named in `weights` (Vincent 1912 averages)."""
    total = sum(weights.values())
    out = sum(members[name] * (share / total) for name, share in weights.items())
    return np.sort(np.asarray(out), axis=2)
