"""The hash under which an identifier stands in every list of what is revoked (docs/reference/revocation-list.md)."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from operator import methodcaller
from typing import Final

import numpy as np
from numpy.typing import NDArray

HASH_BYTES: Final = 16
Words = NDArray[np.uint32]  # shape (hashes, 4): the 16 bytes as four big-endian numbers, in the machine's own order

_digest = methodcaller("digest")


def hash_of(identifier: str) -> bytes:
    """The first 16 bytes of SHA-256 of the identifier as it stands in the certificate (hash type UCI of the EU DCC
    gateway). Half of a surrogate pair, which no real identifier holds, hashes as ``?``."""
    return sha256(identifier.encode(errors="replace")).digest()[:HASH_BYTES]


def words_of_texts(identifiers: Iterable[str]) -> Words:
    """Hashes of many identifiers at once; everything but SHA-256 itself stays out of Python's loop."""
    try:
        digests = b"".join(map(_digest, map(sha256, map(str.encode, identifiers))))
    except UnicodeEncodeError:
        digests = b"".join(sha256(text.encode(errors="replace")).digest() for text in identifiers)
    return np.frombuffer(digests, ">u4").reshape(-1, 8)[:, :4].astype(np.uint32)


def words_of_hashes(hashes: bytes) -> Words:
    """Hashes written one after the other. ValueError when the last is cut off."""
    if len(hashes) % HASH_BYTES:
        raise ValueError(f"{len(hashes)} bytes are no whole number of hashes")
    return np.frombuffer(hashes, ">u4").reshape(-1, 4).astype(np.uint32)
