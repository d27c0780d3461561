"""What was added between two versions of the list: hashes, exactly, in one file."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from hashlib import sha256
from itertools import pairwise
from typing import Final, NamedTuple

from lachan.certificates.lists.filter import HEADER_BYTES, ListError
from lachan.certificates.lists.hashes import HASH_BYTES

MAGIC: Final = b"LACHANRD"
FORMAT: Final = 1
HEADER: Final = struct.Struct("<8sHHIII8x")
MOST_HASHES: Final = 500_000


class Delta(NamedTuple):
    """Everything revoked after version ``before``, up to and with version ``after``."""

    before: int
    after: int
    hashes: frozenset[bytes]


def write(before: int, after: int, hashes: Iterable[bytes]) -> bytes:
    """The file (docs/reference/revocation-list.md); the same for the same hashes in any order."""
    return of_sorted(before, after, b"".join(sorted(set(hashes))))


def of_sorted(before: int, after: int, hashes: bytes) -> bytes:
    """As ``write``, for hashes that already stand in order one after the other."""
    count, rest = divmod(len(hashes), HASH_BYTES)
    if rest or count > MOST_HASHES:
        raise ListError(f"{len(hashes)} bytes of hashes, a delta holds at most {MOST_HASHES} hashes")
    head = HEADER.pack(MAGIC, FORMAT, HASH_BYTES, before, after, count)
    return head + sha256(head + hashes).digest() + hashes


def read(data: bytes) -> Delta:
    """Read a file. ListError names what is wrong."""
    if len(data) < HEADER_BYTES:
        raise ListError("shorter than the head of a delta")
    magic, form, size, before, after, count = HEADER.unpack_from(data)
    if magic != MAGIC:
        raise ListError("not a delta of revocations")
    if (form, size) != (FORMAT, HASH_BYTES):
        raise ListError(f"format {form} with {size} bytes a hash is not known here; a newer program is needed")
    if before >= after or count > MOST_HASHES or len(data) != HEADER_BYTES + HASH_BYTES * count:
        raise ListError(f"{len(data)} bytes for {count} hashes from version {before} to {after}")
    if sha256(data[: HEADER.size] + data[HEADER_BYTES:]).digest() != data[HEADER.size : HEADER_BYTES]:
        raise ListError("damaged: the checksum is another one")
    hashes = [data[at : at + HASH_BYTES] for at in range(HEADER_BYTES, len(data), HASH_BYTES)]
    if any(a >= b for a, b in pairwise(hashes)):
        raise ListError("the hashes are not in order")
    return Delta(before, after, frozenset(hashes))
