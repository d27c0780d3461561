"""The charts of the house for screens: drawn by ``lachan.forecasting.charts``, shown by ``{% chart found %}``."""

from __future__ import annotations

from lachan.forecasting.charts import (
    Band,
    Chart,
    Mark,
    Panel,
    Past,
    Point,
    band_of,
    bars,
    fan,
    line,
    lines,
    multiples,
    past,
    ranges,
)

__all__ = [
    "Band",
    "Chart",
    "Mark",
    "Panel",
    "Past",
    "Point",
    "band_of",
    "bars",
    "fan",
    "line",
    "lines",
    "multiples",
    "past",
    "ranges",
]
