"""Times in cells: Excel and text say the same."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from lachan.exchange.files.reading import Faults, moment
from lachan.immunization.rules.facts import VIETNAM

NOW = datetime(2021, 10, 16, 9, 0, tzinfo=VIETNAM)
MIDNIGHT = datetime.combine(date(2021, 10, 15), time.min)  # as Excel gives a day without an hour


@pytest.mark.parametrize("cell", [MIDNIGHT, MIDNIGHT.date(), "15/10/2021", "2021-10-15"])
def test_a_day_without_an_hour_is_taken_at_noon(cell: object) -> None:
    assert moment(cell, [], "x", now=NOW) == datetime(2021, 10, 15, 12, 0, tzinfo=VIETNAM)


@pytest.mark.parametrize("cell", [datetime.combine(NOW.date(), time.min), "16/10/2021"])
def test_today_is_no_later_than_now_and_tomorrow_stays_tomorrow(cell: object) -> None:
    assert moment(cell, [], "x", now=NOW) == NOW
    assert moment("17/10/2021", [], "x", now=NOW) == datetime(2021, 10, 17, 12, 0, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    "cell",
    [MIDNIGHT.replace(hour=14, minute=30), "15/10/2021 14:30", "2021-10-15T14:30", "2021-10-15T07:30:00+00:00"],
)
def test_an_hour_is_of_the_clock_here(cell: object) -> None:
    assert moment(cell, [], "x", now=NOW) == datetime(2021, 10, 15, 14, 30, tzinfo=VIETNAM)


@pytest.mark.parametrize("cell", ["hôm qua", "31/02/2021", "15/10/2021 25:00", 44484, "44484"])
def test_what_is_no_time_is_said_so(cell: object) -> None:
    faults: Faults = []
    assert moment(cell, faults, "x", now=NOW) is None
    assert faults == [("x", "time_unreadable")]
