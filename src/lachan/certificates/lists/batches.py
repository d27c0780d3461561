"""Exact hashes, cut by their first bits, in the shape of the EU DCC gateway's batches.

Source: EU Digital COVID Certificate revocation, JSON batch format (batchId, country, expires, kid, hashType, entries;
at most 1,000 entries).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final, NamedTuple

from lachan.certificates.lists.hashes import HASH_BYTES

WANTED: Final = 512  # hashes in a batch on average at most: half of the gateway's limit leaves room for chance
MOST_IN_BATCH: Final = 1_000
MOST_BITS: Final = 24
UNKNOWN_KEY: Final = "UNKNOWN_KID"
NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)

_ID: Final = re.compile(r"([1-9][0-9]{0,8})-([0-9a-f]{1,6})")


class BatchId(NamedTuple):
    """Version of the list and prefix of the hashes."""

    version: int
    prefix: int
    digits: int

    def __str__(self) -> str:
        return f"{self.version}-{self.prefix:0{self.digits}x}"


def bits_for(count: int) -> int:
    """By how many first bits so many hashes are cut."""
    return min(max((count - 1) // WANTED, 0).bit_length(), MOST_BITS)


def digits_for(bits: int) -> int:
    """Hexadecimal digits of a prefix."""
    return max((bits + 3) // 4, 1)


def read_id(text: str) -> BatchId | None:
    """The id of a batch, or None when it cannot be one."""
    found = _ID.fullmatch(text)
    return BatchId(int(found[1]), int(found[2], 16), len(found[2])) if found else None


def prefix_of(hash_: bytes, bits: int) -> int:
    """The first ``bits`` bits of a hash."""
    return int.from_bytes(hash_[:4], "big") >> 32 - bits


def limits(prefix: int, bits: int) -> tuple[bytes, bytes]:
    """The first and the last hash with this prefix."""
    low = prefix << (8 * HASH_BYTES - bits)
    return low.to_bytes(HASH_BYTES, "big"), (low | ((1 << 8 * HASH_BYTES - bits) - 1)).to_bytes(HASH_BYTES, "big")


def batch(
    id_: str, hashes: Iterable[bytes], *, country: str, expires: datetime, key_id: str = UNKNOWN_KEY
) -> dict[str, Any]:
    """One batch. ``key_id``: base64 of the signer's key id, where all hashes are of certificates of one signer."""
    return {
        "batchId": id_,
        "country": country,
        "expires": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "kid": key_id,
        "hashType": "UCI",
        "entries": [{"hash": base64.b64encode(entry).decode()} for entry in hashes],
    }


def for_gateway(revoked: Iterable[tuple[bytes, datetime | None, bytes]], *, country: str) -> Iterator[dict[str, Any]]:
    """Batches for the gateway from (key id, end of the certificate, hash), sorted by key and end: one key and one month
    of expiry a batch, so that a whole batch can be forgotten together. The
    batch of certificates without an end says the year 9999."""
    for (key_id, month), group in groupby(
        revoked, key=lambda row: (row[0], row[1].strftime("%Y-%m") if row[1] else "")
    ):
        rows = list(group)
        for part in range(0, len(rows), MOST_IN_BATCH):
            portion = rows[part : part + MOST_IN_BATCH]
            ends = [expires for _, expires, _ in portion if expires is not None]
            name = f"{country}-{key_id.hex() or 'unknown'}-{month or 'open'}-{part // MOST_IN_BATCH}"
            kid = base64.b64encode(key_id).decode() if key_id else UNKNOWN_KEY
            hashes = [hash_ for _, _, hash_ in portion]
            yield batch(name, hashes, country=country, expires=max(ends) if month else NEVER, key_id=kid)
