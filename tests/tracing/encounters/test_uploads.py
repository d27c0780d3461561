"""A case hands over what its telephone heard: with a code that is good once, and whatever is among it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from django.test import Client

from lachan.access import operations as access
from lachan.access.actors import Actor
from lachan.access.scopes import NATION
from lachan.kernel.errors import Problem
from lachan.tracing.encounters import keys, operations, queries, tokens
from lachan.tracing.encounters.operations import SightingIn, Upload
from lachan.tracing.models import Encounter, Link, TemporaryKey, UploadPermit
from tests.tracing.lists.conftest import NOW, Town, ago, town

__all__ = ["town"]  # the same town
pytestmark = pytest.mark.slow
ACTOR = Actor.system("tests")


def ids_of(person: UUID, since: datetime) -> dict[int, str]:
    """The ids a person's telephone says, by the quarter of an hour; as the app got them at that time."""
    found = operations.temporary_ids([person], since=since, now=since)
    return {one.start: one.text for one in found[person]}


def heard(ids: dict[int, str], since: datetime, minutes: int, rssi: float = -86) -> list[SightingIn]:
    """A sighting every five minutes."""
    start = int(since.timestamp())
    return [
        SightingIn(at=at, id=ids[at - at % tokens.SLOT], model="Pixel 5", other_model="SM-A515F", rssi=rssi)
        for at in range(start, start + 60 * minutes + 1, 300)
    ]


def test_sightings_become_contacts_and_what_is_unknown_or_replayed_is_counted(town: Town) -> None:
    ill, near, far, brief = (town.person(name) for name in ("Ca Bệnh", "Người Gần", "Người Xa", "Người Thoáng"))
    when = ago(hours=20)
    said = {person: ids_of(person, when) for person in (ill, near, far, brief)}
    town.result(ill)
    town.follow()
    assert town.links(ill) == {}
    line = town.case_of(ill)
    code = operations.permit(line.case_id, ill, "covid-19", actor_id=ACTOR.id, now=NOW)
    stranger = tokens.issue({tokens.key_number(int(when.timestamp())): bytes(32)}, 77, int(when.timestamp()), 1)
    sightings = [
        *heard(said[near], when, 40, -78),  # some 0.8 m
        *heard(said[far], when, 40, -100),  # ten metres
        *heard(said[brief], when, 0, -78),
        SightingIn(at=int(when.timestamp()), id=stranger[0].text),
        SightingIn(at=int(when.timestamp()), id="nonsense"),
        SightingIn(at=int((when + timedelta(hours=5)).timestamp()), id=said[near][min(said[near])]),
        SightingIn(at=int(when.timestamp()), id=said[ill][min(said[ill])]),
        SightingIn(at=int(ago(days=40).timestamp()), id=said[near][min(said[near])]),
        heard(said[near], when, 0, -90)[0],
    ]
    done = operations.upload(code.lower().replace("-", " "), sightings, now=NOW)
    assert done == Upload(len(sightings), own=1, unknown=2, replayed=1, old=1, twice=1, meetings=3)
    town.follow()
    assert town.links(ill) == {near: (1, "standing")}
    link = Link.objects.get(person_id=near)
    assert (link.kind, link.seconds) == ("encounter", 45 * 60)
    assert link.evidence[0]["metres"] < 1
    assert operations.upload(code, sightings, now=NOW) is None, "a code is good once"
    assert queries.permits_of(line.case_id)[0].counts["meetings"] == 3


def test_a_code_ends_and_a_wrong_one_opens_nothing(town: Town) -> None:
    code = operations.permit(uuid4(), uuid4(), "covid-19", actor_id=ACTOR.id, now=ago(hours=3))
    assert operations.upload(code, [], now=NOW) is None
    assert operations.upload("0000-0000-0000", [], now=NOW) is None
    assert not UploadPermit.objects.filter(used_at__isnull=False).exists()


def test_an_upload_that_fails_leaves_the_code_good(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ill = town.person("Ca Bệnh")
    code = operations.permit(uuid4(), ill, "covid-19", actor_id=ACTOR.id, now=NOW)

    def fails(*_: object) -> None:
        raise RuntimeError("the process dies here")

    with monkeypatch.context() as broken:
        broken.setattr(operations, "_write", fails)
        with pytest.raises(RuntimeError):
            operations.upload(code, [], now=NOW)
    done = operations.upload(code, [], now=NOW)
    assert done is not None
    assert done.sightings == 0
    town.follow()


def test_meetings_and_keys_are_forgotten_after_the_legal_period(town: Town) -> None:
    ill, near = town.person("Ca Bệnh"), town.person("Người Gần")
    when = ago(days=20)
    said = ids_of(near, when)
    ids_of(near, ago(days=30))
    code = operations.permit(uuid4(), ill, "covid-19", actor_id=ACTOR.id, now=NOW)
    operations.upload(code, heard(said, when, 10), now=NOW)
    assert Encounter.objects.count() == 1
    assert operations.forget(NOW) == 0
    oldest = TemporaryKey.objects.order_by("number").values_list("number", flat=True)[0]
    assert oldest >= tokens.key_number(int(ago(days=21).timestamp())) - 1, "keys nothing needs are gone"
    assert operations.forget(NOW + timedelta(days=2)) == 1
    assert not Encounter.objects.exists()
    town.follow()


def test_two_processes_make_one_key(town: Town) -> None:
    from lachan.kernel.database import hot_cursor

    at = [int(NOW.timestamp())]
    with hot_cursor() as cursor:
        first = keys.ensure_keys(cursor, at, NOW)
        assert keys.ensure_keys(cursor, at, NOW) == first


def test_ids_are_asked_for_near_now_and_for_few(town: Town) -> None:
    person = town.person("Người Gần")
    with pytest.raises(Problem):
        operations.temporary_ids([person], since=NOW + timedelta(days=3), now=NOW)
    with pytest.raises(Problem):
        operations.temporary_ids([person] * 201, since=NOW, now=NOW)
    assert operations.temporary_ids([uuid4()], since=NOW, now=NOW) == {}


def test_over_http_an_app_gets_ids_and_a_telephone_hands_over(town: Town) -> None:
    ill, near = town.person("Ca Bệnh"), town.person("Người Gần")
    item = access.NewApiKey("app", "partner", datetime.now(UTC) + timedelta(days=1), area_ids=(NATION,))
    _, token = access.create_api_key(item, actor=ACTOR, now=datetime.now(UTC))
    client = Client(headers={"Authorization": f"Bearer {token}"})
    asked = {"person_ids": [str(near)], "since": datetime.now(UTC).isoformat()}
    answer = client.post("/api/v1/encounters/ids", asked, content_type="application/json")
    assert answer.status_code == 200, answer.content
    [mine] = answer.json()["items"]
    assert len(mine["ids"]) == 100
    town.result(ill)
    town.follow()
    case_id = town.case_of(ill).case_id
    code = operations.permit(case_id, ill, "covid-19", actor_id=ACTOR.id, now=datetime.now(UTC))
    sent = {"code": code, "sightings": [{"at": int(datetime.now(UTC).timestamp()), "id": mine["ids"][0]["id"]}]}
    telephone = Client()
    answer = telephone.post("/api/v1/encounters/upload", sent, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["meetings"] == 1
    again = telephone.post("/api/v1/encounters/upload", sent, content_type="application/json")
    assert again.status_code == 403
    broken = telephone.post("/api/v1/encounters/upload", b"[]", content_type="application/json")
    assert broken.status_code == 422
    town.follow()
    contacts = client.get(f"/api/v1/tracing/cases/{case_id}/contacts", headers={"Lachan-Purpose": "contact_tracing"})
    assert contacts.status_code == 200, contacts.content
    assert msgspec.json.decode(contacts.content)["case"]["case_id"] == str(case_id)
    assert client.get(f"/api/v1/tracing/cases/{uuid4()}/contacts").status_code == 422, "without a purpose"
