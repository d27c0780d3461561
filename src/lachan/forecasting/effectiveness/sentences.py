"""Codes of estimates in words, for whoever shows them: states, why nothing is said, biases with what the data show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.forecasting.charts.numbers import number
from lachan.forecasting.effectiveness.facts import BiasFact, Estimate

Text = str | Promise

STATES: Final[Mapping[str, Text]] = {
    "none": gettext_lazy("Unvaccinated"),
    "dose1_0_13": gettext_lazy("Begun, under 14 days"),
    "dose1_14": gettext_lazy("Begun, 14 days or more"),
    "dose2_0_13": gettext_lazy("Complete, under 14 days"),
    "dose2_14_89": gettext_lazy("Complete, 14–89 days"),
    "dose2_90_179": gettext_lazy("Complete, 90–179 days"),
    "dose2_180": gettext_lazy("Complete, 180 days or more"),
    "booster_0_6": gettext_lazy("Booster, under 7 days"),
    "booster_7_89": gettext_lazy("Booster, 7–89 days"),
    "booster_90": gettext_lazy("Booster, 90 days or more"),
}
DESIGNS: Final[Mapping[str, Text]] = {
    "test_negative": gettext_lazy("Test-negative"),
    "cohort": gettext_lazy("Cohort"),
}
OUTCOMES: Final[Mapping[str, Text]] = {
    "infection": gettext_lazy("Infection found"),
    "severe": gettext_lazy("Severe illness or death"),
}
UNSAID: Final[Mapping[str, Text]] = {
    "few_events": gettext_lazy("too few: under five cases here even without any protection"),
    "few_unvaccinated": gettext_lazy("under five cases among the unvaccinated: nothing to compare with"),
    "no_contrast": gettext_lazy("nobody unvaccinated at the same time and place, or only cases tested"),
    "not_converged": gettext_lazy("the figures do not settle on an estimate"),
}


class Words(NamedTuple):
    """What is said of a kind of bias. ``shown``: with what the data show (``%(value)s``, ``per_cent`` of a share);
    ``plain``: where they show nothing."""

    title: Text
    shown: Text = ""
    plain: Text = ""
    per_cent: bool = False


BIASES: Final[Mapping[str, Words]] = {
    "healthy_vaccinee": Words(
        gettext_lazy("Who comes to be vaccinated"),
        gettext_lazy(
            "A dose of the last 13 days cannot work yet, and still seems to prevent %(value)s %% of cases (below zero: "
            "to add to them). About that much of every figure may come of who is vaccinated and when."
        ),
        gettext_lazy(
            "Who comes to be vaccinated differs from who does not. Too few had a dose of the last 13 days to "
            "measure it."
        ),
        per_cent=True,
    ),
    "test_seeking": Words(
        gettext_lazy("Who is tested"),
        gettext_lazy(
            "Vaccinated people had %(value)s times as many negative tests a day as others of the same week, age and "
            "province: whoever is tested oftener is found oftener."
        ),
        gettext_lazy(
            "Only people who were tested are compared with each other. That evens out who goes to be tested, but "
            "whoever is never tested is not seen."
        ),
    ),
    "prior_infection": Words(
        gettext_lazy("Infected before"),
        gettext_lazy(
            "%(value)s %% of the unvaccinated were known to have been infected before and are left out. Those nobody "
            "knew of are still among them, and protected too."
        ),
        gettext_lazy("How many of the unvaccinated had been infected before is not known."),
        per_cent=True,
    ),
    "misclassification": Words(
        gettext_lazy("Records that are not linked"),
        gettext_lazy(
            "%(value)s %% of the people tested are left out because nobody has established who they are, so that their "
            "doses are not known. A dose that was never entered counts as none."
        ),
        gettext_lazy("How many tests have no person known with certainty cannot be said."),
        per_cent=True,
    ),
    "small_numbers": Words(
        gettext_lazy("Small numbers"),
        gettext_lazy("One state rests on %(value)s cases only: its interval is wide, and one outbreak can move it."),
    ),
    "clustering": Words(
        gettext_lazy("Clusters of cases"),
        gettext_lazy(
            "Cases come in clusters. Here they scatter %(value)s times as much as chance alone would, and the "
            "intervals are widened by that (1: as chance)."
        ),
        gettext_lazy("Cases come in clusters; how much so here cannot be said."),
    ),
    "inside_place": Words(
        gettext_lazy("Inside the province"),
        plain=gettext_lazy(
            "The communes of the province are not told apart. Where the virus and the vaccine went to the same "
            "communes, the figure is too low; where they did not, too high."
        ),
    ),
    "entered": Words(
        gettext_lazy("Who is followed"),
        gettext_lazy(
            "Only people the register knew before are followed: %(value)s %% of those who live here. Were the others "
            "vaccinated or ill more or less often, the figure is off."
        ),
        gettext_lazy("Only people the register knew before are followed; of how many who live here is not known."),
        per_cent=True,
    ),
}
DIRECTIONS: Final[Mapping[str, tuple[str, Text]]] = {
    "up": ("trending-up", gettext_lazy("Makes vaccines look better than they are")),
    "down": ("trending-down", gettext_lazy("Makes vaccines look worse than they are")),
    "either": ("arrows-vertical", gettext_lazy("May move the figures either way")),
}
EVEN: Final = 0.05  # of a ratio of tests, which then says nothing of a direction


class Said(NamedTuple):
    """A bias in words: its name, a sentence with what the data show, and which way it moves the figures."""

    title: Text
    text: str
    icon: str
    way: Text


def bias(found: BiasFact) -> Said:
    """A bias as it is read; a code without words is shown as it is, never left out."""
    even = found.code == "test_seeking" and found.measured is not None and abs(found.measured - 1) < EVEN
    icon, way = DIRECTIONS.get("either" if even else found.direction, DIRECTIONS["either"])
    words = BIASES.get(found.code, Words(found.code))
    if found.measured is None or not words.shown:
        return Said(words.title, str(words.plain), icon, way)
    return Said(words.title, str(words.shown) % {"value": _value(found, words.per_cent)}, icon, way)


def _value(found: BiasFact, per_cent: bool) -> str:
    measured = found.measured or 0.0
    if per_cent:
        return number(100 * measured, 0 if abs(measured) >= 0.1 or measured == 0 else 1)
    return number(measured, 0 if found.code == "small_numbers" else 1)


def waning(one: Estimate) -> str:
    """Whether protection fades, by the latest band of the primary series against the first; empty where one of them
    cannot be said. A change without bands that lie apart is not told: it has no interval of its own."""
    bands = [line for line in one.said if line.state in ("dose2_14_89", "dose2_90_179", "dose2_180")]
    if len(bands) < 2 or bands[0].state != "dose2_14_89":
        return ""
    first, last = bands[0], bands[-1]
    if (last.high or 0.0) < (first.low or 0.0):
        return _("Protection fades: {late} it is {now} %, {early} it was {before} %.").format(
            late=str(STATES[last.state]).lower(), now=number(100 * (last.estimate or 0.0), 0),
            early=str(STATES[first.state]).lower(), before=number(100 * (first.estimate or 0.0), 0),
        )  # fmt: skip
    return _("Whether protection fades with time cannot be told yet: the intervals overlap.")


def why(code: str) -> Any:
    """Why a state cannot be said."""
    return UNSAID.get(code, code)
