"""People who come with a card, a number or nothing; values no form would allow; and nothing personal in plain text."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, HELD, REFUSED

from .conftest import NOW, VIETNAM, Station, value

pytestmark = pytest.mark.django_db


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T09:00:00").replace(tzinfo=VIETNAM)


CARD = {
    "name": "Phạm Thị Hoà", "sex": "F", "birth_date": "1975-04-30", "citizen_id": "079175001234",
    "commune_code": "26740", "phone": "0901234567",
}  # fmt: skip
SCAN = "079175001234|023456789|Phạm Thị Hoà|30041975|Nữ|12 Lê Lợi, Bến Nghé, Quận 1, TP Hồ Chí Minh|01012021"


def test_a_walk_in_is_registered_with_the_dose_and_found_again_by_every_paper(station: Station) -> None:
    first = station.dose({"card": CARD}, "pfizer", at=at("2022-01-10"))
    assert first.status is ACCEPTED
    person = value("SELECT person_id FROM immunization_dose")
    assert station.dose({"scan": SCAN}, "pfizer", at=at("2022-02-10")).params == {
        "dose_number": 2, "next_due_on": date(2022, 5, 10),
    }  # fmt: skip
    by_number = {"identifier": {"system": "citizen_id", "value": "079 175 001 234"}}
    assert station.dose(by_number, "pfizer").reason == "booster_too_early"
    assert station.dose({"scan": "079175001234"}, "pfizer").reason == "booster_too_early"
    assert value("SELECT count(*) FROM people_person") == 1
    assert station.active(person) == [(1, "2022-01-10"), (2, "2022-02-10")]


def test_a_number_nobody_holds_is_held_and_a_wrong_one_refused(station: Station) -> None:
    unknown = station.dose({"identifier": {"system": "citizen_id", "value": "079175001234"}})
    assert (unknown.status, unknown.reason) == (HELD, "person_unknown")
    wrong = station.dose({"identifier": {"system": "citizen_id", "value": "12"}})
    assert (wrong.status, wrong.reason) == (REFUSED, "identifier_malformed")
    unread = station.dose({"scan": "???"})
    assert (unread.status, unread.reason) == (REFUSED, "card_unreadable")
    for reason in ("person_unknown", "identifier_malformed", "card_unreadable"):
        assert [entry["facility_id"] for entry in station.listed(reason)] == [station.facility.id]


def test_one_walk_in_in_many_commands_of_one_call_is_one_person(station: Station) -> None:
    session = station.session()
    body = {"person": {"card": CARD}, "session_id": str(session)}
    sent = [
        station.command("arrival.record", body),
        station.command("dose.record", station.dose_body({"card": CARD}, session_id=str(session))),
        station.command("release.record", body),
    ]
    assert {outcome.status for outcome in station.execute(sent)} == {ACCEPTED}
    assert value("SELECT count(*) FROM people_person") == 1
    assert value("SELECT count(*) FROM immunization_encounter WHERE dosed_at IS NOT NULL") == 1


def test_a_walk_in_without_papers_is_one_person_from_call_to_call(station: Station) -> None:
    card = {"card": {"name": "Vũ Thị Mận", "sex": "F", "birth_date": "1951", "commune_code": "26740"}}
    session = str(station.session())
    for verb, body in (
        ("arrival.record", {"person": card, "session_id": session}),
        ("dose.record", station.dose_body(card, session_id=session)),
        ("release.record", {"person": card, "session_id": session}),
    ):
        assert station.send(verb, **body).status is ACCEPTED
    assert value("SELECT count(*) FROM people_person") == 1
    assert value("SELECT count(*) FROM immunization_encounter WHERE released_at IS NOT NULL") == 1


def test_whom_to_compare_is_in_the_list_when_a_walk_in_may_be_known(station: Station) -> None:
    known = station.person("Phạm Thị Hoà", "1975-04-30", sex="F", residence_code="")
    outcome = station.dose({"card": {"name": "Phạm Thị Hoà", "sex": "F", "birth_date": "1975-04-30"}})
    assert (outcome.status, outcome.reason) == (ACCEPTED, "possible_match")
    [entry] = station.listed("possible_match")
    assert str(known) in str(entry["params"])
    assert entry["person_id"] != known


def test_an_offline_id_of_someone_known_leads_to_the_known_person(station: Station) -> None:
    """Registered offline under an id of the device's making, though we knew the number: later commands find her."""
    numbers = [{"system": "citizen_id", "value": "079175001234"}]
    known = station.person("Phạm Thị Hoà", "1975-04-30", sex="F", identifiers=numbers, force_new=False)
    offline, session = new_id(), station.session()
    body = {"name": "Phạm Thị Hòa", "sex": "F", "birth_date": "1975-04-30", "residence_code": "26740"}
    ref = {"id": str(offline)}
    sent = [
        station.command("person.register", {**body, "person_id": str(offline), "identifiers": numbers}),
        station.command("arrival.record", {"person": ref, "session_id": str(session)}),
        station.command("dose.record", station.dose_body(offline, session_id=str(session))),
    ]
    registered, _, dosed = station.execute(sent)
    assert registered.id == known
    assert dosed.status is ACCEPTED
    assert station.send("release.record", person=ref, session_id=str(session)).status is ACCEPTED
    assert station.active(known) == [(1, "2022-03-10")]
    assert station.doses(offline) == []
    assert station.encounter(known, session)["released_at"] is not None
    assert {outcome.status for outcome in station.execute(sent)} == {DUPLICATE}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"given_at": "2022-03-10T09:00:00"}, "time_without_offset"),
        ({"given_at": "2022-03-10T09:00:00", "given_on": "2022-03-10"}, "time_without_offset"),
        ({"given_at": "2022-03-10T09:00:00+07:00", "given_on": "2022-03-09"}, "malformed"),
        ({"given_on": "9999-12-31"}, "happened_in_future"),
        ({"given_at": "9999-12-31T23:59:59-12:00"}, "happened_in_future"),
        ({"given_at": "0001-01-01T00:00:00+14:00"}, "malformed"),
        ({"dose_number": 0}, "malformed"),
        ({"dose_number": 21}, "malformed"),
        ({"dose_number": 10**30}, "malformed"),
        ({"product": None}, "malformed"),
        ({"surprise": 1}, "malformed"),
        ({"country": "Vietnam"}, "malformed"),
        ({"site": "x" * 121}, "malformed"),
        ({"lot": "a\0b"}, "not_processed"),
        ({"product": "a\0b"}, "not_processed"),
    ],
)
def test_odd_values_are_answered_and_the_neighbour_is_recorded(
    station: Station, more: dict[str, Any], reason: str
) -> None:
    odd, good = station.person("Lê Văn Lạ"), station.person("Lê Văn Thường")
    body = station.dose_body(odd) | more
    outcomes = station.execute(
        [station.command("dose.record", body), station.command("dose.record", station.dose_body(good))]
    )
    assert outcomes[0].reason == reason
    assert outcomes[1].status is ACCEPTED
    assert len(station.listed(reason)) == 1


def test_the_day_of_a_dose_is_the_day_in_vietnam(station: Station) -> None:
    person = station.person()
    late_evening = "2022-03-09T17:30:00Z"  # half past midnight of the tenth
    assert station.dose(person, given_at=late_evening).status is ACCEPTED
    assert station.active(person) == [(1, "2022-03-10")]


def test_envelopes_that_are_not_as_they_should_be(station: Station) -> None:
    person = station.person()
    body = station.dose_body(person)
    naive = NOW.replace(tzinfo=None)
    cases = [
        (station.command("dose.conjure", body), "unknown_verb"),
        (station.command("dose.record", body, at=naive), "time_without_offset"),
        (station.command("dose.record", body, at=NOW + timedelta(hours=1)), "happened_in_future"),
        (station.command("dose.record", body, at=datetime(1, 1, 1, tzinfo=VIETNAM)), "malformed"),
        (station.command("dose.record", {}), "malformed"),
        (station.command("dose.record", {**body, "person": {}}), "malformed"),
        (station.command("dose.record", {**body, "person": {"id": str(person), "scan": "1"}}), "malformed"),
    ]
    outcomes = station.execute([command for command, _ in cases])
    assert [outcome.reason for outcome in outcomes] == [reason for _, reason in cases]
    assert {outcome.status for outcome in outcomes} == {REFUSED}
    assert value("SELECT count(*) FROM kernel_worklistitem") == len(cases)
    assert station.dose(person, at=NOW + timedelta(minutes=9)).status is ACCEPTED  # a clock may be a little ahead


def test_a_number_typed_as_a_field_does_not_reach_the_list_in_plain(station: Station) -> None:
    outcome = station.send("dose.record", **{"079175001234": "Phạm Thị Hoà"})
    assert outcome.reason == "malformed"
    assert "079175001234" not in str(station.listed("malformed"))


def test_nothing_personal_stands_in_plain_where_it_need_not(station: Station) -> None:
    """Numbers, names and telephones of a day with everything in it: not in the journal, commands, or the list."""
    session = station.session()
    secrets = ["079175001234", "Phạm Thị Hoà", "phạm thị hoà", "0901234567", "12 Lê Lợi", "023456789"]
    station.dose({"card": CARD}, session_id=str(session))
    station.dose({"scan": SCAN}, session_id=str(session))
    station.dose({"identifier": {"system": "citizen_id", "value": "079175009999"}})
    station.dose({"card": {**CARD, "birth_date": "1940-01-01", "name": "Võ Văn Kiệt"}})
    station.dose({"card": {**CARD, "citizen_id": "", "phone": ""}})
    station.send("person.register", name="Phạm Thị Hoà", sex="F", birth_date="0901234567")
    station.send("person.register", name="Phạm Thị Hoà", sex="079175001234", birth_date="1990")
    station.send("not_given.record", person={"card": CARD}, session_id=str(session), reason="079175001234")
    with connection.cursor() as cursor:
        for table, columns in (
            ("kernel_journal", "verb, body::text"),
            ("kernel_command", "verb, status, reason, params::text, encode(content_hash, 'escape')"),
            ("kernel_worklistitem", "verb, reason, params::text, note, encode(content, 'escape')"),
            ("kernel_submission", "encode(content, 'escape')"),
            ("people_identifier", "system, encode(blind, 'escape'), encode(sealed, 'escape')"),
            ("people_contact", "kind, encode(blind, 'escape'), encode(sealed, 'escape')"),
        ):
            cursor.execute(f"SELECT {columns} FROM {table}")
            text = str(cursor.fetchall())
            assert len(text) > 10
            assert [secret for secret in secrets if secret in text] == [], table


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"priority_group": 40_000}, "malformed"),
        ({"priority_group": 10**30}, "malformed"),
        ({"nationality": "\0"}, "not_processed"),
        ({"name": "Lê\0Văn"}, "not_processed"),
        ({"birth_date": "9999"}, "birth_date_malformed"),
        ({"birth_date": "1800"}, "birth_date_malformed"),
        ({"name": "x" * 300}, "name_malformed"),
        ({"occupation": "y" * 5_000}, None),
        ({"identifiers": [{"system": "passport", "value": f"B123456{n}"} for n in range(9)]}, "too_many_numbers"),
        ({"residence_since": "2022-02-30"}, "malformed"),
    ],
)
def test_odd_people_are_answered_and_the_neighbour_is_registered(
    station: Station, more: dict[str, Any], reason: str | None
) -> None:
    plain = {"name": "Lê Văn Thường", "sex": "M", "birth_date": "1980-01-01"}
    sent = [
        station.command("person.register", {**plain, "name": "Lê Văn Lạ", **more}),
        station.command("person.register", plain),
    ]
    odd, good = station.execute(sent)
    assert odd.reason == reason
    assert good.status is ACCEPTED


def test_a_slice_full_of_people_with_many_numbers_fits_the_servers_locks(station: Station) -> None:
    sent = [
        station.command(
            "person.register",
            {
                "name": "Lê Văn Nhiều", "sex": "M", "birth_date": "1980", "force_new": True,
                "identifiers": [{"system": "passport", "value": f"B{person:03}{n:04}"} for n in range(8)],
            },
        )
        for person in range(200)
    ]  # fmt: skip
    assert {outcome.status for outcome in station.execute(sent)} == {ACCEPTED}


def test_a_poisoned_registration_before_walk_ins_and_doses_of_one_call(station: Station) -> None:
    """Its failure shows while something else is under way; that something else is recorded all the same."""
    session, known = station.session(), station.person()
    card = {**CARD, "citizen_id": ""}
    station.dose({"card": card}, at=at("2022-01-05"))
    sent = [
        station.command("person.register", {"name": "Lê\0Văn", "sex": "M", "birth_date": "1980-01-01"}),
        station.command("dose.record", station.dose_body({"card": {**card, "name": "Võ Thị Mới"}})),
        station.command("dose.record", station.dose_body({"card": card})),
        station.command("dose.record", station.dose_body(known, session_id=str(session))),
    ]
    outcomes = station.execute(sent)
    assert [outcome.reason for outcome in outcomes][:2] == ["not_processed", None]
    assert outcomes[3].status is ACCEPTED
