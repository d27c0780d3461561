"""The closed list of reasons for which a dose or a screening is refused or questioned.

Codes go into worklists, API answers and devices in the field: they are only ever added, never renamed or reused.

Severity and authority say what medicine allows. The line drawn here:

* REFUSE - what cannot be true (a dose tomorrow, before birth, after death, twice on one day, a lot of another
  product). No reason makes it true; the entry, or the record it contradicts, has to be corrected.
* QUESTION, HEAD - what should not have been done, but may have been done: an expired or recalled lot, a person
  under the age of the licence, products that must not be mixed. The needle cannot be taken back, and a person injected
  from a recalled lot is exactly the one who must be found again, so the fact is recorded once the head answers for it.
* QUESTION, CLINICIAN - what the screening doctor may decide for this person (a shorter interval before an operation,
  an additional dose for weak immunity) or knows better than the register (a dose whose paper slip is in hand).
"""

from enum import IntEnum, StrEnum


class Severity(StrEnum):
    """REFUSE is never overridable; QUESTION is, by the right role with a stated reason."""

    REFUSE = "refuse"
    QUESTION = "question"


class Authority(IntEnum):
    """How far a person's word goes at the station. A higher one includes the lower."""

    NONE = 0
    CLINICIAN = 1
    HEAD = 2


AUTHORITY_OF_ROLE: dict[str, Authority] = {"screener": Authority.CLINICIAN, "head": Authority.HEAD}
"""Roles of the access room whose stated reason counts. Every other role can only hold the dose for one of these."""


class Reason(StrEnum):
    """Reason codes, in the order in which the checks run."""

    PRODUCT_UNKNOWN = "product_unknown"
    DATE_IN_FUTURE = "date_in_future"
    DATE_BEFORE_BIRTH = "date_before_birth"
    PERSON_DEAD = "person_dead"
    SAME_DOSE_TWICE = "same_dose_twice"
    LOT_OTHER_PRODUCT = "lot_other_product"
    PRODUCT_NOT_VALID_YET = "product_not_valid_yet"
    PRODUCT_NO_LONGER_VALID = "product_no_longer_valid"
    TOO_YOUNG = "too_young"
    AGE_UNCERTAIN = "age_uncertain"
    SERIES_COMPLETE_NO_BOOSTER_RULE = "series_complete_no_booster_rule"
    BOOSTER_TOO_EARLY = "booster_too_early"
    PRODUCT_NOT_MIXABLE = "product_not_mixable"
    WRONG_COMPONENT = "wrong_component"
    INTERVAL_TOO_SHORT = "interval_too_short"
    DOSE_NUMBER_MISMATCH = "dose_number_mismatch"
    LOT_MISSING = "lot_missing"
    LOT_UNKNOWN = "lot_unknown"
    LOT_RECALLED = "lot_recalled"
    LOT_QUARANTINED = "lot_quarantined"
    LOT_EXPIRED = "lot_expired"
    SESSION_CLOSED = "session_closed"
    SESSION_OTHER_DAY = "session_other_day"
    VIAL_OTHER = "vial_other"
    VIAL_NOT_OPEN_YET = "vial_not_open_yet"
    VIAL_THROWN_AWAY = "vial_thrown_away"
    VIAL_EMPTY = "vial_empty"
    VIAL_TIME_PASSED = "vial_time_passed"


_REFUSED = frozenset(
    {
        Reason.PRODUCT_UNKNOWN,
        Reason.DATE_IN_FUTURE,
        Reason.DATE_BEFORE_BIRTH,
        # A death date on the wrong record must be mended there first: a dose cannot argue with it.
        Reason.PERSON_DEAD,
        Reason.SAME_DOSE_TWICE,
        # Either the lot or the product was mistyped; both cannot be true, so one of them must be corrected.
        Reason.LOT_OTHER_PRODUCT,
        # A vial of another lot or session: vial or lot was mistaken, and one of them must be corrected.
        Reason.VIAL_OTHER,
    }
)

_CLINICIAN = frozenset(
    {
        Reason.AGE_UNCERTAIN,
        Reason.BOOSTER_TOO_EARLY,
        Reason.INTERVAL_TOO_SHORT,
        # The slip in the person's hand shows a dose that the register lacks.
        Reason.DOSE_NUMBER_MISMATCH,
        Reason.SESSION_CLOSED,
        Reason.SESSION_OTHER_DAY,
    }
)

SEVERITY: dict[Reason, Severity] = {
    reason: Severity.REFUSE if reason in _REFUSED else Severity.QUESTION for reason in Reason
}

NEEDS: dict[Reason, Authority] = {
    reason: Authority.CLINICIAN if reason in _CLINICIAN else Authority.HEAD
    for reason in Reason
    if reason not in _REFUSED
}
"""The least authority whose stated reason answers a question. Refusals are not in it."""
