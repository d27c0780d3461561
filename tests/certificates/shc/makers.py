"""Cards, right and wrong, for the tests of SMART Health Cards."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from lachan.certificates.codecs import shc
from lachan.certificates.codecs.shc import texts
from lachan.certificates.codecs.signing import LocalSigner

NOW = datetime(2022, 3, 1, 1, 30, tzinfo=UTC)
URL = "https://tiem.example.vn"
PERSON = {"name": "Nguyễn Thị Phương Thảo", "birth": "1983-10-10"}
DOSES = [
    {"cvx": "208", "lot": "FD0810", "day": "2021-11-02", "facility": "Trạm y tế phường Hàng Bạc"},
    {"cvx": "210", "lot": "4120Z001", "day": "2021-08-10", "facility": "Trạm y tế phường Hàng Bạc"},
]


def signer_of(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> LocalSigner:
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(NOW - timedelta(days=30)).not_valid_after(NOW + timedelta(days=700))
    return LocalSigner(key, builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))


SIGNER = signer_of(ec.generate_private_key(ec.SECP256R1()))
OTHER = signer_of(ec.generate_private_key(ec.SECP256R1()))


def jwk_of(signer: LocalSigner) -> dict[str, Any]:
    public = x509.load_der_x509_certificate(signer.certificate).public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    numbers = public.public_numbers()
    x, y = (texts.base64url(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    kid = shc.key_id(signer.certificate)
    return {"kty": "EC", "kid": kid, "use": "sig", "alg": "ES256", "crv": "P-256", "x": x, "y": y}


JWKS = {"keys": [jwk_of(OTHER), jwk_of(SIGNER)]}
KID = shc.key_id(SIGNER.certificate)


def card(**changes: Any) -> str:
    said: dict[str, Any] = {
        "person": PERSON, "doses": DOSES, "signer": SIGNER, "issuer_url": URL, "issued_at": NOW,
        "expires_at": NOW + timedelta(days=180), "rid": "7K2MPQ9RXW4HTDCV",
    }  # fmt: skip
    return shc.issue(**(said | changes))


def claims_of(jws: str) -> dict[str, Any]:
    return texts.read_json(texts.inflate(texts.read_jws(jws).payload))


def signed(
    claims: Any = None,
    *,
    header: dict[str, Any] | None = None,
    packed: bytes | None = None,
    signer: LocalSigner = SIGNER,
    pack: Callable[[bytes], bytes] = texts.deflate,
) -> str:
    """A card of any content under a right signature: what an issuer with a fault makes."""
    said = {"zip": "DEF", "alg": "ES256", "kid": KID} | (header or {})
    head = json.dumps({name: value for name, value in said.items() if value is not None}).encode()
    body = packed if packed is not None else pack(json.dumps(claims_of(card()) if claims is None else claims).encode())
    text = f"{texts.base64url(head)}.{texts.base64url(body)}"
    return f"{text}.{texts.base64url(signer.sign(text.encode()))}"


def judge(jws: Any, clock: datetime = NOW, **known: Any) -> shc.Verdict:
    return shc.check(jws, **({"jwks": JWKS, "clock": clock} | known))


JWS = card()
