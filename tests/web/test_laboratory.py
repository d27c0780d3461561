"""The bench without a browser: a slip taken back, another laboratory's samples, who is told whose tube it is."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from lachan.access import operations, scopes
from lachan.access.actors import Actor
from lachan.access.models import Look, User
from lachan.access.rules import Role
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.places import queries as places
from lachan.surveillance.models import Result, Sample

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ROOT = Actor.system("tests")
HTMX = {"HX-Request": "true"}


def send(verb: str, **body: object) -> UUID:
    now = timezone.now()
    [outcome] = execute([Command(new_id(), verb, now - timedelta(minutes=9), body)], actor=ROOT, now=now)
    assert outcome.id is not None, outcome
    return outcome.id


def technician(facility_id: int, name: str) -> Client:
    now = timezone.now()
    [made] = operations.create_users([operations.NewUser(name, name)], actor=ROOT, now=now)
    assert made.id is not None
    operations.grant(
        [operations.NewGrant(Role.LABORATORY, user_id=made.id, facility_id=facility_id)], actor=ROOT, now=now
    )
    client = Client()
    client.force_login(User.objects.get(id=made.id))
    return client


@pytest.fixture
def sample(reference: None, story_station: int) -> Sample:
    scopes.forget()
    person = send("person.register", name="Trần Thị Bình", sex="F", birth_date="1981", residence_code="26740",
                  force_new=True)  # fmt: skip
    code = places.facility_table()[story_station].code
    send("sample.take", person={"id": str(person)}, sample="BENCH-01", facility=code)
    return Sample.objects.get()


def test_a_slip_of_the_key_is_taken_back(sample: Sample, story_station: int) -> None:
    client = technician(story_station, "lab")
    answer = client.post("/laboratory/result/", headers=HTMX, data={
        "sample": "bench-01", "disease": "covid-19", "method": "pcr", "outcome": "positive", "ct": "21,5",
        "command_id": str(new_id()),
    })  # fmt: skip
    assert answer.status_code == 200
    assert b"BENCH-01" in answer.content
    found = Result.objects.get()
    assert (found.outcome, found.ct, found.status) == ("positive", 21.5, "standing")
    assert "/laboratory/undo/" in answer.headers["HX-Trigger-After-Settle"]
    client.post("/laboratory/undo/", {"sample": "BENCH-01", "result": str(found.id)}, headers=HTMX)
    found.refresh_from_db()
    assert found.status == "withdrawn"


def test_what_cannot_be_recorded_stays_on_the_bench(sample: Sample, story_station: int) -> None:
    client = technician(story_station, "lab")
    for wrong in ({"outcome": ""}, {"outcome": "positive", "ct": "high"}, {"outcome": "positive", "method": "smell"}):
        data = {"sample": "BENCH-01", "disease": "covid-19", "method": "pcr", **wrong}
        answer = client.post("/laboratory/result/", data, headers=HTMX)
        assert answer.status_code == 422
        assert b"data-outcome" in answer.content
    assert Result.objects.count() == 0


def test_a_list_names_nobody_and_a_look_at_a_name_is_kept(sample: Sample, story_station: int) -> None:
    client = technician(story_station, "lab")
    assert "Trần Thị Bình" not in client.get("/laboratory/").content.decode()
    assert Look.objects.filter(person_id=sample.person_id).count() == 0
    assert "Trần Thị Bình" in client.post("/laboratory/tube/", {"q": "bench-01"}).content.decode()
    assert Look.objects.filter(person_id=sample.person_id).count() == 1


def test_another_laboratory_does_not_open_the_sample(sample: Sample, story_station: int) -> None:
    other = next(row for row in places.facility_table().values() if row.kind == "hospital")
    page = f"/laboratory/samples/{sample.person_id}/{sample.id}/"
    assert technician(other.id, "other").get(page).status_code == 404
    assert technician(story_station, "own").get(page).status_code == 200


def test_a_tube_sent_elsewhere_opens_with_a_ground_and_without_what_others_found(
    sample: Sample, story_station: int
) -> None:
    code = places.facility_table()[story_station].code
    send("result.record", sample="BENCH-01", facility=code, disease="covid-19", method="antigen", outcome="positive")
    other = next(row for row in places.facility_table().values() if row.kind == "hospital")
    client = technician(other.id, "other")

    def scanned(**more: str) -> str:
        return client.post("/laboratory/tube/", {"q": "bench-01", **more}, headers=HTMX).content.decode()

    def found(text: str) -> bool:
        return "lab-found" in text

    assert "lab-found" in technician(story_station, "own").post("/laboratory/tube/", {"q": "bench-01"}).content.decode()
    looks = Look.objects.filter(person_id=sample.person_id, purpose__startswith="tube received")
    for text in (scanned(), scanned(ground="curious")):
        assert "Trần Thị Bình" not in text
        assert not found(text)
        assert "data-outcome" not in text
    assert Look.objects.filter(person_id=sample.person_id).count() == 1  # of its own laboratory
    text = scanned(ground="sent_on")
    assert "Trần Thị Bình" in text
    assert not found(text)
    assert looks.get().purpose == "tube received: sent_on"
    wrong = {"sample": "BENCH-01", "disease": "covid-19", "method": "pcr", "outcome": ""}
    assert "Trần Thị Bình" not in client.post("/laboratory/result/", wrong, headers=HTMX).content.decode()
    assert "Trần Thị Bình" in client.post(
        "/laboratory/result/", {**wrong, "ground": "sent_on"}, headers=HTMX
    ).content.decode()  # fmt: skip
    client.post("/laboratory/result/", {**wrong, "outcome": "negative", "ground": "sent_on"}, headers=HTMX)
    page = client.get(f"/laboratory/samples/{sample.person_id}/{sample.id}/").content.decode()
    assert "Âm tính" in page  # its own now
    assert "lc-state-stop" not in page  # the other's positive is not


def test_a_tube_sent_elsewhere_goes_into_a_pool_by_its_code_alone(sample: Sample, story_station: int) -> None:
    other = next(row for row in places.facility_table().values() if row.kind == "hospital")
    line = technician(other.id, "other").post("/laboratory/pools/tube/", {"q": "bench-01"}).content.decode()
    assert "BENCH-01" in line
    assert "1981" not in line
    assert (
        "1981" in technician(story_station, "own").post("/laboratory/pools/tube/", {"q": "bench-01"}).content.decode()
    )


@pytest.mark.parametrize("wanted", ["²", "NaN", "https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_after_a_change_nobody_is_sent_elsewhere(sample: Sample, story_station: int, wanted: str) -> None:
    client = technician(story_station, "technician-back")
    answer = client.post("/laboratory/change/", {"result": "", "reason": "x", "next": wanted})
    assert (answer.status_code, answer["Location"]) == (302, "/laboratory/")
