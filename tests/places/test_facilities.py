"""Facilities of the installation's own: opened with ids of their own, and other processes learn of a change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import connection

from lachan.kernel import journal
from lachan.places import queries
from lachan.places.operations_facilities import Change, NewFacility, change_facilities, open_facilities, subject_of

NOW = datetime(2021, 10, 16, tzinfo=UTC)
DAY = date(2021, 10, 16)


@pytest.fixture(autouse=True)
def _as_it_was(db: None, reference: None) -> object:
    yield
    queries.forget_facilities()  # the rows go with the test, what is remembered must go too


def commune() -> int:
    found = queries.area_at("26740", 3, DAY)
    assert found is not None
    return found.id


def test_a_facility_is_opened_once_under_an_id_of_its_own() -> None:
    item = NewFacility("LD-01", "Điểm tiêm lưu động 1", "station", commune(), DAY)
    [opened] = open_facilities([item], actor_id=uuid4(), now=NOW)
    assert opened.params
    facility_id = opened.params["id"]
    row = queries.facility(facility_id)
    assert row is not None
    assert (facility_id >= 10_000_000, row.code, row.closed_on) == (True, "LD-01", None)
    assert facility_id in queries.facilities_in(commune())
    again, taken = open_facilities([item, item._replace(name="Khác")], actor_id=uuid4(), now=NOW)
    assert (again.status.value, taken.reason) == ("duplicate", "facility_code_taken")
    assert [fact.verb for fact in journal.history(subject_of(facility_id))] == ["facility.opened"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"code": "x"}, "facility_code_malformed"),
        ({"code": "mã có dấu"}, "facility_code_malformed"),
        ({"name": " "}, "name_missing"),
        ({"kind": "shop"}, "facility_kind_unknown"),
        ({"area_id": 1}, "facility_needs_commune"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, object], reason: str) -> None:
    item = NewFacility("LD-01", "Điểm tiêm", "station", commune(), DAY)._replace(**change)  # type: ignore[arg-type]
    assert open_facilities([item], actor_id=uuid4(), now=NOW)[0].reason == reason


def test_closed_before_it_opened_or_not_there() -> None:
    changes = [Change(126740, closed_on=date(2019, 1, 1)), Change(1), Change(126740, name="")]
    refused = change_facilities(changes, actor_id=uuid4(), now=NOW)
    assert [outcome.reason for outcome in refused] == ["dates_reversed", "unknown_facility", "name_missing"]


def test_another_process_learns_of_a_change() -> None:
    queries.refresh(every=0)
    before = queries.facility(126740)
    with connection.cursor() as cursor:  # as another process would: this one's memory is not told
        cursor.execute("UPDATE places_facility SET closed_on = '2022-01-01' WHERE id = 126740")
    assert queries.facility(126740) == before
    queries.refresh(every=3600)
    assert queries.facility(126740) == before
    queries.refresh(every=0)
    found = queries.facility(126740)
    assert found is not None
    assert found.closed_on == date(2022, 1, 1)
