"""Issue SMART Health Cards: JWS, file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec

from lachan.certificates.codecs import x509
from lachan.certificates.codecs.jose import base64url
from lachan.certificates.codecs.shc import keys
from lachan.certificates.codecs.shc.bundle import FHIR_VERSION, bundle, faults_of
from lachan.certificates.codecs.shc.texts import deflate
from lachan.certificates.codecs.signing import Signer

MEDIA_TYPE: Final = "application/smart-health-card"  # served with the file extension .smart-health-card
_ISSUER: Final = re.compile(r"(?:https://[^\s/]+|http://(?:localhost|127\.0\.0\.1)(?::[0-9]+)?)(?:/[^\s/]+)*\Z")
_RID: Final = re.compile(r"[A-Za-z0-9_-]{1,24}\Z")
_KINDS: Final = "https://smarthealth.cards#"
# COVID-19 among the CVX codes: of the CDC's list 207-230 and 300-313, and 500-521 for products outside the USA
_COVID19: Final = frozenset(map(str, [*range(207, 231), *range(300, 314), *range(500, 522)]))


def key_id(certificate: bytes) -> str:
    """``kid`` of the key in a certificate (DER): its JWK thumbprint. ValueError when it is not on P-256."""
    key = x509.read(certificate).key
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("a SMART Health Card is signed by a key on P-256")
    numbers = key.public_numbers()
    x, y = (base64url(number.to_bytes(keys.COORDINATE_BYTES, "big")) for number in (numbers.x, numbers.y))
    return keys.thumbprint(x, y)


def issue(
    *,
    person: Mapping[str, str],
    doses: Sequence[Mapping[str, Any]],
    signer: Signer,
    issuer_url: str,
    issued_at: datetime,
    expires_at: datetime | None,
    rid: str,
) -> str:
    """The card as a compact JWS.

    ``person`` and ``doses``: see :func:`bundle`. ``issuer_url``: https, no slash at the end (http for a trial on this
    machine only); the keys are at it + ``/.well-known/jwks.json``. The times carry a zone. ``rid``: 1 to 24 of A-Z a-z
    0-9 _ -, naming nobody. ValueError when something has another form, or the key is not ES256.
    """
    if not _ISSUER.match(issuer_url):
        raise ValueError("the issuer's address is https and has no slash at the end")
    if not _RID.match(rid):
        raise ValueError("the revocation identifier has 1 to 24 of A-Z a-z 0-9 _ -")
    if issued_at.tzinfo is None or (expires_at is not None and expires_at.tzinfo is None):
        raise ValueError("the times carry a zone")
    if expires_at is not None and expires_at <= issued_at:
        raise ValueError("the card must end after it begins")
    if signer.algorithm != "ES256":
        raise ValueError("a SMART Health Card is signed by ES256")
    content = bundle(person=person, doses=doses)
    if faults := faults_of(content):
        raise ValueError(faults[0])
    kinds = ["health-card", "immunization", *(["covid19"] if {str(dose["cvx"]) for dose in doses} <= _COVID19 else [])]
    claims: dict[str, Any] = {"iss": issuer_url, "nbf": int(issued_at.timestamp())}
    if expires_at is not None:
        claims["exp"] = int(expires_at.timestamp())
    claims["vc"] = {
        "type": [_KINDS + kind for kind in kinds],
        "credentialSubject": {"fhirVersion": FHIR_VERSION, "fhirBundle": content},
        "rid": rid,
    }
    header = {"zip": "DEF", "alg": "ES256", "kid": key_id(signer.certificate)}
    signed = f"{base64url(_minified(header))}.{base64url(deflate(_minified(claims)))}"
    return f"{signed}.{base64url(signer.sign(signed.encode('ascii')))}"


def file(jws: str) -> bytes:
    """The content of a ``.smart-health-card`` file."""
    return _minified({"verifiableCredential": [jws]})


def _minified(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
