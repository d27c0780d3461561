"""The screen of the signing keys: what is wrong comes first, with what to type; nobody else sees it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from lachan.access.actors import Actor
from lachan.certificates import keys
from lachan.certificates.keys import findings, making, publish, ring, taking
from lachan.web.parts.trust import words

from .conftest import SignedIn

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("own_ring")]
NOW = datetime.now(UTC)
ACTOR = Actor.system("command line")


def text(client: Client, path: str = "/trust/") -> str:
    client.post("/language/", {"language": "en"})
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_keys_each_command_stands_there(signed_in: SignedIn) -> None:
    page = text(signed_in("national"))
    for purpose in ("authority", "hcert", "shc", "domestic", "list"):
        assert f"lachan certificates keys create {purpose}" in page
    assert "All keys are in order" not in page


def test_keys_in_order_a_successor_and_a_stolen_one(signed_in: SignedIn) -> None:
    keys.ensure(NOW)
    client = signed_in("auditor")
    page = text(client)
    assert "All keys are in order" in page
    assert page.count("signs</span>") == 5
    new = making.rotate("hcert", place="disk", actor=ACTOR, now=NOW)
    old = next(row for row in ring.rows() if row.purpose == "shc")
    making.retire(old.id, compromised=True, reason="the backup was <stolen>", actor=ACTOR, now=NOW)
    page = text(client)
    assert f"{new.label} takes over on {new.signs_from:%d/%m/%Y}" in page
    assert "compromised, not believed" in page
    assert "the backup was &lt;stolen&gt;" in page
    assert "SMART Health Cards: no key signs today" in page
    assert page.index("no key signs today") < page.index("takes over on") < page.index("Our keys")


def test_a_lost_file_and_an_old_list_are_named(signed_in: SignedIn, tmp_path: Path) -> None:
    keys.ensure(NOW)
    row = next(row for row in ring.rows() if row.purpose == "hcert")
    data = json.dumps(publish.dcc_gateway(NOW)).replace('"VN"', '"AT"').encode()
    taking.take(data, source="https://gateway.example/list", actor=ACTOR, now=NOW - timedelta(days=9))
    ring._opened.clear()
    (tmp_path / "keys" / f"{row.id}.p8").unlink()
    client = signed_in("national")
    page = text(client)
    assert f"The file of {row.label} is not on this server" in page
    assert "The list https://gateway.example/list is 9 days old" in page
    assert 'href="/trust/at/"' in page
    detail = text(client, "/trust/at/")
    assert row.kid.hex() in detail
    assert "vaccination, test, recovery" in detail
    taking.refuse(row.kid, reason="ours", actor=ACTOR, now=NOW)
    assert "refused by us" in text(client, "/trust/at/")
    assert client.get("/trust/austria/").status_code == 404
    assert "No list has a key of this country" in text(client, "/trust/fr/")


def test_stations_are_not_led_there(signed_in: SignedIn) -> None:
    assert signed_in("nurse").get("/trust/").status_code == 403


def test_every_finding_has_words_of_the_screen() -> None:
    assert words._SENTENCES.keys() == findings.SENTENCES.keys() == words._REMEDIES.keys()
