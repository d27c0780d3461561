"""Words of the stock book: kinds of entries, why doses are lost, why numbers differ, what a code on a box did wrong."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from lachan.immunization.rules.gs1 import Gs1Error

KINDS: dict[str, Any] = {
    "carried": _("Carried over"),
    "receive": _("Received"),
    "dose": _("Given"),
    "waste": _("Wasted"),
    "return": _("Returned to the supplier"),
    "issue": _("Given out to a session"),
    "session_return": _("Back from a session"),
    "transfer_out": _("Sent to another facility"),
    "transfer_in": _("Arrived from another facility"),
    "transfer_back": _("Called back"),
    "count": _("Counted"),
    "adjust": _("Adjusted"),
}
WASTE: dict[str, Any] = {
    "opened_not_used": _("Opened, not used"),
    "open_too_long": _("Open too long"),
    "expired": _("Expired"),
    "broken": _("Broken"),
    "vvm": _("Vial monitor has turned"),
    "cold_chain": _("Cold chain broken"),
    "frozen": _("Frozen"),
    "contaminated": _("Contaminated"),
    "empty_vial_loss": _("Less in the vial than its label says"),
    "missing": _("Missing"),
    "other": _("Another reason"),
}
DIFFERENCES: dict[str, Any] = {
    "miscounted": _("Counted wrongly before"),
    "entry_missing": _("An entry is missing"),
    "entry_twice": _("Something was entered twice"),
    "wrong_lot": _("Taken from another lot"),
    "broken": _("Broken"),
    "extra_doses": _("Vials yielded more than their label says"),
    "lost": _("Lost"),
    "sender_miscounted": _("The sender counted wrongly"),
    "other": _("Another reason"),
}
ALSO: dict[str, Any] = {
    "settled": _("Settled by a later entry"),
    "dose_after_all": _("Given after all, sent later"),
}
ITEMS: dict[str, Any] = {
    "below_zero": _("More given than has come"),
    "count": _("The count differs"),
    "transfer": _("What arrived differs from what was sent"),
}
OUT: dict[str, Any] = {
    "waste": _("Wasted"),
    "return": _("Back to the supplier"),
    "issue": _("Out to a session"),
    "session_return": _("Back from a session"),
}
_CODES: dict[str, Any] = {
    "gs1_empty": _("Nothing was scanned. Scan the square code on the box."),
    "gs1_not_gs1": _("This is not the code of a box. Scan the square GS1 code, or type what is printed beside it."),
    "gs1_unknown": _("Part of the code (%(value)s) is not known. Scan it again or type what is printed beside it."),
    "gs1_cut": _("The code came through only in part. Scan it again, slowly, or type what is printed beside it."),
    "gs1_too_long": _("This is far longer than the code of a box. Scan the square code on the box."),
    "gs1_check_digit": _("The GTIN %(value)s cannot be right: its check digit does not fit. Scan or type it again."),
    "gs1_gtin": _("The GTIN %(value)s must have 14 digits. Scan or type it again."),
    "gs1_date": _("The date %(value)s in the code is none. Scan it again or type what is printed beside it."),
    "gs1_contradiction": _("The code says two different things under (%(identifier)s). Scan one box at a time."),
    "gs1_characters": _("Lot or serial number hold letters no such number is written with. Scan it again."),
    "gs1_value_too_long": _("Lot or serial number are longer than %(most)s. Scan it again: two may have run together."),
    "gs1_count": _("The number of doses in the code (%(value)s) is none. Scan it again."),
}


def reason(code: str) -> str:
    """The words of a reason as it stands in the book; free words as they are."""
    found = WASTE.get(code) or DIFFERENCES.get(code) or ALSO.get(code) or code
    return str(found)


def fault(error: Gs1Error) -> str:
    """Why a code could not be read, and what to do."""
    return str(_CODES[error.code]) % error.params
