"""COSE_Sign1 (RFC 9052, 4.2) as health certificates carry it: written one way, read in every way seen in the field.

Read: with tag 18, with tags 61 and 18, or with none; key id and algorithm in either header, the protected one wins;
ES256 with keys on other curves than P-256 (Spain signs so on P-384), ES384, ES512, and RSA-PSS. The key says which
family of algorithms may verify, the message only which hash: an EC key never checks an RSA signature, and there is no
"none" or HMAC to be confused with.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from lachan.certificates.codecs import cbor
from lachan.certificates.codecs.signing import Signer

MOST_BYTES: Final = 16_384  # of a message; real ones are below 1,000
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

ALGORITHM, CRITICAL, KEY_ID = 1, 2, 4  # labels of headers (RFC 9052, 3.1)
NAMES: Final = {-7: "ES256", -35: "ES384", -36: "ES512", -37: "PS256", -38: "PS384", -39: "PS512"}
_NUMBERS: Final = {name: number for number, name in NAMES.items()}
_ECDSA: Final = {-7: ec.ECDSA(hashes.SHA256()), -35: ec.ECDSA(hashes.SHA384()), -36: ec.ECDSA(hashes.SHA512())}
_HASHES: Final = {-37: hashes.SHA256(), -38: hashes.SHA384(), -39: hashes.SHA512()}
_PSS: Final = {number: padding.PSS(padding.MGF1(used), used.digest_size) for number, used in _HASHES.items()}
_CONTEXT: Final = b"\x84\x6aSignature1"  # of the four parts that are signed (RFC 9052, 4.4)
_LEAST_EC_BITS, _LEAST_RSA_BITS = 256, 2048
_SIGN1_TAG, _CWT_TAG = 18, 61


class Sign1(NamedTuple):
    """A message with one signature. ``algorithm`` is COSE's number, None when neither header says one."""

    protected: bytes
    payload: bytes
    signature: bytes
    algorithm: int | None
    key_id: bytes | None

    @property
    def algorithm_name(self) -> str | None:
        """The algorithm by name, None when the message names none that certificates are signed by."""
        return None if self.algorithm is None else NAMES.get(self.algorithm)

    def signed_bytes(self) -> bytes:
        """The bytes the signature stands over: Sig_structure without external data."""
        return b"".join((_CONTEXT, _bytes(self.protected), b"\x40", _bytes(self.payload)))

    def verify(self, key: PublicKey) -> bool:
        """Whether the key made the signature. Never raises for what a message holds."""
        algorithm, signature = self.algorithm, self.signature
        try:
            if algorithm in _ECDSA:
                if not isinstance(key, ec.EllipticCurvePublicKey) or key.key_size < _LEAST_EC_BITS:
                    return False
                half = (key.key_size + 7) // 8
                if len(signature) != 2 * half:
                    return False
                r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
                key.verify(encode_dss_signature(r, s), self.signed_bytes(), _ECDSA[algorithm])
                return True
            if algorithm in _PSS:
                if not isinstance(key, rsa.RSAPublicKey) or key.key_size < _LEAST_RSA_BITS:
                    return False
                key.verify(signature, self.signed_bytes(), _PSS[algorithm], _HASHES[algorithm])
                return True
        except (InvalidSignature, UnsupportedAlgorithm, ValueError):
            return False
        return False


def sign1(payload: bytes, *, signer: Signer, tagged: bool = True) -> bytes:
    """The payload as COSE_Sign1: algorithm and key id protected, nothing unprotected."""
    protected = _headers(signer.algorithm, signer.key_id)
    body = _bytes(payload)
    signature = signer.sign(b"".join((_CONTEXT, protected, b"\x40", body)))
    return b"".join((b"\xd2\x84" if tagged else b"\x84", protected, b"\xa0", body, _bytes(signature)))


def read1(data: bytes) -> Sign1:
    """The message in the bytes, its signature not yet looked at.

    ValueError: longer than ``MOST_BYTES``, not CBOR or not COSE_Sign1, a header twice, a header that must be understood
    and is not, a payload carried elsewhere."""
    if len(data) > MOST_BYTES:
        raise ValueError(f"a message of more than {MOST_BYTES} bytes")
    parts = _untagged(cbor.decode(data))
    if type(parts) is not list or len(parts) != 4:
        raise ValueError("not a message with one signature")
    protected, unprotected, payload, signature = parts
    if not (type(protected) is type(payload) is type(signature) is bytes) or type(unprotected) is not dict:
        raise ValueError("not a message with one signature")
    guarded = cbor.decode(protected) if protected else {}
    if type(guarded) is not dict:
        raise ValueError("a protected header that is no map")
    if CRITICAL in guarded or CRITICAL in unprotected:
        raise ValueError("a header that must be understood and is not")
    algorithm = guarded.get(ALGORITHM, unprotected.get(ALGORITHM))
    key_id = guarded.get(KEY_ID, unprotected.get(KEY_ID))
    return Sign1(
        protected,
        payload,
        signature,
        algorithm if type(algorithm) is int else None,
        key_id if type(key_id) is bytes else None,
    )


def _untagged(value: Any) -> Any:
    """What stands behind the tags a message may have: 18, or 61 and 18."""
    tags = []
    while type(value) is cbor.Tagged:
        tags.append(value.number)
        value = value.value
    if tags not in ([], [_SIGN1_TAG], [_CWT_TAG, _SIGN1_TAG]):
        raise ValueError("tags of another kind of message")
    return value


def _bytes(data: bytes) -> bytes:
    """A byte string in CBOR."""
    size = len(data)
    if size < 24:
        return bytes((0x40 | size,)) + data
    if size < 0x100:
        return bytes((0x58, size)) + data
    if size < 0x10000:
        return b"\x59" + size.to_bytes(2, "big") + data
    return b"\x5a" + size.to_bytes(4, "big") + data


@lru_cache(maxsize=64)  # a centre has a handful of keys
def _headers(algorithm: str, key_id: bytes) -> bytes:
    number = _NUMBERS[algorithm]
    head = bytes((0x20 | -1 - number,)) if number >= -24 else bytes((0x38, -1 - number))
    return _bytes(b"\xa2\x01" + head + b"\x04" + _bytes(key_id))
