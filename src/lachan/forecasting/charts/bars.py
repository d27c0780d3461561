"""Bars from zero, a day or week each, with a plan as a line over them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lachan.forecasting.charts import palette
from lachan.forecasting.charts.facts import Chart, Mark, raw
from lachan.forecasting.charts.fan import Series, nothing
from lachan.forecasting.charts.frame import Size, axes, both, curve, framed, marked, sheet, text
from lachan.forecasting.charts.numbers import day, number
from lachan.forecasting.charts.palette import fill


def bars(
    values: Series, *, unit: str, title: str = "", measure: str = "cases", plan: Series = (),
    marks: Sequence[Mark] = (),
) -> Chart:  # fmt: skip
    """Values as bars that begin at zero; below zero (a backlog taken back) they hang. A None has no bar and is a dash
    in the table. ``plan``: what was to be reached, a dashed line named at its end."""
    title = title or unit
    known = [(when, value) for when, value in values if value is not None]
    if not known:
        return nothing(title, unit)
    token, wanted = palette.colour_of(measure), dict(plan)
    days = sorted({when for when, _value in values} | set(wanted))
    heights = [value for _when, value in known] + [value for value in wanted.values() if value is not None]
    said = _said(known, unit, plan, marks)

    def draw(size: Size) -> SafeString:
        share = max((size.width - 90) / len(days), 1.0)
        aside = [_("plan")] if plan else []
        frame = framed(size, days, max([*heights, 1.0]), least=min([*heights, 0.0]), aside=aside, inset=share / 2)
        width = max(0.7 * (frame.end - frame.left) / len(days), 0.8)
        zero = frame.y(0)
        parts = [axes(frame, days, unit, days[-1])]
        for when, value in known:
            y = frame.y(value)
            parts.append(
                f'<rect x="{frame.x(when) - width / 2:.1f}" y="{min(y, zero):g}" width="{width:.1f}"'
                f' height="{abs(zero - y):.1f}" {fill(token)}/>'
            )
        if plan:
            parts.append(curve(frame, plan, "ink", "5 4"))
            ends = [value for _when, value in plan if value is not None]
            if ends:
                parts.append(text(frame.end + 4, frame.y(ends[-1]) + 4, _("plan"), token="ink", bold=True))
        parts.append(marked(frame, marks))
        return sheet(size, title, said, "".join(parts), [frame.x(when) for when in days])

    wide, small = both(draw)
    of, notes = dict(values), {mark.day: mark.said for mark in marks}
    head = [_("Up to and with"), unit] + [_("Plan")] * bool(plan) + [_("Note")] * bool(marks)
    codes = ["day", measure] + ["plan"] * bool(plan) + ["note"] * bool(marks)
    texts, raws = [], []
    for when in days:
        more = [notes.get(when, "")] * bool(marks)
        texts.append((day(when), number(of.get(when)), *[number(wanted.get(when))] * bool(plan), *more))
        raws.append((raw(when), raw(of.get(when)), *[raw(wanted.get(when))] * bool(plan), *more))
    return Chart(title, unit, wide, small, tuple(head), tuple(texts), tuple(codes), tuple(raws), said)


def _said(known: Sequence[tuple[date, float]], unit: str, plan: Series, marks: Sequence[Mark]) -> str:
    (first, _began), (last, ended) = known[0], known[-1]
    high = max(known, key=lambda point: point[1])
    parts = [
        _("From {first} to {last}: highest {high} ({high_day}), last {ended} ({unit}).").format(
            first=day(first),
            last=day(last),
            high=number(high[1]),
            high_day=day(high[0]),
            ended=number(ended),
            unit=unit,
        )
    ]
    wanted = [(when, value) for when, value in plan if value is not None and when <= last]
    if wanted:
        parts.append(_("Plan for {day}: {value}.").format(day=day(wanted[-1][0]), value=number(wanted[-1][1])))
    parts += [f"{day(mark.day)}: {mark.said}." for mark in marks]
    return " ".join(parts)
