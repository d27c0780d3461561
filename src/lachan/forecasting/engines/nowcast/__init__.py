"""Nowcast: what of the latest days will have been reported once everything is in, and whether that can be trusted."""

from __future__ import annotations

from lachan.forecasting.engines.nowcast.changes import DelayFinding
from lachan.forecasting.engines.nowcast.engine import Nowcast, nowcast
from lachan.forecasting.engines.nowcast.reporters import Reporter

__all__ = ["DelayFinding", "Nowcast", "Reporter", "nowcast"]
