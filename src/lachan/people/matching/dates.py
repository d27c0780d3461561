"""How near two written birth dates are."""

import functools
from enum import IntEnum

import msgspec


class Dates(IntEnum):
    """Agreement of two birth dates, best first; the order is used.

    FULL    same day, both written in full
    YEAR    same year, where one side knows only the year or writes 1 January, which often means the same
    SWAPPED day and month exchanged
    SLIP    one of day, month and year differs by one digit or by one
    DIFFER  two dates
    UNKNOWN one side says nothing usable
    """

    FULL = 0
    YEAR = 1
    SWAPPED = 2
    SLIP = 3
    DIFFER = 4
    UNKNOWN = 5


class BirthDate(msgspec.Struct, frozen=True):
    """Year, and month and day where written (0 where not). What was written: the day need not exist."""

    year: int
    month: int = 0
    day: int = 0


@functools.lru_cache(maxsize=65536)
def birth_date(written: str) -> BirthDate | None:
    """`2011-06-24`, `2011-06` or `2011`; None for anything else."""
    parts = written.strip().split("-")
    if not 1 <= len(parts) <= 3 or len(parts[0]) != 4 or not all(p.isascii() and p.isdigit() for p in parts):
        return None
    numbers = [int(part) for part in parts]
    if not 1850 <= numbers[0] <= 2150 or any(n > 31 for n in numbers[1:]):
        return None
    return BirthDate(*numbers)


def compare(a: BirthDate | None, b: BirthDate | None) -> Dates:
    """Symmetric."""
    if a is None or b is None:
        return Dates.UNKNOWN
    if a == b:
        return Dates.FULL if a.day else Dates.YEAR
    if a.year == b.year and (_year_alone(a) or _year_alone(b)):
        return Dates.YEAR
    if not a.day or not b.day:
        return Dates.SLIP if _slip(a.year, b.year) and a.month == b.month else Dates.DIFFER
    if a.year == b.year and a.month == b.day and a.day == b.month:
        return Dates.SWAPPED
    if abs(a.year - b.year) == 10 and a.month == b.month and a.day == b.day:
        return Dates.SLIP  # 1996 and 2006: one decade wrong changes two or three digits
    differing = [(x, y) for x, y in ((a.year, b.year), (a.month, b.month), (a.day, b.day)) if x != y]
    return Dates.SLIP if len(differing) == 1 and _slip(*differing[0]) else Dates.DIFFER


def _year_alone(date: BirthDate) -> bool:
    return not date.day or (date.month == 1 and date.day == 1)


def _slip(x: int, y: int) -> bool:
    """One digit written wrong, two neighbours exchanged, or a neighbour number."""
    if abs(x - y) == 1:
        return True
    p, q = f"{x:02}", f"{y:02}"
    wrong = [i for i in range(len(p)) if p[i] != q[i]] if len(p) == len(q) else []
    if len(wrong) == 1:
        return True
    return len(wrong) == 2 and wrong[1] == wrong[0] + 1 and p[wrong[0]] == q[wrong[1]] and p[wrong[1]] == q[wrong[0]]
