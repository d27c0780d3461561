"""Somebody revokes while a version is being made: nobody is lost between two versions. Commits are real here."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from lachan.certificates import keys
from lachan.certificates.lists import Filter, delta, hash_of
from lachan.certificates.operations.publication import publish
from lachan.certificates.operations.revocations import Revoked, revoke
from lachan.certificates.queries import revocations as queries
from lachan.kernel.database import hot_cursor

NOW = datetime(2021, 12, 24, 8, 0, tzinfo=UTC)


def _revoke(text: str) -> None:
    with hot_cursor() as cursor:
        revoke(cursor, [Revoked(text, "hcert", b"", "x", None)], now=NOW)


@pytest.mark.slow
def test_what_commits_late_is_in_a_later_version(committed: None, own_ring: None) -> None:
    keys.ensure(NOW - timedelta(days=1))
    publish(NOW)
    inserted, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with hot_cursor() as cursor:
                revoke(cursor, [Revoked("late", "hcert", b"", "x", None)], now=NOW)
                inserted.set()
                go_on.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert inserted.wait(20)
    _revoke("early")
    assert publish(NOW + timedelta(minutes=1)) == 2
    go_on.set()
    thread.join(20)
    assert publish(NOW + timedelta(minutes=2)) == 3
    for before, text in ((1, "early"), (2, "late")):
        data = queries.delta_between(before, before + 1)
        assert data is not None
        assert delta.read(data).hashes == {hash_of(text)}


@pytest.mark.slow
def test_several_who_publish_at_once_make_one_version_each_and_lose_nothing(committed: None, own_ring: None) -> None:
    keys.ensure(NOW - timedelta(days=1))
    texts = [f"URN:UVCI:01:VN:{number:08X}" for number in range(40)]

    def work(own: list[str]) -> None:
        try:
            for text in own:
                _revoke(text)
                publish(NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(texts[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    publish(NOW)
    latest = queries.latest()
    assert latest is not None
    assert latest.count == len(texts)
    added: list[bytes] = []
    for version in range(1, latest.version):
        data = queries.delta_between(version, version + 1)
        assert data is not None
        added += delta.read(data).hashes
    first = set(map(hash_of, texts)) - set(added)
    assert len(added) == len(set(added)), "no hash in two versions"
    made = queries.filter_of(1)
    assert made is not None
    assert all(Filter.from_bytes(made).perhaps_hashes(b"".join(first)))
