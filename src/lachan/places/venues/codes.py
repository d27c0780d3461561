"""Signed codes: of a venue, on its poster or its screen, and of a person, on their telephone. Pure; times are UNIX
seconds.

Both are base64url of ``body || signature`` (Ed25519, 64 bytes). The body of a venue's code (big-endian): ``V`` and the
form's version (2 bytes), country (2 letters), key number (1), venue (8), version of its code (1), valid from (4) and
for how many minutes (1); zero minutes: a poster, for ever. Of a person's code: ``P`` and the version (2), country (2),
key number (1), good until (4), and a sealed reference only the house can open. Whoever holds the public key checks
either without a line; docs/reference/visits.md has a worked example.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lachan.kernel.text import base64url, from_base64url

COUNTRY: Final = b"VN"
SIGNATURE: Final = 64
LONGEST: Final = 400  # characters
LATE: Final = 120  # seconds a rotating code is still good for: somebody stands before the screen as it changes
EARLY: Final = 120  # and before it begins: clocks differ
_VENUE = struct.Struct(">2s2sBqBIB")
_PERSON = struct.Struct(">2s2sBI")
_V, _P = b"V\x01", b"P\x01"


class VenueCode(NamedTuple):
    """What a venue's code states. ``minutes`` 0: on a poster, good for as long as its version is."""

    venue_id: int
    version: int
    key_number: int
    valid_from: int
    minutes: int


class PersonCode(NamedTuple):
    """What a person's code states: good until, and the sealed reference."""

    until: int
    sealed: bytes
    key_number: int


class CodeProblem(NamedTuple):
    """Why a code is refused: code_unreadable, code_other_country, code_forged (or signed by a key we do not know),
    code_expired, code_not_yet."""

    reason: str


def venue_code(
    key: Ed25519PrivateKey, key_number: int, venue_id: int, version: int, *, valid_from: int = 0, minutes: int = 0
) -> str:
    """A venue's code, signed."""
    body = _VENUE.pack(_V, COUNTRY, key_number, venue_id, version, valid_from, minutes)
    return base64url(body + key.sign(body))


def person_code(key: Ed25519PrivateKey, key_number: int, until: int, sealed: bytes) -> str:
    """A person's own code, signed."""
    body = _PERSON.pack(_P, COUNTRY, key_number, until) + sealed
    return base64url(body + key.sign(body))


def read_venue_code(text: str, keys: Mapping[int, Ed25519PublicKey], at: int) -> VenueCode | CodeProblem:
    """The venue of a scanned code, as of the moment of the scan; the whole address of a poster is taken too."""
    data = _data(text)
    if data is None or len(data) != _VENUE.size + SIGNATURE or data[:2] != _V:
        return CodeProblem("code_unreadable")
    body = data[:-SIGNATURE]
    _, country, number, venue_id, version, valid_from, minutes = _VENUE.unpack(body)
    problem = _signed(country, keys.get(number), body, data[-SIGNATURE:])
    if problem is not None:
        return problem
    if minutes and at > valid_from + minutes * 60 + LATE:
        return CodeProblem("code_expired")
    if minutes and at < valid_from - EARLY:
        return CodeProblem("code_not_yet")
    return VenueCode(venue_id, version, number, valid_from, minutes)


def read_person_code(text: str, keys: Mapping[int, Ed25519PublicKey], at: int) -> PersonCode | CodeProblem:
    """What a person's code states, as of the moment of the scan."""
    data = _data(text)
    if data is None or len(data) <= _PERSON.size + SIGNATURE or data[:2] != _P:
        return CodeProblem("code_unreadable")
    body = data[:-SIGNATURE]
    _, country, number, until = _PERSON.unpack(body[: _PERSON.size])
    problem = _signed(country, keys.get(number), body, data[-SIGNATURE:])
    if problem is not None:
        return problem
    if at > until + LATE:
        return CodeProblem("code_expired")
    return PersonCode(until, body[_PERSON.size :], number)


def looks_like_person_code(text: str) -> bool:
    """Whether a scanned text is to be read as a person's own code: no card's text begins like this."""
    return text.strip().startswith("UAF") and 100 < len(text) <= LONGEST


def _signed(country: bytes, key: Ed25519PublicKey | None, body: bytes, signature: bytes) -> CodeProblem | None:
    if country != COUNTRY:
        return CodeProblem("code_other_country")
    if key is None:
        return CodeProblem("code_forged")
    try:
        key.verify(signature, body)
    except InvalidSignature:
        return CodeProblem("code_forged")
    return None


def _data(text: str) -> bytes | None:
    text = text.strip().rstrip("/").rpartition("/")[2].rpartition("#")[2]
    return from_base64url(text) if len(text) <= LONGEST else None
