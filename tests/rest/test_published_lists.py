"""Lists and keys as anybody fetches them."""

from __future__ import annotations

import base64
import gzip
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from lachan.certificates import keys
from lachan.certificates.lists import Filter, delta, hash_of
from lachan.certificates.operations.publication import publish
from lachan.rest import published, well_known
from tests.rest.conftest import take_back

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("ring")]
BASE = "/api/v1/certificates"


def _publish() -> int | None:
    version = publish(timezone.now())
    published.forget()
    well_known.lists.forget()
    return version


def _get(path: str, **headers: str) -> Any:
    return Client(raise_request_exception=False).get(path, headers=headers)


def _payload(jws: bytes) -> Any:
    part = jws.split(b".")[1]
    return json.loads(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)))


PUBLIC = [
    f"{BASE}/rules",
    f"{BASE}/value-sets",
    f"{BASE}/trust-list",
    f"{BASE}/trust-list/dcc",
    f"{BASE}/did.json",
    f"{BASE}/revocation",
    "/.well-known/jwks.json",
]


@pytest.mark.parametrize("path", PUBLIC)
def test_anybody_may_fetch_and_ask_again_for_nothing(path: str, django_assert_num_queries: Any) -> None:
    first = _get(path)
    assert first.status_code == 200, first.content
    assert first.headers["Content-Type"] == "application/json"
    assert "stale-while-revalidate" in first.headers["Cache-Control"]
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    with django_assert_num_queries(0):
        again = _get(path, If_None_Match=first.headers["ETag"])
        packed = _get(path, Accept_Encoding="gzip")
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    if packed.headers.get("Content-Encoding") == "gzip":
        assert gzip.decompress(packed.content) == first.content
    assert _get(path, Accept_Encoding="gzip;q=0, br").content == first.content
    assert Client().post(path).status_code == 405


@pytest.mark.parametrize("path", [f"{BASE}/trust-list", f"{BASE}/revocation", f"{BASE}/rules", f"{BASE}/value-sets"])
def test_who_asks_for_a_signature_gets_one_over_the_same(path: str) -> None:
    _publish()
    plain, signed = _get(path), _get(path, Accept="application/jose")
    assert signed.headers["Content-Type"] == "application/jose"
    assert _payload(signed.content) == json.loads(plain.content)
    assert signed.headers["ETag"] != plain.headers["ETag"]
    assert _get(path, Accept="application/jose", If_None_Match=signed.headers["ETag"]).status_code == 304
    assert _get(path, Accept="application/jose", If_None_Match=plain.headers["ETag"]).status_code == 200


def test_before_anything_is_published_the_index_says_so() -> None:
    index = json.loads(_get(f"{BASE}/revocation").content)
    assert (index["version"], index["filter"], index["deltas"]) == (0, None, [])


def test_filter_delta_and_batch_are_as_the_index_says_and_stay_so(django_assert_num_queries: Any) -> None:
    _publish()
    take_back("one", "two")
    assert _publish() == 2
    index = json.loads(_get(f"{BASE}/revocation").content)
    found = {}
    for part in (index["filter"], *index["deltas"]):
        answer = _get(part["url"])
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Cache-Control"].endswith("immutable")
        assert (len(answer.content), sha256(answer.content).hexdigest()) == (part["bytes"], part["sha256"])
        with django_assert_num_queries(0):
            assert _get(part["url"], If_None_Match=answer.headers["ETag"]).status_code == 304
            assert _get(part["url"]).content == answer.content
        found[part["url"]] = answer.content
    assert not Filter.from_bytes(found[index["filter"]["url"]]).perhaps_one("one")
    assert delta.read(found[index["deltas"][0]["url"]]).hashes == {hash_of("one"), hash_of("two")}

    where = index["batches"]["url"].replace("{prefix}", "0")
    plain, signed = _get(where), _get(where, Accept="application/jose")
    batch = json.loads(plain.content)
    assert _payload(signed.content) == batch
    assert {entry["hash"] for entry in batch["entries"]} == {
        base64.b64encode(hash_of(text)).decode() for text in ("one", "two")
    }


@pytest.mark.parametrize(
    "path",
    ["filter/2", "filter/0", "filter/x", "filter/99999999999", "delta/1/2", "delta/2/1", "batches/1-1", "batches/9-0",
     "batches/1-00", "batches/x", "batches/1-0%0a"],
)  # fmt: skip
def test_parts_that_are_not_there(path: str) -> None:
    _publish()
    answer = _get(f"{BASE}/revocation/{path}")
    assert answer.status_code in (404, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_looking_for_parts_by_the_thousand_is_slowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "PARTS_AT_ONCE", 5.0)
    monkeypatch.setattr(published, "PARTS_PER_S", 0.0)
    published.forget()
    codes = [_get(f"{BASE}/revocation/batches/{number}-0").status_code for number in range(1, 9)]
    assert codes == [404] * 5 + [429] * 3
    assert _get(f"{BASE}/revocation/batches/1-0").headers["Retry-After"]


def test_cards_of_a_key_have_a_list_that_counts() -> None:
    jwk = json.loads(_get("/.well-known/jwks.json").content)["keys"][0]
    assert "crlVersion" not in jwk
    where = f"/.well-known/crl/{jwk['kid']}.json"
    assert _get(where).status_code == 404
    own = keys.signer("shc", now=timezone.now()).key_id
    take_back("rid-b", "rid-a", kind="shc", key=own)
    _publish()
    answer = _get(where)
    assert json.loads(answer.content) == {"kid": jwk["kid"], "method": "rid", "ctr": 1, "rids": ["rid-a", "rid-b"]}
    assert json.loads(_get("/.well-known/jwks.json").content)["keys"][0]["crlVersion"] == 1
    assert _get(where, If_None_Match=answer.headers["ETag"]).status_code == 304
    for other in ("/.well-known/crl/x.json", "/.well-known/crl/" + "a" * 500 + ".json", "/.well-known/other"):
        assert _get(other).status_code == 404


def test_a_rush_after_a_document_grew_old_makes_it_once() -> None:
    """Otherwise each of those who waited makes it anew, one after the other, and the process answers nobody else."""
    made, begun = [], threading.Event()

    def slow(now: Any) -> Any:
        made.append(now)
        begun.set()
        time.sleep(0.05)
        return {"n": len(made)}

    document = published.Published(slow, seconds=60, cache="public", signable=False)
    with ThreadPoolExecutor(6) as many:
        answers = [many.submit(document.answer, RequestFactory().get("/"))]
        begun.wait()
        answers += [many.submit(document.answer, RequestFactory().get("/")) for _ in range(5)]
    assert {answer.result().content for answer in answers} == {b'{"n":1}'}


def test_a_rush_for_the_lists_of_keys_reads_them_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read, begun = [], threading.Event()

    def slow(now: Any) -> Any:
        read.append(now)
        begun.set()
        time.sleep(0.05)
        return {}

    monkeypatch.setattr(well_known, "_lists", slow)
    lists = well_known._Lists()
    with ThreadPoolExecutor(6) as many:
        many.submit(lists.of, "x")
        begun.wait()
        for _ in range(5):
            many.submit(lists.of, "x")
    assert len(read) == 1
