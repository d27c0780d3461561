"""Ages and the age bands of the coverage counters.

A birth date comes with a precision: ``D`` (day known), ``M`` (month known) or ``Y`` (year known), as the papers of many
older people give only a year. An age is then a range, never a guess: a person is *surely* too young only when even the
earliest possible birthday leaves them too young, and *possibly* too young when only the latest one does.
A person born on 29 February turns a year older on 1 March of a common year.
"""

from datetime import date
from typing import NamedTuple

AGE_BANDS: tuple[int, ...] = (0, 5, 12, 18, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80)
"""Lower bounds in years. Cut at 12 and 18 because the Ministry opened vaccination at 18, then 12, then 5."""

UNKNOWN_BAND = -1
"""The band of a person without any birth date: counted, but in no age group."""

_OLDEST = 130
_BAND_OF_AGE: tuple[int, ...] = tuple(max(b for b in AGE_BANDS if b <= age) for age in range(_OLDEST + 1))
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class AgeRange(NamedTuple):
    """Whole years on a day; ``least`` and ``most`` are equal when the birth day is known."""

    least: int
    most: int


def years_between(birth_date: date, on: date) -> int:
    """Completed years from ``birth_date`` to ``on``; negative before birth."""
    years = on.year - birth_date.year
    if on.month < birth_date.month or (on.month == birth_date.month and on.day < birth_date.day):
        return years - 1
    return years


def age_band(birth_date: date | None, on: date) -> int:
    """Lower bound of the band a person is counted in on that day.

    The stored date is taken as it is, also when only the year is known: counters must give every dose exactly one band,
    and the recount must find the same one.
    """
    if birth_date is None:
        return UNKNOWN_BAND
    age = years_between(birth_date, on)
    if age < 0:
        return UNKNOWN_BAND
    return _BAND_OF_AGE[age] if age <= _OLDEST else AGE_BANDS[-1]


def born_earliest(birth_date: date, precision: str) -> date:
    """First day on which the person may have been born."""
    if precision == "D":
        return birth_date
    if precision == "M":
        return birth_date.replace(day=1)
    return date(birth_date.year, 1, 1)


def born_latest(birth_date: date, precision: str) -> date:
    """Last day on which the person may have been born."""
    if precision == "D":
        return birth_date
    if precision == "M":
        year, month = birth_date.year, birth_date.month
        leap = month == 2 and (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
        return date(year, month, 29 if leap else _MONTH_DAYS[month - 1])
    return date(birth_date.year, 12, 31)


def age_on(birth_date: date, precision: str, on: date) -> AgeRange:
    """Youngest and oldest the person may be on that day, in whole years."""
    if precision == "D":
        age = years_between(birth_date, on)
        return AgeRange(age, age)
    return AgeRange(
        least=years_between(born_latest(birth_date, precision), on),
        most=years_between(born_earliest(birth_date, precision), on),
    )
