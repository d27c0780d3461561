"""Reads the file of a temperature logger: whatever the maker calls its columns. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct

from lachan.immunization.rules.facts import VIETNAM

MOST_BYTES: Final = 30 * 1024 * 1024
MOST_ROWS: Final = 500_000
MOST_FAULTS: Final = 50  # lines named in an answer
HEADER_WITHIN: Final = 100  # lines of talk a logger may put before its table
LEAST, MOST = -120.0, 80.0  # °C no thermometer of a fridge reads beyond

# Names of columns as loggers write them, folded: LogTag, Fridge-tag, Berlinger, Testo, Elitech, and ours.
_TIME = {
    "time", "timestamp", "datetime", "date time", "date/time", "reading time", "logged at", "thời gian", "ngày giờ",
    "thoi gian", "ngay gio", "time stamp", "recorded at",
}  # fmt: skip
_DATE = {"date", "ngày", "ngay"}
_CLOCK = {"time", "giờ", "gio", "clock"}
_DEGREES = re.compile(
    r"^(temp(erature)?|nhiệt độ|nhiet do|reading|value|ch(annel)? ?1|t|celsius|probe ?1?)\b.*|^°[cf]$"
)
_STAMP = re.compile(
    r"^\s*(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AaPp][Mm])?\s*"
    r"(Z|[+-]\d{2}:?\d{2})?\s*$"
)


class Fault(Struct, frozen=True):
    """A line that could not be read: time_unreadable, temperature_unreadable or temperature_impossible."""

    line: int
    reason: str


class Readings(Struct, frozen=True):
    """A series in order of time: seconds since 1970 and °C, each time once; and the lines left out."""

    times: list[int]
    degrees: list[float]
    faults: list[Fault]
    left_out: int


class Unreadable(ValueError):
    """The file as a whole cannot be read; ``args[0]`` is the reason code: file_too_large, file_not_text,
    too_many_rows, no_readings."""


def read(content: bytes) -> Readings:
    """The readings of a file. Raises :class:`Unreadable`.

    Comma, semicolon or tab; decimal comma; times as ISO or day first, without an offset Vietnam's; °F by the heading.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable("file_too_large")
    rows: list[list[str]] = list(_table(_text(content)))
    start, when, clock, value, fahrenheit = _columns(rows)
    found: dict[int, float] = {}
    faults: list[Fault] = []
    left_out = 0
    for number, row in enumerate(rows[start:], start + 1):
        if not any(cell.strip() for cell in row):
            continue
        if len(found) >= MOST_ROWS:
            raise Unreadable("too_many_rows")
        said = row[when] if when < len(row) else ""
        if clock is not None:
            said = f"{said} {row[clock] if clock < len(row) else ''}"
        at, degrees = _moment(said), _number(row[value] if value < len(row) else "")
        if degrees is not None and fahrenheit:
            degrees = round((degrees - 32) / 1.8, 2)
        reason = _fault(at, degrees)
        if reason is not None:
            left_out += 1
            if len(faults) < MOST_FAULTS:
                faults.append(Fault(number, reason))
            continue
        assert at is not None
        assert degrees is not None
        found[at] = degrees
    if not found:
        raise Unreadable("no_readings")
    times = sorted(found)
    return Readings(times, [found[at] for at in times], faults, left_out)


def _text(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    if b"\x00" in content[:4096]:
        raise Unreadable("file_not_text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")  # older loggers: only the degree sign is concerned


def _table(text: str) -> Iterator[list[str]]:
    head = text[:20_000]
    delimiter = max(";\t,", key=lambda sign: head.count(sign) * (2 if sign != "," else 1))
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _columns(rows: list[list[str]]) -> tuple[int, int, int | None, int, bool]:
    """(first row of readings, column of the time, of a clock beside a date, of the temperature, whether °F)."""
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        names = [re.sub(r"\s+", " ", cell.strip().lower()) for cell in row]
        bare = [re.sub(r"\s*[\(\[].*$", "", name) for name in names]
        value = next((n for n, name in enumerate(bare) if _DEGREES.match(name)), None)
        if value is None:
            continue
        date = next((n for n, name in enumerate(bare) if name in _DATE), None)
        when = next((n for n, name in enumerate(bare) if name in _TIME), None)
        if date is not None:
            clock = next((n for n, name in enumerate(bare) if name in _CLOCK and n != date), None)
            return index + 1, date, clock, value, "°f" in names[value] or "(f" in names[value]
        if when is not None:
            return index + 1, when, None, value, "°f" in names[value] or "(f" in names[value]
    for index, row in enumerate(rows[:HEADER_WITHIN]):  # no heading at all: the first row that reads as one
        if len(row) >= 2 and _moment(row[0]) is not None and _number(row[1]) is not None:
            return index, 0, None, 1, False
    raise Unreadable("no_readings")


def _moment(text: str) -> int | None:
    found = _STAMP.match(text)
    if found is None:
        return None
    first, month, third, hour, minute, second, half, offset = found.groups()
    year, day = (first, third) if len(first) == 4 else (third, first)
    if len(year) != 4:
        return None
    hours = int(hour)
    if half:
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    try:
        at = datetime(int(year), int(month), int(day), hours, int(minute), int(second or 0), tzinfo=VIETNAM)
        if offset:
            at = datetime.fromisoformat(at.replace(tzinfo=None).isoformat() + offset.replace("Z", "+00:00"))
    except ValueError:
        return None
    return int(at.timestamp())


def _number(text: str) -> float | None:
    plain = re.sub(r"[\s°CcFf]+$", "", text.strip()).replace(",", ".").replace("−", "-")
    try:
        return float(plain)
    except ValueError:
        return None


def _fault(at: int | None, degrees: float | None) -> str | None:
    if at is None:
        return "time_unreadable"
    if degrees is None:
        return "temperature_unreadable"
    return None if LEAST <= degrees <= MOST else "temperature_impossible"
