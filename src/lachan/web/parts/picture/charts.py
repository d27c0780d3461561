"""Charts drawn by the server as SVG attributes: there before any script, printed as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lachan.analytics.facts import AgeRow, DayRow
from lachan.web.parts.picture import words
from lachan.web.templatetags.lachan import day as day_text
from lachan.web.templatetags.lachan import num

BAR_HEIGHT = 120


def spark(values: Sequence[int]) -> str:
    """Points of a polyline in a box of 100 by 24, zero at the bottom."""
    top = max(values) or 1
    step = 100 / (len(values) - 1)
    return " ".join(f"{index * step:.1f},{23 - 22 * value / top:.1f}" for index, value in enumerate(values))


@dataclass(frozen=True)
class Bar:
    x: int
    middle: int  # where its label stands; the last one ends with its bar
    y: float
    height: float
    label: str
    title: str


@dataclass(frozen=True)
class DayBars:
    bars: tuple[Bar, ...]
    top: str


def day_bars(days: Sequence[DayRow]) -> DayBars:
    """Bars on a scale that begins at zero; the highest reaches the top."""
    most = max(row.sums.doses for row in days) or 1
    bars = []
    for index, row in enumerate(days):
        height = round(BAR_HEIGHT * row.sums.doses / most, 1)
        shown = row.day.strftime("%d/%m") if (len(days) - 1 - index) % 7 == 0 else ""
        title = f"{day_text(row.day)}: {num(row.sums.doses)}"
        left = index * 20 + 2
        bars.append(Bar(left, left + (16 if row is days[-1] else 8), BAR_HEIGHT - height, height, shown, title))
    return DayBars(tuple(bars), num(most) if most > 1 else "")


@dataclass(frozen=True)
class AgeBar:
    """Female to the left, male to the right; lengths of 100."""

    name: str
    female: float
    male: float
    female_start: float  # where the bar begins, as it ends at 100
    female_text: str
    male_text: str


def age_bars(ages: Sequence[AgeRow]) -> tuple[AgeBar, ...]:
    """Youngest at the bottom, as a population pyramid is read. People with at least one dose."""
    most = max((max(row.female.first, row.male.first) for row in ages), default=0)
    if not most:
        return ()
    return tuple(
        AgeBar(
            words.band_name(row.band),
            round(100 * row.female.first / most, 1),
            round(100 * row.male.first / most, 1),
            round(100 - 100 * row.female.first / most, 1),
            num(row.female.first),
            num(row.male.first),
        )
        for row in reversed(ages)
        if row.band >= 0
    )
