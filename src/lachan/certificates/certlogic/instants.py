"""Date-times of CertLogic: milliseconds since 1970, in UTC, reckoned as ECMAScript's Date does.

The specification (1.3, "Offset date-time") names setUTCFullYear, setUTCMonth, setUTCDate and setUTCHours as the
measure: a day that the month does not have runs over into the next month (2021-01-31 + 1 month is 2021-03-03). Dates
that are read do the same up to the 31st, and 24:00:00 is the next day's first instant (ECMA-262, "Date Time String
Format").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lachan.certificates.certlogic.faults import LogicError

UNITS: Final = ("year", "month", "day", "hour")
_HOUR: Final = 3_600_000  # ms
_DAY: Final = 24 * _HOUR
_FURTHEST: Final = 8_640_000_000_000_000  # ms, ECMA-262 "Time Values and Time Range"
_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?\Z")
_DATE_TIME: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:\.([0-9]+))?(?:Z|([+-])([0-9]{1,2}):?([0-9]{2})?)?\Z"
)


@dataclass(frozen=True, slots=True)
class Instant:
    """A date-time with the precision of milliseconds."""

    ms: int

    def text(self) -> str:
        """``2021-06-24T00:00:00.000Z``, with six digits and a sign for years outside 0 to 9999."""
        days, rest = divmod(self.ms, _DAY)
        year, month, day = _civil(days)
        seconds, ms = divmod(rest, 1000)
        hour, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
        written = f"{year:04d}" if 0 <= year <= 9999 else f"{year:+07d}"
        return f"{written}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}.{ms:03d}Z"


def parse(text: str) -> Instant:
    """The instant that ``text`` names: YYYY, YYYY-MM (their last day), YYYY-MM-DD, or with Thh:mm:ss, decimals after
    a full stop (those beyond the third are left out) and Z, ±h, ±hh, ±hmm, ±hhmm, ±h:mm or ±hh:mm; UTC without."""
    if _DATE.match(text):
        return parse_birth(text)
    found = _DATE_TIME.match(text)
    if not found:
        raise LogicError("DATE", "not a date or date-time in an allowed form")
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    decimals, sign, offset_hours, offset_minutes = found.groups()[6:]
    of_day = hour * _HOUR + minute * 60_000 + second * 1000 + int(((decimals or "") + "000")[:3])
    if of_day > _DAY or minute > 59 or second > 59 or int(offset_hours or 0) > 23 or int(offset_minutes or 0) > 59:
        raise LogicError("DATE", "no such time of day")
    ms = _day(year, month, day) * _DAY + of_day
    offset = int(offset_hours or 0) * _HOUR + int(offset_minutes or 0) * 60_000
    return Instant(ms + offset if sign == "-" else ms - offset)


def parse_birth(text: str) -> Instant:
    """The last instant at midnight UTC that a date of birth (YYYY, YYYY-MM, YYYY-MM-DD) can mean."""
    found = _DATE.match(text)
    if not found:
        raise LogicError("DATE", "not a date of birth in an allowed form")
    year, month, day = int(found[1]), int(found[2] or 12), found[3]
    if not 1 <= month <= 12:
        raise LogicError("DATE", "no such month")
    days = _days(year, month + 1, 1) - 1 if day is None else _day(year, month, int(day))
    return Instant(days * _DAY)


def plus(instant: Instant, amount: int, unit: str) -> Instant:
    """``instant`` moved by ``amount`` of ``unit`` (one of UNITS)."""
    days, rest = divmod(instant.ms, _DAY)
    if abs(amount) > _FURTHEST:
        raise LogicError("RANGE", "beyond all dates")
    if unit == "hour":
        ms = instant.ms + amount * _HOUR
    elif unit == "day":
        ms = instant.ms + amount * _DAY
    else:
        year, month, day = _civil(days)
        moved = _days(year + amount, month, day) if unit == "year" else _days(year, month + amount, day)
        ms = moved * _DAY + rest
    if abs(ms) > _FURTHEST:
        raise LogicError("RANGE", "beyond all dates")
    return Instant(ms)


def _day(year: int, month: int, day: int) -> int:
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        raise LogicError("DATE", "no such day")
    return _days(year, month, day)


def _days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 of the proleptic Gregorian calendar; month and day may run over."""
    years, month = divmod(month - 1, 12)
    year += years
    year -= month < 2  # years that begin in March: the leap day is the last
    era, of_era = divmod(year, 400)
    of_year = (153 * ((month + 10) % 12) + 2) // 5
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year + day - 1 - 719_468


def _civil(days: int) -> tuple[int, int, int]:
    era, of_era = divmod(days + 719_468, 146_097)
    years = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * years + years // 4 - years // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    return years + era * 400 + (month >= 10), (month + 2) % 12 + 1, day
