"""Keys, certificates and messages of every sort, good and forged, for the tests of this folder."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from lachan.certificates.codecs import base45
from lachan.certificates.codecs.signing import LocalSigner, key_id_of

CLOCK = datetime(2026, 3, 1, tzinfo=UTC)
ISSUED_AT = CLOCK - timedelta(days=30)
EXPIRES_AT = CLOCK + timedelta(days=335)
STEM = "1.3.6.1.4.1.1847.2021.1."
STEM_WITH_ZERO = "1.3.6.1.4.1.0.1847.2021.1."
PAYLOAD: dict[str, Any] = {
    "ver": "1.3.0",
    "nam": {"fn": "Nguyễn", "fnt": "NGUYEN", "gn": "Bảo Duy", "gnt": "BAO<DUY"},
    "dob": "1983-10-10",
    "v": [
        {
            "tg": "840539006",
            "vp": "J07BX03",
            "mp": "EU/1/20/1528",
            "ma": "ORG-100030215",
            "dn": 2,
            "sd": 2,
            "dt": "2021-11-20",
            "co": "VN",
            "is": "Bộ Y tế",
            "ci": "URN:UVCI:01:VN:8FD2A6E0B9C34B7FA1D05E7C2B61F3A4#K",
        }
    ],
}
RECOVERY = {
    "tg": "840539006",
    "fr": "2021-06-01",
    "df": "2021-06-12",
    "du": "2021-11-01",
    "co": "VN",
    "is": "Bộ Y tế",
    "ci": "URN:UVCI:01:VN:A1#B",
}
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def key(kind: str = "P-256", number: int = 0) -> Key:
    """A key of the kind; another number gives another key."""
    return _key(kind, number)


@cache
def _key(kind: str, number: int) -> Key:
    if kind == "RSA":
        return rsa.generate_private_key(65537, 2048)
    curves: dict[str, ec.EllipticCurve] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
    return ec.generate_private_key(curves[kind])


def certificate(kind: str = "P-256", number: int = 0, uses: tuple[str, ...] | None = None) -> bytes:
    """A self-signed certificate of the key, with these extended key usages (none at all when None)."""
    return _certificate(kind, number, uses)


@cache
def _certificate(kind: str, number: int, uses: tuple[str, ...] | None) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Signer {kind} {number}")])
    held = key(kind, number)
    builder = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=held.public_key())
        .serial_number(number + 1)
        .not_valid_before(CLOCK - timedelta(days=365))
        .not_valid_after(CLOCK + timedelta(days=730))
    )
    if uses is not None:
        identifiers = [x509.ObjectIdentifier(use) for use in uses]
        builder = builder.add_extension(x509.ExtendedKeyUsage(identifiers), critical=False)
    return builder.sign(held, hashes.SHA256()).public_bytes(Encoding.DER)


def signer(kind: str = "P-256", number: int = 0, uses: tuple[str, ...] | None = None) -> LocalSigner:
    """Our own signer with that key."""
    return LocalSigner(key(kind, number), certificate(kind, number, uses))


def claims(payload: Any = None, **other: Any) -> dict[Any, Any]:
    """Claims of a token that is valid at ``CLOCK``; "iat", "exp", "iss" and "nbf" may be given, None leaves one out."""
    made: dict[Any, Any] = {1: "VN", 4: int(EXPIRES_AT.timestamp()), 6: int(ISSUED_AT.timestamp())}
    made |= {{"iss": 1, "exp": 4, "nbf": 5, "iat": 6}[name]: value for name, value in other.items()}
    made = {label: value for label, value in made.items() if value is not None}
    return {**made, -260: {1: PAYLOAD if payload is None else payload}}


def signature(protected: bytes, body: bytes, kind: str, number: int, hashed: hashes.HashAlgorithm) -> bytes:
    """The signature of the message, by any key with any hash."""
    signed = cbor2.dumps(["Signature1", protected, b"", body])
    held = key(kind, number)
    if isinstance(held, rsa.RSAPrivateKey):
        return held.sign(signed, padding.PSS(padding.MGF1(hashed), hashed.digest_size), hashed)
    half = (held.key_size + 7) // 8
    r, s = decode_dss_signature(held.sign(signed, ec.ECDSA(hashed)))
    return r.to_bytes(half, "big") + s.to_bytes(half, "big")


def text_of(message: bytes) -> str:
    """The message as the text of a QR code."""
    return "HC1:" + base45.encode(zlib.compress(message, 9))


def text(
    body: Any = None,
    *,
    kind: str = "P-256",
    number: int = 0,
    algorithm: int | None = None,
    hashed: hashes.HashAlgorithm | None = None,
    protected: Any = None,
    unprotected: Any = None,
    tags: Sequence[int] = (18,),
    uses: tuple[str, ...] | None = None,
) -> str:
    """A card made by hand, so that it may differ from ours in any layer. ``body``: claims, or bytes as they are."""
    said = body if isinstance(body, bytes) else cbor2.dumps(claims() if body is None else body)
    if protected is None:
        default = -37 if kind == "RSA" else -7
        protected = {1: algorithm or default, 4: key_id_of(certificate(kind, number, uses))}
    guarded = protected if isinstance(protected, bytes) else cbor2.dumps(protected)
    message: Any = [guarded, unprotected or {}, said, signature(guarded, said, kind, number, hashed or hashes.SHA256())]
    for tag in reversed(tags):
        message = cbor2.CBORTag(tag, message)
    return text_of(cbor2.dumps(message))
