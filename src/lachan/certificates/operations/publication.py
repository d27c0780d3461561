"""Making public what was revoked: versions of the list, stored so that every web process serves the same bytes
(docs/reference/revocation-list.md)."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple

import psycopg

from lachan.certificates.keys import country
from lachan.certificates.keys.publish import sign_list
from lachan.certificates.lists import Filter, batches, delta, fuse
from lachan.certificates.lists.filter import HEADER_BYTES
from lachan.certificates.lists.hashes import HASH_BYTES, words_of_hashes
from lachan.certificates.queries.revocations import ListFact, read_list
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load

KEPT: Final = timedelta(days=30)  # versions a client may still build upon, and rows past the end of the certificate
REISSUED_AFTER: Final = timedelta(hours=1)  # the index says anew that the list is current
INDEX_LIVES: Final = timedelta(hours=48)  # a verifier without a line for longer says that its list is old
# A new filter when so many hashes came since the last: a delta of 50th of the list is a tenth of the filter's bytes.
FILTER_AFTER: Final = 2_000
FILTER_SHARE: Final = 50
SMALL_DELTA_BYTES: Final = 16_384  # not worth comparing with the filter
MOST_DELTA_BYTES: Final = HEADER_BYTES + HASH_BYTES * delta.MOST_HASHES
OLD_FILTER_KEPT: Final = timedelta(days=1)  # for whoever fetched the index just before a new one came
FILTER_LIVES: Final = timedelta(days=7)  # and then what expired leaves it
PATH: Final = "/api/v1/certificates/revocation"


class _Filter(NamedTuple):
    """The filter that stands: of this version or of one before."""

    version: int
    hashes: int
    data: bytes


def publish(now: datetime) -> int | None:
    """Make a version when something was revoked since the last, and sign the index anew when it is an hour old.

    Returns the version that is now current when there is anything new to fetch, else None. One process at a time.
    Raises :class:`lachan.kernel.errors.Problem` when there is no key to sign lists with; nothing is changed then.
    """
    with hot_cursor() as cursor:
        cursor.execute(load("certificates", "lock_publication"))
        before = latest(cursor)
        cursor.execute(load("certificates", "revocations_waiting"))
        [waiting] = cursor.fetchone() or (False,)
        if before is not None and not waiting:
            if now - before.issued_at < REISSUED_AFTER:
                return None
            if now - _filter_made(cursor, before) < FILTER_LIVES or not before.count:
                _reissue(cursor, before, now)
                return before.version
        return _next(cursor, before, now)


def latest(cursor: psycopg.Cursor[Any]) -> ListFact | None:
    """The current version; None while nothing was ever published."""
    cursor.execute(load("certificates", "latest_list"))
    row = cursor.fetchone()
    return read_list(row) if row else None


def _next(cursor: psycopg.Cursor[Any], before: ListFact | None, now: datetime) -> int:
    version = before.version + 1 if before else 1
    changed: Counter[str] = Counter()
    cursor.execute(load("certificates", "number_revocations"), [version])
    changed.update(_keys_of_cards(cursor))
    cursor.execute(load("certificates", "drop_expired_revocations"), [now - KEPT])
    changed.update(_keys_of_cards(cursor))
    counters = dict(before.counters) if before else {}
    for key_id in changed:
        counters[key_id] = counters.get(key_id, 0) + 1
    cursor.execute(load("certificates", "count_revocations"), [0])
    [count] = cursor.fetchone() or (0,)
    made = _new_filter(cursor, before, version, now)
    stands = _Filter(version, made.count, made.to_bytes()) if made else _stored(cursor, before)
    index = _index(cursor, version, count, stands, now)
    cursor.execute(
        load("certificates", "insert_list"),
        [
            version, now, now, _json(index), sign_list(index, now), count, json.dumps(counters), stands.version,
            stands.hashes, stands.data if made else None,
        ],
    )  # fmt: skip
    gone = now - OLD_FILTER_KEPT
    cursor.execute(load("certificates", "thin_old_lists"), [stands.version, gone, version, stands.version, gone])
    cursor.execute(load("certificates", "drop_old_lists"), [now - KEPT, stands.version])
    return version


def _keys_of_cards(cursor: psycopg.Cursor[Any]) -> Iterator[str]:
    """Keys whose lists of SMART Health Cards change."""
    return (bytes(key_id).hex() for kind, key_id, _ in cursor.fetchall() if kind == "shc")


def _new_filter(cursor: psycopg.Cursor[Any], before: ListFact | None, version: int, now: datetime) -> Filter | None:
    """A new filter, or None while the last one and a delta do."""
    if before is not None:
        cursor.execute(load("certificates", "count_revocations"), [before.filter_version])
        [fresh] = cursor.fetchone() or (0,)
        few = fresh < max(FILTER_AFTER, before.filter_count // FILTER_SHARE)
        if few and now - _filter_made(cursor, before) < FILTER_LIVES:
            return None
    cursor.execute(load("certificates", "published_hashes"), [version, now])
    [hashes] = cursor.fetchone() or (b"",)
    # drawn by chance: whoever is hit by chance in one version is not hit in the next
    return Filter.of_words(words_of_hashes(bytes(hashes)), version=version, seed=secrets.randbelow(fuse.SEEDS + 1))


def _filter_made(cursor: psycopg.Cursor[Any], before: ListFact) -> datetime:
    cursor.execute(load("certificates", "list_published_at"), [before.filter_version])
    made: tuple[datetime, int] | None = cursor.fetchone()
    return made[0] if made else before.published_at


def _stored(cursor: psycopg.Cursor[Any], before: ListFact | None) -> _Filter:
    assert before is not None, "the first version makes a filter"
    cursor.execute(load("certificates", "filter_of_version"), [before.filter_version])
    [data] = cursor.fetchone() or (b"",)
    return _Filter(before.filter_version, before.filter_count, bytes(data))


def _index(cursor: psycopg.Cursor[Any], version: int, count: int, stands: _Filter, now: datetime) -> dict[str, Any]:
    bits = batches.bits_for(count)
    return {
        "type": "lachan.revocation",
        "format": 1,
        "country": country(),
        "version": version,
        **_times(now),
        "hash": "sha256-128",
        "count": count,
        "filter": {
            "version": stands.version,
            "count": stands.hashes,
            "bytes": len(stands.data),
            "sha256": sha256(stands.data).hexdigest(),
            "url": f"{PATH}/filter/{stands.version}",
        },
        "deltas": list(_deltas(cursor, version, stands, now)),
        "batches": {"bits": bits, "digits": batches.digits_for(bits), "url": f"{PATH}/batches/{version}-{{prefix}}"},
    }


def _deltas(cursor: psycopg.Cursor[Any], version: int, stands: _Filter, now: datetime) -> Iterator[dict[str, Any]]:
    """From the filter's version always; from 1, 2, 4, … versions back while that is worth it."""
    back = [version - 2**step for step in range(20) if version - 2**step > 0]
    cursor.execute(load("certificates", "list_times"), [back, now - KEPT])
    for start in sorted({row[0] for row in cursor.fetchall()} | {stands.version} - {version}, reverse=True):
        cursor.execute(load("certificates", "hashes_between"), [start, version])
        [hashes] = cursor.fetchone() or (b"",)
        size = HEADER_BYTES + len(hashes)
        if start != stands.version and size > min(max(len(stands.data) // 2, SMALL_DELTA_BYTES), MOST_DELTA_BYTES):
            continue  # the filter is the shorter way
        data = delta.of_sorted(start, version, bytes(hashes))
        yield {
            "from": start,
            "to": version,
            "count": len(hashes) // HASH_BYTES,
            "bytes": len(data),
            "sha256": sha256(data).hexdigest(),
            "url": f"{PATH}/delta/{start}/{version}",
        }


def _reissue(cursor: psycopg.Cursor[Any], before: ListFact, now: datetime) -> None:
    index = json.loads(before.index) | _times(now)
    cursor.execute(load("certificates", "reissue_index"), [now, _json(index), sign_list(index, now), before.version])


def _times(now: datetime) -> dict[str, str]:
    return {"issued_at": _moment(now), "expires_at": _moment(now + INDEX_LIVES)}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
