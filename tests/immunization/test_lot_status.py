"""A lot's status belongs to the lot and a place: who may set it, and what it means for doses there and then."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from lachan.access.rules import Role
from lachan.access.scopes import NATION
from lachan.immunization.checks import check_all
from lachan.immunization.queries import lots
from lachan.kernel.outcomes import ACCEPTED, HELD, REFUSED, Outcome
from lachan.places import queries as places

from .conftest import NOW, Station, actor, rows, value

pytestmark = pytest.mark.django_db
WHY = {"reason": "the freezer of the station stood open"}


def lot(station: Station, product: str = "pfizer") -> dict[str, str]:
    return {"product": product, "lot": station.lots[product]}


def quarantine(station: Station, **more: object) -> UUID:
    return station.must("lot.quarantine", **lot(station), **WHY, **more)


def given(station: Station, at: datetime = NOW, **more: object) -> Outcome:
    return station.dose(station.person(), at=at, **more)


def test_a_lot_set_apart_at_one_station_is_used_at_another(station: Station) -> None:
    quarantine(station, facility=station.facility.code)
    here, there = given(station), given(station, facility=station.other.code)
    assert (here.status, here.reason) == (HELD, "lot_quarantined")
    assert there.status is ACCEPTED


@pytest.mark.parametrize("level", ["area_id", "district_id", "province_id"])
def test_an_area_covers_its_stations_and_no_others(station: Station, level: str) -> None:
    quarantine(station, area_id=getattr(station.facility, level))
    assert given(station).reason == "lot_quarantined"
    elsewhere = next(row for row in places.facility_table().values() if row.province_id != station.facility.province_id)
    assert given(station, facility=elsewhere.code).status is ACCEPTED


def test_without_a_place_it_is_the_nation(station: Station) -> None:
    quarantine(station)
    assert given(station, facility=station.other.code).reason == "lot_quarantined"
    assert value("SELECT status FROM immunization_lot WHERE number = %s", station.lots["pfizer"]) == "quarantined"


def test_what_was_given_before_stands_and_what_was_given_after_is_held_however_late(station: Station) -> None:
    quarantine(station, facility=station.facility.code, since=(NOW - timedelta(hours=2)).isoformat())
    before = given(station, NOW - timedelta(hours=2, seconds=1))
    after = given(station, NOW - timedelta(hours=1))
    assert before.status is ACCEPTED
    assert (after.status, after.reason) == (HELD, "lot_quarantined")


def test_of_a_dose_whose_day_alone_is_known_the_whole_day_counts(station: Station) -> None:
    quarantine(station, since=(NOW - timedelta(days=3)).isoformat())
    day = (NOW - timedelta(days=3)).date()
    assert given(station, given_on=str(day)).reason == "lot_quarantined"
    assert given(station, given_on=str(day - timedelta(days=1))).status is ACCEPTED


def test_released_it_may_be_used_again_and_the_time_between_stays_what_it_was(station: Station) -> None:
    quarantine(station, since=(NOW - timedelta(hours=3)).isoformat())
    station.now = NOW + timedelta(minutes=5)
    station.must("lot.release", **lot(station), reason="examined and found good")
    station.now = NOW + timedelta(minutes=30)
    assert given(station, station.now).status is ACCEPTED
    assert given(station, NOW - timedelta(hours=1)).reason == "lot_quarantined"
    [row] = lots.history(value("SELECT id FROM immunization_lot WHERE number = %s", station.lots["pfizer"]))
    assert (row.status, row.ended_reason, row.until is not None) == ("quarantined", "examined and found good", True)


def test_a_recall_takes_the_place_of_a_quarantine_and_not_the_reverse(station: Station) -> None:
    first = quarantine(station)
    recalled = station.must("lot.recall", **lot(station), reason="notice 12/2022")
    assert recalled != first
    assert given(station).reason == "lot_recalled"
    again = station.send("lot.quarantine", **lot(station), **WHY)
    assert (again.status, again.reason) == (REFUSED, "lot_is_recalled")
    assert value("SELECT count(*) FROM immunization_lotstatus WHERE until IS NULL") == 1


def test_the_gravest_of_several_places_counts(station: Station) -> None:
    station.must("lot.recall", **lot(station), reason="notice 12/2022")
    quarantine(station, facility=station.facility.code)
    assert given(station).reason == "lot_recalled"
    station.must("lot.release", **lot(station), reason="taken back by notice 13")
    station.now = NOW + timedelta(minutes=20)
    assert given(station, station.now).reason == "lot_quarantined"


def test_the_same_again_changes_nothing(station: Station) -> None:
    first = quarantine(station)
    again = station.send("lot.quarantine", **lot(station), **WHY)
    assert (again.status, again.id) == (ACCEPTED, first)
    assert value("SELECT count(*) FROM immunization_lotstatus") == 1


def test_who_may_do_what_where(station: Station) -> None:
    head = station.role(Role.HEAD)
    district = actor(Role.DISTRICT_OFFICER, area_id=station.facility.district_id)
    nation = actor(Role.NATIONAL_OFFICER, area_id=NATION)
    here, there = {"facility": station.facility.code}, {"facility": station.other.code}
    wide, whole = {"area_id": station.facility.district_id}, {"area_id": station.facility.province_id}

    def answer(by: object, verb: str, **place: object) -> str | None:
        return station.send(verb, by=by, **lot(station), **WHY, **place).reason  # type: ignore[arg-type]

    assert answer(station.role(Role.VACCINATOR), "lot.quarantine", **here) == "not_allowed"
    assert answer(head, "lot.quarantine", **there) == "not_allowed_here"
    assert answer(head, "lot.quarantine", **wide) == "not_allowed_in_area"
    assert answer(head, "lot.quarantine") == "not_allowed_in_area"
    assert answer(head, "lot.quarantine", **here) is None
    assert answer(district, "lot.quarantine", **whole) == "not_allowed_in_area"
    assert answer(district, "lot.quarantine", **wide) is None
    assert answer(district, "lot.recall", **wide) == "not_allowed"
    assert answer(nation, "lot.recall", **wide) is None
    assert answer(district, "lot.release", **wide) == "not_allowed", "what the nation recalled the nation gives free"
    assert answer(nation, "lot.release", **wide) is None
    assert answer(head, "lot.release", **here) is None


def test_what_cannot_be_is_refused(station: Station) -> None:
    unknown = station.send("lot.recall", product="pfizer", lot="NEVER1", **WHY)
    other = station.send("lot.recall", product="moderna", lot=station.lots["pfizer"], **WHY)
    future = station.send("lot.recall", **lot(station), **WHY, since=(NOW + timedelta(hours=1)).isoformat())
    nothing = station.send("lot.release", **lot(station), **WHY)
    both = station.send("lot.recall", **lot(station), **WHY, facility=station.facility.code, area_id=NATION)
    short = station.send("lot.recall", **lot(station), reason="x")
    assert [o.reason for o in (unknown, other, future, nothing, both, short)] == [
        "lot_not_known", "lot_not_known", "happened_in_future", "lot_status_not_here", "one_place_only", "malformed",
    ]  # fmt: skip


def test_a_number_is_found_however_it_was_typed(station: Station) -> None:
    station.must("lot.recall", product="pfizer", lot=f" {station.lots['pfizer'].lower()} ", reason="notice 12/2022")
    assert given(station).reason == "lot_recalled"


def test_a_dose_amended_to_another_station_meets_what_holds_there(station: Station) -> None:
    person = station.person()
    dose = station.dose(person)
    assert dose.id is not None
    quarantine(station, facility=station.other.code, since=(NOW - timedelta(days=1)).isoformat())
    moved = station.send(
        "dose.amend", person={"id": str(person)}, dose_id=str(dose.id), reason="wrong station was chosen",
        changes={"facility": station.other.code},
    )  # fmt: skip
    assert moved.reason == "lot_quarantined"


def test_the_statements_of_a_slice_do_not_grow_with_marks(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    execute = psycopg.Cursor.execute

    def watched(self: Any, query: Any, *args: Any, **more: Any) -> Any:
        seen.append(str(query))
        return execute(self, query, *args, **more)

    def statements() -> int:
        seen.clear()
        assert given(station).status is ACCEPTED
        return len(seen)

    monkeypatch.setattr(psycopg.Cursor, "execute", watched)
    given(station)  # what a process remembers is read
    first = statements()
    for place in (station.other.code, station.hospital.code):
        quarantine(station, facility=place)
    assert statements() == first


def test_the_check_sees_what_does_not_agree(station: Station) -> None:
    quarantine(station)
    assert all(finding.good for finding in check_all())
    rows("UPDATE immunization_lot SET status = 'ok' WHERE number = %s RETURNING id", station.lots["pfizer"])
    assert [f.name for f in check_all() if not f.good] == ["lots against what was set for them"]
