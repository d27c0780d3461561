"""What stands in a cell, as a field of a person; pure. A fault is a code, ``sentences`` says what to do about it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from lachan.people import identifiers
from lachan.people.names import display_form, search_form
from lachan.people.repair import CITIZEN_ID, OLD_ID

LONGEST: Final = 500  # characters of a cell
# Excel on Windows counts days from here (29 February 1900, which never was, included).
_SERIAL_ZERO: Final = date(1899, 12, 30)
_SERIALS: Final = range(3_000, 60_000)  # 1908 to 2064; below stand years
_YEARS: Final = range(1890, 2100)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_GAPS: Final = re.compile(r"[\s\u00a0\u200b\ufeff]+")
ENDED: Final = frozenset({"xoa", "bo", "khong co", "khong"})  # in the cell of a number: it ends
MASKED: Final = "•"

RESULTS: Final = {  # what a team writes into the column of results -> what it means
    "da sua": "mended", "sua": "mended", "x": "mended",
    "dung nhu cu": "confirmed", "dung": "confirmed", "dung roi": "confirmed", "khong sua": "confirmed",
    "khong gap": "not_reached", "chua gap": "not_reached", "khong lien lac duoc": "not_reached", "vang": "not_reached",
    "da chuyen di": "moved", "chuyen di": "moved", "khong con cu tru": "moved", "da chuyen": "moved",
    "chua lam": "", "": "",
    "corrected": "mended", "right as it is": "confirmed", "not reached": "not_reached", "moved away": "moved",
}  # fmt: skip

_SEXES: Final = {
    "nam": "M", "m": "M", "male": "M", "trai": "M", "ong": "M", "1": "M",
    "nu": "F", "f": "F", "female": "F", "gai": "F", "ba": "F", "0": "F", "2": "F",
    "khong ro": "U", "u": "U", "not known": "U",
}  # fmt: skip


class Read(NamedTuple):
    """A value read, or the code of what is wrong with it. ``doubt``: read by mending (a zero put back), to be shown."""

    value: str
    fault: str = ""
    doubt: str = ""


class Number(NamedTuple):
    """A number read: its system (empty: none stands there, ``ends``: somebody wrote that there is none)."""

    system: str
    value: str
    fault: str = ""
    doubt: str = ""
    ends: bool = False


def text(cell: object) -> str:
    """A cell as text: composed, trimmed, single spaces; numbers without a decimal point; dates as 16/10/2021."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    if isinstance(cell, float):
        cell = int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell
    written = _GAPS.sub(" ", unicodedata.normalize("NFC", str(cell)).replace("\0", " ")).strip()
    return written[: LONGEST + 1]


def name(cell: object) -> Read:
    written = text(cell).removeprefix("'")
    if not written:
        return Read("")
    if len(written) > 200:
        return Read("", "too_long")
    if written.startswith(FORMULA):
        return Read("", "formula")
    if not search_form(written) or any(letter.isdigit() for letter in written):
        return Read("", "name_unreadable")
    return Read(display_form(written))


def sex(cell: object) -> Read:
    written = search_form(text(cell))
    if not written:
        return Read("")
    found = _SEXES.get(written)
    return Read(found) if found else Read("", "sex_unreadable")


def birth(cell: object, today: date) -> Read:
    """YYYY, YYYY-MM or YYYY-MM-DD; of a date of Excel, of its number in an unformatted cell, or of text, day first."""
    if isinstance(cell, datetime | date):
        written_on = cell.date() if isinstance(cell, datetime) else cell
        return _born(written_on.year, written_on.month, written_on.day, today)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        whole = int(cell)
        if whole in _SERIALS and whole == cell:
            counted = _SERIAL_ZERO + timedelta(days=whole)
            return _born(counted.year, counted.month, counted.day, today)
    written = text(cell).removeprefix("'")
    if not written:
        return Read("")
    digits = re.fullmatch(r"(\d{2})(\d{2})(\d{4})", written)
    parts = list(digits.groups()) if digits else re.split(r"[/.\-\s]+", written)
    if not 1 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return Read("", "birth_unreadable")
    if len(parts[0]) == 4:
        parts.reverse()
    if len(parts[-1]) != 4:
        return Read("", "birth_year_short" if len(parts) == 3 else "birth_unreadable")
    year, month, day, *_ = (*(int(part) for part in reversed(parts)), 0, 0)
    return _born(year, month, day, today)


def _born(year: int, month: int, day: int, today: date) -> Read:
    if year not in _YEARS:
        return Read("", "birth_year_impossible")
    try:
        whole = date(year, month or 1, day or 1)
    except ValueError:
        return Read("", "birth_no_day")
    if whole > today:
        return Read("", "birth_future")
    return Read(f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else ""))


def number(cell: object) -> Number:
    """A citizen id (12 digits) or the older id (9), by its form; a zero that Excel dropped is put back and shown."""
    if isinstance(cell, float) and not cell.is_integer():
        return Number("", "", "number_unreadable")
    written = text(cell).lstrip("'")
    if not written or MASKED in written:
        return Number("", "")
    if search_form(written) in ENDED:
        return Number("", "", ends=True)
    if re.search(r"[eE]\+", written):
        return Number("", "", "number_rounded")
    if written.startswith(FORMULA):
        return Number("", "", "formula")
    for system in (CITIZEN_ID, OLD_ID):
        if (checked := identifiers.check(system, written)).ok:
            return Number(system, checked.normal)
    checked = identifiers.check(CITIZEN_ID, written)
    if checked.reason == "leading_zero_lost" and identifiers.check(CITIZEN_ID, checked.normal).ok:
        return Number(CITIZEN_ID, checked.normal, doubt="zero_restored")
    if isinstance(cell, int | float) and (old := identifiers.check(OLD_ID, written)).reason == "leading_zero_lost":
        return Number(OLD_ID, old.normal, doubt="zero_restored")
    return Number("", "", f"number_{checked.reason}" if checked.reason in _REASONS else "number_unreadable")


_REASONS: Final = frozenset({"wrong_length", "letters", "unknown_province", "impossible_birth_year"})


def result(cell: object) -> Read:
    """mended, confirmed, not_reached, moved; empty for nothing yet."""
    found = RESULTS.get(search_form(text(cell)).rstrip("."))
    return Read("", "result_unknown") if found is None else Read(found)
