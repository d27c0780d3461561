"""What had been forecast, and what came: each week's intervals, the truth on them, misses told by shape and colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lachan.forecasting.charts import palette
from lachan.forecasting.charts.facts import Chart, Past, raw
from lachan.forecasting.charts.fan import nothing
from lachan.forecasting.charts.frame import Frame, Size, axes, both, framed, sheet
from lachan.forecasting.charts.numbers import between, day, number
from lachan.forecasting.charts.palette import fill


@dataclass(frozen=True, slots=True)
class Record:
    """In how many of the weeks whose truth is known it lay inside."""

    weeks: int
    in_half: int
    in_ninety: int


def record_of(points: Sequence[Past]) -> Record:
    come = [point for point in points if point.truth is not None]
    return Record(len(come), sum(map(_in_half, come)), sum(map(inside, come)))


def inside(point: Past) -> bool:
    """Whether the truth lay in the interval that promises nine of ten; False while it has not come."""
    return point.truth is not None and point.band.q05 - 1e-6 <= point.truth <= point.band.q95 + 1e-6


def _in_half(point: Past) -> bool:
    return point.truth is not None and point.band.q25 - 1e-6 <= point.truth <= point.band.q75 + 1e-6


def past(points: Sequence[Past], *, unit: str, title: str = "", measure: str = "cases") -> Chart:
    """Intervals made the same time ahead, week by week, and what came."""
    title = title or unit
    if not points:
        return nothing(title, unit)
    token = palette.colour_of(measure)
    points = sorted(points, key=lambda point: point.band.day)
    days = [point.band.day for point in points]
    known = [point.truth for point in points if point.truth is not None]
    middles = [*known, *(point.band.q50 for point in points)]
    most = max(min(max(point.band.q95 for point in points), 4 * max(middles)), *middles, 1.0)
    found = record_of(points)
    said = _(
        "The truth lay inside the 90 % interval in {inside} of {weeks} weeks, inside the 50 % one in {half}."
    ).format(inside=found.in_ninety, weeks=found.weeks, half=found.in_half)

    def draw(size: Size) -> SafeString:
        frame = framed(size, days, most, inset=10)
        parts = [axes(frame, days, unit, days[-1])]
        width = min(0.6 * (frame.end - frame.left) / len(days), 14)
        parts += [_week(frame, point, token, width) for point in points]
        return sheet(size, title, said, "".join(parts), [frame.x(when) for when in days])

    wide, small = both(draw)
    head = (_("Up to and with"), _("What came"), _("Median"), _("50 %"), _("90 %"), _("Inside"))
    codes = ("day", "truth", "median", "q25|q75", "q05|q95", "inside")
    texts = tuple(
        (day(p.band.day), number(p.truth), number(p.band.q50), between(p.band.q25, p.band.q75),
         between(p.band.q05, p.band.q95), _verdict(p))
        for p in points
    )  # fmt: skip
    raws = tuple(
        (raw(p.band.day), raw(p.truth), raw(p.band.q50), f"{raw(p.band.q25)}|{raw(p.band.q75)}",
         f"{raw(p.band.q05)}|{raw(p.band.q95)}", "" if p.truth is None else str(int(inside(p))))
        for p in points
    )  # fmt: skip
    return Chart(title, unit, wide, small, head, texts, codes, raws, said)


def _verdict(point: Past) -> str:
    if point.truth is None:
        return _("not known yet")
    if _in_half(point):
        return _("in the 50 %")
    return _("in the 90 %") if inside(point) else _("outside")


def _week(frame: Frame, point: Past, token: str, width: float) -> str:
    x, band = frame.x(point.band.day), point.band
    parts = []
    for low, high, opacity in ((band.q05, band.q95, 0.2), (band.q25, band.q75, 0.35)):
        top, foot = frame.y(high), frame.y(low)
        parts.append(
            f'<rect x="{x - width / 2:.1f}" y="{top:g}" width="{width:.1f}" height="{max(foot - top, 1):.1f}"'
            f" {fill(token, opacity)}/>"
        )
    if point.truth is None:
        return "".join(parts)
    y = frame.y(point.truth)
    if inside(point):
        parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="3.5" {fill("ink")}/>')
    else:  # a diamond, so that nobody needs the colour
        parts.append(f'<path d="M{x:g} {y - 6:g}l6 6l-6 6l-6 -6z" {fill("stop")}/>')
    return "".join(parts)
