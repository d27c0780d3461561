"""Scales on which places of every size look alike: a fourth root and a logarithm, both centred on a place's own size.

Growth is additive on the logarithm; the root gives small counts their noise back. Members on both err differently.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from lachan.forecasting.engines.hub import Floats

Kind = Literal["root", "log"]

ROOT = 0.25
PAD = {"root": (0.01, 0.3), "log": (0.005, 1.0)}  # added before the curve: share of the size, and units
STEEPEST = 3.0  # no value over e³ times the size of a place: the way back shall not overflow


@dataclass(frozen=True)
class Scale:
    """`to` and `back` between natural values [L, ...] and a member's scale; size [L]: high level of each place."""

    kind: Kind
    size: Floats
    unit: float

    def _pad(self, like: Floats) -> tuple[Floats, Floats]:
        share, units = PAD[self.kind]
        size = self.size.reshape(-1, *([1] * (like.ndim - 1)))
        return size + self.unit, share * size + units * self.unit

    def to(self, values: Floats) -> Floats:
        size, pad = self._pad(values)
        scaled = (np.maximum(values, 0.0) + pad) / size
        return np.asarray(scaled**ROOT if self.kind == "root" else np.log(scaled))

    def back(self, scaled: Floats) -> Floats:
        size, pad = self._pad(scaled)
        if self.kind == "root":
            grown = np.clip(scaled, 0.0, np.exp(STEEPEST * ROOT)) ** (1.0 / ROOT)
        else:
            grown = np.exp(np.minimum(scaled, STEEPEST))
        return np.maximum(grown * size - pad, 0.0)


def sizes(values: Floats) -> Floats:
    """The 95th percentile [L] of each place."""
    return np.asarray(np.quantile(values, 0.95, axis=1))


def unit_of(values: Floats) -> float:
    """The smallest amount that matters: 1 of counts, a fiftieth of a usual place of rates with decimals."""
    known = values[np.isfinite(values)]
    if known.size == 0 or np.allclose(known, np.round(known), atol=1e-4):
        return 1.0
    usual = float(np.median(np.nanquantile(values, 0.95, axis=1)))
    return min(1.0, max(0.02 * usual, 1e-6))
