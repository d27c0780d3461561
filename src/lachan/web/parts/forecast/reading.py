"""A forecast in plain sentences: how much, how sure, which way, and how it did so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.forecasting.charts.numbers import between, number
from lachan.forecasting.charts.numbers import day as day_text
from lachan.forecasting.facts import LEVELS, Horizon, Past, Published

AHEAD = 2  # weeks the reading is about
_ENOUGH = 10  # weeks before the past is judged
_DOUBT = 0.05

_LIKELY: Mapping[str, str | Promise] = {
    "cases": gettext_lazy("In the next {weeks} weeks most likely {inner} cases a week (week up to {day})."),
    "admissions": gettext_lazy("In the next {weeks} weeks most likely {inner} admissions a week (week up to {day})."),
    "deaths": gettext_lazy("In the next {weeks} weeks most likely {inner} deaths a week (week up to {day})."),
    "beds": gettext_lazy("In {weeks} weeks ({day}) most likely {inner} people are in hospital with this disease."),
    "icu": gettext_lazy("In {weeks} weeks ({day}) most likely {inner} people are in intensive care."),
    "oxygen": gettext_lazy("In {weeks} weeks ({day}) most likely {inner} m³ of oxygen are needed a day."),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """``likely`` is read first; ``chance`` says what the intervals mean; ``way`` where it goes."""

    likely: str
    chance: str
    way: str


def reading_of(published: Published) -> Reading | None:
    """The week two weeks ahead (or the last before it) in words; None without any week ahead."""
    ahead = [entry for entry in published.horizons if entry.horizon <= AHEAD] or list(published.horizons)
    if not ahead:
        return None
    week = ahead[-1]
    band = week.band
    likely = str(_LIKELY[published.measure]).format(
        weeks=number(week.horizon), inner=between(band.q25, band.q75, 0), day=day_text(band.day)
    )
    chance = _(
        "Of ten forecasts like this one, about five come true within that range and about nine within {outer}."
    ).format(outer=between(band.q05, band.q95, 0))
    return Reading(likely, chance, _way(published, week))


def _way(published: Published, week: Horizon) -> str:
    """The chance that the week is higher than the last one known, in tenths."""
    known = [value for _day, value in published.history if value is not None]
    if not known:
        return ""
    tenths = round(10 * chance_above(week.quantiles, known[-1]))
    last = number(known[-1])
    if tenths >= 10:
        return _("Almost certainly more than in the last week known ({last}).").format(last=last)
    if tenths <= 0:
        return _("Almost certainly fewer than in the last week known ({last}).").format(last=last)
    return _("The chance that it is more than in the last week known ({last}): about {tenths} in 10.").format(
        last=last, tenths=tenths
    )


def chance_above(quantiles: Sequence[float], value: float) -> float:
    """The share of the forecast above a value, read off its quantiles with straight lines between them."""
    if value <= quantiles[0]:
        return 1.0
    for at in range(1, len(quantiles)):
        low, high = quantiles[at - 1], quantiles[at]
        if value <= high:
            part = (value - low) / (high - low) if high > low else 1.0
            return 1.0 - (LEVELS[at - 1] + part * (LEVELS[at] - LEVELS[at - 1]))
    return 0.0


def record_said(past: Past) -> str:
    """ "In the last 20 weeks the truth lay inside x of 20": for both intervals, over the weeks whose truth is known."""
    if not past.known:
        return _("No forecast of this kind has met its truth yet.")
    return _(
        "In the last {weeks} weeks the truth lay inside the 90 % interval in {inside} of {weeks}, "
        "inside the 50 % interval in {half} of {weeks}."
    ).format(weeks=past.known, inside=past.inside90, half=past.inside50)


def too_narrow(past: Past) -> bool:
    """Whether so many misses would be rare (one in twenty) if nine of ten were true: then the page warns."""
    if past.known < _ENOUGH:
        return False
    n, hits = past.known, past.inside90
    return sum(comb(n, k) * 0.9**k * 0.1 ** (n - k) for k in range(hits + 1)) < _DOUBT


def baseline_said(past: Past) -> str:
    """How the error compares with that of the simple baseline, which carries the last week on."""
    share = past.against_baseline
    if share is None:
        return ""
    percent = round(100 * abs(1 - share))
    if percent == 0:
        return _("As far off as the simple baseline, which carries the last week on.")
    if share < 1:
        return _("{percent} % closer to the truth than the simple baseline, which carries the last week on.").format(
            percent=percent
        )
    return _(
        "{percent} % further off than the simple baseline, which carries the last week on: rely on the baseline here."
    ).format(percent=percent)
