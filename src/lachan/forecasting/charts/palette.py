"""The same thing has the same colour on every chart.

A colour is a class, which the page's style sheet points at its token in either theme, and beside it the light theme's
own value as an attribute: what is drawn where no style sheet is, on paper and in a PDF. A test holds both equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# token of frontend/styles/_tokens.scss -> its light value
LIGHT: Final[Mapping[str, str]] = {
    "ink": "#1b2726",
    "ink-2": "#515c5a",
    "line": "#e2ded5",
    "line-strong": "#8b8578",
    "surface": "#fffefc",
    "stop": "#a02822",
    "question": "#7d4e00",
    "series-1": "#0b6e6e",
    "series-2": "#c25a00",
    "series-3": "#3d5fb0",
    "series-4": "#9a3f7e",
    "series-5": "#6b6b00",
    "map-0": "#eef0e4",
    "map-1": "#d5e08a",
    "map-2": "#8ccf6a",
    "map-3": "#3fb57c",
    "map-4": "#21908c",
    "map-5": "#2e6f8e",
    "map-6": "#3d4b89",
}
SERIES: Final = ("series-1", "series-2", "series-3", "series-4", "series-5")
# what is measured -> its colour
_OF: Final[Mapping[str, str]] = {
    "doses": "series-1",
    "coverage": "series-1",
    "vaccinated": "series-1",
    "cases": "series-2",
    "probable": "series-2",
    "incidence7": "series-2",
    "rt": "series-2",
    "contacts": "series-2",
    "admissions": "series-3",
    "in_hospital": "series-3",
    "beds": "series-3",
    "icu": "series-4",
    "oxygen": "series-5",
    "severe": "series-4",
    "critical": "series-4",
    "deaths": "series-4",
    "tests": "series-5",
    "positives": "series-5",
    "positivity": "series-5",
}


def colour_of(measure: str) -> str:
    """The token of a measure; what is not named has the first."""
    return _OF.get(measure, "series-1")


def fill(token: str, opacity: float = 1.0) -> str:
    """Attributes of an area in that colour."""
    faint = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
    return f'class="ch-f-{token}" fill="{LIGHT[token]}"{faint}'


def stroke(token: str, width: float = 1.0, dashes: str = "") -> str:
    """Attributes of a line in that colour."""
    broken = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'class="ch-s-{token}" fill="none" stroke="{LIGHT[token]}" stroke-width="{width:g}"{broken}'
