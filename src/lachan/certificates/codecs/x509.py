"""What a verifier needs of a signer's certificate: key, key id, allowed uses, validity. Read tolerantly.

Certificates in the national trust lists break DER in ways that strict readers refuse (an empty list of uses, times and
extensions in forms that are not canonical, ten of Finland's). Whether to trust a certificate is decided by the trust
list, not by its beauty; so this walks the outer structure, takes the five fields it needs, and leaves the rest unread.
The key itself is read by the library.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from lachan.certificates.codecs.cose import PublicKey
from lachan.certificates.codecs.signing import key_id_of

MOST_BYTES: Final = 16_384  # real ones have one or two thousand
SEQUENCE, OBJECT_ID, BITS, OCTETS, VERSION, EXTENSIONS = 0x30, 0x06, 0x03, 0x04, 0xA0, 0xA3
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_EXTENDED_KEY_USAGE: Final = bytes.fromhex("551d25")  # 2.5.29.37
# 1.3.6.1.4.1.1847.2021.1 as the specification has it, and with the .0. most issuers put in (both are in the field)
_USES: Final = {
    bytes.fromhex(f"{stem}{last}"): kind
    for stem in ("2b060104018e378f6501", "2b06010401008e378f6501")
    for last, kind in (("01", "t"), ("02", "v"), ("03", "r"))
}
_PEM: Final = re.compile(r"-----BEGIN (?:(?:X509 )?CERTIFICATE|PUBLIC KEY)-----(.+?)-----END", re.DOTALL)


class SignerCertificate(NamedTuple):
    """A signer. ``uses`` are the kinds of entry it may sign ("v", "t", "r"); None: no limit. Times are None when they
    cannot be read, or when the bytes are a bare public key."""

    key: PublicKey
    key_id: bytes
    uses: frozenset[str] | None
    not_before: datetime | None
    not_after: datetime | None


def der_of(text: str) -> bytes:
    """DER of a certificate given as PEM or in base64. ValueError: neither."""
    if len(text) > 2 * MOST_BYTES:
        raise ValueError("too long for a certificate")
    found = _PEM.search(text)
    letters = found[1] if found else text.removeprefix("\ufeff")
    compact = "".join(letters.split()).rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        data = base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("neither PEM nor base64") from None
    if data.startswith(b"-----BEGIN") and not found:
        return der_of(data.decode("ascii", "replace"))
    return data


@lru_cache(maxsize=4096)  # a trust list has hundreds; reading one costs as much as a signature
def read(certificate: bytes) -> SignerCertificate:
    """The signer in a certificate, or in a bare SubjectPublicKeyInfo, in DER. ValueError: no key can be found in it."""
    if len(certificate) > MOST_BYTES:
        raise ValueError("too long for a certificate")
    try:
        _, start, _, _ = _part(certificate, 0)
        first, inner, inner_end, _ = _part(certificate, start)
        if first != SEQUENCE:
            raise ValueError("not a certificate")
        if certificate[inner] == OBJECT_ID:
            return SignerCertificate(_key(certificate), key_id_of(certificate), None, None, None)
        return _read(certificate, inner, min(inner_end, len(certificate)))
    except IndexError:
        raise ValueError("the certificate ends in the middle") from None


def _read(data: bytes, start: int, end: int) -> SignerCertificate:
    parts = list(_parts(data, start, end))
    if parts[0][0] == VERSION:
        del parts[0]
    validity, key = parts[3], parts[5]
    not_before, not_after = _validity(data, *validity[1:3])
    uses = None
    for tag, inner, inner_end, _ in parts[6:]:
        if tag == EXTENSIONS:
            uses = _uses(data, inner, inner_end)
    whole = data[parts[4][3] : key[3]]
    return SignerCertificate(_key(whole), key_id_of(data), uses, not_before, not_after)


def _key(info: bytes) -> PublicKey:
    try:
        key = load_der_public_key(info)
    except (ValueError, UnsupportedAlgorithm):
        try:
            key = load_der_public_key(_canonical(info))
        except (ValueError, UnsupportedAlgorithm, IndexError) as refused:
            raise ValueError("the certificate's key cannot be read") from refused
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise ValueError("the certificate's key is of a kind that signs no certificates")
    return key


def _canonical(data: bytes, depth: int = 4) -> bytes:
    """The parts with their lengths written as DER wants them; also inside a bit string, where an RSA key stands."""
    written = b""
    for tag, start, end, _ in _parts(data, 0, len(data)):
        inner = data[start:end]
        if depth and tag == SEQUENCE:
            inner = _canonical(inner, depth - 1)
        elif depth and tag == BITS and inner[:2] == b"\0\x30":
            inner = b"\0" + _canonical(inner[1:], depth - 1)
        size = len(inner)
        width = (size.bit_length() + 7) // 8
        written += bytes((tag, size)) if size < 0x80 else bytes((tag, 0x80 | width)) + size.to_bytes(width, "big")
        written += inner
    return written


def _uses(data: bytes, start: int, end: int) -> frozenset[str] | None:
    """Kinds of entry the extended key usage allows; None when it names none of ours."""
    allowed: set[str] = set()
    try:
        _, start, end, _ = _part(data, start)
        for _, inner, inner_end, _ in _parts(data, start, end):
            fields = list(_parts(data, inner, inner_end))
            if data[fields[0][1] : fields[0][2]] != _EXTENDED_KEY_USAGE or fields[-1][0] != OCTETS:
                continue
            _, inner, inner_end, _ = _part(data, fields[-1][1])
            named = (data[at:behind] for _, at, behind, _ in _parts(data, inner, inner_end))
            allowed |= {_USES[identifier] for identifier in named if identifier in _USES}
    except (IndexError, ValueError):  # what was found before the break counts
        pass
    return frozenset(allowed) or None


def _validity(data: bytes, start: int, end: int) -> tuple[datetime | None, datetime | None]:
    try:
        first, last = list(_parts(data, start, end))[:2]
    except (ValueError, IndexError):
        return None, None
    return _time(data, *first[:3]), _time(data, *last[:3])


def _time(data: bytes, tag: int, start: int, end: int) -> datetime | None:
    text = data[start:end].decode("ascii", "replace").removesuffix("Z")
    if tag == _UTC_TIME:  # two digits of the year: 1950 to 2049 (RFC 5280, 4.1.2.5.1)
        text = ("20" if text[:2] < "50" else "19") + text
    elif tag != _GENERALIZED_TIME:
        return None
    try:
        return datetime.strptime(text[:14], "%Y%m%d%H%M%S" if len(text) >= 14 else "%Y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        return None


def _part(data: bytes, at: int) -> tuple[int, int, int, int]:
    """Tag, where the contents start and end, and where the next part starts."""
    tag, size = data[at], data[at + 1]
    start = at + 2
    if size > 0x80:
        width = size & 0x7F
        if width > 4:
            raise ValueError("a length beyond reason")
        size = int.from_bytes(data[start : start + width], "big")
        start += width
    elif size == 0x80:
        raise ValueError("a length left open")
    return tag, start, start + size, start + size


def _parts(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    while start < end:
        part = _part(data, start)
        if part[3] > len(data):
            raise ValueError("a part longer than the certificate")
        yield part
        start = part[3]
