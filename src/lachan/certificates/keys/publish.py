"""What is published about keys, to be sent as JSON; ``docs/reference/trust-list.md`` describes it.

Equal at every process within one full hour, so that it can be cached: times are those of the hour.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings

from lachan.certificates.codecs.signing import Signer
from lachan.certificates.keys import forms, ring, trust
from lachan.certificates.keys.facts import AUTHORITY, KeyFact, Trusted

LIST_LIVES: Final = timedelta(days=7)


def trust_list(now: datetime) -> dict[str, Any]:
    """Every key a verifier believes: ours, those that begin to sign soon among them, and others'.

    {"version", "issued_at", "expires_at", "keys": [{"kid", "country", "certificate", "jwk", "usage", "source",
    "fetched_at", "not_after"}]}. ``version`` changes when the keys do.
    """
    hour = _hour(now)
    keys = [_entry(entry, hour) for entry in trust.believed(now)]
    return {
        "version": _digest([{**key, "fetched_at": None} for key in keys]),
        "issued_at": _moment(hour),
        "expires_at": _moment(hour + LIST_LIVES),
        "keys": keys,
    }


def dcc_gateway(now: datetime) -> list[dict[str, Any]]:
    """Our authorities and health certificate signers as the DCC gateway lists them (eu-digital-green-certificates/
    dgc-gateway, TrustListDto); ``signature`` is a detached CMS over the certificate by our list key."""
    signer = ring.signer("list", now=now)
    listed = [row for row in ring.rows() if row.purpose in (AUTHORITY, "hcert") and row.verifies_at(now)]
    return [
        {
            "kid": _b64(row.kid),
            "timestamp": _moment(row.created_at),
            "country": settings.CONF.country,
            "certificateType": "CSCA" if row.role == AUTHORITY else "DSC",
            "thumbprint": hashlib.sha256(row.certificate).hexdigest(),
            "signature": _b64(_vouched(row.certificate, signer, row.created_at)),
            "rawData": _b64(row.certificate),
        }
        for row in sorted(listed, key=lambda row: (row.role, row.created_at))
    ]


def did_document(now: datetime) -> dict[str, Any]:
    """Our health certificate signers as GDHCN publishes trust lists: a DID document (did:web) with a JsonWebKey2020 a
    key, key ids in the fragment."""
    did = _did()
    methods = []
    for row in _ours(now, "hcert"):
        key = forms.jwk(_public(row))
        key.pop("kid")
        methods.append(
            {
                "id": f"{did}#{quote(_b64(row.kid), safe='')}",
                "type": "JsonWebKey2020",
                "controller": did,
                "publicKeyJwk": {**key, "x5c": [_b64(part) for part in chain(row)]},
            }
        )
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"],
        "id": did,
        "controller": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def jwks(now: datetime) -> dict[str, Any]:
    """Our SMART Health Card keys (``/.well-known/jwks.json``); kid is the thumbprint of RFC 7638."""
    keys = [forms.jwk(_public(row)) for row in _ours(now, "shc")]
    return {"keys": [{**key, "use": "sig", "alg": "ES256"} for key in keys]}


def list_keys(now: datetime) -> list[KeyFact]:
    """Our keys that sign lists, as the trust list has them. Without the lists of others: anybody may ask, often."""
    return sorted((row for row in ring.rows() if row.purpose == "list" and row.verifies_at(now)), key=lambda r: r.kid)


def sign_list(payload: Mapping[str, Any], now: datetime) -> str:
    """``payload`` as compact JWS by the list key; x5c holds its certificate and the country authority's."""
    signer = ring.signer("list", now=now)
    row = next((row for row in ring.rows() if row.kid == signer.key_id), None)
    return forms.compact_jws(payload, signer, chain(row) if row else (signer.certificate,))


def chain(row: KeyFact) -> tuple[bytes, ...]:
    """The certificate and those above it, in DER."""
    above = next((other for other in ring.rows() if other.id == row.authority_id), None)
    return (row.certificate, above.certificate) if above else (row.certificate,)


def _ours(now: datetime, purpose: str) -> list[KeyFact]:
    rows = [row for row in ring.rows() if row.purpose == purpose and row.verifies_at(now)]
    return sorted(rows, key=lambda row: (row.signs_from, row.kid))


def _entry(entry: Trusted, hour: datetime) -> dict[str, Any]:
    return {
        "kid": _b64(entry.kid),
        "country": entry.country,
        "certificate": _b64(entry.certificate) if entry.certificate else None,
        "jwk": forms.jwk(entry.public_key),
        "usage": list(entry.usage),
        "source": entry.source,
        "fetched_at": _moment(hour if entry.source == trust.OWN else entry.fetched_at),
        "not_after": _moment(entry.not_after) if entry.not_after else None,
    }


_vouchers: dict[tuple[bytes, bytes], bytes] = {}  # by certificate and list key: as many as the ring has keys


def _vouched(certificate: bytes, signer: Signer, at: datetime) -> bytes:
    """Made once a process: signatures differ each time, and what is published should not."""
    place = (certificate, signer.certificate)
    if place not in _vouchers:
        _vouchers[place] = forms.detached_cms(certificate, signer, at=at)
    return _vouchers[place]


def _public(row: KeyFact) -> bytes:
    return trust.public_key_of(row.certificate)


def _did() -> str:
    host = settings.CONF.hosts.split(",")[0].strip()
    port = "" if settings.CONF.https else f"%3A{settings.CONF.port}"
    return f"did:web:{host}{port}:api:v1:certificates"


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
