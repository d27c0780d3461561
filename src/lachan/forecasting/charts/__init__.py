"""Charts drawn as SVG: the same on a page without scripts, on paper and in a PDF. README.md is beside this file."""

from __future__ import annotations

from lachan.forecasting.charts.bars import bars
from lachan.forecasting.charts.facts import Chart, Mark, Past, Point, band_of
from lachan.forecasting.charts.fan import fan
from lachan.forecasting.charts.intervals import Ranged, intervals
from lachan.forecasting.charts.lines import line, lines
from lachan.forecasting.charts.multiples import Panel, multiples
from lachan.forecasting.charts.numbers import day, number, short_day
from lachan.forecasting.charts.past import past
from lachan.forecasting.charts.ranges import ranges
from lachan.forecasting.facts import Band

__all__ = [
    "Band",
    "Chart",
    "Mark",
    "Panel",
    "Past",
    "Point",
    "Ranged",
    "band_of",
    "bars",
    "day",
    "fan",
    "intervals",
    "line",
    "lines",
    "multiples",
    "number",
    "past",
    "ranges",
    "short_day",
]
