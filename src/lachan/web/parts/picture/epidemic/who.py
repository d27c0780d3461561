"""Who it is: four weeks of a measure by age, sex and vaccination, as bars with their interval and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lachan.access.actors import Actor
from lachan.analytics.epidemic import queries as epidemic
from lachan.analytics.epidemic.breakdowns import Ages, by_band
from lachan.analytics.epidemic.changed import DAYS
from lachan.analytics.epidemic.definitions import indicator
from lachan.forecasting.charts.numbers import between
from lachan.forecasting.charts.palette import colour_of, fill, stroke
from lachan.places import queries as places
from lachan.web.parts.picture import words
from lachan.web.parts.picture.epidemic.areas import last_whole
from lachan.web.parts.picture.epidemic.ask import WHO, Ask
from lachan.web.parts.picture.tables import Column, Table, counts, with_files
from lachan.web.templatetags.lachan import day as day_text
from lachan.web.templatetags.lachan import num

WIDTH: Final = 400  # of the drawing, in its own units
ROW: Final = 20
LEFT, RIGHT = 58, 300  # where bars begin, and where the highest ends


@dataclass(frozen=True)
class Who:
    """``bars``: the drawing, "" where nobody is counted; ``said``: the same in words; ``doses``: by vaccination."""

    bars: SafeString
    height: int
    said: str
    doses: str
    choices: tuple[dict[str, Any], ...]
    table: Table


def ages_of(actor: Actor, ask: Ask) -> tuple[Ages, ...]:
    """Of the 28 last whole days, as known now. One statement."""
    until = last_whole(ask)
    found = epidemic.by_age(actor, ask.area_id, ask.who, until - timedelta(days=DAYS - 1), until)
    area = places.area(ask.area_id)
    return by_band(found, area.population if area is not None else None)


def who_of(actor: Actor, ask: Ask) -> Who:
    rows = ages_of(actor, ask)
    counted = sum(row.total for row in rows) > 0
    known = [row for row in rows if row.rate is not None]
    choices = tuple({"name": _name(key), "href": ask.but(who=key).address(), "here": key == ask.who} for key in WHO)
    return Who(
        _bars(known, ask.who) if counted and known else mark_safe(""),
        ROW * len(known),
        _said(known) if counted and known else "",
        _doses(rows) if counted else "",
        choices,
        who_table(rows, ask),
    )


def _name(measure: str) -> str:
    return indicator(measure).name(get_language() or "vi")


def _bars(rows: Sequence[Ages], measure: str) -> SafeString:
    """Youngest above; a bar from zero, its interval of 90 % as a line, the rate written at its end."""
    token = colour_of(measure)
    top = max(max(row.interval[1] if row.total and row.interval else 0.0 for row in rows), 1e-9)
    parts = []
    for index, row in enumerate(rows):
        y, rate = index * ROW, row.rate or 0.0
        low, high = row.interval if row.interval and row.total else (0.0, 0.0)
        end = LEFT + (RIGHT - LEFT) * rate / top
        parts.append(f'<text class="epi-who-name" x="{LEFT - 6}" y="{y + 14}" text-anchor="end">'
                     f"{words.band_name(row.band)}</text>")  # fmt: skip
        if row.total:
            start, stop = (LEFT + (RIGHT - LEFT) * value / top for value in (low, high))
            parts.append(f'<rect x="{LEFT}" y="{y + 4}" width="{end - LEFT:.1f}" height="12" {fill(token, 0.55)}/>')
            parts.append(f'<path d="M{start:.1f} {y + 10}H{stop:.1f}" {stroke("ink", 1.5)}/>')
            end = stop
        parts.append(f'<text class="epi-who-rate" x="{end + 6:.1f}" y="{y + 14}">{written(rate)}</text>')
    return mark_safe("".join(parts))  # numbers and our own words


def written(rate: float) -> str:
    return num(f"{rate:.1f}", 1) if 0 < rate < 10 else num(round(rate))


def _said(rows: Sequence[Ages]) -> str:
    high = max(rows, key=lambda row: row.rate or 0.0)
    low, most = high.interval or (0.0, 0.0)
    return _("Highest at {band}: {rate} per 100,000 of that age (90 %: {interval}), {count} people.").format(
        band=words.band_name(high.band), rate=written(high.rate or 0.0), interval=between(low, most),
        count=num(high.total),
    )  # fmt: skip


def _doses(rows: Sequence[Ages]) -> str:
    none, begun, completed, more = (num(sum(row.vaccinated[at] for row in rows)) for at in range(4))
    text = _("By vaccination two weeks before: none {none}, begun {begun}, completed {completed}, further dose {more}.")
    return text.format(none=none, begun=begun, completed=completed, more=more)


def who_table(rows: Sequence[Ages], ask: Ask) -> Table:
    columns = (
        Column(_("Age"), "name"),
        *counts(_("All"), _("Female"), _("Male")),
        Column(_("Per 100,000 of that age"), "rate"),
        Column(_("At least (90 %)"), "rate"),
        Column(_("At most (90 %)"), "rate"),
        *counts(_("Without a dose"), _("Begun"), _("Completed"), _("Further dose")),
    )
    body = tuple(
        (words.band_name(row.band), row.total, row.female, row.male, row.rate, *(row.interval or (None, None)),
         *row.vaccinated)
        for row in rows
    )  # fmt: skip
    until = last_whole(ask)
    note = _("{measure}, {first} to {last}, as known now. How many of each age live there is reckoned from the "
             "nation's ages (United Nations, 2019).").format(
        measure=_name(ask.who), first=day_text(until - timedelta(days=DAYS - 1)), last=day_text(until)
    )  # fmt: skip
    return with_files(Table("who", _("By age, sex and vaccination"), note, columns, body), ask)
