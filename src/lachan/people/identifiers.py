"""Identity numbers and telephone numbers of Vietnam: checked, put into one form, told apart, masked.

Nothing here says that a number was issued to this person: only that it is written as one could be.
Sources: Decree 137/2015 art. 13, Circular 07/2016/TT-BCA art. 7 and Circular 59/2021/TT-BCA art. 4 (citizen id);
Decision 1351/QĐ-BHXH (health insurance); the plan that turned 11-digit mobile numbers into 10 digits in autumn 2018.
"""

import re
from typing import Final, Literal, NamedTuple

System = Literal["citizen_id", "old_id", "health_insurance", "passport", "provisional", "phone"]

# A person is recognised by these and by no others. A phone is a contact; a provisional number is our own stopgap.
TRUSTED: Final = frozenset({"citizen_id", "old_id", "health_insurance", "passport"})


class IdentifierCheck(NamedTuple):
    """`ok` with the one stored form in `normal`; or not, with a reason code and, where it can be guessed, `normal`.

    Reason codes: empty, letters, wrong_length, leading_zero_lost, unknown_province, impossible_birth_year,
    not_mobile, wrong_form, unknown_system. A guess (leading_zero_lost) is for a person to confirm, never used silently.
    """

    ok: bool
    normal: str
    reason: str


class CitizenIdFacts(NamedTuple):
    """What a 12-digit number says: province or country code (3 digits), "M" or "F", year of birth."""

    province: str
    sex: Literal["M", "F"]
    birth_year: int


# The first three digits: a province of birth registration (001 to 096, GSO code, unchanged by the mergers of 2025), or
# the code of a country for those born abroad. Not every code between is given out; which are is no question of form.
_HIGHEST_PROVINCE: Final = 96
_COUNTRIES: Final = range(100, 400)

_SEPARATORS = str.maketrans("", "", " .-\u00a0\u202f\u2010\u2011\t/()")
_MOBILE = re.compile(r"0(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-46-9])\d{7}")
_LANDLINE = re.compile(r"02\d{9}")
_INSURANCE = re.compile(r"(?:[A-Z]{2}[1-5]\d{12}|\d{10})")
_PASSPORT = re.compile(r"(?=.*\d)[A-Z0-9]{6,9}")
_PROVISIONAL = re.compile(r"TAM-[0-9A-HJKMNP-TV-Z]{6,16}")

# Prefixes of before September 2018 and what they became; the seven digits behind them stayed.
_ELEVEN_DIGITS: Final = {
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036", "0167": "037", "0168": "038",
    "0169": "039", "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078", "0123": "083",
    "0124": "084", "0125": "085", "0127": "081", "0129": "082", "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip


def check(system: str, value: str) -> IdentifierCheck:
    """Judges one number as written: separators are ignored, digits and letters are not."""
    bare = value.translate(_SEPARATORS).upper() if system != "provisional" else value.strip().upper()
    if not bare:
        return IdentifierCheck(False, "", "empty")
    judge = _JUDGES.get(system)
    return judge(bare) if judge else IdentifierCheck(False, "", "unknown_system")


def citizen_id_facts(value: str) -> CitizenIdFacts | None:
    """What a citizen id (12 digits, no separators) says of its holder; None if it cannot be one."""
    if not check("citizen_id", value).ok or len(value) != 12:
        return None
    century = int(value[3])
    return CitizenIdFacts(value[:3], "F" if century % 2 else "M", 1900 + 100 * (century // 2) + int(value[4:6]))


def normal_phone(value: str) -> str:
    """A mobile or landline number as 0 and its digits: `"+84 836 780 354"` -> `"0836780354"`; empty if it is none.

    Takes +84, 84 and 0084, a lost zero, separators, and the 11-digit mobile numbers of before 2018.
    """
    digits = value.translate(_SEPARATORS)
    if digits.startswith("+"):
        digits = "00" + digits[1:]
    if not (digits.isascii() and digits.isdigit()):
        return ""
    if digits.startswith("0084"):
        digits = "0" + digits[4:].removeprefix("0")
    elif digits.startswith("84") and len(digits) in (11, 12):
        digits = "0" + digits[2:]
    elif not digits.startswith("0"):
        digits = "0" + digits
    if len(digits) == 11 and digits[:4] in _ELEVEN_DIGITS:
        digits = _ELEVEN_DIGITS[digits[:4]] + digits[4:]
    return digits if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits) else ""


def detect(text: str) -> Literal["card", "citizen_id", "old_id", "health_insurance", "passport", "provisional",
                                 "phone", "name", "empty"]:  # fmt: skip
    """Which kind of thing was typed or scanned, by its form alone.

    Ten digits are a mobile number where they could be one, else a health-insurance number: at the door a phone is
    typed far more often, and a search may still try the other.
    """
    trimmed = text.strip()
    if not trimmed:
        return "empty"
    if "|" in trimmed:
        return "card"
    for system in ("provisional", "citizen_id", "old_id", "phone", "health_insurance", "passport"):
        if check(system, trimmed).ok:
            return system
    return "name"


def mask(value: str) -> str:
    """The first and last four characters: `"079012341234"` -> `"0790••••1234"`; short values keep only their end."""
    if len(value) >= 12:
        return value[:4] + "•" * (len(value) - 8) + value[-4:]
    shown = 3 if len(value) >= 8 else 1 if len(value) >= 4 else 0
    return "•" * (len(value) - shown) + (value[-shown:] if shown else "")


def one_slip_apart(a: str, b: str) -> bool:
    """True when one digit is wrong or two neighbours are exchanged: the two slips of a hand that copies a number."""
    if len(a) != len(b):
        return False
    wrong = [i for i in range(len(a)) if a[i] != b[i]]
    if len(wrong) == 1:
        return True
    return len(wrong) == 2 and wrong[1] == wrong[0] + 1 and a[wrong[0]] == b[wrong[1]] and a[wrong[1]] == b[wrong[0]]


def _refused(reason: str, guess: str = "") -> IdentifierCheck:
    return IdentifierCheck(False, guess, reason)


def _digits(bare: str, wanted: int) -> IdentifierCheck | None:
    """The refusals that every number of `wanted` digits shares; None when it has that many digits."""
    if not (bare.isascii() and bare.isdigit()):
        return _refused("letters")
    if len(bare) == wanted:
        return None
    return _refused("leading_zero_lost", "0" + bare) if len(bare) == wanted - 1 else _refused("wrong_length")


def _citizen_id(bare: str) -> IdentifierCheck:
    # Every province code starts with a zero, and Hà Nội's with two: a spreadsheet drops both.
    if len(bare) == 10 and bare.startswith("1") and bare.isdigit():
        return _refused("leading_zero_lost", "00" + bare)
    if refused := _digits(bare, 12):
        return refused
    place = int(bare[:3])
    if not (0 < place <= _HIGHEST_PROVINCE or place in _COUNTRIES):
        return _refused("unknown_province")
    # The fourth figure is century and sex: 0 to 3 are the 1900s and 2000s, the rest is not born yet.
    return IdentifierCheck(True, bare, "") if bare[3] <= "3" else _refused("impossible_birth_year")


def _old_id(bare: str) -> IdentifierCheck:
    return _digits(bare, 9) or IdentifierCheck(True, bare, "")


def _insurance(bare: str) -> IdentifierCheck:
    if _INSURANCE.fullmatch(bare):
        return IdentifierCheck(True, bare, "")
    return _refused("wrong_form" if len(bare) in (10, 15) else "wrong_length")


def _passport(bare: str) -> IdentifierCheck:
    return (
        IdentifierCheck(True, bare, "") if _PASSPORT.fullmatch(bare) and not bare.isdigit() else _refused("wrong_form")
    )


def _provisional(bare: str) -> IdentifierCheck:
    return IdentifierCheck(True, bare, "") if _PROVISIONAL.fullmatch(bare) else _refused("wrong_form")


def _phone(bare: str) -> IdentifierCheck:
    normal = normal_phone(bare)
    if normal:
        return IdentifierCheck(True, normal, "")
    return _refused("not_mobile" if bare.lstrip("+").isdigit() else "letters")


_JUDGES = {
    "citizen_id": _citizen_id,
    "old_id": _old_id,
    "health_insurance": _insurance,
    "passport": _passport,
    "provisional": _provisional,
    "phone": _phone,
}
