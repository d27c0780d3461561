"""Declarations through the door of commands: kept with form and rule, judged, scoped, settled, moved with a merge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lachan.access.rules import Role
from lachan.immunization.commands import execute
from lachan.kernel.outcomes import ACCEPTED, HELD, REFUSED
from lachan.kernel.sealing import unseal
from lachan.surveillance.declarations.operations import SEALED
from lachan.surveillance.declarations.queries import diary, missed
from tests.immunization.conftest import Station, actor, rows
from tests.surveillance.declarations.conftest import NO, body, kept


def test_everything_no_is_low_and_waits_for_nobody(station: Station) -> None:
    person = station.person()
    outcome = station.send("declaration.make", **body(person))
    assert outcome.status is ACCEPTED
    assert outcome.params == {"risk": "low", "rule": "risk-2021-07-14"}
    [row] = kept(person)
    assert (row["risk"], row["state"], row["form"], row["source"]) == (0, "none", "hd-2021-07-14", "staff")
    assert row["area_id"] is not None, "where they live, when nobody says otherwise"
    assert row["sealed"] is None


def test_what_is_typed_freely_is_sealed_and_the_rest_are_codes(station: Station) -> None:
    person = station.person()
    onset = (station.now.date() - timedelta(days=2)).isoformat()
    more = {
        "symptoms": [{"code": "fever", "onset_on": onset}, {"code": "cough"}], "answers": {**NO, "contact_case": "yes"},
        "note": "đau họng từ hôm kia", "contact": "0909000133", "places": ["79", "26740"],
    }  # fmt: skip
    station.must("declaration.make", **body(person, **more))
    [row] = kept(person)
    assert row["answers"] == {
        "symptoms": {"fever": onset, "cough": ""}, "answers": {**NO, "contact_case": "yes"}, "places": ["79", "26740"],
    }  # fmt: skip
    assert (row["risk"], row["state"], row["reasons"]) == (2, "open", ["contact_case"])
    assert "0909000133" in unseal(row["sealed"], SEALED)
    [[noted]] = rows("SELECT body::text FROM kernel_journal WHERE verb = 'declaration.made'")
    assert "hôm kia" not in noted
    assert "0909" not in noted


def test_the_rules_of_its_own_day_judge_it(station: Station) -> None:
    person = station.person()
    early = datetime(2020, 5, 1, 3, tzinfo=UTC)
    old = {code: NO[code] for code in ("contact_case", "outbreak_area", "abroad")}
    outcome = station.send("declaration.make", at=early, **body(person, answers=old))
    assert outcome.params == {"risk": "low", "rule": "risk-2020-03-07"}
    [row] = kept(person)
    assert row["form"] == "hd-2020-03-07"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"answers": {}}, "declaration_incomplete"),
        ({"answers": {**NO, "strange": "no"}}, "declaration_question_unknown"),
        ({"symptoms": [{"code": "hiccups"}]}, "symptom_unknown"),
        ({"symptoms": [{"code": "fever", "onset_on": "2199-01-01"}]}, "happened_in_future"),
        ({"form": "hd-1999"}, "declaration_form_unknown"),
        ({"area_code": "99999"}, "residence_unknown"),
        ({"temperature": 60}, "malformed"),
        ({"flight": "VN-123 ghế 4"}, "malformed"),
        ({"kind": "holiday"}, "malformed"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(station: Station, more: dict[str, object], reason: str) -> None:
    outcome = station.send("declaration.make", **body(station.person(), **more))
    assert (outcome.status, outcome.reason) == (REFUSED, reason)
    assert kept() == []


def test_an_airline_declares_a_planeload_in_a_few_statements(station: Station) -> None:
    def passenger(number: int) -> dict[str, object]:
        card = {"name": f"Trần Thị Hoa {number}", "sex": "F", "birth_date": "1991-02-03", "passport": f"C{number:07}"}
        return body(
            {"card": card}, kind="entry", answers={"contact_case": "no", "contact_suspected": "no"}, flight="VN310",
            seat=f"{number % 40 + 1}A", from_country="JP",
        )  # fmt: skip

    partner = replace(actor(Role.PARTNER, facility_id=station.facility.id), kind="key")

    def sent(count: int, first: int) -> int:
        commands = [station.command("declaration.make", passenger(first + n)) for n in range(count)]
        with CaptureQueriesContext(connection) as asked:
            outcomes = execute(commands, actor=partner, now=station.now)
        assert {outcome.status for outcome in outcomes} == {ACCEPTED}, outcomes[0]
        return len(asked)

    sent(1, 0)
    few, many = sent(2, 100), sent(60, 1_000)
    assert many <= few + 2
    found = kept()
    assert len(found) == 63
    assert {row["source"] for row in found} == {"partner"}
    assert {row["flight"] for row in found} == {"VN310"}
    assert {row["risk"] for row in found} == {1}


def test_an_unknown_number_is_held_for_somebody_to_look_at(station: Station) -> None:
    outcome = station.send(
        "declaration.make", **body({"identifier": {"system": "citizen_id", "value": "079180099991"}})
    )
    assert (outcome.status, outcome.reason) == (HELD, "person_unknown")


def test_only_the_houses_own_pages_say_that_a_code_came_back(station: Station) -> None:
    person = station.person()
    station.send("declaration.make", by=station.role(Role.RECEPTIONIST), **body(person, proved=True, source="self"))
    station.send("declaration.make", **body(person, proved=True, source="self"))
    assert [(row["source"], row["proved"]) for row in kept(person)] in (
        [("staff", False), ("self", True)], [("self", True), ("staff", False)],
    )  # fmt: skip


def test_who_may_declare_and_settle(station: Station) -> None:
    person = station.person()
    assert station.send("declaration.make", by=station.role(Role.OBSERVER), **body(person)).reason == "not_allowed"
    high = {"answers": {**NO, "contact_case": "yes"}}
    record = station.must("declaration.make", **body(person, **high))
    settle = {"person": {"id": str(person)}, "declaration_id": str(record), "what": "called"}
    [row] = kept(person)
    elsewhere = actor(Role.TRACER, area_id=row["area_id"] + 1)
    assert station.send("declaration.settle", by=elsewhere, **settle).reason == "declaration_elsewhere"
    here = actor(Role.TRACER, area_id=row["area_id"])
    assert station.send("declaration.settle", by=here, **settle).status is ACCEPTED
    assert station.send("declaration.settle", by=here, **settle).reason == "declaration_settled"
    unknown = {**settle, "declaration_id": str(uuid4())}
    assert station.send("declaration.settle", by=here, **unknown).reason == "declaration_unknown"


def test_one_call_answers_for_everything_the_person_said_before_it(station: Station) -> None:
    person = station.person()
    high = {"answers": {**NO, "contact_case": "yes"}}
    hours = [station.now - timedelta(hours=hour) for hour in (3, 2, 1)]
    made = [station.send("declaration.make", at=at, **body(person, **high)).id for at in hours]
    station.must("declaration.settle", person={"id": str(person)}, declaration_id=str(made[1]), what="sampled")
    assert [row["state"] for row in kept(person)] == ["settled", "settled", "open"]


def test_the_diary_of_a_watch_and_the_days_that_are_missing(station: Station) -> None:
    person, silent = station.person(), station.person("Lê Thị Sáu", "1949-06-20")
    today = date(2021, 12, 1)

    def at(days: int, hour: int) -> datetime:
        return datetime(2021, 12, 1, hour, tzinfo=UTC) - timedelta(days=days)

    daily = {"kind": "daily", "answers": {}}
    station.send("declaration.make", at=at(4, 1), **body(person, **daily, temperature=36.6, spo2=98))
    station.send("declaration.make", at=at(2, 1), **body(person, **daily, temperature=38.2))
    station.send("declaration.make", at=at(2, 5), **body(person, **daily, symptoms=[{"code": "cough"}]))
    mistaken = station.send("declaration.make", at=at(1, 5), **body(person, **daily, symptoms=[{"code": "fever"}])).id
    station.must("declaration.settle", person={"id": str(person)}, declaration_id=str(mistaken), what="mistaken")
    found = diary([person, silent], today - timedelta(days=4))
    assert set(found) == {person}
    first, second = found[person]
    assert (first.day, first.temperature, first.spo2, first.risk) == (today - timedelta(days=4), 36.6, 98, "low")
    assert (second.times, second.risk, second.temperature, set(second.symptoms)) == (2, "high", 38.2, {"cough"})
    gaps = missed([person, silent], today - timedelta(days=4), today)
    assert [(today - day).days for day in gaps[person]] == [3, 1, 0]
    assert len(gaps[silent]) == 5


def test_declarations_follow_a_person_into_another_record_and_out_again(station: Station) -> None:
    one, other = station.person(), station.person("Nguyễn Văn Ân")
    station.must("declaration.make", **body(other))
    merge = station.must(
        "person.merge", person={"id": str(one)}, other={"id": str(other)}, reason="cùng một người, đã đối chiếu"
    )
    assert len(kept(one)) == 1
    assert kept(other) == []
    station.must("person.unmerge", merge_id=str(merge), reason="không phải cùng một người")
    assert len(kept(other)) == 1
