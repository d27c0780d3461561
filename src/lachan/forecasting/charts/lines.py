"""A line with its interval (Rt, with the line at 1), and up to five lines beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lachan.forecasting.charts import palette
from lachan.forecasting.charts.facts import Chart, Mark, Point, raw
from lachan.forecasting.charts.fan import Series, nothing
from lachan.forecasting.charts.frame import Size, apart, area, axes, both, curve, framed, marked, runs, sheet, text
from lachan.forecasting.charts.numbers import between, day, number
from lachan.forecasting.charts.palette import SERIES, stroke

_HIGHEST = 2.5  # times the highest value: what an interval of a few cases reaches beyond is cut at the edge


def line(
    points: Sequence[Point], *, unit: str, at: float | None = None, title: str = "", measure: str = "rt",
    marks: Sequence[Mark] = (),
) -> Chart:  # fmt: skip
    """A value by day with its 90 % interval as a band. ``at``: a level that decides (Rt = 1), drawn and in the scale.
    A point without a value is a gap and is called "cannot say" in the table."""
    title = title or unit
    known = [point for point in points if point.middle is not None]
    if not known:
        return nothing(title, unit)
    token, days = palette.colour_of(measure), [point.day for point in points]
    middle = max([*(point.middle or 0.0 for point in known), at or 0.0])
    tails = max((point.high for point in known if point.high is not None), default=middle)
    most = max(middle, min(tails, _HIGHEST * middle))
    least = min([0.0, *(point.low for point in known if point.low is not None)])
    upper = {point.day: point.high for point in points}
    said = _line_said(known, len(points) - len(known), unit, at)

    def draw(size: Size) -> SafeString:
        frame = framed(size, days, most, least=least, aside=["90 %"])
        parts = [axes(frame, days, unit, days[-1])]
        if at is not None:
            y = frame.y(at)
            parts.append(f'<path d="M{frame.left:g} {y:g}H{frame.end:g}" {stroke("ink-2", 1.5)}/>')
            parts.append(text(frame.end + 4, y + 4, f"= {number(at)}", bold=True))
        for run in runs([(point.day, point.low) for point in points]):
            edges = [(when, low, high) for when, low in run if (high := upper[when]) is not None]
            parts.append(area(frame, edges, token, 0.2))
        parts.append(curve(frame, [(point.day, point.middle) for point in points], token))
        parts.append(marked(frame, marks))
        return sheet(size, title, said, "".join(parts), [frame.x(when) for when in days])

    wide, small = both(draw)
    notes = {mark.day: mark.said for mark in marks}
    texts, raws = [], []
    for point in points:
        sure = point.low is not None and point.high is not None
        interval = between(point.low, point.high, 2) if point.low is not None and point.high is not None else "–"
        told = number(point.middle, 2) if point.middle is not None else _("cannot say")
        more = [notes.get(point.day, "")] * bool(marks)
        texts.append((day(point.day), told, interval, *more))
        raws.append((raw(point.day), raw(point.middle), f"{raw(point.low)}|{raw(point.high)}" if sure else "|", *more))
    head, codes = [_("Day"), unit, _("90 %")] + [_("Note")] * bool(marks), ["day", measure, "low|high"]
    codes += ["note"] * bool(marks)
    return Chart(title, unit, wide, small, tuple(head), tuple(texts), tuple(codes), tuple(raws), said)


def _line_said(known: Sequence[Point], silent: int, unit: str, at: float | None) -> str:
    last = known[-1]
    value = number(last.middle, 2)
    if last.low is not None and last.high is not None:
        said = _("{unit} on {day}: {value} ({interval} in nine of ten).").format(
            unit=unit, day=day(last.day), value=value, interval=between(last.low, last.high, 2)
        )
        if at is not None:
            level = number(at)
            if last.low > at:
                said += " " + _("Very likely above {level}.").format(level=level)
            elif last.high < at:
                said += " " + _("Very likely below {level}.").format(level=level)
            else:
                said += " " + _("It may lie on either side of {level}.").format(level=level)
    else:
        said = _("{unit} on {day}: {value}.").format(unit=unit, day=day(last.day), value=value)
    if silent:
        said += " " + _("Days on which the data do not allow to say it: {count}.").format(count=number(silent))
    return said


def lines(series: Mapping[str, Series], *, unit: str, title: str = "") -> Chart:
    """Two to five lines, each named at its end; more belong into small multiples (ValueError)."""
    title = title or unit
    if len(series) > len(SERIES):
        raise ValueError(f"{len(series)} lines cannot be told apart: at most {len(SERIES)}")
    of = {name: dict(points) for name, points in series.items()}
    days = sorted({when for points in of.values() for when in points})
    values = [value for points in of.values() for value in points.values() if value is not None]
    if not values:
        return nothing(title, unit)
    lasts = {
        name: runs(points.items())[-1][-1] for name, points in of.items() if any(v is not None for v in points.values())
    }
    said = " ".join(f"{name}: {number(value)} ({day(when)})." for name, (when, value) in lasts.items())

    def draw(size: Size) -> SafeString:
        most = 22 if size.width > 400 else 12
        short = {name: name if len(name) <= most else f"{name[: most - 1]}…" for name in of}
        frame = framed(size, days, max(values), aside=[short[name] for name in lasts])
        parts = [axes(frame, days, unit, days[-1])]
        ends = apart({name: frame.y(value) + 4 for name, (_when, value) in lasts.items()}, frame.foot)
        for n, (name, points) in enumerate(of.items()):
            parts.append(curve(frame, points.items(), SERIES[n]))
            if name in ends:
                parts.append(text(frame.end + 4, ends[name], short[name], token=SERIES[n], bold=True))
        return sheet(size, title, said, "".join(parts), [frame.x(when) for when in days])

    wide, small = both(draw)
    texts = tuple((day(when), *(number(points.get(when)) for points in of.values())) for when in days)
    raws = tuple((raw(when), *(raw(points.get(when)) for points in of.values())) for when in days)
    head = (_("Day"), *of)
    return Chart(title, unit, wide, small, head, texts, ("day", *of), raws, said)
