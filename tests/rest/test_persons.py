"""Persons over the API: who may open whom, what is logged, what is never shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lachan.access import operations
from lachan.access.models import Look
from lachan.kernel.ids import new_id

from .conftest import NUMBER, Desk, body, citizen, command, find

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_a_person_of_the_district_is_opened_and_the_look_is_logged(desk: Desk) -> None:
    person_id = desk.register(identifiers=citizen(NUMBER))
    person = body(desk.get(f"/persons/{person_id}", **{"Lachan-Purpose": "follow_up"}))
    assert person == {
        "id": person_id,
        "name": "Nguyễn Văn An",
        "sex": "M",
        "birth_date": "1980-05-17",
        "residence": person["residence"],
        "status": "known",
        "died_on": None,
        "identifiers": [{"system": "citizen_id", "masked": "0010••••0017", "trusted": True}],
    }
    assert person["residence"]["code"] == "26740"
    assert person["residence"]["address"].endswith("Hồ Chí Minh")
    look = Look.objects.get(person_id=person_id)
    assert (look.actor_id, look.purpose, look.what) == (desk.actor_id, "follow_up", "person")


def test_a_year_of_birth_stays_a_year(desk: Desk) -> None:
    person_id = desk.register(birth_date="1934")
    assert body(desk.get(f"/persons/{person_id}"))["birth_date"] == "1934"


def test_a_key_of_another_district_finds_nobody_there(desk: Desk, stranger: Desk) -> None:
    person_id = desk.register(identifiers=citizen(NUMBER))
    for path in (f"/persons/{person_id}", f"/persons/{person_id}/doses", f"/persons/{new_id()}"):
        problem = body(stranger.get(path), 404)
        assert problem["type"] == "urn:lachan:problem:not_found"
    assert not Look.objects.exists()


def test_whom_a_station_received_it_may_open(day: Desk, stranger: Desk) -> None:
    person_id = stranger.register("Phan Văn Khách", residence_code="26905")
    assert day.get(f"/persons/{person_id}").status_code == 404
    day.good(command("arrival.record", {"person": {"id": person_id}, "session_id": str(day.session_id)}))
    assert body(day.get(f"/persons/{person_id}"))["name"] == "Phan Văn Khách"


def test_a_purpose_is_asked_for(desk: Desk) -> None:
    person_id = desk.register()
    for purpose in ("", "curiosity"):
        problem = body(desk.get(f"/persons/{person_id}", **{"Lachan-Purpose": purpose}), 422)
        assert problem["faults"][0]["field"] == "header.Lachan-Purpose"
    assert not Look.objects.exists()


def test_whoever_shows_a_number_is_found_from_anywhere(desk: Desk, stranger: Desk) -> None:
    person_id = desk.register(identifiers=citizen(NUMBER))
    [found] = body(find(stranger))["items"]
    assert (found["person"]["id"], found["doses"]) == (person_id, [])
    assert NUMBER not in json.dumps(found)
    purposes = set(
        Look.objects.filter(person_id=person_id, actor_id=stranger.actor_id).values_list("purpose", flat=True)
    )
    assert purposes == {operations.SERVED, "vaccination"}
    # the number opened one answer, not the record
    assert stranger.get(f"/persons/{person_id}").status_code == 404


def test_a_card_is_read(desk: Desk, stranger: Desk) -> None:
    person_id = desk.register(identifiers=citizen(NUMBER))
    scan = f"{NUMBER}||Nguyễn Văn An|17051980|Nam|Bến Nghé, Quận 1|01012022"
    found = body(find(stranger, identifier=None, scan=scan))["items"]
    assert [one["person"]["id"] for one in found] == [person_id]
    assert body(find(stranger, identifier=None, scan="012080999999"))["items"] == []


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"purpose": "gossip"}, 422, "invalid_call"),
        ({"purpose": None}, 422, "invalid_call"),
        ({"scan": "001080000017"}, 422, "invalid_call"),
        ({"identifier": None}, 422, "invalid_call"),
        ({"name": "An"}, 422, "invalid_call"),
        ({"identifier": {"system": "citizen_id", "value": "12"}}, 422, "identifier_malformed"),
        ({"identifier": {"system": "shoe_size", "value": "42"}}, 422, "identifier_malformed"),
        ({"identifier": {"system": "phone", "value": "0903123456"}}, 422, "identifier_malformed"),
        ({"identifier": {"system": "citizen_id", "value": "\0" * 12}}, 422, "identifier_malformed"),
        ({"identifier": None, "scan": "Nguyễn Văn An 1980"}, 422, "scan_unreadable"),
        ({"identifier": None, "scan": "\0"}, 422, "scan_unreadable"),
    ],
)
def test_what_cannot_be_a_number_is_a_problem_that_repeats_nothing(
    desk: Desk, sent: dict[str, Any], status: int, code: str
) -> None:
    answer = find(desk, **sent)
    assert body(answer, status)["type"] == f"urn:lachan:problem:{code}"
    assert not any(str(value) in answer.content.decode() for value in ("0903123456", "Văn An", "gossip"))


def test_find_reads_only_json(desk: Desk) -> None:
    answer = desk.client.post("/api/v1/persons/find", "{", content_type="application/json")
    assert body(answer, 400)["type"] == "urn:lachan:problem:json_unreadable"
    answer = desk.client.post("/api/v1/persons/find", {"a": 1})
    assert body(answer, 415)["type"] == "urn:lachan:problem:content_type_unknown"


def test_doses_with_their_corrections(day: Desk) -> None:
    person_id = day.register()
    [dose] = day.good(day.dose({"id": person_id}))
    amend = {
        "person": {"id": person_id},
        "dose_id": dose["record_id"],
        "changes": {"site": "left_arm"},
        "reason": "Ghi nhầm tay",
    }
    [amended] = day.good(command("dose.amend", amend))
    day.good(
        command("dose.void", {"person": {"id": person_id}, "dose_id": amended["record_id"], "reason": "Không hề tiêm"})
    )
    answer = body(day.get(f"/persons/{person_id}/doses"))
    assert answer["person_id"] == person_id
    by_id = {item["id"]: item for item in answer["items"]}
    first, second = by_id[dose["record_id"]], by_id[amended["record_id"]]
    assert (first["status"], second["status"]) == ("amended", "voided")
    assert first["correction"]["kind"] == "amend"
    assert first["correction"]["replacement_id"] == second["id"]
    assert (second["correction"]["kind"], second["correction"]["reason"]) == ("void", "Không hề tiêm")
    assert (first["product"], first["lot"], first["facility"]) == ("astrazeneca", "AZ001", day.facility)
    assert (first["dose_number"], second["site"]) == (1, "left_arm")
