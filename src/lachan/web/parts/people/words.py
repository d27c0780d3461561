"""Words and small readings of the people part: dates as typed, what a scan could not say."""

from __future__ import annotations

import re
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lachan.people.search import Asked, days_of

SYSTEMS: Final[dict[str, str | Promise]] = {
    "citizen_id": _("Citizen card number"),
    "old_id": _("Old identity card number"),
    "health_insurance": _("Health insurance number"),
    "passport": _("Passport"),
    "provisional": _("Provisional number"),
}

SEXES: Final = (("F", _("female")), ("M", _("male")), ("U", _("not known")))

_UNREADABLE: Final[dict[str, str | Promise]] = {
    "letters": _("The number holds letters. Look at the card: 12 digits for the citizen card, 9 for the old one."),
    "wrong_length": _("The number has too few or too many digits. 12 for the citizen card, 9 for the old one."),
    "leading_zero_lost": _("A zero at the beginning seems to be missing."),
    "unknown_province": _("No citizen number begins like this. Look at the first three digits again."),
    "impossible_birth_year": _("No citizen number has this fourth digit. Type the number again."),
    "too_few_fields": _("The code of the card was read only in part. Scan it again or type the number."),
    "bad_birth_date": _("The birth date in the code of the card cannot be. Type what the card shows."),
    "bad_name": _("The name in the code of the card cannot be read. Type what the card shows."),
    "bad_hex": _("The code of the insurance card is damaged. Type the number."),
    "too_long": _("This is too long for a card or a name."),
}


def unreadable(asked: Asked) -> str | Promise:
    """What is wrong with what was scanned or typed; "" when nothing is."""
    if asked.kind == "phone":
        return _(
            "A telephone number finds nobody by itself: a whole family may share it. Type the name, with the birth "
            "date or the commune."
        )
    if asked.kind == "unreadable":
        return _UNREADABLE.get(asked.reason, _("This is no number, card or name. Scan again, or type it."))
    return ""


def written_date(text: str) -> str:
    """``17/05/1980``, ``17051980``, ``05/1980``, ``1980`` or ISO as YYYY[-MM[-DD]]; "" when it is no date."""
    text = text.strip()
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:2]}/{text[2:4]}/{text[4:]}"
    parts = re.split(r"[/.\- ]+", text)
    if not 1 <= len(parts) <= 3 or not all(part.isdigit() for part in parts):
        return ""
    if len(parts[0]) != 4:
        parts.reverse()
    if len(parts[0]) != 4:
        return ""
    written = "-".join([parts[0], *(part.zfill(2) for part in parts[1:])])
    return written if days_of(written) else ""


def shown_date(written: str) -> str:
    """YYYY[-MM[-DD]] as people write it here."""
    return "/".join(reversed(written.split("-")))
