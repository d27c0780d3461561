"""The slip somebody shows at a door: that they declared today, and what came of it. Signed, readable without a line.

base64url of ``body || signature`` (Ed25519), as venue codes are and by the same keys, so that a door's device that
knows those reads these too. Body, big-endian: ``D`` and the form's version (2 bytes), country (2 letters), key number
(1), day since 1970-01-01 (2), class (1: 0 low, 1 watch, 2 high), kind (1: place in :data:`KINDS`), year of birth (2),
the first 6 bytes of the declaration's id, then the name in UTF-8.

A door compares name and year with a paper and looks at the class; nothing of the answers is on it.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lachan.kernel.text import base64url, from_base64url

COUNTRY: Final = b"VN"
KINDS: Final = ("domestic", "entry", "place", "daily")
SIGNATURE: Final = 64
MOST_NAME: Final = 60  # characters
LONGEST: Final = 500  # characters of a code
_HEAD: Final = struct.Struct(">2s2sBHBBH6s")
_MAGIC: Final = b"D\x01"
_EPOCH: Final = date(1970, 1, 1)


class Slip(NamedTuple):
    """What a slip says. ``day`` is that of the declaration in Viet Nam: it is good for that day."""

    name: str
    born: int
    risk: int
    kind: str
    day: date
    mark: bytes


class Verdict(NamedTuple):
    """``fault``: "" when it is genuine and of today; unreadable, forged or over. ``slip`` is None where nothing it says
    may be believed."""

    fault: str
    slip: Slip | None = None


def of(name: str, born: int, risk: int, kind: str, day: date, declaration_id: UUID) -> Slip:
    """A slip for a declaration. ``declaration_id``: its random end marks the slip, and names nobody."""
    return Slip(name[:MOST_NAME], born, risk, kind, day, declaration_id.bytes[-6:])


def issue(slip: Slip, key: Ed25519PrivateKey, key_number: int) -> str:
    """The text of its QR code."""
    head = _HEAD.pack(
        _MAGIC, COUNTRY, key_number, (slip.day - _EPOCH).days, slip.risk, KINDS.index(slip.kind), slip.born, slip.mark
    )
    body = head + slip.name.encode()
    return base64url(body + key.sign(body))


def read(text: str, keys: Mapping[int, Ed25519PublicKey], today: date) -> Verdict:
    """What a scanned code says, on that day."""
    data = from_base64url(text.strip()) if len(text) <= LONGEST else None
    if data is None or len(data) <= _HEAD.size + SIGNATURE or data[:2] != _MAGIC:
        return Verdict("unreadable")
    body, signature = data[:-SIGNATURE], data[-SIGNATURE:]
    _, country, number, days, risk, kind, born, mark = _HEAD.unpack(body[: _HEAD.size])
    key = keys.get(number)
    if country != COUNTRY or key is None:
        return Verdict("forged")
    try:
        key.verify(signature, body)
        slip = Slip(body[_HEAD.size :].decode(), born, risk, KINDS[kind], _EPOCH + timedelta(days=days), mark)
    except (InvalidSignature, UnicodeDecodeError, IndexError):
        return Verdict("forged")
    return Verdict("" if slip.day == today else "over", slip)
