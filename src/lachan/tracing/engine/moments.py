"""The usual forms of a time in a file, read by the million: whatever is written otherwise is left to :mod:`cells`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from lachan.tracing.engine.columns import Bools
from lachan.tracing.engine.shapes import Longs

MOST_DIGITS: Final = 11  # of UNIX seconds: more than the year 9999 has
WITHOUT_ZONE: Final = 19  # letters of 2020-09-14T10:00:00
DAY: Final = 86_400


def read(words: Any) -> tuple[Longs, Bools]:
    """(UNIX seconds, which were read) of Arrow strings without null: digits alone, or year to second with ``T`` or a
    space, with nothing, ``Z`` or ``+07:00`` behind. Never reads what the careful way would refuse or read otherwise."""
    count = len(words)
    _, places, letters = words.buffers()
    if not count or letters is None:
        return np.zeros(count, np.int64), np.zeros(count, bool)
    offsets = np.frombuffer(places, np.int32)[words.offset : words.offset + count + 1]
    found: tuple[Longs, Bools] = _read(np.frombuffer(letters, np.uint8), offsets)
    return found


@njit(cache=True, nogil=True)
def _number(letters: Any, begin: int, end: int) -> int:
    """The number that the letters spell, -1 when one is no digit."""
    number = 0
    for at in range(begin, end):
        digit = int(letters[at]) - 48
        if digit < 0 or digit > 9:
            return -1
        number = number * 10 + digit
    return number


@njit(cache=True, nogil=True)
def _days(year: int, month: int, day: int) -> int:
    """Days since 1970 of a day of the Gregorian calendar, -1000000 when there is none. Years are counted from March, so
    that the leap day is the last."""
    if year < 1 or month < 1 or month > 12 or day < 1:
        return -1_000_000
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    longest = 30 if month in (4, 6, 9, 11) else 31
    if month == 2:
        longest = 29 if leap else 28
    if day > longest:
        return -1_000_000
    since_march = (month + 9) % 12
    full = year - 1 if month < 3 else year
    return 365 * full + full // 4 - full // 100 + full // 400 + (153 * since_march + 2) // 5 + day - 719_469


@njit(cache=True, nogil=True)
def _zone(letters: Any, begin: int, end: int) -> int:
    """Seconds ahead of UTC, DAY when it is written in another form."""
    if end == begin or (end == begin + 1 and letters[begin] == 90):  # nothing, or Z
        return 0
    if end != begin + 6 or letters[begin + 3] != 58 or (letters[begin] != 43 and letters[begin] != 45):  # +00:00
        return DAY
    hours, minutes = _number(letters, begin + 1, begin + 3), _number(letters, begin + 4, begin + 6)
    if hours < 0 or hours > 23 or minutes < 0 or minutes > 59:
        return DAY
    ahead = hours * 3600 + minutes * 60
    return ahead if letters[begin] == 43 else -ahead


@njit(cache=True, nogil=True)
def _read(letters: Any, offsets: Any) -> Any:
    count = len(offsets) - 1
    seconds, read = np.zeros(count, np.int64), np.zeros(count, np.bool_)
    for row in range(count):
        a, end = offsets[row], offsets[row + 1]
        length = end - a
        if 0 < length <= MOST_DIGITS:
            number = _number(letters, a, end)
            if number >= 0:
                seconds[row], read[row] = number, True
            continue
        if length < WITHOUT_ZONE or letters[a + 4] != 45 or letters[a + 7] != 45:
            continue
        if letters[a + 13] != 58 or letters[a + 16] != 58 or (letters[a + 10] != 84 and letters[a + 10] != 32):
            continue
        days = _days(_number(letters, a, a + 4), _number(letters, a + 5, a + 7), _number(letters, a + 8, a + 10))
        hour, minute = _number(letters, a + 11, a + 13), _number(letters, a + 14, a + 16)
        second = _number(letters, a + 17, a + 19)
        ahead = _zone(letters, a + 19, end)
        if days == -1_000_000 or ahead == DAY or not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
            continue
        seconds[row], read[row] = days * DAY + hour * 3600 + minute * 60 + second - ahead, True
    return seconds, read
