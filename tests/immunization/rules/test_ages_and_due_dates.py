"""Ages, age bands and due dates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lachan.immunization.rules.bands import (
    AGE_BANDS,
    UNKNOWN_BAND,
    AgeRange,
    age_band,
    age_on,
    born_earliest,
    born_latest,
    years_between,
)
from lachan.immunization.rules.due import add_months

ON = date(2021, 10, 16)


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2021, 10, 16), 0),
        (date(2016, 10, 17), 0),
        (date(2016, 10, 16), 5),
        (date(2009, 10, 17), 5),
        (date(2009, 10, 16), 12),
        (date(2003, 10, 17), 12),
        (date(2003, 10, 16), 18),
        (date(1996, 10, 16), 25),
        (date(1941, 10, 17), 75),
        (date(1941, 10, 16), 80),
        (date(1880, 1, 1), 80),
        (date(2021, 10, 17), UNKNOWN_BAND),
        (None, UNKNOWN_BAND),
    ],
)
def test_the_band_a_person_is_counted_in(born: date | None, band: int) -> None:
    assert age_band(born, ON) == band


@given(st.dates(date(1850, 1, 1), ON))
def test_every_age_has_one_band(born: date) -> None:
    band = age_band(born, ON)
    above = [bound for bound in AGE_BANDS if bound > band]
    assert band <= years_between(born, ON)
    assert not above or years_between(born, ON) < above[0]


@pytest.mark.parametrize(
    ("born", "precision", "ages"),
    [
        (date(2003, 10, 16), "D", AgeRange(18, 18)),
        (date(2003, 10, 1), "M", AgeRange(17, 18)),
        (date(2003, 9, 1), "M", AgeRange(18, 18)),
        (date(2003, 1, 1), "Y", AgeRange(17, 18)),
        (date(2003, 7, 7), "Y", AgeRange(17, 18)),
    ],
)
def test_an_age_is_a_range_when_the_birth_day_is_not_known(born: date, precision: str, ages: AgeRange) -> None:
    assert age_on(born, precision, ON) == ages


@given(st.dates(date(1900, 1, 1), ON), st.sampled_from("DMY"))
def test_the_true_birthday_lies_within_the_bounds(born: date, precision: str) -> None:
    assert born_earliest(born, precision) <= born <= born_latest(born, precision)
    ages = age_on(born, precision, ON)
    assert ages.least <= years_between(born, ON) <= ages.most <= ages.least + 1


def test_the_last_day_of_february() -> None:
    assert born_latest(date(2000, 2, 1), "M") == date(2000, 2, 29)
    assert born_latest(date(1900, 2, 1), "M") == date(1900, 2, 28)
    assert born_latest(date(2003, 2, 1), "M") == date(2003, 2, 28)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2021, 11, 30), 3, date(2022, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2021, 8, 31), 6, date(2022, 2, 28)),
        (date(2021, 12, 31), 12, date(2022, 12, 31)),
        (date(2021, 10, 15), 0, date(2021, 10, 15)),
        (date(2021, 9, 30), 3, date(2021, 12, 30)),
    ],
)
def test_months_are_calendar_months(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@given(st.dates(date(1999, 1, 1), date(2101, 1, 1)), st.integers(0, 40))
def test_a_later_month_keeps_the_day_or_takes_the_last_one(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and date.fromordinal(later.toordinal() + 1).day == 1)
