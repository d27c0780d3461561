"""Rt: how many people one infected person infects, by area and day, with an interval or a plain 'cannot say'."""

from __future__ import annotations

from lachan.forecasting.engines.rt.estimate import Rt, estimate
from lachan.forecasting.engines.rt.intervals import Intervals

__all__ = ["Intervals", "Rt", "estimate"]
