"""Two courses beside each other, each a range: what-if never shows one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lachan.forecasting.charts.facts import Chart, raw
from lachan.forecasting.charts.fan import nothing
from lachan.forecasting.charts.frame import Size, apart, area, axes, both, curve, framed, sheet, text
from lachan.forecasting.charts.numbers import between, day, number
from lachan.forecasting.charts.palette import SERIES
from lachan.forecasting.facts import Band

MOST = 3


def ranges(courses: Mapping[str, Sequence[Band]], *, unit: str, title: str = "", at: float | None = None) -> Chart:
    """Up to three named courses by day: the middle half and nine tenths of their draws, the median dashed, each named
    at its end. ``at``: a level that decides, drawn. ValueError for more courses."""
    title = title or unit
    if len(courses) > MOST:
        raise ValueError(f"{len(courses)} ranges cover each other: at most {MOST}")
    of = {name: {band.day: band for band in bands} for name, bands in courses.items()}
    days = sorted({band.day for bands in courses.values() for band in bands})
    if not days:
        return nothing(title, unit)
    every = [band for bands in courses.values() for band in bands]
    least = min([0.0, *(band.q05 for band in every)])
    most = max([*(band.q95 for band in every), at or 0.0, 1e-6])
    said = _said(courses, unit)

    def draw(size: Size) -> SafeString:
        letters = 18 if size.width > 400 else 9
        short = {name: name if len(name) <= letters else f"{name[: letters - 1]}…" for name in courses}
        frame = framed(size, days, most, least=least, aside=list(short.values()))
        parts = [axes(frame, days, unit, days[-1])]
        ends = apart({name: frame.y(_last(bands)) + 4 for name, bands in courses.items() if bands}, frame.foot)
        for n, (_name, bands) in enumerate(courses.items()):
            parts.append(area(frame, [(b.day, b.q05, b.q95) for b in bands], SERIES[n], 0.14))
            parts.append(area(frame, [(b.day, b.q25, b.q75) for b in bands], SERIES[n], 0.28))
        for n, (name, bands) in enumerate(sorted(courses.items(), key=lambda pair: -_last(pair[1]))):
            token = SERIES[list(courses).index(name)]
            parts.append(curve(frame, [(b.day, b.q50) for b in bands], token, "5 4" if n else ""))
            if bands:
                parts.append(text(frame.end + 4, ends[name], short[name], token=token, bold=True))
        return sheet(size, title, said, "".join(parts), [frame.x(when) for when in days])

    wide, small = both(draw)
    head, codes = [_("Day")], ["day"]
    for n, name in enumerate(courses, 1):
        head += [_("{name}: median").format(name=name), _("{name}: 90 %").format(name=name)]
        codes += [f"median_{n}", f"q05_{n}|q95_{n}"]
    texts, raws = [], []
    for when in days:
        row, plain = [day(when)], [raw(when)]
        for known in of.values():
            band = known.get(when)
            row += [number(band.q50), between(band.q05, band.q95)] if band else ["–", "–"]
            plain += [raw(band.q50), f"{raw(band.q05)}|{raw(band.q95)}"] if band else ["", "|"]
        texts.append(tuple(row))
        raws.append(tuple(plain))
    return Chart(title, unit, wide, small, tuple(head), tuple(texts), tuple(codes), tuple(raws), said)


def _last(bands: Sequence[Band]) -> float:
    return bands[-1].q50 if bands else 0.0


def _said(courses: Mapping[str, Sequence[Band]], unit: str) -> str:
    """For each course its highest median and when, with nine tenths of the draws."""
    parts = []
    for name, bands in courses.items():
        if bands:
            high = max(bands, key=lambda band: band.q50)
            parts.append(
                _("{name}: highest about {day}, {value} ({unit}), in nine of ten {interval}.").format(
                    name=name,
                    day=day(high.day),
                    value=number(high.q50),
                    unit=unit,
                    interval=between(high.q05, high.q95),
                )
            )
    return " ".join(parts)
