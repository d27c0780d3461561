"""What a reason says at the desk: what happened, why, what to do. English here, Vietnamese in ``locale``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lachan.immunization.rules.reasons import Reason
from lachan.immunization.rules.screening import ScreeningReason

DOSE_SENTENCES: dict[Reason, Promise] = {
    Reason.PRODUCT_UNKNOWN: _(
        "The product %(product)s is not in the list of products. Choose a product from the list or ask the "
        "administrator to add it."
    ),
    Reason.DATE_IN_FUTURE: _(
        "The dose is dated %(given_on)s, which has not come yet. Correct the date, or the clock of this device, "
        "and send it again."
    ),
    Reason.DATE_BEFORE_BIRTH: _(
        "The dose is dated %(given_on)s, before the person was born (%(birth_date)s). Correct the date of the "
        "dose or the birth date."
    ),
    Reason.PERSON_DEAD: _(
        "This person is recorded as having died on %(died_on)s, before the dose of %(given_on)s. Check that it is"
        " the right person; if the record is wrong, have the death corrected first."
    ),
    Reason.SAME_DOSE_TWICE: _(
        "This person already has dose %(dose_number)s, %(product)s on %(given_on)s. If it is the same dose, "
        "nothing more is needed; if not, correct the date or the dose number."
    ),
    Reason.LOT_OTHER_PRODUCT: _(
        "Lot %(lot)s is a lot of %(lot_product)s, not of %(product)s. Look at the vial and correct the lot or the"
        " product."
    ),
    Reason.PRODUCT_NOT_VALID_YET: _(
        "%(product)s may be given from %(valid_from)s; the dose is dated %(given_on)s. Check product and date; if"
        " it was given, the head of the station states why."
    ),
    Reason.PRODUCT_NO_LONGER_VALID: _(
        "%(product)s may not be given from %(valid_to)s on; the dose is dated %(given_on)s. Choose another "
        "product; if it was given, the head of the station states why."
    ),
    Reason.TOO_YOUNG: _(
        "%(product)s is given from the age of %(min_age)s; this person is %(age)s. Choose a product for this age;"
        " if it was given, the head of the station states why."
    ),
    Reason.AGE_UNCERTAIN: _(
        "%(product)s is given from the age of %(min_age)s and the birth date is not known exactly. Check the "
        "papers and complete the birth date, or the screener states why the person is old enough."
    ),
    Reason.SERIES_COMPLETE_NO_BOOSTER_RULE: _(
        "This person has %(doses)s doses and needs no more by the rules of %(given_on)s. Check the earlier doses;"
        " if it was given, the head of the station states why."
    ),
    Reason.BOOSTER_TOO_EARLY: _(
        "The latest dose was on %(previous_on)s; a booster may follow from %(due_on)s. Give a new appointment, or"
        " the screener states why it is given earlier (for example an additional dose for weak immunity)."
    ),
    Reason.PRODUCT_NOT_MIXABLE: _(
        "%(product)s may not follow %(previous_product)s. Choose the same product as before or one that may "
        "follow; if it was given, the head of the station states why."
    ),
    Reason.WRONG_COMPONENT: _(
        "Lot %(lot)s is component %(component)s, but this is dose %(dose_number)s. Take the vial with the right "
        "component; if it was given, the head of the station states why."
    ),
    Reason.INTERVAL_TOO_SHORT: _(
        "Only %(days)s days lie between this dose and the one of %(other_on)s; at least %(min_days)s are needed. "
        "Check that it is not the same dose; give a new appointment, or the screener states why it is given "
        "earlier."
    ),
    Reason.DOSE_NUMBER_MISMATCH: _(
        "Dose %(claimed)s was stated, but by the doses recorded it is dose %(computed)s. Enter the missing dose "
        "first, or the screener states what shows it (for example the vaccination slip)."
    ),
    Reason.LOT_MISSING: _(
        "No lot was stated. Read it from the vial or the session sheet; if it cannot be found any more, the head "
        "of the station states why."
    ),
    Reason.LOT_UNKNOWN: _(
        "Lot %(lot)s is not known at this station. Check the number on the vial, or have the stock keeper enter "
        "the lot; if it was given, the head of the station states why."
    ),
    Reason.LOT_RECALLED: _(
        "Lot %(lot)s has been recalled. Do not use it, set it apart and tell the stock keeper; if it was given, "
        "the head of the station states why, so that the person can be followed up."
    ),
    Reason.LOT_QUARANTINED: _(
        "Lot %(lot)s is in quarantine until it has been examined. Take another lot; if it was given, the head of "
        "the station states why."
    ),
    Reason.LOT_EXPIRED: _(
        "Lot %(lot)s expired on %(expires_on)s. Choose another lot or tell the stock keeper; if it was given, the"
        " head of the station states why."
    ),
    Reason.SESSION_CLOSED: _(
        "The session of %(session_on)s is closed. Have it opened again, or the screener states why the dose is "
        "recorded afterwards."
    ),
    Reason.SESSION_OTHER_DAY: _(
        "The session is of %(session_on)s, but the dose is dated %(given_on)s. Choose the session of that day, or"
        " the screener states why."
    ),
    Reason.VIAL_OTHER: _(
        "The vial named is of another lot or session than this dose of lot %(lot)s. Look at the vial and correct the "
        "lot, or choose the vial that is open here."
    ),
    Reason.VIAL_NOT_OPEN_YET: _(
        "The vial of lot %(lot)s was opened at %(at)s, after this dose. Correct the time of the dose or of the "
        "opening; if both are right, the head of the station states why."
    ),
    Reason.VIAL_THROWN_AWAY: _(
        "The vial of lot %(lot)s was thrown away at %(at)s, before this dose. Choose the vial that is open; if it was "
        "drawn from this one, the head of the station states why."
    ),
    Reason.VIAL_EMPTY: _(
        "All %(doses)s doses of this vial of lot %(lot)s are accounted for. Open the next vial; if this one yielded "
        "one more, the head of the station states so."
    ),
    Reason.VIAL_TIME_PASSED: _(
        "The open vial of lot %(lot)s could be used until %(at)s only. Throw it away and open a new one; if the dose "
        "was drawn from it, the head of the station states why, so that the person can be followed up."
    ),
}

SCREENING_SENTENCES: dict[ScreeningReason, Promise] = {
    ScreeningReason.ANSWER_MISSING: _("Question %(number)s is not answered: %(item)s Answer yes or no."),
    ScreeningReason.MEASURE_MISSING: _(
        "%(item)s must be measured for this person and is missing. Measure and enter it."
    ),
    ScreeningReason.MEASURE_IMPLAUSIBLE: _(
        "%(item)s %(value)s cannot be right. Look at the instrument and enter the value again."
    ),
    ScreeningReason.ANSWER_YES: _("Yes to question %(number)s: %(item)s"),
    ScreeningReason.REFER_TO_HOSPITAL: _(
        "Yes to question %(number)s: %(item)s Vaccinate only in a hospital: refer the person there."
    ),
    ScreeningReason.PRODUCT_EXCLUDED: _(
        "Yes to question %(number)s: %(item)s %(product)s must not be given. Choose another product."
    ),
    ScreeningReason.MEASURE_LOW: _("%(item)s %(value)s is below %(limit)s. Let the person rest and measure again."),
    ScreeningReason.MEASURE_HIGH: _("%(item)s %(value)s is above %(limit)s. Let the person rest and measure again."),
    ScreeningReason.MEASURE_OVER_USUAL: _(
        "%(item)s %(value)s is far above the usual %(limit)s of this person. Let the person rest and measure again."
    ),
}


def dose_sentence(code: str, params: Mapping[str, Any]) -> str:
    """The sentence for a dose reason in the active language.

    ``params`` as the finding carries them, or as they come back from JSON with ISO dates. Raises ValueError for a code
    that is not in the list.
    """
    return str(DOSE_SENTENCES[Reason(code)]) % {name: _shown(value) for name, value in params.items()}


def screening_sentence(finding: Mapping[str, Any], form: Mapping[str, Any]) -> str:
    """The sentence for a screening finding (``ScreeningFinding.plain()``), with the words of the form it came from."""
    language = "en" if (get_language() or "vi").startswith("en") else "vi"
    asked = [*form["items"], *form["measures"]]
    words = next((entry[language] for entry in asked if entry["code"] == finding["item"]), finding["item"])
    params = {name: _shown(value) for name, value in finding["params"].items()}
    sentence = SCREENING_SENTENCES[ScreeningReason(finding["code"])]
    return str(sentence) % {"number": finding["number"], "item": words, **params}


def _shown(value: Any) -> str:
    """Days as 16/10/2021 in both languages, numbers in the form of the language, the rest as it is."""
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return str(value)  # a lot number that only looks like a day
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float):
        return str(number_format(value))
    return str(value)
