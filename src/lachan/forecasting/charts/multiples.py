"""Many places beside each other, each in a small plot of the same scale or of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lachan.forecasting.charts import palette
from lachan.forecasting.charts.facts import Chart, raw
from lachan.forecasting.charts.fan import nothing
from lachan.forecasting.charts.frame import Frame, Size, area, both, curve, runs, sheet, text
from lachan.forecasting.charts.numbers import day, number, short_day
from lachan.forecasting.charts.palette import stroke

_HIGH = 96  # of a panel, its name included
MOST = 64


class Panel(NamedTuple):
    """A place and its series; ``href``: where its name leads to, "" on paper."""

    name: str
    points: Sequence[tuple[date, float | None]]
    href: str = ""


def multiples(
    panels: Sequence[Panel], *, unit: str, title: str = "", measure: str = "cases", shared: bool = True
) -> Chart:
    """A plot for each place, zero at the foot. ``shared``: one scale for all, so that heights compare; otherwise each
    reaches its own top, which is written beside it. At most 64 (ValueError)."""
    title = title or unit
    if len(panels) > MOST:
        raise ValueError(f"{len(panels)} places: at most {MOST} are drawn beside each other")
    days = sorted({when for panel in panels for when, value in panel.points if value is not None})
    if not days:
        return nothing(title, unit)
    token = palette.colour_of(measure)
    top = max([*(value for panel in panels for _when, value in panel.points if value is not None), 1.0])
    said = _said(panels, unit)

    def draw(size: Size) -> SafeString:
        across = 4 if size.width > 400 else 2
        sheet_size = Size(size.width, 18 + _HIGH * math.ceil(len(panels) / across), size.name)
        parts = [text(0, 12, _scale(unit, top if shared else None, days))]
        for n, panel in enumerate(panels):
            wide = size.width / across
            cell = _Cell(wide * (n % across), 18 + _HIGH * (n // across), wide - 12)
            parts.append(_panel(panel, cell, days, top if shared else None, token))
        return sheet(sheet_size, title, said, "".join(parts))

    wide, small = both(draw)
    texts, raws = [], []
    for panel in panels:
        pieces = runs(panel.points)
        first, last = (pieces[0][0], pieces[-1][-1]) if pieces else (None, None)
        most = max((value for _when, value in panel.points if value is not None), default=None)
        texts.append((panel.name, number(first[1]) if first else "–", number(most), number(last[1]) if last else "–",
                      day(last[0]) if last else "–"))  # fmt: skip
        raws.append((panel.name, raw(first[1]) if first else "", raw(most), raw(last[1]) if last else "",
                     raw(last[0]) if last else ""))  # fmt: skip
    head = (_("Place"), _("At the beginning"), _("Highest"), _("At the end"), _("Up to and with"))
    codes = ("place", "first", "highest", "last", "day")
    return Chart(title, unit, wide, small, head, tuple(texts), codes, tuple(raws), said)


class _Cell(NamedTuple):
    x: float
    y: float
    width: float


def _panel(panel: Panel, cell: _Cell, days: Sequence[date], top: float | None, token: str) -> str:
    known = [value for _when, value in panel.points if value is not None]
    most = top if top is not None else max([*known, 1.0])
    size = Size(round(cell.width), _HIGH, "")
    frame = Frame(size, days[0], days[-1], 0.0, most, left=0, right=0, top=22, bottom=14)
    letters = int((cell.width - 52) / 6.6)
    name = panel.name if len(panel.name) <= letters else f"{panel.name[: letters - 1]}…"
    named = text(0, 12, name, token="ink", bold=True)
    if panel.href:
        named = f'<a href="{escape(panel.href)}" aria-label="{escape(panel.name)}">{named}</a>'
    parts = [f'<g transform="translate({cell.x:g} {cell.y:g})">', f"<title>{escape(panel.name)}</title>", named]
    parts.append(f'<path d="M0 {frame.foot:g}H{cell.width:g}" {stroke("line-strong")}/>')
    for run in runs(panel.points):
        parts.append(area(frame, [(when, 0.0, value) for when, value in run], token, 0.2))
    parts.append(curve(frame, panel.points, token))
    if known:
        parts.append(text(cell.width, 12, number(known[-1]), anchor="end"))
    else:
        parts.append(text(0, 40, _("no data")))
    parts.append("</g>")
    return "".join(parts)


def _scale(unit: str, top: float | None, days: Sequence[date]) -> str:
    span = f"{short_day(days[0])}–{day(days[-1])}"
    if top is None:
        return _("{unit}, {span}; each to its own scale").format(unit=unit, span=span)
    return _("{unit}, {span}; all to one scale, top {top}").format(unit=unit, span=span, top=number(top))


def _said(panels: Sequence[Panel], unit: str) -> str:
    """How many rise and fall, and the highest of now."""
    lasts = [(pieces[-1][-1][1], panel.name) for panel in panels if (pieces := runs(panel.points))]
    rising = sum(1 for panel in panels if (pieces := runs(panel.points)) and pieces[-1][-1][1] > pieces[-1][0][1])
    most = max(lasts)
    return _(
        "{count} places, {rising} higher at the end than at the beginning; highest now {name}: {value} ({unit})."
    ).format(count=len(lasts), rising=rising, name=most[1], value=number(most[0]), unit=unit)
