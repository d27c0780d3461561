"""What is known, and the fan of what may come: 50 % and 90 % bands around the median."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lachan.forecasting.charts import palette
from lachan.forecasting.charts.facts import Chart, Mark, raw
from lachan.forecasting.charts.frame import (
    Frame,
    Size,
    apart,
    area,
    axes,
    both,
    curve,
    framed,
    marked,
    runs,
    sheet,
    text,
)
from lachan.forecasting.charts.numbers import between, day, number
from lachan.forecasting.charts.palette import fill, stroke
from lachan.forecasting.facts import Band

Series = Sequence[tuple[date, float | None]]
_HIGHEST = 6.0  # the scale ends at this many times the highest median or known value: a wide fan hides nothing else


def fan(
    history: Series,
    bands: Sequence[Band],
    *,
    truth: Series | None = None,
    unit: str,
    today: date,
    title: str = "",
    measure: str = "cases",
    marks: Sequence[Mark] = (),
    nowcast: Sequence[Band] = (),
) -> Chart:
    """A line of what is recorded, then the fan. ``truth``: what came since, drawn over the fan as open circles;
    ``nowcast``: the last days as they will stand when late reports are in; ``marks``: reporting artefacts.

    Weeks are named by their end. A None is a gap in the line. Without history and bands the chart is empty and says so.
    """
    title = title or unit
    if not any(value is not None for _day, value in history) and not bands:
        return nothing(title, unit)
    drawing = _Fan(list(history), list(bands), list(truth or ()), list(nowcast), unit, today, measure, list(marks))
    said = _said(history, bands, unit, marks)
    wide, small = both(lambda size: drawing.draw(size, title, said))
    head, codes = [_("Up to and with"), _("Known so far")], ["day", "recorded"]
    head += [_("Median"), _("50 %"), _("90 %")] * bool(bands or nowcast)
    codes += ["median", "q25|q75", "q05|q95"] * bool(bands or nowcast)
    if truth:
        head, codes = [*head, _("What came")], [*codes, "truth"]
    if marks:
        head, codes = [*head, _("Note")], [*codes, "note"]
    texts, raws = drawing.table()
    return Chart(title, unit, wide, small, tuple(head), texts, tuple(codes), raws, said)


def nothing(title: str, unit: str) -> Chart:
    """A chart of no data: it says so instead of showing an empty plot."""
    return Chart(title, unit, SafeString(""), SafeString(""), (), (), (), (), _("No data yet."))


class _Fan:
    def __init__(
        self, history: list[tuple[date, float | None]], bands: list[Band], truth: list[tuple[date, float | None]],
        nowcast: list[Band], unit: str, today: date, measure: str, marks: list[Mark],
    ) -> None:  # fmt: skip
        self.history, self.bands, self.truth = sorted(history), sorted(bands), sorted(truth)
        self.nowcast, self.unit, self.today, self.marks = sorted(nowcast), unit, today, marks
        self.token = palette.colour_of(measure)
        of = {day for day, _ in self.history} | {band.day for band in (*self.bands, *self.nowcast)}
        self.days = sorted(of | {day for day, _ in self.truth})

    def draw(self, size: Size, title: str, said: str) -> SafeString:
        frame = framed(size, [*self.days, *self._today()], self._most(), aside=["90 %"] if self.bands else [])
        parts = [axes(frame, self.days, self.unit, self._anchor())]
        parts += [self._now(frame), self._fan(frame), self._late(frame)]
        parts.append(curve(frame, self.history, self.token))
        parts += [self._truth(frame), marked(frame, self.marks)]
        return sheet(size, title, said, "".join(parts), [frame.x(day) for day in self.days])

    def _most(self) -> float:
        """The top of the scale; the far tail of an explosion is cut at the edge, the table says its value."""
        known = [value for _, value in (*self.history, *self.truth) if value is not None]
        middle = max([*known, *(band.q50 for band in (*self.bands, *self.nowcast))], default=0.0)
        tails = [band.q95 for band in (*self.bands, *self.nowcast)]
        return max(min(max(tails, default=0.0), _HIGHEST * middle) if middle else max(tails, default=0.0), middle, 1.0)

    def _today(self) -> list[date]:
        return [self.today] if self.days[0] <= self.today <= self.days[-1] else []

    def _anchor(self) -> date | None:
        before = [day for day, value in self.history if value is not None]
        return before[-1] if before else None

    def _now(self, frame: Frame) -> str:
        """The day of what is known: what is right of it is forecast."""
        if not self._today() or not self.bands:
            return ""
        x = frame.x(self.today)
        parts = [f'<path d="M{x:g} {frame.top:g}V{frame.foot:g}" {stroke("line-strong", 1, "2 3")}/>']
        word = _("known until")
        anchor = "end" if x > frame.size.width * 0.6 else "middle"
        parts.append(text(x, frame.top - 8, f"{word} {self.today:%d/%m}", anchor=anchor))
        return "".join(parts)

    def _fan(self, frame: Frame) -> str:
        if not self.bands:
            return ""
        last = self._joined()
        outer, inner, middle = [*last], [*last], [(day, low) for day, low, _ in last]
        outer += [(band.day, band.q05, band.q95) for band in self.bands]
        inner += [(band.day, band.q25, band.q75) for band in self.bands]
        middle += [(band.day, band.q50) for band in self.bands]
        parts = [area(frame, outer, self.token, 0.16), area(frame, inner, self.token, 0.3)]
        if len(self.bands) == 1 and not last:
            parts.append(_upright(frame, self.bands[0], self.token))
        parts.append(curve(frame, list(middle), self.token, "5 4"))
        parts.append(_named(frame, self.bands[-1]))
        return "".join(parts)

    def _joined(self) -> list[tuple[date, float, float]]:
        """The last known value, from which the fan opens when nothing lies between."""
        pieces = runs(self.history)
        if not pieces:
            return []
        day, value = pieces[-1][-1]
        steps = [(later.day - earlier.day).days for earlier, later in pairwise(self.bands)]
        return [(day, value, value)] if 0 < (self.bands[0].day - day).days <= max([*steps, 7]) else []

    def _late(self, frame: Frame) -> str:
        """Days whose reports are not all in: the interval of what they will be, upright over each."""
        return "".join(_upright(frame, band, self.token) for band in self.nowcast)

    def _truth(self, frame: Frame) -> str:
        return "".join(
            f'<circle cx="{frame.x(day):g}" cy="{frame.y(value):g}" r="4" {stroke("ink", 1.8)}/>'
            for day, value in self.truth
            if value is not None
        )

    def table(self) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]:
        known, came = dict(self.history), dict(self.truth)
        ahead = {band.day: band for band in (*self.nowcast, *self.bands)}
        notes = {mark.day: mark.said for mark in self.marks}
        texts, raws = [], []
        for at in self.days:
            band = ahead.get(at)
            said, plain = [day(at), number(known.get(at))], [raw(at), raw(known.get(at))]
            if ahead:
                said += _cells(band)
                plain += _raws(band)
            if self.truth:
                said, plain = [*said, number(came.get(at))], [*plain, raw(came.get(at))]
            if self.marks:
                said, plain = [*said, notes.get(at, "")], [*plain, notes.get(at, "")]
            texts.append(tuple(said))
            raws.append(tuple(plain))
        return tuple(texts), tuple(raws)


def _cells(band: Band | None) -> list[str]:
    if band is None:
        return ["–", "–", "–"]
    return [number(band.q50), between(band.q25, band.q75), between(band.q05, band.q95)]


def _raws(band: Band | None) -> list[str]:
    if band is None:
        return ["", "|", "|"]
    return [raw(band.q50), f"{raw(band.q25)}|{raw(band.q75)}", f"{raw(band.q05)}|{raw(band.q95)}"]


def _upright(frame: Frame, band: Band, token: str) -> str:
    x = frame.x(band.day)
    parts = []
    for low, high, opacity, wide in ((band.q05, band.q95, 0.2, 5), (band.q25, band.q75, 0.45, 5)):
        top, foot = frame.y(high), frame.y(low)
        height = max(foot - top, 1)
        parts.append(
            f'<rect x="{x - wide / 2:g}" y="{top:g}" width="{wide}" height="{height:.1f}" {fill(token, opacity)}/>'
        )
    return "".join(parts)


def _named(frame: Frame, band: Band) -> str:
    """Names of the bands beside their ends, kept apart when they are close."""
    at = apart({"90 %": frame.y(band.q95) + 4, "50 %": frame.y(band.q75) + 4}, frame.foot)
    x = frame.end + 4
    return text(x, at["90 %"], "90 %") + text(x, at["50 %"], "50 %", bold=True)


def _said(history: Series, bands: Sequence[Band], unit: str, marks: Sequence[Mark]) -> str:
    """The chart in sentences: from where to where, what is forecast, what is not to be trusted."""
    parts = []
    known = [(at, value) for at, value in history if value is not None]
    if known:
        (first, began), (last, ended) = known[0], known[-1]
        high = max(known, key=lambda point: point[1])
        parts.append(
            _("From {first} to {last}: from {began} to {ended} ({unit}), highest {high} ({high_day}).").format(
                first=day(first),
                last=day(last),
                began=number(began),
                ended=number(ended),
                unit=unit,
                high=number(high[1]),
                high_day=day(high[0]),
            )
        )
        gaps = sum(1 for _at, value in history if value is None)
        if gaps:
            parts.append(_("Without data: {count}.").format(count=number(gaps)))
    if bands:
        end = max(bands)
        parts.append(
            _("Forecast for {day}: {inner} in half of all cases, {outer} in nine of ten.").format(
                day=day(end.day), inner=between(end.q25, end.q75), outer=between(end.q05, end.q95)
            )
        )
    parts += [f"{day(mark.day)}: {mark.said}." for mark in marks]
    return " ".join(parts)
