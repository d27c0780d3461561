"""Temporary ids that telephones say to each other: who they stand for is readable to the house alone. Pure.

After BlueTrace (OpenTrace's reference, 2020): a pseudonym and a span of 15 minutes under AES-256-GCM. The nonce is a
keyed digest of what is sealed, so that the same id is made again for the same quarter of an hour, and two different
ones share a nonce only by a collision of 96 bits; a key serves six hours, which keeps a nation below the 2^32 messages
of one key that NIST SP 800-38D allows.
"""

from __future__ import annotations

import hmac
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lachan.kernel.text import base64url, from_base64url

SLOT: Final = 900  # seconds a temporary id is good for
KEY_SPAN: Final = 6 * 3_600
BATCH: Final = 100  # ids of one issue: a day and an hour
VERSION: Final = 1
LENGTH: Final = 1 + 4 + 12 + 16 + 16
MOST_TEXT: Final = 96  # characters of an id as sent, padding and all

_HEAD = struct.Struct("<BI")
_BODY = struct.Struct("<qII")


class Temporary(NamedTuple):
    """An id and when it may be said, UNIX seconds."""

    text: str
    start: int
    end: int


class Opened(NamedTuple):
    """Whom an id stood for (a pseudonym), and when."""

    subject: int
    start: int
    end: int


def key_number(at: int) -> int:
    """The key of an instant (UNIX seconds): one for each six hours."""
    return at // KEY_SPAN


def issue(keys: Mapping[int, bytes], subject: int, since: int, count: int = BATCH) -> list[Temporary]:
    """Ids for the quarters of an hour from the one ``since`` lies in. KeyError when a key of their time is missing."""
    first = since - since % SLOT
    return [_made(keys, subject, first + step * SLOT) for step in range(count)]


def _made(keys: Mapping[int, bytes], subject: int, start: int) -> Temporary:
    number = key_number(start)
    key = keys[number]
    body = _BODY.pack(subject, start, start + SLOT)
    nonce = hmac.digest(key, b"nonce" + body, "sha256")[:12]
    head = _HEAD.pack(VERSION, number)
    sealed = head + nonce + AESGCM(key).encrypt(nonce, body, head)
    return Temporary(base64url(sealed), start, start + SLOT)


def open_all(keys: Mapping[int, bytes], texts: Sequence[str]) -> Iterator[Opened | None]:
    """Whom each id stands for; None for one that is not ours, was changed, or whose key is gone."""
    ciphers = {number: AESGCM(key) for number, key in keys.items()}
    for text in texts:
        yield _opened(ciphers, text)


def _opened(ciphers: Mapping[int, AESGCM], text: str) -> Opened | None:
    if len(text) > MOST_TEXT:
        return None
    sealed = from_base64url(text)
    if sealed is None or len(sealed) != LENGTH:
        return None
    version, number = _HEAD.unpack_from(sealed)
    cipher = ciphers.get(number)
    if version != VERSION or cipher is None:
        return None
    try:
        return Opened(*_BODY.unpack(cipher.decrypt(sealed[5:17], sealed[17:], sealed[:5])))
    except InvalidTag:
        return None
