"""The issuer's keys in a JWK set (spec.smarthealth.cards, "Determining keys associated with an issuer")."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from lachan.certificates.codecs import jose, x509
from lachan.certificates.codecs.shc.texts import Unreadable, base64url_bytes

MOST_KEYS: Final = 1_000
COORDINATE_BYTES: Final = 32
_SHA256: Final = ec.ECDSA(hashes.SHA256())
_WANTED: Final = {"kty": "EC", "use": "sig", "alg": "ES256", "crv": "P-256"}


def thumbprint(x: str, y: str) -> str:
    """RFC 7638 of a key on P-256, its coordinates in base64url."""
    return jose.thumbprint({"crv": "P-256", "kty": "EC", "x": x, "y": y})


def signing_keys(jwks: Any, kid: str, notes: list[str]) -> list[Mapping[str, Any]]:
    """Those of the set under ``kid`` that the specification lets sign. Notes say why others do not: "OTHER_KIND",
    "PRIVATE_KEY" published with its private part, "KID_NOT_THUMBPRINT", "OTHER_CERTIFICATE" in x5c."""
    keys = jwks.get("keys") if isinstance(jwks, Mapping) else None
    if not isinstance(keys, list):
        notes.append("NO_KEYS")
        return []
    found = []
    for key in keys[:MOST_KEYS]:
        if not isinstance(key, Mapping) or key.get("kid") != kid:
            continue
        why = _unfit(key)
        if why is None:
            found.append(key)
        else:
            notes.append(why)
    return found


def _unfit(key: Mapping[str, Any]) -> str | None:
    x, y = key.get("x"), key.get("y")
    if (
        any(key.get(name) != value for name, value in _WANTED.items())
        or not isinstance(x, str)
        or not isinstance(y, str)
    ):
        return "OTHER_KIND"
    if "d" in key:
        return "PRIVATE_KEY"
    if key["kid"] != thumbprint(x, y):
        return "KID_NOT_THUMBPRINT"
    public = public_key(x, y)
    if public is None:
        return "OTHER_KIND"
    return None if _certified(key.get("x5c"), public) else "OTHER_CERTIFICATE"


def _certified(chain: Any, public: ec.EllipticCurvePublicKey) -> bool:
    if chain is None:
        return True
    if not isinstance(chain, list) or not chain or not isinstance(chain[0], str):
        return False
    try:
        certified = x509.read(b64decode(chain[0], validate=True)).key
    except ValueError:
        return False
    return isinstance(certified, ec.EllipticCurvePublicKey) and certified.public_numbers() == public.public_numbers()


@lru_cache(maxsize=4096)
def public_key(x: str, y: str) -> ec.EllipticCurvePublicKey | None:
    """The key of two coordinates in base64url; None when they name no point of P-256."""
    try:
        first, second = base64url_bytes(x), base64url_bytes(y)
    except Unreadable:
        return None
    if len(first) != COORDINATE_BYTES or len(second) != COORDINATE_BYTES:
        return None
    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(first, "big"), int.from_bytes(second, "big"), ec.SECP256R1())
    try:
        return numbers.public_key()
    except ValueError:
        return None


def signed_by(key: Mapping[str, Any], signature: bytes, signed: bytes) -> bool:
    """Whether ``signature`` (r || s) over ``signed`` is that of a key of ``signing_keys``."""
    public = public_key(key["x"], key["y"])
    if public is None or len(signature) != 2 * COORDINATE_BYTES:
        return False
    r, s = int.from_bytes(signature[:COORDINATE_BYTES], "big"), int.from_bytes(signature[COORDINATE_BYTES:], "big")
    try:
        public.verify(encode_dss_signature(r, s), signed, _SHA256)
    except InvalidSignature:
        return False
    return True
