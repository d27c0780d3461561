"""The sheet a chart is drawn on: two sizes, scales, axes in the reader's numbers, marks, and the SVG around it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import mode

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from lachan.forecasting.charts.facts import Mark
from lachan.forecasting.charts.numbers import number, short_day
from lachan.forecasting.charts.palette import fill, stroke

LETTER = 6.6  # mean width of a letter of 12 units, rather too much than too little
_TICKS = 4
_LABEL = 46  # what a day under the axis takes
_USUAL = 1.5  # times the usual step between two points; further apart something is missing


@dataclass(frozen=True, slots=True)
class Size:
    width: int
    height: int
    name: str


WIDE, SMALL = Size(560, 250, "wide"), Size(340, 230, "small")


@dataclass(frozen=True, slots=True)
class Frame:
    """A plot from ``since`` to ``until`` and from ``low`` to ``high`` within margins. Units of the drawing."""

    size: Size
    since: date
    until: date
    low: float
    high: float
    left: float
    right: float
    top: float = 22.0
    bottom: float = 36.0
    inset: float = 4.0  # between the axis and the first day

    def x(self, day: date) -> float:
        days = max((self.until - self.since).days, 1)
        share = (day - self.since).days / days if self.until > self.since else 0.5
        return round(self.left + self.inset + share * (self.size.width - self.left - self.right - 2 * self.inset), 1)

    def y(self, value: float) -> float:
        """Never outside of the plot: a value above the scale is drawn at its edge."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.foot - share * (self.foot - self.top), 1)

    @property
    def foot(self) -> float:
        return self.size.height - self.bottom

    @property
    def end(self) -> float:
        return self.size.width - self.right


def framed(
    size: Size, days: Sequence[date], most: float, *, least: float = 0.0, aside: Iterable[str] = (), inset: float = 4.0
) -> Frame:
    """A frame around these days and values; ``aside``: labels that stand to the right of the plot."""
    ticks = ticks_of(least, most)
    places = places_of(ticks)
    left = max(len(number(tick, places)) for tick in ticks) * LETTER + 12
    right = max((len(text) for text in aside), default=0) * LETTER + (10 if aside else 8)
    return Frame(size, min(days), max(days), ticks[0], ticks[-1], round(left), round(right), inset=inset)


def ticks_of(low: float, high: float) -> list[float]:
    """Round numbers from at or below ``low`` to at or above ``high``, about four steps."""
    high = high if high - low > 1e-9 else low + 1.0  # nothing but one value: a scale nevertheless
    span = high - low
    power = 10.0 ** math.floor(math.log10(span / _TICKS))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice * _TICKS >= span * (1 - 1e-9))
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    return [round(at * step, 10) for at in range(first, last + 1)]


def places_of(ticks: Sequence[float]) -> int:
    """Decimals that tell all of these apart, the same for each of them."""
    return next((places for places in range(4) if all(abs(t - round(t, places)) < 1e-9 for t in ticks)), 4)


def text(x: float, y: float, words: str, *, anchor: str = "start", token: str = "ink-2", bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:g}" y="{y:g}" {fill(token)}{place}{weight}>{escape(words)}</text>'


def axes(frame: Frame, days: Sequence[date], unit: str, anchor: date | None = None) -> str:
    """Lines at round numbers, the unit above them, days below: as many as fit, ``anchor`` (today) among them."""
    parts = ['<g font-size="12">']
    ticks = ticks_of(frame.low, frame.high)
    places = places_of(ticks)
    for tick in ticks:
        y = frame.y(tick)
        parts.append(f'<path d="M{frame.left:g} {y:g}H{frame.end:g}" {stroke("line")}/>')
        parts.append(text(frame.left - 6, y + 4, number(tick, places), anchor="end"))
    parts.append(text(0, 12, unit))
    year = 0
    for day in _labelled(frame, days, anchor):
        x = frame.x(day)
        parts.append(f'<path d="M{x:g} {frame.foot:g}v4" {stroke("line-strong")}/>')
        parts.append(text(x, frame.foot + 17, short_day(day), anchor="middle"))
        if day.year != year:
            parts.append(text(x, frame.foot + 31, str(day.year), anchor="middle"))
            year = day.year
    parts.append("</g>")
    return "".join(parts)


def _labelled(frame: Frame, days: Sequence[date], anchor: date | None) -> list[date]:
    known = sorted(set(days))
    room = max(int((frame.end - frame.left) // _LABEL), 1)
    step = math.ceil(len(known) / room)
    if len(known) > 10 and step > 1 and (known[1] - known[0]).days == 1:
        step = math.ceil(step / 7) * 7  # days: whole weeks, so that the same weekday is named
    held = known.index(anchor) if anchor in known else len(known) - 1
    return known[held % step :: step]


def runs(points: Iterable[tuple[date, float | None]]) -> list[list[tuple[date, float]]]:
    """Points as pieces without gaps: one ends at a None and where a day (or week) is missing."""
    known = sorted(points, key=lambda point: point[0])
    steps = [later[0] - earlier[0] for earlier, later in pairwise(known)]
    usual = _USUAL * mode(steps) if steps else timedelta(1)
    found: list[list[tuple[date, float]]] = [[]]
    before: date | None = None
    for day, value in known:
        if value is None or (before is not None and day - before > usual):
            found.append([])
        if value is not None:
            found[-1].append((day, value))
        before = day
    return [run for run in found if run]


def path_of(frame: Frame, run: Sequence[tuple[date, float]]) -> str:
    return "M" + "L".join(f"{frame.x(day):g} {frame.y(value):g}" for day, value in run)


def curve(frame: Frame, points: Iterable[tuple[date, float | None]], token: str, dashes: str = "") -> str:
    """A line with its gaps; a value that stands alone is a dot."""
    parts = []
    for run in runs(points):
        if len(run) > 1:
            parts.append(f'<path d="{path_of(frame, run)}" {stroke(token, 2, dashes)} stroke-linejoin="round"/>')
        else:
            parts.append(f'<circle cx="{frame.x(run[0][0]):g}" cy="{frame.y(run[0][1]):g}" r="2.5" {fill(token)}/>')
    return "".join(parts)


def area(frame: Frame, edges: Sequence[tuple[date, float, float]], token: str, opacity: float) -> str:
    """The ground between a lower and an upper line."""
    if len(edges) < 2:
        return ""
    there = "L".join(f"{frame.x(day):g} {frame.y(high):g}" for day, _, high in edges)
    back = "L".join(f"{frame.x(day):g} {frame.y(low):g}" for day, low, _ in reversed(edges))
    return f'<path d="M{there}L{back}Z" {fill(token, opacity)}/>'


def apart(heights: Mapping[str, float], foot: float, least: float = 13.0) -> dict[str, float]:
    """Labels moved until none covers another and none stands below the plot."""
    found: dict[str, float] = {}
    before = float("-inf")
    for name, y in sorted(heights.items(), key=lambda pair: pair[1]):
        before = found[name] = max(y, before + least)
    after = foot + least
    for name, y in sorted(found.items(), key=lambda pair: -pair[1]):
        after = found[name] = min(y, after - least)
    return found


def marked(frame: Frame, marks: Sequence[Mark]) -> str:
    """A triangle under the axis where the reporting made the figure; what it means is in the table and in words."""
    parts = []
    for mark in marks:
        if frame.since <= mark.day <= frame.until:
            x, y = frame.x(mark.day), frame.foot
            parts.append(
                f'<path d="M{x:g} {y - 9:g}l5 9h-10z" {fill("question")}><title>{escape(mark.said)}</title></path>'
            )
    return "".join(parts)


def sheet(size: Size, title: str, said: str, body: str, xs: Sequence[float] = ()) -> SafeString:
    """The SVG around a drawing: its name and its text alternative for whoever does not see it. Every text of ``body``
    went through escape."""
    points = f' data-xs="{" ".join(f"{x:g}" for x in xs)}"' if xs else ""
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size.width} {size.height}"'
        f' class="ch-svg ch-{size.name}" role="img" aria-label="{escape(f"{title}. {said}".strip(". ") + ".")}"'
        f' font-family="Be Vietnam Pro, sans-serif" font-size="12"{points}>{body}</svg>'
    )


def both(draw: Callable[[Size], SafeString]) -> tuple[SafeString, SafeString]:
    """The drawing for a page and for a phone."""
    return draw(WIDE), draw(SMALL)
