"""Words of the picture: measures, definitions with their sources, the three sentences, the text beside a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from lachan.analytics.changes import SAME, Change
from lachan.analytics.facts import AreaRow, DayRow
from lachan.immunization.rules.bands import AGE_BANDS
from lachan.web.parts.picture.wish import Wish
from lachan.web.templatetags.lachan import day as day_text
from lachan.web.templatetags.lachan import num

NARROW = "\u202f"


@dataclass(frozen=True)
class Definition:
    """What a figure means, how it is counted, where it comes from."""

    key: str
    name: str
    meaning: str
    counted: str
    source: str


class Look(NamedTuple):
    tone: str
    icon: str


@dataclass(frozen=True)
class Sentence:
    """One sentence of what changed, and where its link leads."""

    text: str
    link: str
    href: str
    look: Look


_UP = Look(tone="done", icon="trending-up")
_DOWN = Look(tone="question", icon="trending-down")
_LEVEL = Look(tone="waiting", icon="equal")
_QUIET = Look(tone="question", icon="zzz")
_RISE = Look(tone="done", icon="arrow-up-right")
_FALL = Look(tone="question", icon="arrow-down-right")
_LOW = Look(tone="waiting", icon="target")
_STATION = Look(tone="waiting", icon="building-hospital")


def percent(value: float | None, exact: bool = False) -> str:
    """``12,3 %`` with as many decimals as a reader can use; ``exact`` drops zeros at the end (legends)."""
    if value is None:
        return "–"
    places = 0 if value == 0 else 1 if value >= 10 else 2 if value >= 0.1 else 3
    text = num(f"{value:.{places}f}", places)
    if exact and places:
        text = text.rstrip("0").rstrip(",.")
    return f"{text}{NARROW}%"


def measured_text(value: float | None, measure: str, exact: bool = False) -> str:
    """A value of a measure: a share of residents, or doses per 100,000."""
    if measure != "today" or value is None:
        return percent(value, exact)
    return num(f"{value:.1f}", 1) if 0 < value < 10 and not exact else num(f"{value:g}" if exact else f"{value:.0f}")


def measures() -> dict[str, str]:
    """Names of the measures of the map, in the order they are offered."""
    return {
        "first": _("At least one dose"),
        "completed": _("Fully vaccinated"),
        "boosters": _("Booster"),
        "today": _("Today per 100,000"),
    }


def definitions() -> list[Definition]:
    counters = _("Coverage counters, written in the same transaction as each dose; recounted by “lachan db check”.")
    people = _("Doses in this system; population estimate of the General Statistics Office by commune.")
    return [
        Definition(
            "doses",
            _("Doses today"),
            _("Doses given on this day, by the stations in the area."),
            _(
                "Every dose that counts, by the local day it was given. Voided doses are out at once; a dose entered "
                "late goes to the day it was given."
            ),
            counters,
        ),
        Definition(
            "first",
            _("People with at least one dose"),
            _("People who live in the area and have had a first dose, anywhere."),
            _(
                "Doses number 1 that count. A person whose record begins with a later dose (confirmed from paper) is "
                "not counted until dose 1 is entered. The share is of all residents, all ages."
            ),
            people,
        ),
        Definition(
            "completed",
            _("People fully vaccinated"),
            _("People who live in the area and have completed the primary series."),
            _(
                "Doses that complete the series by the rule of their day: one for Janssen, three once an Abdala is "
                "among them, two otherwise. Each person has one."
            ),
            people,
        ),
        Definition(
            "boosters",
            _("Booster doses"),
            _("Doses given to residents after their primary series."),
            _(
                "Doses that complete nothing although their number reaches what the product's own series asks for. "
                "These are doses: a person with two boosters counts twice."
            ),
            people,
        ),
        Definition(
            "sessions",
            _("Sessions open"),
            _("Vaccination sessions of today that are open now, and the stations that have one."),
            _("Sessions opened for this day and not closed yet."),
            _("Sessions of the stations, as they are now."),
        ),
    ]


def sentences(found: Sequence[Change], wish: Wish) -> list[Sentence]:
    return [_sentence(change, wish) for change in found]


def _sentence(change: Change, wish: Wish) -> Sentence:
    when, count, usual = day_text(change.day), num(change.count), num(round(change.usual))
    share = num(round(abs(change.ratio) * 100))
    if change.kind in ("pace", "quiet"):
        text, look = _pace(change)
        return _said(text.format(count=count, day=when, share=share, usual=usual), _("See the days"), "#days", look)
    see = _("See {name}").format(name=change.name)
    if change.kind == "busiest":
        text = _("{name} gave most doses on {day}: {count}.").format(name=change.name, day=when, count=count)
        return _said(text, see, wish.but(facility_id=change.facility_id).address(), _STATION)
    place = wish.but(area_id=change.area_id).address()
    if change.kind == "lowest":
        text = _("{name} has the lowest share fully vaccinated: {share}, against {whole} in the whole.")
        text = text.format(name=change.name, share=percent(change.share), whole=percent(change.usual))
        return _said(text, see, place, _LOW)
    if change.kind == "rise":
        text, look = _("{name} rose most: {count} doses on {day}, usually {usual}."), _RISE
    else:
        text, look = _("{name} fell most: {count} doses on {day}, usually {usual}."), _FALL
    return _said(text.format(name=change.name, count=count, day=when, usual=usual), see, place, look)


def _pace(change: Change) -> tuple[str, Look]:
    if change.kind == "quiet":
        return _("No dose was given on {day}; the seven days before had {usual} a day."), _QUIET
    if not change.usual:
        return _("{count} doses were given on {day}, the first in a week."), _UP
    if change.ratio > SAME:
        return _("{count} doses were given on {day}: {share} % more than the mean of the seven days before."), _UP
    if change.ratio < -SAME:
        return _("{count} doses were given on {day}: {share} % fewer than the mean of the seven days before."), _DOWN
    return _("{count} doses were given on {day}, as many as on the days before."), _LEVEL


def _said(text: str, link: str, href: str, look: Look) -> Sentence:
    return Sentence(text, link, href, look)


def days_text(days: Sequence[DayRow]) -> str:
    """What the chart of days shows, in words."""
    best = max(days, key=lambda row: row.sums.doses)
    whole = sum(row.sums.doses for row in days)
    if not whole:
        return _("No dose was given in these 28 days.")
    return _("{total} doses in 28 days, {mean} a day on average; most on {day}: {most}.").format(
        total=num(whole), mean=num(round(whole / len(days))), day=day_text(best.day), most=num(best.sums.doses)
    )


def map_text(rows: Sequence[AreaRow], measure: str) -> str:
    """What the map shows, in words."""
    known = sorted(((value, row) for row in rows if (value := row.percent(measure)) is not None), key=lambda e: -e[0])
    if not known:
        return ""
    name = measures()[measure]
    return _("{measure}: highest in {first} ({high}), lowest in {last} ({low}).").format(
        measure=name,
        first=known[0][1].area.name,
        high=measured_text(known[0][0], measure),
        last=known[-1][1].area.name,
        low=measured_text(known[-1][0], measure),
    )


def band_name(band: int) -> str:
    """``12–17``, ``80 +``; the bands of the counters."""
    if band < 0:
        return _("Not known")
    later = [start for start in AGE_BANDS if start > band]
    return f"{band}–{later[0] - 1}" if later else f"{band} +"
