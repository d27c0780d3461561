"""A place that is the sum of the others (a nation among its states) hears what its parts say."""

from __future__ import annotations

import numpy as np

from lachan.forecasting.engines.hub import Floats
from lachan.forecasting.engines.prepare import Known

CLOSE = 0.02  # a whole differs from the sum of its parts by less
WEEKS = 12
FEWEST = 4  # parts
SHARE = 0.5  # of the whole's quantiles that come from the sum of its parts' paths


def whole(known: Known) -> int | None:
    """Which place is the sum of all the others; None where there is none."""
    recent = known.values[:, -WEEKS * known.week :]
    if len(recent) <= FEWEST:
        return None
    largest = int(np.argmax(recent.sum(axis=1)))
    parts = recent.sum(axis=0) - recent[largest]
    off = np.abs(recent[largest] - parts) / np.maximum(parts, known.unit)
    return largest if float(np.median(off)) < CLOSE else None


def heard(known: Known, quantiles: Floats, paths: Floats, levels: Floats) -> Floats:
    """Quantiles [L, H, Q] in which the whole's are drawn to those of the sum of its parts' paths [L, S, H]."""
    at = whole(known)
    if at is None:
        return quantiles
    summed = paths.sum(axis=0) - paths[at]
    out = quantiles.copy()
    out[at] = (1 - SHARE) * quantiles[at] + SHARE * np.quantile(summed, levels, axis=0).T
    return out
