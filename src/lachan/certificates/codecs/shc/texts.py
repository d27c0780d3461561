"""The outer forms: numeric QR texts and the compact JWS.

Source: spec.smarthealth.cards, "Health Cards as QR Codes" and "Health Cards are Compact"; RFC 7515, section 7.1.
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from itertools import pairwise
from math import isfinite
from typing import Any, Final, NamedTuple

from lachan.certificates.codecs.jose import base64url

MOST_IN_ONE: Final = 1195  # characters of a JWS that we put into a single code: version 22
MOST_IN_CHUNK: Final = 1191  # and into each of several
MOST_READ: Final = 3535  # that any code holds, version 40: large ones are made since 1.3, which took chunks away
MOST_CHUNKS: Final = 40
MOST_JWS: Final = MOST_IN_CHUNK * MOST_CHUNKS
MOST_INFLATED: Final = 500_000  # bytes of a payload; a card with ten doses has 4,000
_CODE: Final = re.compile(r"shc:/(?:([1-9][0-9]?)/([1-9][0-9]?)/)?((?:[0-9][0-9])+)\Z")
_SEGMENT: Final = re.compile(r"[A-Za-z0-9_-]+\Z")
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
_TO_DIGITS: Final = {ord(letter): f"{ord(letter) - 45:02d}" for letter in _LETTERS}
_FROM_DIGITS: Final = {f"{ord(letter) - 45:02d}": letter for letter in _LETTERS}


class Unreadable(ValueError):
    """A layer that cannot be read: its word in the contract, and why."""

    def __init__(self, word: str, why: str) -> None:
        super().__init__(why)
        self.word = word


class Jws(NamedTuple):
    """A compact JWS taken apart; ``signed`` is what the signature stands over."""

    header: dict[str, Any]
    payload: bytes
    signature: bytes
    signed: bytes


def qr_texts(jws: str) -> list[str]:
    """One ``shc:/`` text, or several of even length when the JWS has more than 1,195 characters. In a QR code the part
    up to the last ``/`` is a segment in byte mode, the digits one in numeric mode."""
    count = 1 if len(jws) <= MOST_IN_ONE else -(-len(jws) // MOST_IN_CHUNK)
    ends = [round(place * len(jws) / count) for place in range(count + 1)]
    chunks = [jws[begin:end].translate(_TO_DIGITS) for begin, end in pairwise(ends)]
    if count == 1:
        return [f"shc:/{chunks[0]}"]
    return [f"shc:/{place}/{count}/{chunk}" for place, chunk in enumerate(chunks, start=1)]


def jws_of(texts: Sequence[str]) -> str:
    """The JWS in the codes of one card, in any order. Unreadable QR: another form, a chunk missing, double, too long,
    or of a card with another number of chunks."""
    if not 0 < len(texts) <= MOST_CHUNKS:
        raise Unreadable("QR", f"a card has 1 to {MOST_CHUNKS} codes")
    chunks: dict[int, str] = {}
    for text in texts:
        found = _CODE.match(text) if len(text) <= 2 * MOST_READ + 12 else None
        if not found:
            raise Unreadable("QR", "not shc:/ and pairs of digits, or too long")
        place, count, digits = int(found[1] or 1), int(found[2] or 1), found[3]
        if count != len(texts) or place > count:
            raise Unreadable("QR", f"the card has {count} codes, {len(texts)} are here")
        if place in chunks:
            raise Unreadable("QR", f"code {place} is here twice")
        if len(digits) > 2 * MOST_READ:
            raise Unreadable("QR", "a code holds more than it may")
        try:
            chunks[place] = "".join([_FROM_DIGITS[digits[at : at + 2]] for at in range(0, len(digits), 2)])
        except KeyError:
            raise Unreadable("QR", "two digits that stand for no character") from None
    return "".join(chunks[place] for place in sorted(chunks))


def read_jws(text: str) -> Jws:
    """Unreadable JWS: not three parts of base64url in their one spelling; HEADER: the header is not a JSON object."""
    if len(text) > MOST_JWS:
        raise Unreadable("JWS", f"longer than {MOST_JWS} characters")
    parts = text.split(".")
    if len(parts) != 3:
        raise Unreadable("JWS", "not three parts")
    header, payload, signature = (base64url_bytes(part) for part in parts)
    try:
        read = read_json(header)
    except ValueError as error:
        raise Unreadable("HEADER", f"the header: {error}") from None
    return Jws(read, payload, signature, text.rpartition(".")[0].encode("ascii"))


def base64url_bytes(part: str) -> bytes:
    """Unused bits at the end must be zero: otherwise one signature had several spellings."""
    if not _SEGMENT.match(part) or len(part) % 4 == 1:
        raise Unreadable("JWS", "a part is not base64url")
    data = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if base64url(data) != part:
        raise Unreadable("JWS", "a part is not base64url")
    return data


def deflate(data: bytes) -> bytes:
    packing = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    return packing.compress(data) + packing.flush()


def inflate(data: bytes) -> bytes:
    """Raw DEFLATE (RFC 1951). Unreadable DEFLATE: another form, cut, bytes behind it, beyond ``MOST_INFLATED``."""
    stream = zlib.decompressobj(-15)
    try:
        inflated = stream.decompress(data, MOST_INFLATED + 1)
    except zlib.error as error:
        raise Unreadable("DEFLATE", str(error)) from None
    if len(inflated) > MOST_INFLATED:
        raise Unreadable("DEFLATE", f"inflates to more than {MOST_INFLATED} bytes")
    if not stream.eof or stream.unused_data:
        raise Unreadable("DEFLATE", "the data is cut, or bytes follow it")
    return inflated


def read_json(data: bytes) -> dict[str, Any]:
    """ValueError: not UTF-8, a byte-order mark (``json`` swallows one of bytes, so it gets text), a member twice,
    NaN, Infinity or a number as good as it, half a surrogate pair, too deep, or no object: what is read can be written
    again."""
    try:
        read = json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)
        if b"\\ud" in data.lower():
            json.dumps(read, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(read, dict):
        raise ValueError("not an object")
    return read


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(members)
    if len(read) != len(members):
        raise ValueError("a member is there twice")
    return read


def _finite(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError("a number beyond all bounds")
    return value


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")
