"""The debt meter and the report in the API: within the key's places, once sent not sent again, limits kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from lachan.analytics.debt import projection
from lachan.places import queries as places

from .conftest import Desk, body, citizen, command

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def owing(day: Desk) -> None:
    """One dose recorded, three on paper."""
    person = {"id": day.register(identifiers=citizen("079080000001"))}
    day.good(day.dose(person))
    lines = [{"product": "astrazeneca", "doses": 3, "vials": 1}]
    day.good(command("tally.enter", {"session_id": str(day.session_id), "lines": lines}))
    facility = places.facilities_by_code([day.facility])[day.facility]
    projection.recount([(facility.id, timezone.localdate())])
    projection.run()


def test_a_station_reads_its_own_meter_and_gets_it_once(day: Desk) -> None:
    owing(day)
    answer = day.get("/debt")
    found = body(answer)
    assert found["level"] == "facility"
    assert (found["whole"]["given"], found["whole"]["recorded"], found["whole"]["missing"]) == (3, 1, 2)
    assert found["whole"]["gaps"]["missing"]["days_0_1"] == 2
    assert found["whole"]["gaps"]["missing"]["oldest"] == timezone.localdate().isoformat()
    assert answer.headers["Last-Modified"]
    again = day.get("/debt", **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_only_within_the_keys_places(day: Desk, stranger: Desk) -> None:
    owing(day)
    assert stranger.get(f"/debt?facility={day.facility}").status_code == 403
    assert day.get("/debt?facility=NONE").status_code == 404
    assert day.get("/debt?area=01").status_code == 403
    assert stranger.get(f"/report?facility={day.facility}&first=2021-10-01").status_code == 404


def test_days_are_limited_and_in_order(day: Desk) -> None:
    owing(day)
    today = timezone.localdate()
    before = (today - timedelta(days=1)).isoformat()
    assert body(day.get(f"/debt?last={before}"))["whole"]["given"] == 0
    assert day.get(f"/debt?first={today.isoformat()}&last={before}").status_code == 422
    assert day.get("/debt?first=1").status_code == 422
    assert day.get(f"/report?facility={day.facility}&first=2019-01-01&last={before}").status_code == 422


def test_the_report_is_that_of_the_records(day: Desk) -> None:
    owing(day)
    found = body(day.get(f"/report?facility={day.facility}&first={timezone.localdate().isoformat()}"))
    assert found["given"] == sum(entry["doses"] for entry in found["doses"]) == 1
    assert [(lot["lot"], lot["used"], lot["closing"]) for lot in found["lots"]] == [("AZ001", 1, 99)]
    assert found["sessions"][0]["tally"] == 3
