"""What is revoked, exactly and as it stands; and the parts of the list as they are served."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection

from lachan.certificates.lists import HASH_BYTES, batches, delta, hash_of
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load

BATCH_LIVES: Final = timedelta(days=365)  # said of a batch with a certificate that has no end


class Standing(NamedTuple):
    """Why an identifier is no longer good. ``version``: of the list that first had it; None: not published yet."""

    kind: str
    reason: str
    revoked_at: datetime
    version: int | None


@dataclass(frozen=True)
class ListFact:
    """The current version without its filter. ``index`` is JSON, ``signed`` the same as a compact JWS, ``counters`` how
    often the list of SMART Health Cards of a key changed, by key id in hexadecimal."""

    version: int
    published_at: datetime
    issued_at: datetime
    index: str
    signed: str
    count: int
    counters: Mapping[str, int]
    filter_version: int
    filter_count: int


def read_list(row: Sequence[Any]) -> ListFact:
    """A row of ``latest_list``; Django's connection leaves JSON as text."""
    version, published_at, issued_at, index, signed, count, counters, filter_version, filter_count = row
    if isinstance(counters, str):
        counters = json.loads(counters)
    return ListFact(version, published_at, issued_at, index, signed, count, counters, filter_version, filter_count)


def revoked(identifiers: Iterable[str]) -> set[str]:
    """Those of these identifiers that are revoked, at this moment, published or not. One statement."""
    return set(standing(identifiers))


def standing(identifiers: Iterable[str]) -> dict[str, Standing]:
    """The same with why and since when."""
    by_hash = {hash_of(identifier): identifier for identifier in identifiers}
    if not by_hash:
        return {}
    with hot_cursor() as cursor:
        cursor.execute(load("certificates", "revoked_among"), [list(by_hash)])
        return {by_hash[bytes(row[0])]: Standing(*row[1:]) for row in cursor.fetchall()}


def latest() -> ListFact | None:
    """The current version; None while nothing was ever published."""
    with connection.cursor() as cursor:
        cursor.execute(load("certificates", "latest_list"))
        row = cursor.fetchone()
    return read_list(row) if row else None


def filter_of(version: int) -> bytes | None:
    """The filter that this version made; None when it made none or is too old."""
    with connection.cursor() as cursor:
        cursor.execute(load("certificates", "filter_of_version"), [version])
        row = cursor.fetchone()
    return bytes(row[0]) if row else None


def delta_between(before: int, after: int) -> bytes | None:
    """The delta between two versions; None when either is not kept (any more), or there is too much between them."""
    with connection.cursor() as cursor:
        if before >= after or not _kept(cursor, before) or not _kept(cursor, after):
            return None
        cursor.execute(load("certificates", "hashes_between"), [before, after])
        [hashes] = cursor.fetchone()
    if len(hashes) > HASH_BYTES * delta.MOST_HASHES:
        return None
    return delta.of_sorted(before, after, bytes(hashes))


def batch(id_: batches.BatchId, *, country: str) -> dict[str, Any] | None:
    """One batch in the gateway's shape; None for a version that is not kept or a prefix that it cannot have."""
    with connection.cursor() as cursor:
        kept = _kept(cursor, id_.version)
        if kept is None:
            return None
        published_at, count = kept
        bits = batches.bits_for(count)
        if id_.digits != batches.digits_for(bits) or id_.prefix >> bits:
            return None
        cursor.execute(load("certificates", "hashes_of_prefix"), [*batches.limits(id_.prefix, bits), id_.version])
        hashes, expires = cursor.fetchone()
    data = bytes(hashes)
    entries = [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
    return batches.batch(str(id_), entries, country=country, expires=expires or published_at + BATCH_LIVES)


def _kept(cursor: Any, version: int) -> tuple[datetime, int] | None:
    """When a version was published and how many hashes it had."""
    cursor.execute(load("certificates", "list_published_at"), [version])
    row: tuple[datetime, int] | None = cursor.fetchone()
    return row


def rids_of(key_id: bytes) -> list[str]:
    """Published identifiers of SMART Health Cards of one key, for its list."""
    with connection.cursor() as cursor:
        cursor.execute(load("certificates", "rids_of_key"), [key_id])
        return [row[0] for row in cursor.fetchall()]


def counted() -> list[tuple[str, str, bool, int]]:
    """Kind, reason, whether published, how many."""
    with connection.cursor() as cursor:
        cursor.execute(load("certificates", "reasons_counted"))
        return list(cursor.fetchall())


def published_hashes(version: int, *, now: datetime) -> bytes:
    """Hashes published up to and with a version whose certificates have not expired, one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(load("certificates", "published_hashes"), [version, now])
        [hashes] = cursor.fetchone()
    return bytes(hashes)


def waiting() -> tuple[int, datetime | None]:
    """How many are not published yet, and since when the first of them waits."""
    with connection.cursor() as cursor:
        cursor.execute(load("certificates", "longest_waiting"))
        row: tuple[int, datetime | None] = cursor.fetchone()
    return row


def gateway_batches(*, country: str) -> Iterator[dict[str, Any]]:
    """Everything published as the gateway takes it: one key and one day of expiry a batch, 1,000 entries at most."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(load("certificates", "all_published"))
        yield from batches.for_gateway(
            ((bytes(key_id), expires, bytes(hash_)) for key_id, expires, hash_ in cursor), country=country
        )
