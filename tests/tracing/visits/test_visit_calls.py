"""The lean door: two forms of a call, one answer a call, credentials that are good for their venues only, clocks."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from lachan.kernel.database import hot_cursor
from lachan.kernel.text import base64url, from_base64url
from lachan.places.venues import codes, keys
from lachan.places.venues.operations import VenueChange, change_venues
from lachan.tracing.visits import devices, intake
from lachan.tracing.visits.calls import Head, Line, read_binary, write_binary

from .conftest import ACTOR, Town, person, rows

PATH = "/api/v1/visits"
CARD = "079080000001|024123456|Nguyễn Văn An|01051980|Nam|Bến Nghé|01012021"


def paired(*venue_ids: int) -> str:
    now = timezone.now()
    made = devices.make("Cửa chính", venue_ids, actor_id=ACTOR, now=now)
    found = devices.pair(made.pairing, now=now)
    assert found is not None
    assert devices.pair(made.pairing, now=now) is None, "a code is good once"
    return found.token


def now() -> int:
    return int(timezone.now().timestamp())


def post(token: str, head: dict[str, Any], *lines: dict[str, Any] | str) -> Any:
    texts = [json.dumps(head), *(line if isinstance(line, str) else json.dumps(line) for line in lines)]
    return Client().post(
        PATH, "\n".join(texts), content_type="application/x-ndjson", headers={"Authorization": f"Bearer {token}"}
    )


def head(venue: int, batch: UUID | None = None, **more: Any) -> dict[str, Any]:
    return {"batch": str(batch or uuid4()), "sent_at": now(), "venue": venue, **more}


def test_lines_of_json(town: Town) -> None:
    token, at = paired(town.market), now()
    answer = post(
        token, head(town.market, waiting=3), {"t": at - 60, "s": CARD}, {"t": at, "s": "so hong"}, "{nonsense"
    )
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["accepted"], told["duplicate"]) == (1, 0)
    assert [(index, reason) for index, reason, _ in told["refused"]] == [(1, "scan_unreadable"), (2, "visit_malformed")]
    assert told["messages"]["scan_unreadable"]["vi"] != told["messages"]["scan_unreadable"]["en"]
    assert rows("SELECT reason FROM tracing_refusedvisit ORDER BY reason") == [
        ("scan_unreadable",),
        ("visit_malformed",),
    ]
    assert rows("SELECT waiting FROM tracing_doordevice") == [(3,)]


def test_the_binary_form_says_the_same(town: Town) -> None:
    token, at = paired(town.bar), now()
    lines = [
        Line(at - 600, CARD, "in"),
        Line(at - 60, CARD, "out"),
        Line(at - 900, "DN4797912345678", "stay", at - 300),
    ]
    body = write_binary(Head(uuid4(), at, town.bar), lines)
    assert read_binary(body).lines == lines
    answer = Client().post(
        PATH, body, content_type="application/x-lachan-visits", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.json()["accepted"] == 3
    assert rows("SELECT count(*), bool_or(provisional) FROM tracing_visit") == [(2, False)]


@pytest.mark.parametrize("cut", [3, 30, -2])
def test_a_binary_call_that_is_cut_off(town: Town, cut: int) -> None:
    body = write_binary(Head(uuid4(), now(), town.bar), [Line(now(), CARD)])
    answer = Client().post(
        PATH, body[:cut], content_type="application/x-lachan-visits",
        headers={"Authorization": f"Bearer {paired(town.bar)}"},
    )  # fmt: skip
    assert answer.status_code == 400


def test_the_same_call_again_is_answered_and_not_recorded(town: Town) -> None:
    token, batch, at = paired(town.market), uuid4(), now()
    first = post(token, head(town.market, batch), {"t": at - 60, "s": CARD})
    later = head(town.market, batch) | {"sent_at": at + 100, "waiting": 7}  # the clock of the head goes on
    assert post(token, later, {"t": at - 60, "s": CARD}).json() == first.json()
    assert rows("SELECT count(*) FROM tracing_visitbatch") == [(1,)]
    other = post(token, head(town.market, batch), {"t": at - 50, "s": CARD})
    assert (other.status_code, other.json()["type"]) == (409, "urn:lachan:problem:call_name_taken")


def test_a_device_is_good_for_its_own_door_only(town: Town) -> None:
    token = paired(town.market)
    told = post(token, head(town.bar), {"t": now(), "s": CARD}).json()
    assert told["refused"][0][1] == "venue_not_yours"
    assert post("ld_aaaaaaaaaa_" + "x" * 43, head(town.bar), {"t": now(), "s": CARD}).status_code == 401
    for path in ("/api/v1/areas", "/api/v1/commands/" + str(uuid4())):
        assert Client().get(path, headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_an_ended_device_is_nobody(town: Town) -> None:
    token = paired(town.market)
    [(device,)] = rows("SELECT id FROM tracing_doordevice")
    assert devices.revoke(device, actor_id=ACTOR, now=timezone.now())
    assert post(token, head(town.market), {"t": now(), "s": CARD}).status_code == 401


def test_a_pairing_code_does_not_live_long(town: Town) -> None:
    made = devices.make("Cửa", [town.market], actor_id=ACTOR, now=timezone.now())
    assert devices.pair(made.pairing, now=timezone.now() + timedelta(minutes=31)) is None


def test_a_clock_that_is_wrong_is_put_right(town: Town) -> None:
    """The device thinks it is an hour earlier; its scan of a minute ago is a scan of a minute ago."""
    token, at = paired(town.market), now()
    wrong = head(town.market) | {"sent_at": at - 3_600}
    told = post(token, wrong, {"t": at - 3_660, "s": CARD}).json()
    assert abs(told["shifted"] - 3_600) <= 2
    [(seconds,)] = rows("SELECT extract(epoch FROM now() - t_in)::int FROM tracing_visit")
    assert 55 <= seconds <= 70
    far = post(token, head(town.market) | {"sent_at": at - 400_000}, {"t": at - 400_060, "s": CARD})
    assert (far.status_code, far.json()["type"]) == (422, "urn:lachan:problem:clock_wrong")


def test_a_persons_own_code_is_the_person(town: Town) -> None:
    who, at = person("079080000011"), now()
    token = paired(town.market, town.bar)
    code = intake.own_code(who, at, keys.signing_key(timezone.now()))
    assert str(who) not in code
    assert (
        post(token, head(town.market), {"t": at - 300, "s": CARD.replace("000001", "000011")}).json()["accepted"] == 1
    )
    assert post(token, head(town.bar), {"t": at, "s": code}).json()["accepted"] == 1
    assert rows("SELECT count(DISTINCT subject) FROM tracing_visit") == [(1,)]
    late = post(
        token, head(town.bar), {"t": at + 3, "s": intake.own_code(who, at - 4_000, keys.signing_key(timezone.now()))}
    )
    assert late.json()["refused"][0][1] == "code_expired"


def test_codes_of_venues(town: Town) -> None:
    key, at = keys.signing_key(timezone.now()), now()
    public = keys.public_keys()
    code = codes.venue_code(key.private, key.number, town.market, 1)
    assert codes.read_venue_code(f"https://lachan.vn/checkin/{code}/", public, at) == (town.market, 1, key.number, 0, 0)
    changing = codes.venue_code(key.private, key.number, town.market, 1, valid_from=at, minutes=5)
    assert not isinstance(codes.read_venue_code(changing, public, at + 299), codes.CodeProblem)
    for moment, reason in ((at + 600, "code_expired"), (at - 600, "code_not_yet")):
        assert codes.read_venue_code(changing, public, moment) == (reason,)
    data = bytearray(from_base64url(code) or b"")
    data[12] ^= 1
    assert codes.read_venue_code(base64url(bytes(data)), public, at) == ("code_forged",)
    data[12] ^= 1
    data[2:4] = b"LA"
    assert codes.read_venue_code(base64url(bytes(data)), public, at) == ("code_other_country",)
    assert codes.read_venue_code("xin chào", public, at) == ("code_unreadable",)
    keys.retire(key.number, timezone.now())
    assert codes.read_venue_code(code, keys.public_keys(), at) == ("code_forged",)
    assert keys.signing_key(timezone.now()).number == key.number + 1


def test_what_a_door_carries_for_a_night_without_a_line(town: Town) -> None:
    with hot_cursor() as cursor:
        change_venues(cursor, [VenueChange(town.bar, rotate_minutes=15)], actor_id=ACTOR, now=timezone.now())
    token = paired(town.market, town.bar)
    told = Client().get("/api/v1/visits/door", headers={"Authorization": f"Bearer {token}"}).json()
    by_id = {venue["id"]: venue for venue in told["venues"]}
    assert by_id[town.market]["codes"] == []
    changing = by_id[town.bar]["codes"]
    assert 190 <= len(changing) <= 200
    assert changing[1][0] - changing[0][0] == 900
    assert told["keys"]
    assert token not in json.dumps(told)
