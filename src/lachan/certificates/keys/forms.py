"""Forms of keys and of what they sign: JWK and thumbprint (RFC 7517, 7638), compact JWS (RFC 7515), CMS (RFC 5652)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from lachan.certificates.codecs.jose import base64url, thumbprint
from lachan.certificates.codecs.signing import Signer

_CURVES: Final = {"secp256r1": ("P-256", "ES256"), "secp384r1": ("P-384", "ES384"), "secp521r1": ("P-521", "ES512")}
_CURVES_BY_NAME: Final[Mapping[str, type[ec.EllipticCurve]]] = {
    "P-256": ec.SECP256R1,
    "P-384": ec.SECP384R1,
    "P-521": ec.SECP521R1,
}


def from_b64url(text: str) -> bytes:
    """In any spelling, as lists of others have it; ValueError when it is none."""
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)


@lru_cache(maxsize=4096)
def _jwk(public_key: bytes) -> tuple[tuple[str, str], ...]:
    key = load_der_public_key(public_key)
    if isinstance(key, ec.EllipticCurvePublicKey):
        numbers, size = key.public_numbers(), (key.curve.key_size + 7) // 8
        if key.curve.name not in _CURVES:
            raise ValueError(f"a key on the curve {key.curve.name} has no place in a JWK of ours")
        curve, _ = _CURVES[key.curve.name]
        x, y = (base64url(value.to_bytes(size, "big")) for value in (numbers.x, numbers.y))
        return ("kty", "EC"), ("crv", curve), ("x", x), ("y", y)
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("a key is EC or RSA")
    n, e = key.public_numbers().n, key.public_numbers().e
    n64, e64 = (base64url(value.to_bytes((value.bit_length() + 7) // 8, "big")) for value in (n, e))
    return ("kty", "RSA"), ("n", n64), ("e", e64)


def jwk(public_key: bytes) -> dict[str, str]:
    """The JWK of a SubjectPublicKeyInfo in DER; ``kid`` is its thumbprint. ValueError for a curve or kind it has no
    name for."""
    found = dict(_jwk(public_key))
    return found | {"kid": thumbprint(found)}


def public_key_of(key: Mapping[str, Any]) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
    """The key in a JWK. ValueError when it is none, or of a kind that signs no certificates."""
    try:
        if key.get("kty") == "EC":
            curve = _CURVES_BY_NAME[key["crv"]]()
            x, y = (int.from_bytes(from_b64url(key[name]), "big") for name in ("x", "y"))
            return ec.EllipticCurvePublicNumbers(x, y, curve).public_key()
        if key.get("kty") == "RSA":
            e, n = (int.from_bytes(from_b64url(key[name]), "big") for name in ("e", "n"))
            return rsa.RSAPublicNumbers(e, n).public_key()
    except (KeyError, TypeError, AttributeError, UnicodeError) as error:
        raise ValueError(f"the key lacks {error}") from None
    raise ValueError(f"a key of the kind {str(key.get('kty'))[:20]!r} signs no certificates")


def compact_jws(payload: Mapping[str, Any], signer: Signer, chain: Sequence[bytes]) -> str:
    """The payload signed; header: alg, kid (base64 of the key id), x5c (``chain`` in DER, the signer's first)."""
    header = {
        "alg": signer.algorithm,
        "kid": base64.b64encode(signer.key_id).decode(),
        "typ": "JWT",
        "x5c": [base64.b64encode(certificate).decode() for certificate in chain],
    }
    parts = (json.dumps(part, separators=(",", ":"), ensure_ascii=False).encode() for part in (header, payload))
    signed = ".".join(base64url(part) for part in parts)
    return f"{signed}.{base64url(signer.sign(signed.encode()))}"


def detached_cms(content: bytes, signer: Signer, *, at: datetime) -> bytes:
    """SignedData without its content, in DER: how uploads to the DCC gateway are vouched for."""
    certificate = asn1_x509.Certificate.load(signer.certificate)
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["data"]},
            {"type": "signing_time", "values": [cms.Time({"utc_time": at.replace(microsecond=0)})]},
            {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
        ]
    )
    raw = signer.sign(attributes.dump())
    if signer.algorithm == "ES256":
        r, s = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
        raw, algorithm = algos.DSASignature({"r": r, "s": s}).dump(), {"algorithm": "sha256_ecdsa"}
    else:
        digest = {"algorithm": "sha256"}
        pss = {"hash_algorithm": digest, "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": digest}}
        algorithm = {"algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams({**pss, "salt_length": 32})}
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "data"},
            "certificates": [certificate],
            "signer_infos": [
                {
                    "version": "v1",
                    "sid": {
                        "issuer_and_serial_number": {
                            "issuer": certificate.issuer, "serial_number": certificate.serial_number
                        }
                    },
                    "digest_algorithm": {"algorithm": "sha256"},
                    "signed_attrs": attributes,
                    "signature_algorithm": algorithm,
                    "signature": core.OctetString(raw),
                }
            ],
        }
    )  # fmt: skip
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())
