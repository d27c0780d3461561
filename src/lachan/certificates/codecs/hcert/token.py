"""A health certificate's layers, outermost first: "HC1:", base45, zlib, COSE_Sign1, the claims of a CBOR web token.

Layers and claims: electronic health certificates specification of the EU eHealth network, version 1.3 (WHO GDHCN keeps
it). Each layer that fails has its own word, and nothing below it is looked at.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from lachan.certificates.codecs import base45, cbor, cose

PREFIX: Final = "HC1:"
MOST_TEXT: Final = 4_296  # letters the largest QR code holds (ISO/IEC 18004, version 40-L, alphanumeric)
MOST_READ: Final = 262_144  # letters looked at, since texts are also pasted and sent: a bomb is called a bomb, in time
ISSUER, EXPIRES_AT, NOT_BEFORE, ISSUED_AT, HEALTH, VERSION_1 = 1, 4, 5, 6, -260, 1
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = 253_402_300_799  # 9999-12-31T23:59:59Z
_AROUND: Final = "\r\n\t"  # what scanners and mail put around a text; no letters of base45


class Unreadable(ValueError):
    """A layer that cannot be opened: its word in the contract, and why."""

    def __init__(self, word: str, why: str) -> None:
        super().__init__(why)
        self.word = word


class Claims(NamedTuple):
    """The token. Times in seconds since 1970, None where absent or no time between 1970 and 9999 (then ``odd_time``);
    ``payload`` the health certificate."""

    issuer: str | None
    issued_at: float | None
    not_before: float | None
    expires_at: float | None
    payload: dict[str, Any]
    odd_time: bool


def open_message(text: str) -> cose.Sign1:
    """The signed message in the text of a QR code. Unreadable: PREFIX, BASE45, ZLIB or COSE."""
    text = text.strip(_AROUND)
    if not text.startswith(PREFIX):
        raise Unreadable("PREFIX", f"the text does not start with {PREFIX}")
    if len(text) > MOST_READ:
        raise Unreadable("BASE45", f"longer than {MOST_READ} letters")
    try:
        packed = base45.decode(text[len(PREFIX) :])
    except ValueError as error:
        raise Unreadable("BASE45", str(error)) from None
    data = _unpacked(packed)
    try:
        return cose.read1(data)
    except ValueError as error:
        raise Unreadable("COSE", str(error)) from None


def _unpacked(packed: bytes) -> bytes:
    """At most as much as a message may be long is ever unpacked: one QR code could hold three megabytes of zeros."""
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(packed, cose.MOST_BYTES + 1)
    except zlib.error as error:
        raise Unreadable("ZLIB", str(error)) from None
    if len(data) > cose.MOST_BYTES:
        raise Unreadable("ZLIB", f"unpacks to more than {cose.MOST_BYTES} bytes")
    if not stream.eof:
        raise Unreadable("ZLIB", "the packed data ends in the middle")
    if stream.unused_data:
        raise Unreadable("ZLIB", "bytes follow the packed data")
    return data


def read_claims(data: bytes) -> Claims:
    """The token in a message's payload. Unreadable: CBOR, when it is none, holds no health certificate, or holds
    something JSON cannot say."""
    try:
        claims = cbor.decode(data)
    except ValueError as error:
        raise Unreadable("CBOR", str(error)) from None
    if type(claims) is not dict:
        raise Unreadable("CBOR", "the token is no map")
    health = claims.get(HEALTH)
    payload = health.get(VERSION_1) if type(health) is dict else None
    if type(payload) is not dict or not _is_json(payload):
        raise Unreadable("CBOR", "no health certificate of version 1 in the token")
    issuer = claims.get(ISSUER)
    said = claims.get(ISSUED_AT), claims.get(NOT_BEFORE), claims.get(EXPIRES_AT)
    issued_at, not_before, expires_at = map(_seconds, said)
    odd_time = said.count(None) != (issued_at, not_before, expires_at).count(None)
    return Claims(issuer if type(issuer) is str else None, issued_at, not_before, expires_at, payload, odd_time)


def _is_json(value: Any) -> bool:
    """Whether JSON can say it: no bytes, no tags of a frame, keys that are text. Dates that came under a tag become
    their text."""
    places: Iterable[tuple[Any, Any]]
    if type(value) is dict:
        places = value.items()
    elif type(value) is list:
        places = enumerate(value)
    else:
        return type(value) is not bytes and type(value) is not cbor.Tagged
    within = type(value) is list
    for key, inner in places:
        if not within and type(key) is not str:
            return False
        if type(inner) is cbor.Moment:
            value[key] = str(inner)
        elif type(inner) is not str and not _is_json(inner):
            return False
    return True


def _seconds(value: Any) -> float | None:
    if type(value) is cbor.Moment:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        value = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if type(value) not in (int, float) or not 0 <= value <= _LATEST:
        return None
    return float(value)


def moment_of(seconds: float | None) -> datetime | None:
    """The instant in UTC."""
    return None if seconds is None else _EPOCH + timedelta(seconds=seconds)
