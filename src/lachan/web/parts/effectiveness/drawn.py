"""Estimates as the page shows them: the chart, what it means in a sentence, the provinces in a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.forecasting.charts import Chart, Ranged, intervals
from lachan.forecasting.charts.numbers import number
from lachan.forecasting.effectiveness import sentences
from lachan.forecasting.effectiveness.facts import CODES, DESIGNS, Estimate, Line

FULL: Final = "dose2_14_89"
SHOWN: Final = (FULL, "dose2_180", "booster_7_89")  # of a province in the list
# of the fully vaccinated, by design and outcome
TOLD: Final[Mapping[tuple[str, str], Any]] = {
    ("test_negative", "infection"): gettext_lazy(
        "Among people tested, those completely vaccinated 14 to 89 days ago were infected "
        "{n} % less often than the unvaccinated of the same week, age and province (95 %: {low} to {high} %)."
    ),
    ("cohort", "infection"): gettext_lazy(
        "Day by day, people completely vaccinated 14 to 89 days ago were found infected "
        "{n} % less often than the unvaccinated of the same week, age and province (95 %: {low} to {high} %)."
    ),
    ("test_negative", "severe"): gettext_lazy(
        "Among people tested, those completely vaccinated 14 to 89 days ago had a severe course or died "
        "{n} % less often than the unvaccinated of the same week, age and province (95 %: {low} to {high} %)."
    ),
    ("cohort", "severe"): gettext_lazy(
        "Day by day, people completely vaccinated 14 to 89 days ago fell severely ill or died "
        "{n} % less often than the unvaccinated of the same week, age and province (95 %: {low} to {high} %)."
    ),
}
Designs = Mapping[str, Estimate]


def chart(found: Designs) -> Chart:
    """Every state that one of the designs can say anything of, both beside each other."""
    there = [design for design in DESIGNS if design in found]
    rows = []
    for code in CODES[1:]:
        values = [_ranged(found[design], code) for design in there]
        if any(one.middle is not None for one in values):
            rows.append((str(sentences.STATES[code]), values))
    names = [str(sentences.DESIGNS[design]) for design in there] or [""]
    title = _("Risk prevented against the unvaccinated, % with its interval of 95 %")
    return intervals(rows, names, unit="%", of=_("cases"), title=title)


def _ranged(one: Estimate, code: str) -> Ranged:
    line = one.line(code)
    if line is None:
        return Ranged(None, None, None)
    if line.estimate is None:
        return Ranged(None, None, None, _of(one, line), str(sentences.why(line.unsaid)))
    return Ranged(100 * line.estimate, _percent(line.low), _percent(line.high), _of(one, line))


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _of(one: Estimate, line: Line) -> str:
    if one.design == "cohort":
        return _("{cases} in {years} person-years").format(
            cases=number(line.events, 0), years=number(line.trials / 365.25, 0)
        )
    return _("{cases} of {people} tested").format(cases=number(line.events, 0), people=number(line.trials, 0))


def reading(found: Designs, outcome: str) -> list[str]:
    """What the figures say, in sentences: of the fully vaccinated by each design, whether both agree, whether it
    fades."""
    told = [sentence for design in DESIGNS if design in found for sentence in _told(found[design], outcome)]
    full = [line for design in DESIGNS if design in found for line in [found[design].line(FULL)]]
    if len(full) == 2 and all(line is not None and line.estimate is not None for line in full):
        told.append(_agreeing(*full))
    fading = next((sentences.waning(found[design]) for design in DESIGNS if design in found), "")
    return [*told, fading] if fading else told


def _told(one: Estimate, outcome: str) -> list[str]:
    line = one.line(FULL)
    if line is None or line.estimate is None or line.low is None or line.high is None:
        return []
    values = {
        name: number(100 * share, 0) for name, share in (("n", line.estimate), ("low", line.low), ("high", line.high))
    }
    return [str(TOLD[one.design, outcome]).format(**values)]


def _agreeing(one: Line | None, other: Line | None) -> str:
    assert one is not None
    assert other is not None
    apart = (one.low or 0) > (other.high or 0) or (other.low or 0) > (one.high or 0)
    if apart:
        return _(
            "The two designs do not agree: their intervals lie apart. "
            "Read what speaks against each before using either."
        )
    return _("The two designs agree within their intervals.")


def biases(found: Designs) -> list[dict[str, Any]]:
    """What speaks against each design."""
    return [
        {"design": sentences.DESIGNS[design], "said": [sentences.bias(bias) for bias in found[design].biases]}
        for design in DESIGNS
        if design in found
    ]


@dataclass(frozen=True, slots=True)
class Below:
    """Provinces something is said of, each with its cells; of the others which, by the reason."""

    rows: list[dict[str, Any]]
    silent: list[tuple[str, list[tuple[str, str]]]]


def below(areas: Sequence[tuple[str, str, Designs]]) -> Below:
    """(name, address, designs) of each province, as a list shows them."""
    rows, silent = [], defaultdict(list)
    for name, href, found in areas:
        cells = [_cell(found, code) for code in SHOWN]
        if any(cell["value"] for cell in cells):
            rows.append({"name": name, "href": href, "cells": cells})
        else:
            silent[_reason(one.why_not for one in found.values())].append((name, href))
    return Below(rows, sorted(silent.items()))


def _cell(found: Designs, code: str) -> dict[str, str]:
    """By the test-negative design where it can say, else by the cohort."""
    lines = [(design, line) for design in DESIGNS if design in found and (line := found[design].line(code)) is not None]
    for design, line in lines:
        if line.estimate is not None:
            span = _("{low} to {high}").format(low=number(_percent(line.low), 0), high=number(_percent(line.high), 0))
            other = str(sentences.DESIGNS[design]) if design == "cohort" else ""
            return {"value": number(100 * line.estimate, 0), "interval": span, "cohort": other, "why": ""}
    return {"value": "", "interval": "", "cohort": "", "why": _reason(line.unsaid for _design, line in lines)}


def _reason(codes: Iterable[str]) -> str:
    known = sorted({str(sentences.why(code)) for code in codes if code})
    return " / ".join(known) or _("for each state another reason")
