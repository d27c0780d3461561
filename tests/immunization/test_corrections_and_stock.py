"""Doses voided and amended, and the stock book: every balance, number and counter follows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from lachan.access.rules import Role
from lachan.kernel.outcomes import ACCEPTED, HELD, REFUSED, Outcome

from .conftest import NOW, VIETNAM, Station, actor, counters, everything_adds_up, rows, value

pytestmark = pytest.mark.django_db
WHY = "Ghi nhầm người"


def at(day: str, hour: int = 9) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:00:00").replace(tzinfo=VIETNAM)


def dosed(station: Station, person: UUID, *days: str, product: str = "abdala") -> list[UUID]:
    made = []
    for day in days:
        outcome = station.dose(person, product, at=at(day))
        assert outcome.id is not None, outcome
        made.append(outcome.id)
    return made


def void(station: Station, person: UUID, dose: UUID, **more: Any) -> Outcome:
    return station.send("dose.void", person={"id": str(person)}, dose_id=str(dose), reason=WHY, **more)


def amend(station: Station, person: UUID, dose: UUID, override: Any = None, by: Any = None, **changes: Any) -> Outcome:
    body = {"person": {"id": str(person)}, "dose_id": str(dose), "changes": changes, "reason": WHY}
    return station.send("dose.amend", by=by, **body, **({"override": override} if override else {}))


def test_a_voided_dose_was_never_given(station: Station) -> None:
    session, person = station.session(), station.person()
    dose = station.dose(person, session_id=str(session)).id
    assert dose is not None
    done = void(station, person, dose)
    assert (done.status, done.id) == (ACCEPTED, dose)
    assert station.doses(person) == [(1, date(2022, 3, 10), "voided")]
    assert station.balance("PF1001") == 1_000
    assert station.counted() == 0
    encounter = station.encounter(person, session)
    assert (encounter["dose_id"], encounter["dosed_at"]) == (None, None)
    assert rows("SELECT kind, dose_id, replacement_id, reason FROM immunization_dosecorrection") == [
        ("void", dose, None, WHY)
    ]
    again = void(station, person, dose)
    assert (again.status, again.reason) == (REFUSED, "dose_already_corrected")
    assert station.dose(person, session_id=str(session)).params == {
        "dose_number": 1, "next_due_on": date(2022, 3, 31),
    }  # fmt: skip
    everything_adds_up(station)


def test_who_is_vaccinated_after_a_void_is_observed_anew(station: Station) -> None:
    session, person = station.session(), station.person()
    here: dict[str, Any] = {"person": {"id": str(person)}, "session_id": str(session)}
    dose = station.dose(person, session_id=str(session), at=NOW - timedelta(hours=2)).id
    assert dose is not None
    station.send("release.record", at=NOW - timedelta(hours=1), **here)
    void(station, person, dose)
    station.dose(person, session_id=str(session))
    assert station.encounter(person, session)["released_at"] is None


def test_a_dose_known_by_todays_date_is_given_in_its_session_today(station: Station) -> None:
    session, person = station.session(), station.person()
    dose = station.dose(person, session_id=str(session), given_on="2022-03-10")
    encounter = station.encounter(person, session)
    assert (encounter["dose_id"], encounter["dosed_at"]) == (dose.id, NOW)


def test_a_dose_of_elsewhere_is_not_given_in_our_session(station: Station) -> None:
    session, person = station.session(), station.person()
    assert station.dose(person, session_id=str(session), source="elsewhere").status is ACCEPTED
    assert rows("SELECT session_id, facility_id FROM immunization_dose") == [(None, None)]
    assert rows("SELECT 1 FROM immunization_encounter WHERE dosed_at IS NOT NULL") == []


def test_later_doses_move_down(station: Station) -> None:
    person = station.person()
    first, second, _third = dosed(station, person, "2022-01-02", "2022-02-01", "2022-03-01")
    assert void(station, person, first).status is ACCEPTED
    assert station.active(person) == [(1, "2022-02-01"), (2, "2022-03-01")]
    assert value("SELECT bool_or(completes) FROM immunization_dose WHERE status = 'active'") is False
    everything_adds_up(station)
    assert void(station, person, second).status is ACCEPTED
    assert station.active(person) == [(1, "2022-03-01")]
    everything_adds_up(station)


def test_two_doses_of_one_person_voided_in_one_call(station: Station) -> None:
    person = station.person()
    first, second, _third = dosed(station, person, "2022-01-02", "2022-02-01", "2022-03-01")
    body = {"person": {"id": str(person)}, "reason": WHY}
    sent = [station.command("dose.void", {**body, "dose_id": str(dose)}) for dose in (first, second, first)]
    outcomes = station.execute(sent)
    assert [outcome.reason for outcome in outcomes] == [None, None, "dose_already_corrected"]
    assert station.active(person) == [(1, "2022-03-01")]
    everything_adds_up(station)


def test_whose_dose_it_is(station: Station) -> None:
    person, other = station.person(), station.person("Võ Thị Khác")
    [dose] = dosed(station, person, "2022-03-01")
    assert void(station, other, dose).reason == "dose_unknown"
    assert void(station, person, uuid4()).reason == "dose_unknown"
    assert void(station, uuid4(), dose).reason == "person_unknown"
    stranger = actor(Role.HEAD, facility_id=station.other.id)
    refused = void(station, person, dose, by=stranger)
    assert (refused.status, refused.reason) == (REFUSED, "not_allowed_here")
    assert station.listed("not_allowed_here")[0]["facility_id"] == station.facility.id
    assert amend(station, person, dose, by=stranger, site="right_arm").reason == "not_allowed_here"
    assert void(station, person, dose, by=station.role(Role.RECEPTIONIST)).reason == "not_allowed"
    assert station.send("dose.void", person={"id": str(person)}, dose_id=str(dose), reason="x").reason == "malformed"
    assert station.active(person) == [(1, "2022-03-01")]


def test_an_amended_product_and_lot(station: Station) -> None:
    session, person = station.session(), station.person()
    dose = station.dose(person, session_id=str(session)).id
    assert dose is not None
    wrong = amend(station, person, dose, product="moderna")
    assert (wrong.status, wrong.reason) == (REFUSED, "lot_other_product")
    assert station.active(person) == [(1, "2022-03-10")]
    done = amend(station, person, dose, product="moderna", lot="MO1001")
    assert done.status is ACCEPTED
    assert done.params == {"dose_number": 1, "next_due_on": date(2022, 4, 7)}
    assert rows("SELECT status, product_id, lot_number, site FROM immunization_dose ORDER BY status") == [
        ("active", 3, "MO1001", "left_arm"), ("amended", 2, "PF1001", "left_arm"),
    ]  # fmt: skip
    assert (station.balance("PF1001"), station.balance("MO1001")) == (1_000, 999)
    assert station.encounter(person, session)["dose_id"] == done.id
    assert rows("SELECT kind, dose_id, replacement_id FROM immunization_dosecorrection") == [("amend", dose, done.id)]
    assert amend(station, person, dose, site="right_arm").reason == "dose_already_corrected"
    everything_adds_up(station)


def test_an_amendment_of_small_things_moves_nothing(station: Station) -> None:
    person = station.person()
    first, _second = dosed(station, person, "2022-01-02", "2022-02-01")
    before = counters()
    vaccinator = uuid4()
    assert amend(station, person, first, site="right_arm", vaccinator=str(vaccinator)).status is ACCEPTED
    columns = "site, vaccinator_id, given_on::text, happened_at"
    assert rows(f"SELECT {columns} FROM immunization_dose WHERE status = 'active' AND dose_number = 1") == [
        ("right_arm", vaccinator, "2022-01-02", at("2022-01-02"))
    ]
    assert counters() == before
    everything_adds_up(station)


def test_an_amendment_keeps_a_number_that_was_confirmed(station: Station) -> None:
    """The slip says dose 2, the first was never entered; a lot typed wrongly is no reason to call it dose 1."""
    person = station.person()
    override = {"codes": ["dose_number_mismatch"], "reason": "Theo giấy xác nhận"}
    dose = station.dose(person, "abdala", at=at("2022-01-02"), dose_number=2, override=override).id
    later = station.dose(person, "abdala", at=at("2022-02-01"))
    assert dose is not None
    station.receive("abdala", "AB2002")
    done = amend(station, person, dose, by=station.role(Role.VACCINATOR), lot="AB2002")
    assert done.status is ACCEPTED
    assert station.active(person) == [(2, "2022-01-02"), (3, "2022-02-01")]
    assert value("SELECT id FROM immunization_dose WHERE dose_number = 3") == later.id
    everything_adds_up(station)
    # but a question about anything else still stands
    assert amend(station, person, done.id or dose, by=station.role(Role.VACCINATOR), lot="NEVER-SEEN").status is HELD
    assert amend(station, person, done.id or dose, given_on="2021-12-20").params == {
        "dose_number": 1, "next_due_on": date(2022, 1, 3),
    }  # fmt: skip
    everything_adds_up(station)


def test_an_amended_date_renumbers(station: Station) -> None:
    person = station.person()
    first, _second, _third = dosed(station, person, "2022-01-02", "2022-01-20", "2022-02-10")
    done = amend(station, person, first, given_on="2022-03-01")
    assert done.params == {"dose_number": 3, "next_due_on": date(2022, 6, 1)}
    assert station.active(person) == [(1, "2022-01-20"), (2, "2022-02-10"), (3, "2022-03-01")]
    everything_adds_up(station)
    assert done.id is not None
    back = amend(station, person, done.id, given_at=at("2022-01-02").isoformat())
    assert back.params is not None
    assert back.params["dose_number"] == 1
    assert station.active(person) == [(1, "2022-01-02"), (2, "2022-01-20"), (3, "2022-02-10")]
    everything_adds_up(station)


@pytest.mark.parametrize(
    ("changes", "reason", "status"),
    [
        ({"given_on": "2022-03-11"}, "date_in_future", REFUSED),
        ({"given_on": "2022-02-01"}, "same_dose_twice", REFUSED),
        ({"given_on": "2022-01-30"}, "interval_too_short", HELD),
        ({"product": "elixir"}, "product_unknown", REFUSED),
        ({"facility": "99999"}, "facility_unknown", REFUSED),
        ({"lot": "NEVER-SEEN"}, "lot_unknown", HELD),
        ({"given_at": "2022-03-01T09:00:00"}, "time_without_offset", REFUSED),
        ({"given_on": "9999-12-31"}, "happened_in_future", REFUSED),
        ({"colour": "blue"}, "malformed", REFUSED),
    ],
)
def test_an_amendment_is_decided_like_any_dose(
    station: Station, changes: dict[str, Any], reason: str, status: str
) -> None:
    person = station.person()
    first, _second = dosed(station, person, "2022-01-02", "2022-02-01")
    outcome = amend(station, person, first, **changes)
    assert (outcome.status, outcome.reason) == (status, reason)
    assert len(station.listed(reason)) == 1
    assert station.active(person) == [(1, "2022-01-02"), (2, "2022-02-01")]
    assert value("SELECT count(*) FROM immunization_dosecorrection") == 0
    everything_adds_up(station)


def test_an_amendment_can_be_answered_for(station: Station) -> None:
    person = station.person()
    first, _second = dosed(station, person, "2022-01-02", "2022-02-01")
    override = {"codes": ["interval_too_short"], "reason": "Giấy tờ ghi vậy"}
    assert amend(station, person, first, override, station.role(Role.VACCINATOR), given_on="2022-01-30").status is HELD
    done = amend(station, person, first, override, station.role(Role.HEAD), given_on="2022-01-30")
    assert done.status is ACCEPTED
    assert station.active(person) == [(1, "2022-01-30"), (2, "2022-02-01")]
    everything_adds_up(station)


def test_an_amended_time_of_the_same_day_stays_in_its_session(station: Station) -> None:
    session, person = station.session(), station.person()
    dose = station.dose(person, session_id=str(session), at=NOW).id
    assert dose is not None
    earlier = NOW - timedelta(hours=1)
    done = amend(station, person, dose, given_at=earlier.isoformat())
    assert done.status is ACCEPTED
    encounter = station.encounter(person, session)
    assert (encounter["dose_id"], encounter["dosed_at"]) == (done.id, earlier)
    assert value("SELECT session_id FROM immunization_dose WHERE status = 'active'") == session
    everything_adds_up(station)


@pytest.mark.parametrize("changes", [{"given_on": "2022-03-09"}, {"facility": "other"}])
def test_a_dose_of_another_day_or_place_leaves_its_session(station: Station, changes: dict[str, str]) -> None:
    session, person = station.session(), station.person()
    dose = station.dose(person, session_id=str(session)).id
    assert dose is not None
    override = {"codes": ["lot_unknown"], "reason": "Giấy tờ ghi vậy"}
    if "facility" in changes:
        changes = {"facility": station.other.code}
    done = amend(station, person, dose, override, **changes)
    assert done.status is ACCEPTED
    encounter = station.encounter(person, session)
    assert (encounter["dose_id"], encounter["dosed_at"]) == (None, None)
    assert value("SELECT session_id FROM immunization_dose WHERE status = 'active'") is None
    everything_adds_up(station)


def test_a_dose_known_by_its_day_keeps_it_through_an_amendment(station: Station) -> None:
    person = station.person()
    dose = station.dose(person, given_on="2022-01-02").id
    assert dose is not None
    assert amend(station, person, dose, site="right_arm").status is ACCEPTED
    assert station.active(person) == [(1, "2022-01-02")]
    everything_adds_up(station)


def test_a_dose_of_elsewhere_is_amended_and_voided(station: Station) -> None:
    person = station.person()
    dose = station.dose(person, source="elsewhere", given_on="2022-01-10", lot="").id
    assert dose is not None
    done = amend(station, person, dose, given_on="2022-01-11")
    assert done.status is ACCEPTED
    assert done.id is not None
    assert rows("SELECT source, facility_id FROM immunization_dose WHERE status = 'active'") == [("elsewhere", None)]
    assert void(station, person, done.id).status is ACCEPTED
    assert station.counted() == 0


def move(station: Station, kind: str, quantity: int, lot: str = "PF1001", **more: Any) -> Outcome:
    body = {"facility": station.facility.code, "product": "pfizer", "lot": lot, "kind": kind, "quantity": quantity}
    return station.send("stock.move", **{**body, **more})


def test_the_stock_book(station: Station) -> None:
    assert move(station, "receive", 500, document="PX-12").status is ACCEPTED
    assert move(station, "waste", 6, reason="Vỡ lọ").status is ACCEPTED
    assert move(station, "return", 100).status is ACCEPTED
    assert move(station, "adjust", -4, reason="Kiểm kê").status is ACCEPTED
    assert move(station, "adjust", 1, reason="Kiểm kê").status is ACCEPTED
    station.dose(station.person())
    assert station.balance("PF1001") == 1_000 + 500 - 6 - 100 - 4 + 1 - 1
    assert rows("SELECT kind, quantity FROM immunization_stockmovement s JOIN immunization_lot l ON l.id = s.lot_id "
                "WHERE l.number = 'PF1001' ORDER BY s.id") == [
        ("receive", 1_000), ("receive", 500), ("waste", -6), ("return", -100), ("adjust", -4), ("adjust", 1),
    ]  # fmt: skip
    assert value("SELECT count(*) FROM kernel_journal WHERE verb = 'stock.moved' AND body->>'lot' = "
                 "(SELECT id::text FROM immunization_lot WHERE number = 'PF1001')") == 6  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "quantity", "more", "reason", "status"),
    [
        ("receive", 0, {}, "quantity_not_positive", REFUSED),
        ("waste", -5, {"reason": "Vỡ lọ"}, "quantity_not_positive", REFUSED),
        ("waste", 5, {}, "reason_missing", REFUSED),
        ("adjust", 5, {"reason": " "}, "reason_missing", REFUSED),
        ("waste", 5, {"reason": "Vỡ lọ", "lot": "NEVER-SEEN"}, "lot_unknown_in_stock", HELD),
        ("receive", 5, {"lot": "NEVER-SEEN"}, "lot_unknown_in_stock", HELD),
        ("receive", 5, {"lot": "MO1001"}, "lot_unknown_in_stock", HELD),
        ("receive", 5, {"lot": "NEW1", "expires_on": "2022-03-09"}, "lot_expired", HELD),
        ("receive", 5, {"product": "elixir"}, "product_unknown", REFUSED),
        ("receive", 1_000_001, {}, "malformed", REFUSED),
        ("receive", 10**30, {}, "malformed", REFUSED),
        ("steal", 5, {}, "malformed", REFUSED),
        ("receive", 5, {"lot": ""}, "malformed", REFUSED),
    ],
)
def test_movements_that_are_questioned(
    station: Station, kind: str, quantity: int, more: dict[str, Any], reason: str, status: str
) -> None:
    outcome = move(station, kind, quantity, **more)
    assert (outcome.status, outcome.reason) == (status, reason)
    assert [entry["facility_id"] for entry in station.listed(reason)] in ([station.facility.id], [None])
    assert station.balance("PF1001") == 1_000


def test_a_lot_known_to_be_expired_is_held_though_the_note_says_nothing(station: Station) -> None:
    rows("UPDATE immunization_lot SET expires_on = '2022-03-01' WHERE number = 'PF1001' RETURNING id")
    assert move(station, "receive", 5).reason == "lot_expired"
    assert move(station, "waste", 5, reason="Hết hạn").status is ACCEPTED


def test_a_lot_first_received_can_be_used_in_the_same_call(station: Station) -> None:
    stock = {
        "facility": station.facility.code, "product": "pfizer", "lot": "FRESH1", "kind": "receive", "quantity": 10,
        "expires_on": "2022-09-30",
    }  # fmt: skip
    sent = [
        station.command("dose.record", station.dose_body(station.person(), lot="FRESH1")),
        station.command("stock.move", stock),
        station.command("stock.move", stock),
    ]
    assert {outcome.status for outcome in station.execute(sent)} == {ACCEPTED}
    assert station.balance("FRESH1") == 19
    everything_adds_up(station)


def test_who_may_touch_the_stock(station: Station) -> None:
    assert move(station, "receive", 5, by=station.role(Role.SCREENER)).reason == "not_allowed"
    assert move(station, "receive", 5, by=actor(Role.HEAD, facility_id=station.other.id)).reason == "not_allowed_here"
    assert move(station, "receive", 5, by=station.role(Role.VACCINATOR)).status is ACCEPTED
