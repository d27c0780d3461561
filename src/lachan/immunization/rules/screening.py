"""The class a filled screening form gives, and why.

Forms are dated data (``immunization/data/screening_forms.json``; its README explains the fields). The strictest
consequence wins: contraindicated, defer, caution, eligible. The consequence *refer* means "not here but in a hospital":
at a station the person is deferred and sent on, in a hospital vaccinated with caution.

A form with a mandatory answer or measure missing gives no class unless what is known already defers or
contraindicates: a nurse who hears "anaphylaxis after the first dose" need not take the pulse.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import Struct

Form = Mapping[str, Any]


class Outcome(StrEnum):
    """The four classes of 2995/QĐ-BYT and its successors, mildest first."""

    ELIGIBLE = "eligible"
    CAUTION = "caution"
    DEFER = "defer"
    CONTRAINDICATED = "contraindicated"


_RANK = {outcome: rank for rank, outcome in enumerate(Outcome)}


class ScreeningReason(StrEnum):
    """Why a screening gives its class, or none. Codes are only ever added."""

    ANSWER_MISSING = "answer_missing"
    MEASURE_MISSING = "measure_missing"
    MEASURE_IMPLAUSIBLE = "measure_implausible"
    ANSWER_YES = "answer_yes"
    REFER_TO_HOSPITAL = "refer_to_hospital"
    PRODUCT_EXCLUDED = "product_excluded"
    MEASURE_LOW = "measure_low"
    MEASURE_HIGH = "measure_high"
    MEASURE_OVER_USUAL = "measure_over_usual"


class ScreeningFinding(NamedTuple):
    """One reason: ``item`` is the code of a question or measure; ``outcome`` None where something is missing."""

    code: ScreeningReason
    item: str
    number: str
    outcome: Outcome | None
    params: Mapping[str, Any]

    def plain(self) -> dict[str, Any]:
        """For a JSON column or answer."""
        outcome = self.outcome.value if self.outcome is not None else None
        return {
            "code": self.code.value,
            "item": self.item,
            "number": self.number,
            "outcome": outcome,
            "params": dict(self.params),
        }


class Screening(Struct, frozen=True, gc=False):
    """``outcome`` None: not decided, the findings name what is missing. ``form``, ``reference``: what was applied."""

    outcome: Outcome | None
    findings: tuple[ScreeningFinding, ...]
    complete: bool
    form: str
    reference: str

    @property
    def may_vaccinate(self) -> bool:
        return self.outcome is Outcome.ELIGIBLE or self.outcome is Outcome.CAUTION


PLAUSIBLE: dict[str, tuple[float, float]] = {
    "temperature_c": (30, 45),
    "pulse": (20, 250),
    "systolic_bp": (40, 300),
    "diastolic_bp": (20, 200),
    "respiratory_rate": (4, 80),
}
"""What a living person standing at the desk can show: 365 for 36.5 is a slip of the finger, not a fever."""


def form_for(forms: Iterable[Form], age: int, on: date) -> Form | None:
    """The form of that day for that age; the newest where two are in force; None where no text gives one."""
    day = on.isoformat()
    in_force = [
        form
        for form in forms
        if form["valid_from"] <= day
        and (form["valid_to"] is None or day < form["valid_to"])
        and form["min_age"] <= age
        and (form["max_age"] is None or age <= form["max_age"])
    ]
    return max(in_force, key=lambda form: str(form["valid_from"]), default=None)


def evaluate(
    form: Form,
    answers: Mapping[str, bool | str | None],
    measures: Mapping[str, float | int | None],
    *,
    age: int,
    sex: str = "U",
    product: str | None = None,
    product_name: str = "",
    at_hospital: bool = False,
) -> Screening:
    """Class and reasons of a filled form.

    ``answers``: item code to yes (True, "yes", or the detail that was named) or no (False, "no"); None or empty is
    missing. ``measures``: code to value in the form's unit, plus ``<code>_usual`` where the usual value is known.
    ``sex``: M, F or U; items for one sex are asked unless the person surely has the other. ``product``: key of the one
    chosen, if any, and ``product_name`` what people call it. Raises KeyError or ValueError for a form that is not as
    the data README says.
    """
    findings: list[ScreeningFinding] = []
    yes: set[str] = set()
    for item in form["items"]:
        findings.extend(_item(item, answers, sex, product, product_name, at_hospital, yes))
    for measure in form["measures"]:
        finding = _measure(measure, measures, age, yes, at_hospital)
        if finding is not None:
            findings.append(finding)
    complete = all(finding.outcome is not None for finding in findings)
    strictest = max(
        (finding.outcome for finding in findings if finding.outcome is not None),
        key=_RANK.__getitem__,
        default=Outcome.ELIGIBLE,
    )
    decided = complete or _RANK[strictest] >= _RANK[Outcome.DEFER]
    return Screening(strictest if decided else None, tuple(findings), complete, form["code"], form["reference"])


def _item(
    item: Mapping[str, Any],
    answers: Mapping[str, bool | str | None],
    sex: str,
    product: str | None,
    product_name: str,
    at_hospital: bool,
    yes: set[str],
) -> Sequence[ScreeningFinding]:
    """Findings of one question; adds its code to ``yes`` because measures ask for it."""
    if item["sex"] is not None and sex != "U" and sex != item["sex"]:
        return ()
    code, number = item["code"], item["number"]
    said = _is_yes(answers.get(code))
    if said is None:
        return (ScreeningFinding(ScreeningReason.ANSWER_MISSING, code, number, None, {}),)
    if not said:
        return ()
    yes.add(code)
    if product is not None and product in item.get("excludes_products", ()):
        params = {"product": product_name or product}
        return (ScreeningFinding(ScreeningReason.PRODUCT_EXCLUDED, code, number, Outcome.CONTRAINDICATED, params),)
    reason, outcome = _consequence(item["if_yes"], at_hospital, ScreeningReason.ANSWER_YES)
    if outcome is Outcome.ELIGIBLE:
        return ()
    return (ScreeningFinding(reason, code, number, outcome, {}),)


def _is_yes(answer: bool | str | None) -> bool | None:
    """Yes, no or None for not answered. Any other text is the detail named on a yes ("penicillin")."""
    if answer is None or isinstance(answer, bool):
        return answer
    text = answer.strip().lower()
    if not text:
        return None
    return text != "no"


def _consequence(consequence: str, at_hospital: bool, reason: ScreeningReason) -> tuple[ScreeningReason, Outcome]:
    if consequence == "refer":
        return ScreeningReason.REFER_TO_HOSPITAL, Outcome.CAUTION if at_hospital else Outcome.DEFER
    return reason, Outcome(consequence)


def _measure(
    measure: Mapping[str, Any], measures: Mapping[str, float | int | None], age: int, yes: set[str], at_hospital: bool
) -> ScreeningFinding | None:
    code, number = measure["code"], measure["number"]
    value = measures.get(code)
    if value is None:
        if _required(measure, age, yes):
            return ScreeningFinding(ScreeningReason.MEASURE_MISSING, code, number, None, {})
        return None
    least, most = PLAUSIBLE.get(code, (float("-inf"), float("inf")))
    if not least <= value <= most:
        return ScreeningFinding(ScreeningReason.MEASURE_IMPLAUSIBLE, code, number, None, {"value": value})
    low, high, over = measure["low"], measure["high"], measure["over_usual"]
    usual = measures.get(f"{code}_usual")
    if low is not None and value < low:
        reason, limit = ScreeningReason.MEASURE_LOW, low
    elif high is not None and value > high:
        reason, limit = ScreeningReason.MEASURE_HIGH, high
    elif over is not None and usual is not None and value > usual + over:
        reason, limit = ScreeningReason.MEASURE_OVER_USUAL, usual
    else:
        return None
    reason, outcome = _consequence(measure["outside"], at_hospital, reason)
    return ScreeningFinding(reason, code, number, outcome, {"value": value, "limit": limit})


def _required(measure: Mapping[str, Any], age: int, yes: set[str]) -> bool:
    """Asked of everyone, or of those whose age or yes the decision names."""
    if measure["required"] == "always":
        return True
    when = measure["when"]
    if when is None:
        return False
    return (when["min_age"] is not None and age >= when["min_age"]) or not yes.isdisjoint(when["items"])
