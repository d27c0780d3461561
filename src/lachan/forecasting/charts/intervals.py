"""Values with their intervals beside each other, one line a group: what two ways of working it out say of the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lachan.forecasting.charts.facts import Chart, raw
from lachan.forecasting.charts.fan import nothing
from lachan.forecasting.charts.frame import LETTER, Size, both, sheet, text, ticks_of
from lachan.forecasting.charts.numbers import number
from lachan.forecasting.charts.palette import fill, stroke

_TOKENS: Final = ("series-1", "series-3")  # and each way has its own mark
_APART: Final = 15  # between the two of a group
_TOP, _FOOT = 34, 26


class Ranged(NamedTuple):
    """A value and its interval; ``middle`` None: cannot be said, ``why`` in the reader's words. ``of``: what it rests
    on, for the table."""

    middle: float | None
    low: float | None
    high: float | None
    of: str = ""
    why: str = ""


Rows = Sequence[tuple[str, Sequence[Ranged]]]


def intervals(
    rows: Rows, names: Sequence[str], *, unit: str, of: str, title: str = "", least: float = -50.0, most: float = 100.0
) -> Chart:
    """Groups from above, each with one or two values named at their ends. ``of``: heading of what a value rests on.
    The scale holds zero and ends at ``most``; an interval that goes below ``least`` ends in an arrow. ValueError for
    more than two names."""
    title = title or unit
    if not 1 <= len(names) <= len(_TOKENS):
        raise ValueError(f"{len(names)} values in a group: one or two are told apart")
    known = [one for _name, values in rows for one in values if one.middle is not None]
    if not known:
        return nothing(title, unit)
    floor = max(least, min([0.0, *(one.low for one in known if one.low is not None)]))
    said = _said(rows, names, unit)

    def draw(size: Size) -> SafeString:
        plot = _Plot.around(size, rows, ticks_of(floor, most), len(names))
        parts = [_legend(names), _axis(plot)]
        for at, (name, values) in enumerate(rows):
            parts.append(_group(plot, at, name, values))
        return sheet(plot.size, title, said, "".join(parts))

    wide, small = both(draw)
    head, codes = [_("Group")], ["group"]
    for at, name in enumerate(names, 1):
        head += [f"{name} ({unit})", _("{name}: 95 %").format(name=name), f"{name}: {of}"]
        codes += [f"value_{at}", f"low_{at}|high_{at}", f"of_{at}"]
    texts = [(name, *(cell for one in values for cell in _cells(one))) for name, values in rows]
    raws = [(name, *(cell for one in values for cell in _raws(one))) for name, values in rows]
    return Chart(title, unit, wide, small, tuple(head), tuple(texts), tuple(codes), tuple(raws), said)


class _Plot(NamedTuple):
    """Where things stand: names beside the plot where there is room, else above each line."""

    size: Size
    left: float
    right: float
    ticks: Sequence[float]
    step: float  # from group to group
    ways: int

    @classmethod
    def around(cls, size: Size, rows: Rows, ticks: Sequence[float], ways: int) -> _Plot:
        beside = size.width > 400
        step = 8 + _APART * ways + (0 if beside else 16)
        left = max(len(name) for name, _values in rows) * LETTER if beside else 6
        right = max(len(_short(one)) for _name, values in rows for one in values) * LETTER
        return cls(Size(size.width, round(_TOP + step * len(rows) + _FOOT), size.name), left, right, ticks, step, ways)

    def x(self, value: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        share = (min(max(value, low), high) - low) / (high - low)
        return round(self.left + share * (self.size.width - self.left - self.right - 8), 1)

    def y(self, group: int, way: int) -> float:
        """Of one value: from below the group's name, or centred beside it."""
        return round(_TOP + self.step * (group + 1) - 4 - _APART * (self.ways - way - 0.5), 1)

    @property
    def foot(self) -> float:
        return self.size.height - _FOOT


def _axis(plot: _Plot) -> str:
    parts = []
    for tick in plot.ticks:
        x, token = plot.x(tick), "line-strong" if tick == 0 else "line"
        parts.append(f'<path d="M{x:g} {_TOP - 6}V{plot.foot:g}" {stroke(token)}/>')
        parts.append(text(x, plot.foot + 17, number(tick, 0), anchor="middle"))
    return "".join(parts)


def _legend(names: Sequence[str]) -> str:
    parts, x = [], 8.0
    for at, name in enumerate(names):
        parts.append(_mark(at, x, 8))
        parts.append(text(x + 10, 12, name, token=_TOKENS[at], bold=True))
        x += 34 + len(name) * LETTER
    return "".join(parts)


def _group(plot: _Plot, at: int, name: str, values: Sequence[Ranged]) -> str:
    top = _TOP + plot.step * at
    beside = plot.left > 6
    middle = (plot.y(at, 0) + plot.y(at, plot.ways - 1)) / 2 + 4
    parts = [text(0, middle if beside else top + 11, name, token="ink", bold=not beside)]
    for way, one in enumerate(values):
        y, token = plot.y(at, way), _TOKENS[way]
        if one.middle is not None and one.low is not None and one.high is not None:
            parts.append(f'<path d="M{plot.x(one.low):g} {y:g}H{plot.x(one.high):g}" {stroke(token, 2)}/>')
            if one.low < plot.ticks[0]:
                parts.append(f'<path d="M{plot.x(one.low) - 6:g} {y:g}l6 -4v8z" {fill(token)}/>')
            if one.middle >= plot.ticks[0]:
                parts.append(_mark(way, plot.x(one.middle), y))
        parts.append(text(plot.size.width - plot.right, y + 4, _short(one), token=token))
    return "".join(parts)


def _mark(way: int, x: float, y: float) -> str:
    """A circle, a square."""
    if way == 0:
        return f'<circle cx="{x:g}" cy="{y:g}" r="4" {fill(_TOKENS[way])}/>'
    return f'<rect x="{x - 3.5:g}" y="{y - 3.5:g}" width="7" height="7" {fill(_TOKENS[way])}/>'


def _short(one: Ranged) -> str:
    if one.middle is None:
        return "–"
    return f"{number(one.middle, 0)} ({_span(one)})"


def _span(one: Ranged) -> str:
    if one.low is None or one.high is None:
        return "–"
    return _("{low} to {high}").format(low=number(one.low, 0), high=number(one.high, 0))


def _cells(one: Ranged) -> tuple[str, str, str]:
    if one.middle is None:
        return one.why or "–", "–", one.of
    return number(one.middle, 0), _span(one), one.of


def _raws(one: Ranged) -> tuple[str, str, str]:
    return raw(one.middle), f"{raw(one.low)}|{raw(one.high)}", one.of


def _said(rows: Rows, names: Sequence[str], unit: str) -> str:
    """Every value with its interval, way by way."""
    parts = []
    for way, name in enumerate(names):
        told = [
            f"{group}: {number(values[way].middle, 0)} ({_span(values[way])})"
            for group, values in rows
            if values[way].middle is not None
        ]
        if told:
            parts.append(f"{name} ({unit}): {'; '.join(told)}.")
    return " ".join(parts)
