"""Vials of many doses: opened, drawn from, thrown away; a dose and its vial agree whatever comes in which order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lachan.access.rules import Role
from lachan.immunization.checks import check_all
from lachan.kernel.outcomes import ACCEPTED, HELD, Outcome

from .conftest import NOW, Station, actor, everything_adds_up, rows, value

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(station: Station) -> str:
    return str(station.session())


def opened(station: Station, session: str, product: str = "pfizer", at: datetime = NOW, **more: Any) -> str:
    vial = str(uuid4())
    lot = more.pop("lot", station.lots[product])
    station.must("vial.open", session_id=session, vial_id=vial, product=product, lot=lot, at=at, **more)
    return vial


def drawn(station: Station, session: str, count: int = 1, **more: Any) -> list[Outcome]:
    return [station.dose(person, session_id=session, **more) for person in station.people(count)]


def vial_row(vial: str) -> tuple[int, int, int]:
    """(doses, drawn, wasted)"""
    [row] = rows("SELECT doses, drawn, wasted FROM immunization_vial WHERE id = %s", vial)
    return row  # type: ignore[return-value]


def all_agrees(station: Station) -> None:
    everything_adds_up(station)
    assert [str(finding) for finding in check_all() if not finding.good] == []


def test_doses_are_drawn_from_the_oldest_open_vial(station: Station, session: str) -> None:
    first = opened(station, session, at=NOW - timedelta(hours=2))
    second = opened(station, session, at=NOW - timedelta(hours=1))
    drawn(station, session, 7)
    assert (vial_row(first), vial_row(second)) == ((6, 6, 0), (6, 1, 0))
    assert station.balance("PF1001") == 993
    all_agrees(station)


def test_none_open_opens_the_next_by_itself_and_says_so(station: Station, session: str) -> None:
    vial = opened(station, session, doses=1)
    drawn(station, session, 2)
    assert rows("SELECT automatic, doses, drawn FROM immunization_vial WHERE id <> %s", vial) == [(True, 6, 1)]
    assert value("SELECT count(*) FROM kernel_journal WHERE verb = 'vial.opened'") == 2
    all_agrees(station)


def test_a_session_without_vials_asks_nothing_about_them(station: Station, session: str) -> None:
    drawn(station, session, 2)
    assert rows("SELECT DISTINCT vial_id FROM immunization_dose") == [(None,)]
    assert rows("SELECT 1 FROM immunization_vial") == []


def test_time_passed_is_asked_and_answered_by_the_head_only(station: Station, session: str) -> None:
    vial = opened(station, session, at=NOW - timedelta(hours=7))
    [person] = station.people(1)
    asked = station.dose(person, session_id=session)
    assert (asked.status, asked.reason) == (HELD, "vial_time_passed")
    answer = {"codes": ["vial_time_passed"], "reason": "Rút liều lúc còn hạn, ghi chậm"}
    nurse, head = station.role(Role.VACCINATOR), station.role(Role.HEAD)
    assert station.dose(person, session_id=session, override=answer, by=nurse).status is HELD
    assert station.dose(person, session_id=session, override=answer, by=head).status is ACCEPTED
    assert vial_row(vial) == (6, 1, 0)
    all_agrees(station)


def test_after_it_is_thrown_away_the_next_one_is_taken(station: Station, session: str) -> None:
    vial = opened(station, session, at=NOW - timedelta(hours=7))
    station.must("vial.discard", session_id=session, vial_id=vial, reason="open_too_long")
    assert station.balance("PF1001") == 994
    assert drawn(station, session)[0].status is ACCEPTED
    assert vial_row(vial) == (6, 0, 6)
    all_agrees(station)


def test_thrown_away_twice_is_waste_once(station: Station, session: str) -> None:
    vial = opened(station, session)
    for _ in range(2):
        station.must("vial.discard", session_id=session, vial_id=vial)
    assert station.balance("PF1001") == 994
    all_agrees(station)


def test_a_dose_sent_after_its_vial_was_thrown_away_takes_its_place_back(station: Station, session: str) -> None:
    vial = opened(station, session, at=NOW - timedelta(hours=3))
    station.must("vial.discard", session_id=session, vial_id=vial, at=NOW - timedelta(hours=1))
    assert drawn(station, session, 2, at=NOW - timedelta(hours=2))[1].status is ACCEPTED
    assert vial_row(vial) == (6, 2, 4)
    assert station.balance("PF1001") == 994
    all_agrees(station)


def test_an_offline_day_in_one_call_is_as_if_it_had_been_sent_bit_by_bit(station: Station, session: str) -> None:
    people = station.people(4)
    vial = str(uuid4())
    lot = station.lots["pfizer"]
    named = {"session_id": session, "vial_id": vial}
    day = [
        station.command("vial.open", {**named, "product": "pfizer", "lot": lot}, NOW - timedelta(hours=3)),
        *[
            station.command(
                "dose.record", station.dose_body(person, session_id=session), NOW - timedelta(hours=2, minutes=n)
            )
            for n, person in enumerate(people)
        ],
        station.command("vial.discard", named, NOW - timedelta(hours=1)),
    ]
    assert {outcome.status for outcome in station.execute(day)} == {ACCEPTED}
    assert vial_row(vial) == (6, 4, 2)
    assert station.balance("PF1001") == 994
    all_agrees(station)


def test_a_vial_a_dose_names_before_it_is_said_to_be_open(station: Station, session: str) -> None:
    vial = str(uuid4())
    assert drawn(station, session, vial=vial, at=NOW - timedelta(hours=1))[0].status is ACCEPTED
    assert rows("SELECT automatic, doses FROM immunization_vial WHERE id = %s", vial) == [(True, 6)]
    body = {"session_id": session, "vial_id": vial, "product": "pfizer", "lot": "PF1001", "doses": 7}
    station.must("vial.open", at=NOW - timedelta(hours=2), **body)
    assert rows("SELECT automatic, doses, drawn FROM immunization_vial WHERE id = %s", vial) == [(False, 7, 1)]
    all_agrees(station)


def test_one_more_than_the_label_says_once_the_head_states_it(station: Station, session: str) -> None:
    vial = opened(station, session, doses=1)
    drawn(station, session)
    [person] = station.people(1)
    asked = station.dose(person, session_id=session, vial=vial)
    assert (asked.status, asked.reason) == (HELD, "vial_empty")
    answer = {"codes": ["vial_empty"], "reason": "Rút được thêm một liều"}
    assert station.dose(person, session_id=session, vial=vial, override=answer).status is ACCEPTED
    assert vial_row(vial) == (2, 2, 0)
    all_agrees(station)


def test_a_voided_dose_gives_its_place_back_an_amended_one_changes_vials(station: Station, session: str) -> None:
    pfizer, moderna = opened(station, session, doses=6), opened(station, session, "moderna", doses=10)
    first, second = station.people(2)
    dose, other = (station.dose(person, session_id=session).id for person in (first, second))
    why = {"reason": "Ghi nhầm"}
    station.must("dose.void", person={"id": str(first)}, dose_id=str(dose), **why)
    assert vial_row(pfizer) == (6, 1, 0)
    changes = {"product": "moderna", "lot": station.lots["moderna"]}
    station.must("dose.amend", person={"id": str(second)}, dose_id=str(other), changes=changes, **why)
    assert (vial_row(pfizer), vial_row(moderna)) == ((6, 0, 0), (10, 1, 0))
    all_agrees(station)


def test_an_amended_site_leaves_the_dose_in_its_vial(station: Station, session: str) -> None:
    vial = opened(station, session, doses=1)
    [outcome] = drawn(station, session)
    person = value("SELECT person_id FROM immunization_dose WHERE id = %s", outcome.id)
    changes = {"site": "right_arm"}
    station.must("dose.amend", person={"id": str(person)}, dose_id=str(outcome.id), changes=changes, reason="Sai tay")
    assert vial_row(vial) == (1, 1, 0)
    all_agrees(station)


def test_first_expired_first_out_is_asked_not_forced(station: Station, session: str) -> None:
    station.receive("pfizer", "SOON", 12, "2022-04-01")
    body = {"session_id": session, "vial_id": str(uuid4()), "product": "pfizer", "lot": "PF1001"}
    asked = station.send("vial.open", **body)
    assert (asked.status, asked.reason, (asked.params or {})["earlier"]) == (HELD, "earlier_lot_first", "SOON")
    assert station.send("vial.open", **body, anyway="Lô SOON để dành cho đội lưu động").status is ACCEPTED
    assert opened(station, session, lot="soon ")


def test_what_was_thawed_too_long_is_the_heads_to_answer(station: Station, session: str) -> None:
    lot = {"product": "pfizer", "lot": "PF1001", "facility": station.facility.code}
    station.must("stock.move", **lot, kind="receive", quantity=6, use_by="2022-03-09")
    body = {"session_id": session, "vial_id": str(uuid4()), "product": "pfizer", "lot": "PF1001"}
    assert station.send("vial.open", **body).reason == "lot_thawed_too_long"
    nurse = station.role(Role.VACCINATOR)
    assert station.send("vial.open", by=nurse, **body, anyway="Vẫn còn lạnh").reason == "lot_thawed_too_long"
    assert station.send("vial.open", by=station.role(Role.HEAD), **body, anyway="Ghi nhầm hạn").status is ACCEPTED


def test_the_number_of_statements_does_not_grow_with_doses_nor_without_vials(station: Station) -> None:
    def statements(vials: bool, count: int) -> int:
        session = str(station.session())
        if vials:
            for _ in range(count // 6 + 1):
                opened(station, session)
        bodies = [station.dose_body(person, session_id=session) for person in station.people(count)]
        commands = [station.command("dose.record", body) for body in bodies]
        from lachan.kernel import arrays

        seen: list[str] = []
        run = arrays.execute
        try:
            arrays.execute = lambda cursor, text, values: (seen.append(text), run(cursor, text, values))[1]  # type: ignore[assignment]
            with CaptureQueriesContext(connection):
                assert {outcome.status for outcome in station.execute(commands)} == {ACCEPTED}
        finally:
            arrays.execute = run
        return len(seen)

    without, few, many = statements(False, 3), statements(True, 3), statements(True, 30)
    assert (few, many) == (without + 1, without + 1)


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE immunization_vial SET drawn = drawn + 1 RETURNING id",
        "UPDATE immunization_vial SET wasted = wasted + 1 RETURNING id",
        "UPDATE immunization_vial SET lot_id = lot_id + 1 RETURNING id",
        "UPDATE immunization_vial SET session_id = gen_random_uuid() RETURNING id",
        "UPDATE immunization_vial SET limit_at = opened_at - interval '2 hours', "
        "opened_at = opened_at - interval '3 hours' RETURNING id",
        "DELETE FROM immunization_vial RETURNING id",
        "UPDATE immunization_dose SET product_id = 1 RETURNING id",
        "UPDATE immunization_dose SET status = 'voided' RETURNING id",
    ],
)
def test_the_check_finds_what_was_tampered_with(station: Station, session: str, tamper: str) -> None:
    opened(station, session)
    drawn(station, session)
    all_agrees(station)
    rows(tamper)
    assert not next(finding for finding in check_all() if finding.name == "vials against their doses").good


def test_a_vial_id_of_another_lot_is_not_taken_over(station: Station, session: str) -> None:
    vial = opened(station, session)
    body = {"session_id": session, "vial_id": vial, "product": "moderna", "lot": station.lots["moderna"]}
    assert station.send("vial.open", **body).reason == "vial_id_taken"
    assert station.send("vial.discard", session_id=session, vial_id=str(UUID(int=7))).reason == "vial_unknown"


def test_one_injection_written_twice_gives_its_place_back_when_the_two_become_one(
    station: Station, session: str
) -> None:
    officer = actor(Role.COMMUNE_OFFICER, area_id=station.facility.area_id)
    vial = opened(station, session)
    first, second = station.person(), station.person()
    for person in (first, second):
        assert station.dose(person, session_id=session).status is ACCEPTED
    merge = station.send(
        "person.merge", by=officer, person={"id": str(first)}, other={"id": str(second)}, reason="the same papers"
    )
    assert merge.status is ACCEPTED, merge
    assert vial_row(vial) == (6, 1, 0)
    all_agrees(station)
    apart = station.send("person.unmerge", by=officer, merge_id=str(merge.id), reason="two people after all")
    assert apart.status is ACCEPTED, apart
    assert vial_row(vial) == (6, 2, 0)
    all_agrees(station)
