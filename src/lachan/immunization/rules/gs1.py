"""What a GS1 DataMatrix (or GS1-128, or what is printed beside it) on a box says: GTIN, lot, expiry, serial number.

Source: GS1 General Specifications, sections 3 (application identifiers), 7.8 (element strings, predefined lengths) and
7.12 (years of two digits). Hand scanners send the text with a symbology identifier before it (``]d2``) or without, and
FNC1 as the character GS, as a substitute, or not at all; all of that is read, and what stays open is said, not guessed.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import Final

from msgspec import Struct

GS: Final = "\x1d"
MOST_CHARACTERS: Final = 400

# Predefined lengths of the data after the identifier, by its first two digits (General Specifications, figure 7.8.5-2):
# what begins so needs no separator behind it.
_FIXED: Final = {
    "00": 18, "01": 14, "02": 14, "03": 14, "04": 16, "11": 6, "12": 6, "13": 6, "14": 6, "15": 6, "16": 6, "17": 6,
    "18": 6, "19": 6, "20": 2, "31": 6, "32": 6, "33": 6, "34": 6, "35": 6, "36": 6, "41": 13,
}  # fmt: skip
_THREE: Final = frozenset({"23", "24", "25", "40", "41", "42", "71"})
_FOUR: Final = frozenset({"31", "32", "33", "34", "35", "36", "39", "43", "70", "72", "80", "81", "82"})
_TWO: Final = frozenset(
    {"00", "01", "02", "03", "10", "11", "12", "13", "15", "16", "17", "20", "21", "22", "30", "37"}
    | {str(n) for n in range(90, 100)}
)
_LONGEST: Final = {"10": 20, "21": 20, "22": 20, "30": 8, "37": 8, "240": 30, "241": 30, "250": 30}
_DATES: Final = frozenset({"11", "12", "13", "15", "16", "17"})
_SYMBOLOGY: Final = re.compile(r"^\][A-Za-z][0-9A-Za-z]")
_SUBSTITUTES: Final = re.compile(r"<GS>|\{GS\}|\[GS\]|\\x1d|\\u001d|\\035|\^\]|\x1e|␝|[|~]", re.IGNORECASE)
_PRINTED: Final = re.compile(r"\((\d{2,4})\)")
# ISO/IEC 646 subset of the General Specifications, table 7.11-1: all a lot or serial may be written with.
_CHARACTERS: Final = re.compile(r"""^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+$""")


class Gs1Error(ValueError):
    """A text that cannot be read; ``code`` says why (``gs1_…``), ``params`` fill its sentence."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(f"{code} {params}")
        self.code, self.params = code, params


class BoxCode(Struct, frozen=True, gc=False):
    """What was read. ``others`` are identifiers this house has no use for, as they stood.

    ``doubts``: other ways to read lot and serial, (lot, serial), where the scanner has swallowed the separator; not
    empty means a person looks at the box.
    """

    gtin: str | None = None
    lot: str | None = None
    expires_on: date | None = None
    made_on: date | None = None
    serial: str | None = None
    count: int | None = None
    others: dict[str, str] = {}
    doubts: tuple[tuple[str, str], ...] = ()


def read(text: str, today: date) -> BoxCode:
    """Read one scan. ``today`` settles the century of two-digit years. Raises :class:`Gs1Error`."""
    raw = text.strip(" \t\r\n")
    if not raw:
        raise Gs1Error("gs1_empty")
    if len(raw) > MOST_CHARACTERS:
        raise Gs1Error("gs1_too_long", most=MOST_CHARACTERS)
    bare = _SYMBOLOGY.sub("", raw)
    if re.fullmatch(r"\d{13,14}", bare):  # the bar code of the shops: a GTIN and nothing more
        return BoxCode(gtin=_gtin(bare.zfill(14)))
    printed = _PRINTED.match(bare) is not None
    if printed:
        elements, separated = list(_printed(bare)), True
    else:
        clean = _SUBSTITUTES.sub(GS, bare)
        separated = GS in clean.strip(GS)
        elements = list(_walk(clean.lstrip(GS)))
    return _code(elements, today, separated)


def check_digit(digits: str) -> int:
    """The check digit that belongs behind these digits (modulo 10, weights 3 and 1 from the right)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -total % 10


def full_date(six: str, today: date) -> date:
    """YYMMDD as a date. DD 00 is the last day of the month. The century is the one nearest to today (section 7.12):
    a year 51 or more ahead belongs to the last century, one 50 or more behind to the next. Raises :class:`Gs1Error`."""
    if not re.fullmatch(r"[0-9]{6}", six):
        raise Gs1Error("gs1_date", value=six)
    year, month, day = int(six[:2]), int(six[2:4]), int(six[4:])
    difference, century = year - today.year % 100, today.year // 100
    if difference >= 51:
        century -= 1
    elif difference <= -50:
        century += 1
    try:
        whole = century * 100 + year
        return date(whole, month, day or monthrange(whole, month)[1])
    except (ValueError, IndexError):
        raise Gs1Error("gs1_date", value=six) from None


def _printed(text: str) -> Iterator[tuple[str, str]]:
    """The form for people: (01)…(17)…(10)…; a bracket that holds no identifier is part of the value."""
    marks = [found for found in _PRINTED.finditer(text) if _identifier(found[1]) == found[1]]
    for number, found in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        yield found[1], text[found.end() : end].strip().strip(GS)


def _walk(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text):
        if text[place] == GS:
            place += 1
            continue
        name = _identifier(text[place : place + 4])
        if name is None:
            raise Gs1Error("gs1_unknown" if place else "gs1_not_gs1", value=text[place : place + 4].replace(GS, ""))
        place += len(name)
        fixed = _fixed(name)
        if fixed is not None:
            value = text[place : place + fixed]
            if len(value) < fixed or GS in value:
                raise Gs1Error("gs1_cut", identifier=name)
            place += fixed
        else:
            end = text.find(GS, place)
            value = text[place:] if end < 0 else text[place:end]
            place += len(value)
        yield name, value


def _identifier(text: str) -> str | None:
    """The application identifier a text begins with."""
    if not text[:2].isdecimal() or len(text) < 2:
        return None
    size = 4 if text[:2] in _FOUR else 3 if text[:2] in _THREE else 2 if text[:2] in _TWO else 0
    return text[:size] if size and len(text) >= size and text[:size].isdecimal() else None


def _fixed(name: str) -> int | None:
    """Data length of an identifier with a predefined one."""
    return _FIXED.get(name[:2])


def _code(elements: list[tuple[str, str]], today: date, separated: bool) -> BoxCode:
    found: dict[str, str] = {}
    for name, value in elements:
        if found.setdefault(name, value) != value:
            raise Gs1Error("gs1_contradiction", identifier=name)
    for name in ("10", "21"):
        if name in found and not found[name]:
            raise Gs1Error("gs1_cut", identifier=name)
    doubts = [] if separated else _swallowed(elements, today)
    for name in ("10", "21"):
        value = found.get(name, "")
        if value and not _CHARACTERS.match(value):
            raise Gs1Error("gs1_characters", identifier=name)
        if len(value) > _LONGEST[name] and not doubts:
            raise Gs1Error("gs1_value_too_long", identifier=name, most=_LONGEST[name])
    count = found.get("30") or found.get("37")
    if count is not None and not (count.isdecimal() and len(count) <= 8 and count.isascii()):
        raise Gs1Error("gs1_count", value=count[:12])
    return BoxCode(
        gtin=_gtin(found["01"]) if "01" in found else None,
        lot=found.get("10"),
        expires_on=full_date(found["17"], today) if "17" in found else None,
        made_on=full_date(found["11"], today) if "11" in found else None,
        serial=found.get("21"),
        count=int(count) if count else None,
        others={name: value for name, value in found.items() if name not in ("01", "10", "11", "17", "21", "30", "37")},
        doubts=tuple(doubts),
    )


def _gtin(digits: str) -> str:
    if not re.fullmatch(r"[0-9]{14}", digits):
        raise Gs1Error("gs1_gtin", value=digits)
    if check_digit(digits[:-1]) != int(digits[-1]):
        raise Gs1Error("gs1_check_digit", value=digits)
    return digits


def _swallowed(elements: list[tuple[str, str]], today: date) -> list[tuple[str, str]]:
    """(lot, serial) as they may be meant when the separator between them did not come through: the lot or the serial
    is last and holds what could be the other identifier. Empty where nothing speaks for it."""
    if not elements or elements[-1][0] not in ("10", "21"):
        return []
    last, value = elements[-1]
    other = "21" if last == "10" else "10"
    if any(name == other for name, _ in elements):
        return []
    ways = []
    for place in range(1, len(value) - 2):
        if value[place : place + 2] == other:
            first, second = value[:place], value[place + 2 :]
            if len(first) <= 20 and len(second) <= 20:
                ways.append((first, second) if last == "10" else (second, first))
    return ways
