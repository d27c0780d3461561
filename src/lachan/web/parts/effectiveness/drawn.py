"""Estimates as the page shows them: the chart, what it means in a sentence, the provinces in a table."""

from __future__ import annotations

from collections.abc import Mapping
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
    fading = next((sentences.waning(found[design].waning) for design in DESIGNS if design in found), "")
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


def cells(found: Designs) -> list[dict[str, str]]:
    """What is shown of a province in the list: by the test-negative design, else by the cohort."""
    made = []
    for code in SHOWN:
        lines = [(design, found[design].line(code)) for design in DESIGNS if design in found]
        said = next(((design, line) for design, line in lines if line is not None and line.estimate is not None), None)
        if said is None:
            reasons = {line.unsaid for _design, line in lines if line is not None}
            reason = _("Cannot say: {why}").format(why=" / ".join(str(sentences.why(code)) for code in sorted(reasons)))
            made.append({"value": "", "interval": "", "why": reason})
            continue
        line = said[1]
        assert line is not None
        assert line.estimate is not None
        span = _("{low} to {high}").format(low=number(_percent(line.low), 0), high=number(_percent(line.high), 0))
        made.append({"value": number(100 * line.estimate, 0), "interval": span, "why": "",
                     "cohort": str(sentences.DESIGNS["cohort"]) if said[0] == "cohort" else ""})  # fmt: skip
    return made
