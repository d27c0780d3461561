"""The guard's page as it is served: to everybody the same, small, and with all it needs to live without a line."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lachan.certificates import keys
from lachan.certificates.keys import trust
from lachan.web import assets

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
MOST_BYTES = 600_000  # the first visit, by the brotli files beside the built ones; lists come on top


@pytest.fixture(autouse=True)
def ring(own_ring: None, db: None) -> None:
    keys.ensure(timezone.now() - timedelta(days=1))


def _worker(client: Client) -> dict[str, Any]:
    text = client.get("/verify/worker.js").content.decode()
    found = re.match(r"const LACHAN_FILES = (\{.*?\});\n", text)
    assert found
    facts: dict[str, Any] = json.loads(found[1])
    return facts


def test_everybody_gets_the_same_bytes_and_no_cookie() -> None:
    answers = [
        Client(headers={"Accept-Language": language}).get("/verify/", headers={"Cookie": cookie})
        for language, cookie in (("vi", ""), ("en", "lachan_language=en"))
    ]
    assert answers[0].content == answers[1].content
    assert not answers[0].cookies
    assert "no-store" not in answers[0].headers["Cache-Control"]
    assert "unsafe-inline" not in answers[0].headers["Content-Security-Policy"]
    again = Client().get("/verify/", headers={"If-None-Match": answers[0].headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert Client().post("/verify/").status_code == 405


def test_the_page_carries_the_keys_that_sign_lists_and_no_others(client: Client) -> None:
    page = client.get("/verify/").content.decode()
    found = re.search(r'<script id="anchors" type="application/json">(.*?)</script>', page)
    assert found
    signer = keys.signer("list", now=timezone.now())
    assert [entry["kid"] for entry in json.loads(found[1])] == [base64.b64encode(signer.key_id).decode()]


def test_the_page_costs_nothing_more_the_longer_the_lists_of_others(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody may load it: thousands of keys must not be gone through for each of them."""

    def gone_through() -> Any:
        raise AssertionError("the page is about our own keys")

    monkeypatch.setattr(trust, "others", gone_through)
    assert client.get("/verify/").status_code == 200
    assert client.get("/verify/worker.js").status_code == 200


def test_the_worker_keeps_everything_the_page_asks_for(client: Client) -> None:
    facts = _worker(client)
    kept = set(facts["files"])
    named = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|svg))"', client.get(facts["page"]).content.decode())
    assert named
    assert set(named) <= kept
    assert sum(path.endswith(".wasm") for path in kept) == 1
    assert sum(path.endswith(".woff2") for path in kept) == 4
    for path in kept:
        assert (assets.DIST.parent / path.removeprefix("/static/")).is_file()
    assert "connect-src 'self'" in client.get("/verify/worker.js").headers["Content-Security-Policy"]


def test_another_page_is_another_version(client: Client) -> None:
    before = _worker(client)["version"]
    assert _worker(client)["version"] == before
    keys.making.create([keys.making.NewKey("list")], actor=_actor(), now=timezone.now())
    assert _worker(client)["version"] != before


def _actor() -> Any:
    from lachan.access.actors import Actor

    return Actor.system("test")


def test_a_first_visit_is_within_the_limit(client: Client) -> None:
    sizes = {}
    for path in _worker(client)["files"]:
        file = assets.DIST.parent / path.removeprefix("/static/")
        packed = file.with_name(file.name + ".br")
        sizes[path] = (packed if packed.exists() else file).stat().st_size
    total = sum(sizes.values()) + len(client.get("/verify/").content)
    assert total < MOST_BYTES, sizes


def test_the_manifest_makes_it_an_app(client: Client) -> None:
    told = json.loads(client.get("/verify/manifest.webmanifest").content)
    assert (told["scope"], told["start_url"], told["display"], told["lang"]) == (
        "/verify/",
        "/verify/",
        "standalone",
        "vi",
    )
    assert {icon["sizes"] for icon in told["icons"]} >= {"192x192", "512x512", "any"}
    for icon in told["icons"]:
        assert (assets.DIST.parent / icon["src"].removeprefix("/static/")).is_file()
