"""What somebody tries who means harm: to learn where others were, to write visits for them, to break the door."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.immunization.commands import execute
from lachan.immunization.sentences import sentence
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, REFUSED
from lachan.places import queries as places
from lachan.places.venues import codes, keys, venues
from lachan.tracing.visits import devices, intake
from lachan.tracing.visits.facts import DEVICE_CARD, PHONE_TYPED
from lachan.web.parts.venues import throttle

from .conftest import ACTOR, NOW, Town, number, person, rows, scan, send, stays
from .test_visit_calls import CARD, head, now, paired, post

VICTIM = "079080000001"


def typed(client: Client, place: int) -> Any:
    """Somebody types the victim's number at the poster of a venue."""
    code = codes.venue_code(keys.signing_key(NOW).private, keys.signing_key(NOW).number, place, 1)
    return client.post(reverse("checkin-scan", args=[code]), {"what": "in", "number": VICTIM})


def test_typing_a_number_at_a_poster_does_not_tell_where_its_holder_is(town: Town) -> None:
    token = paired(town.market)
    assert post(token, head(town.market), {"t": now() - 300, "s": CARD}).json()["accepted"] == 1
    before = stays()
    far, unknown = typed(Client(), town.far), Client()
    code = codes.venue_code(keys.signing_key(NOW).private, keys.signing_key(NOW).number, town.far, 1)
    nobody = unknown.post(reverse("checkin-scan", args=[code]), {"what": "in", "number": "079080000099"})
    assert (far.status_code, nobody.status_code) == (200, 200)
    assert far.content.count(b" km") == 0
    assert far.templates[0].name == nobody.templates[0].name
    assert [stay for stay in stays() if stay[0] == town.market] == before
    assert rows("SELECT reason, params ->> 'km' IS NOT NULL FROM tracing_refusedvisit") == [("impossible_travel", True)]


def test_a_device_is_not_told_how_far_away_somebody_was(town: Town) -> None:
    here, there = paired(town.market), paired(town.far)
    post(here, head(town.market), {"t": now() - 300, "s": CARD})
    told = post(there, head(town.far), {"t": now(), "s": CARD}).json()
    assert told["refused"] == [[0, "impossible_travel", {}]]
    assert "km" not in sentence("impossible_travel", {}, "en")


def test_a_number_typed_by_anybody_does_not_lock_its_holder_out(town: Town) -> None:
    [planted] = send(scan(town.far, -600, whose=number(VICTIM))._replace(source=PHONE_TYPED))
    assert planted.status is ACCEPTED
    [real] = send(scan(town.market, -60, whose=number(VICTIM))._replace(source=DEVICE_CARD))
    assert real.status is ACCEPTED, "the card in somebody's hand says more than a number that anybody can type"
    [again] = send(scan(town.far, -30, whose=number(VICTIM))._replace(source=DEVICE_CARD))
    assert again.reason == "impossible_travel"


def test_a_key_records_visits_in_its_own_areas_only(town: Town) -> None:
    own = places.area(next(iter(venues([town.market]).values())).area_id)
    assert own is not None
    today = NOW.date()
    other = next(area for province in places.provinces(today)[1:] for area in places.communes(province.id, today))
    visitor = person(VICTIM)
    venue = venues([town.market])[town.market]

    def sent(area_id: int, role: Role, kind: str) -> Any:
        actor = Actor(uuid4(), kind, "someone", (GrantFact(role, None, area_id),))
        body = {"person": {"id": str(visitor)}, "venue": venue.code}
        [outcome] = execute([Command(new_id(), "visit.record", NOW, body)], actor=actor, now=NOW)
        return outcome

    for role, kind in ((Role.PARTNER, "key"), (Role.TRACER, "user")):
        outcome = sent(other.id, role, kind)
        assert (outcome.status, outcome.reason) == (REFUSED, "venue_not_yours")
    assert stays() == []
    assert sent(own.id, Role.PARTNER, "key").status is ACCEPTED


def test_a_persons_code_is_good_for_its_ten_minutes_and_for_no_day_before(town: Town) -> None:
    whom, at = person(VICTIM), now()
    code = intake.own_code(whom, at, keys.signing_key(NOW))
    token = paired(town.market)
    told = post(
        token, head(town.market), {"t": at, "s": code}, {"t": at - 3_600, "s": code}, {"t": at - 5 * 86_400, "s": code}
    ).json()
    assert told["accepted"] == 1
    assert [(index, reason) for index, reason, _ in told["refused"]] == [(1, "code_not_yet"), (2, "code_not_yet")]


@pytest.mark.parametrize("waiting", [-1, -(10**30), 10**30, 2**62])
def test_a_count_that_cannot_be_is_no_failure_of_ours(town: Town, waiting: int) -> None:
    answer = post(paired(town.market), head(town.market, waiting=waiting), {"t": now(), "s": CARD})
    assert answer.status_code in (200, 400), answer.content


@pytest.mark.parametrize(
    "line",
    [
        '{"t": 1, "s": "\\ud800"}',
        '{"t": 1, "s": "\\u0000"}',
        '{"t": 99999999999999999999999, "s": "079080000001"}',
        '{"t": -5, "s": "079080000001"}',
        '{"t": 1, "s": "079080000001", "v": 99999999999999999999999}',
        '{"t": 1, "s": "079080000001", "k": "stay", "u": -99999999999999999999}',
        "[" * 5_000,
        '{"t": 1, "s": "' + "A" * 100_000 + '"}',
        '{"t": 1, "s": "UAF' + "A" * 200 + '"}',
    ],
)
def test_nonsense_is_refused_and_kept_and_breaks_nothing(town: Town, line: str) -> None:
    answer = post(paired(town.market), head(town.market), line)
    assert answer.status_code == 200, answer.content
    assert answer.json()["accepted"] == 0
    assert len(answer.json()["refused"]) == 1


def test_the_pictures_of_another_venue_are_not_given(town: Town) -> None:
    token = paired(town.bar)
    answer = Client().get("/api/v1/visits/door", headers={"Authorization": f"Bearer {token}"})
    assert [venue["id"] for venue in answer.json()["venues"]] == [town.bar]
    told = post(token, head(town.market), {"t": now(), "s": CARD}).json()
    assert [reason for _, reason, _ in told["refused"]] == ["venue_not_yours"]
    assert json.dumps(told).count(VICTIM) == 0


def test_nobody_hangs_a_room_into_a_venue_of_another_commune(town: Town) -> None:
    today = NOW.date()
    other = places.communes(places.provinces(today)[1].id, today)[0]
    actor = Actor(uuid4(), "user", "someone", (GrantFact(Role.COMMUNE_OFFICER, None, other.id),))
    body = {"name": "Phòng 1", "kind": "bar", "area": other.id, "parent": venues([town.bar])[town.bar].code}
    [outcome] = execute([Command(new_id(), "venue.register", NOW, body)], actor=actor, now=NOW)
    assert (outcome.status, outcome.reason) == (REFUSED, "venue_not_yours")


def test_one_address_that_guesses_does_not_keep_others_from_pairing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "PAIRINGS_OF_ALL", throttle.PAIRINGS_OF_ALL._replace(most=12))
    made = devices.make("Cửa", [town.bar], actor_id=ACTOR, now=timezone.now())

    def tried(pairing: str, address: str) -> int:
        body = json.dumps({"pairing": pairing})
        return Client().post("/door/pair/", body, content_type="application/json", REMOTE_ADDR=address).status_code

    told = [tried(f"{guess:08}", "203.0.113.9") for guess in range(20)]
    assert set(told[:10]) == {422}
    assert set(told[10:]) == {429}
    assert tried(made.pairing, "203.0.113.10") == 200


def test_a_guesser_does_not_get_tries_anew_by_another_address_of_their_own_line(town: Town) -> None:
    def tried(address: str) -> int:
        body = json.dumps({"pairing": "00000000"})
        return Client().post("/door/pair/", body, content_type="application/json", REMOTE_ADDR=address).status_code

    assert [tried(f"2001:db8:1:2::{host:x}") for host in range(11)] == [422] * 10 + [429]
    assert tried("2001:db8:1:3::1") == 422


def test_a_head_commands_no_venue_that_another_facility_of_the_district_registered(
    town: Town, story_station: int
) -> None:
    own = places.facilities([story_station])[0]
    neighbours = places.facilities(sorted(places.facilities_in(own.district_id or 0)))
    other = next(row for row in neighbours if row.kind == "station" and row.area_id != own.area_id)
    [mine, theirs] = (
        Actor(uuid4(), "user", "head", (GrantFact(Role.HEAD, row.id, None),)) for row in (own, other)
    )  # fmt: skip

    def done(actor: Actor, verb: str, *bodies: dict[str, Any]) -> Any:
        return execute([Command(new_id(), verb, NOW, body) for body in bodies], actor=actor, now=NOW)

    new = [{"name": f"Chợ {n}", "kind": "market", "area": other.area_id} for n in range(2)]
    registered = done(theirs, "venue.register", *new)
    codes_of = [outcome.params["code"] for outcome in registered]
    changes = [{"venue": code, "new_code": True, "capacity": 5} for code in (*codes_of, "D00000000")]
    assert [outcome.reason for outcome in done(mine, "venue.change", *changes)] == [
        "venue_not_yours", "venue_not_yours", "venue_unknown",
    ]  # fmt: skip
    assert [outcome.reason for outcome in done(mine, "venue.close", {"venue": codes_of[0]})] == ["venue_not_yours"]
    room = {"name": "Phòng 1", "kind": "bar", "area": other.area_id, "parent": codes_of[0]}
    assert [outcome.reason for outcome in done(mine, "venue.register", room)] == ["venue_not_yours"]
    assert [outcome.status for outcome in done(theirs, "venue.change", *changes)][:2] == [ACCEPTED, ACCEPTED]
