"""From a card taken back to the list that says so: versions, deltas, batches, each exactly what was revoked."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone

from lachan.certificates import keys
from lachan.certificates.checks.lists import check_all
from lachan.certificates.jobs import publish_revocations
from lachan.certificates.lists import Filter, batches, delta, hash_of
from lachan.certificates.operations import limits, publication
from lachan.certificates.operations.publication import KEPT, publish
from lachan.certificates.operations.revocations import MOST, Revoked, revoke, revoke_by_hand
from lachan.certificates.queries import revocations as queries
from lachan.kernel import journal
from lachan.kernel.database import hot_cursor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_ring")]
NOW = datetime(2021, 12, 24, 8, 0, tzinfo=UTC)
KEY = bytes(range(8))
YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def signing(own_ring: None) -> None:
    keys.ensure(NOW - timedelta(days=1))


def _ids(count: int, of: str = "A") -> list[str]:
    return [f"URN:UVCI:01:VN:{of}{number:08X}" for number in range(count)]


def _revoke(texts: list[str], *, kind: Any = "hcert", ends: datetime | None = NOW + YEAR, now: datetime = NOW) -> int:
    with hot_cursor() as cursor:
        return len(revoke(cursor, [Revoked(text, kind, KEY, "dose_voided", ends) for text in texts], now=now))


def _index() -> dict[str, Any]:
    found = queries.latest()
    assert found is not None
    index: dict[str, Any] = json.loads(found.index)
    payload = found.signed.split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))) == index
    return index


def _fetched(part: dict[str, Any], data: bytes | None) -> bytes:
    """A part as a client takes it: only if length and digest are as the signed index says."""
    assert data is not None
    assert len(data) == part["bytes"]
    assert sha256(data).hexdigest() == part["sha256"]
    return data


class Client:
    """Does what the reference page tells a verifier to do."""

    def __init__(self) -> None:
        self.version = 0
        self.filter = Filter.of_texts([], version=0, seed=0)
        self.exact: set[bytes] = set()

    def update(self) -> str:
        index = _index()
        if index["version"] == self.version:
            return "nothing"
        usable = [part for part in index["deltas"] if part["from"] <= self.version]
        if usable and self.version:
            part = max(usable, key=lambda part: int(part["from"]))
            way = "delta"
        else:
            told = index["filter"]
            self.filter = Filter.from_bytes(_fetched(told, queries.filter_of(told["version"])))
            self.exact = set()
            part = next((part for part in index["deltas"] if part["from"] == told["version"]), None)
            way = "filter"
        if part is not None:
            found = delta.read(_fetched(part, queries.delta_between(part["from"], part["to"])))
            assert (found.before, found.after) == (part["from"], index["version"])
            self.exact |= found.hashes
        self.version = index["version"]
        return way

    def revoked(self, text: str) -> bool:
        hash_ = hash_of(text)
        if hash_ in self.exact:
            return True
        if not self.filter.perhaps_one(text):
            return False
        index = _index()
        bits = index["batches"]["bits"]
        id_ = batches.BatchId(index["version"], batches.prefix_of(hash_, bits), index["batches"]["digits"])
        batch = queries.batch(id_, country="VN")
        assert batch is not None
        return {"hash": base64.b64encode(hash_).decode()} in batch["entries"]


def test_revoking_is_one_statement_and_again_does_nothing(django_assert_num_queries: Any) -> None:
    with hot_cursor() as cursor:
        first = revoke(cursor, [Revoked(text, "hcert", KEY, "x", None) for text in _ids(300)], now=NOW)
        again = revoke(cursor, [Revoked(text, "hcert", KEY, "y", None) for text in _ids(301)], now=NOW)
    assert (len(first), len(again)) == (300, 1)
    [standing] = queries.standing([_ids(1)[0]]).values()
    assert (standing.reason, standing.version) == ("x", None)
    assert queries.revoked([*_ids(3), "a stranger"]) == set(_ids(3))
    assert queries.revoked([]) == set()


def test_what_the_caller_takes_back_was_never_revoked() -> None:
    with transaction.atomic():
        _revoke(_ids(3))
        transaction.set_rollback(True)
    assert queries.revoked(_ids(3)) == set()


@pytest.mark.parametrize("text", ["", "a" * 257, "a\0b"])
def test_what_is_no_identifier(text: str) -> None:
    with pytest.raises(ValueError, match="identifier"):
        _revoke([text])
    with pytest.raises(ValueError, match="identifier"):
        _revoke(["a"], kind="paper")


def test_limits_and_what_has_expired() -> None:
    with pytest.raises(ValueError, match="portions"):
        _revoke(_ids(MOST + 1))
    assert _revoke(_ids(2), ends=NOW) == 0
    assert _revoke(_ids(2), ends=None) == 2


def test_nothing_new_makes_no_version_but_an_index_every_hour() -> None:
    assert publish(NOW) == 1
    assert publish(NOW + timedelta(seconds=30)) is None
    before = _index()
    assert (before["version"], before["count"], before["filter"]["bytes"], before["deltas"]) == (1, 0, 64, [])
    assert publish(NOW + timedelta(hours=1)) == 1
    after = _index()
    assert after["issued_at"] == "2021-12-24T09:00:00Z"
    assert after["expires_at"] == "2021-12-26T09:00:00Z"
    assert {**after, **{name: before[name] for name in ("issued_at", "expires_at")}} == before


def test_clients_that_come_often_seldom_or_once_all_know_exactly_what_is_revoked() -> None:
    often, seldom = Client(), Client()
    revoked: list[str] = []
    publish(NOW)
    ways = []
    for step in range(1, 12):
        new = _ids(40, f"{step:X}0")
        _revoke(new)
        revoked += new
        assert publish(NOW + timedelta(minutes=step)) == step + 1
        ways.append(often.update())
        if step in (3, 11):
            ways.append(seldom.update())
    once = Client()
    once.update()
    for client in (often, seldom, once):
        assert client.version == 12
        assert all(map(client.revoked, revoked))
        assert not any(map(client.revoked, _ids(300, "F")))
    assert ways[0] == "filter"
    assert ways.count("filter") == 2, "each fetched the filter once"


def test_a_new_filter_comes_with_many_and_old_clients_still_find_a_delta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publication, "FILTER_AFTER", 50)
    client = Client()
    _revoke(_ids(30))
    publish(NOW)
    client.update()
    _revoke(_ids(60, "B"))
    publish(NOW + timedelta(minutes=1))
    index = _index()
    assert index["filter"]["version"] == 2
    assert index["filter"]["count"] == 90
    assert client.update() == "delta"
    assert all(map(client.revoked, [*_ids(30), *_ids(60, "B")]))


def test_batches_hold_each_hash_once_and_only_under_its_prefix() -> None:
    texts = _ids(1_500)
    _revoke(texts)
    publish(NOW)
    index = _index()
    bits, digits = index["batches"]["bits"], index["batches"]["digits"]
    assert bits == 2
    found: list[bytes] = []
    for prefix in range(2**bits):
        id_ = batches.BatchId(1, prefix, digits)
        batch = queries.batch(id_, country="VN")
        assert batch is not None
        assert (batch["batchId"], batch["hashType"], batch["kid"], batch["country"]) == (
            str(id_), "UCI", "UNKNOWN_KID", "VN",
        )  # fmt: skip
        assert batch["expires"] == "2022-12-24T08:00:00Z"
        hashes = [base64.b64decode(entry["hash"]) for entry in batch["entries"]]
        assert all(batches.prefix_of(hash_, bits) == prefix for hash_ in hashes)
        found += hashes
    assert sorted(found) == sorted(map(hash_of, texts))
    for wrong in (batches.BatchId(1, 4, 1), batches.BatchId(1, 0, 2), batches.BatchId(2, 0, 1)):
        assert queries.batch(wrong, country="VN") is None


def test_the_gateway_gets_a_key_and_a_month_a_batch() -> None:
    _revoke(_ids(1_200))
    _revoke(_ids(3, "B"), ends=NOW + 2 * YEAR)
    _revoke(_ids(2, "C"), ends=None)
    _revoke(["rid-1"], kind="shc")
    publish(NOW)
    made = list(queries.gateway_batches(country="VN"))
    assert [len(batch["entries"]) for batch in made] == [1_000, 200, 3, 2]
    assert {batch["kid"] for batch in made} == {base64.b64encode(KEY).decode()}
    assert made[-1]["expires"].startswith("9999")
    assert len({batch["batchId"] for batch in made}) == 4


def test_lists_of_smart_health_cards_count_their_changes() -> None:
    publish(NOW)
    _revoke(["rid-2", "rid-1"], kind="shc")
    _revoke(_ids(2))
    publish(NOW + timedelta(minutes=1))
    _revoke(_ids(4))
    publish(NOW + timedelta(minutes=2))
    found = queries.latest()
    assert found is not None
    assert found.counters == {KEY.hex(): 1}
    assert queries.rids_of(KEY) == ["rid-1", "rid-2"]
    assert queries.rids_of(b"") == []


def test_what_expired_leaves_first_the_filter_and_then_the_table() -> None:
    soon = NOW + timedelta(days=2)
    _revoke(_ids(5), ends=soon)
    _revoke(_ids(5, "B"))
    _revoke(["rid"], kind="shc", ends=soon)
    publish(NOW)
    week = NOW + timedelta(days=8)
    publish(week)
    index = _index()
    assert (index["version"], index["filter"]["version"], index["filter"]["count"], index["count"]) == (2, 2, 5, 11)
    later = soon + KEPT + timedelta(days=1)
    publish(later)
    index = _index()
    assert (index["version"], index["filter"]["count"], index["count"]) == (3, 5, 5)
    found = queries.latest()
    assert found is not None
    assert found.counters == {KEY.hex(): 2}, "the list of cards changed: its counter must rise"
    assert queries.delta_between(1, 3) is None, "version 1 is more than a month old"
    assert queries.filter_of(1) is None


def test_a_delta_of_versions_that_are_not_there() -> None:
    publish(NOW)
    for before, after in ((0, 1), (1, 1), (1, 2), (2, 1)):
        assert queries.delta_between(before, after) is None


def test_by_hand_each_new_one_stands_in_the_journal() -> None:
    officer = UUID("018c2f5e-0000-7000-8000-000000000001")
    asked = [Revoked(text, "hcert", b"", "fraud", None) for text in _ids(2)]
    assert revoke_by_hand(asked[:1], actor_id=officer, now=NOW) == [True]
    assert revoke_by_hand(asked, actor_id=officer, now=NOW) == [False, True]
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject, body::text FROM kernel_journal WHERE verb = 'card.revoked_by_hand'")
        rows = cursor.fetchall()
    assert len(rows) == 2
    assert not any("UVCI" in body for _, body in rows)
    [entry] = journal.history(rows[0][0])
    assert entry.actor == officer
    with pytest.raises(ValueError, match="reason"):
        revoke_by_hand([Revoked("x", "hcert", b"", "Nguyễn Văn A", None)], actor_id=officer, now=NOW)


def test_the_recount_finds_what_the_list_has_lost() -> None:
    assert all(finding.good for finding in check_all())
    _revoke(_ids(200))
    publish(NOW)
    _revoke(_ids(3, "B"), now=timezone.now())
    publish(NOW + timedelta(minutes=1))
    assert [finding.good for finding in check_all()] == [True, True]
    with connection.cursor() as cursor:
        # somebody wrote past the operation
        cursor.execute(
            "INSERT INTO certificates_revocation VALUES (%s, 'hcert', '', '', 'x', %s, NULL, 1), "
            "(%s, 'hcert', '', '', 'x', %s, NULL, NULL)",
            [hash_of("lost"), NOW, hash_of("forgotten"), NOW],
        )
    assert [finding.good for finding in check_all()] == [False, False]


def test_no_key_to_sign_with_is_said_and_tried_again(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM certificates_key WHERE purpose = 'list'")
    keys.forget()
    publish_revocations(timestamp=int(NOW.timestamp()))
    assert queries.latest() is None


def test_a_limit_begins_anew_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    actor = UUID("018c2f5e-0000-7000-8000-000000000002")
    monkeypatch.setattr(limits, "TEXTS", limits.TEXTS._replace(most=100))
    assert limits.take(actor, 60, NOW)
    assert not limits.take(actor, 60, NOW + timedelta(seconds=30))
    assert limits.take(UUID(int=1), 60, NOW + timedelta(seconds=30)), "somebody else's key"
    assert limits.take(actor, 60, NOW + timedelta(seconds=61))
