"""What is recorded becomes figures, each on the day it became known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from .conftest import Ward, by_day, changes, follow, totals

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TODAY = date(2022, 3, 10)


def test_a_result_makes_a_test_a_positive_and_a_case(ward: Ward) -> None:
    sick, well = ward.people(2)
    ward.result(sick)
    ward.result(well, "negative")
    follow([sick, well], ward.now)
    assert totals() == {"tests": 2, "positives": 1, "cases": 1}
    [key] = [key for key in changes() if key[4] == "cases"]
    assert key == (TODAY, TODAY, ward.commune, "covid-19", "cases", 30, "F", 0)


def test_a_withdrawn_result_is_known_until_it_was_withdrawn(ward: Ward) -> None:
    sick = ward.person()
    found = ward.result(sick)
    follow([sick], ward.now)
    ward.now += timedelta(days=2)
    ward.must("result.withdraw", person={"id": str(sick)}, result_id=str(found), reason="mixed up")
    follow([sick], ward.now)
    assert totals() == {}
    assert by_day("cases", TODAY) == by_day("cases", TODAY + timedelta(days=1)) == {TODAY: 1}
    assert by_day("cases", TODAY + timedelta(days=2)) == {}
