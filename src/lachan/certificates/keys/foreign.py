"""Trust lists of others, read in the forms met in the field (``docs/reference/trust-list.md`` names them).

Pure: bytes in, keys out. What cannot be read is named and left out; the rest comes in.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric import rsa

from lachan.certificates.codecs import jose, x509
from lachan.certificates.codecs.signing import key_id_of
from lachan.certificates.keys import forms, profiles

MOST_BYTES: Final = 32 * 1024 * 1024
MOST_KEYS: Final = 10_000
_PEM: Final = re.compile(rb"-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_NOT_A_SIGNER: Final = ("CSCA", "UPLOAD", "AUTHENTICATION")


class Found(NamedTuple):
    """A key of a list. ``certificate`` is empty where the list has a bare key."""

    purpose: str
    country: str
    kid: bytes
    certificate: bytes
    public_key: bytes
    usage: str
    not_after: datetime | None

    @property
    def digest(self) -> bytes:
        """By what the key is known again: SHA-256 of its certificate, of the public key where there is none."""
        return hashlib.sha256(self.certificate or self.public_key).digest()


class Fault(NamedTuple):
    """An entry that was left out: where it stands in the list, and why."""

    place: str
    reason: str


class List(NamedTuple):
    form: str
    keys: list[Found]
    faults: list[Fault]


class ForeignError(ValueError):
    """The whole file is of no form we know."""


class _Entry(NamedTuple):
    place: str
    purpose: str
    country: str
    kid: bytes | None
    certificate: str | None = None  # base64 of DER; a bare SubjectPublicKeyInfo in some lists
    jwk: Mapping[str, Any] | None = None
    uses: frozenset[str] = frozenset("vtr")  # what the list itself says it may sign


def read(data: bytes, *, country: str = "") -> List:
    """The keys of a list. ``country`` (ISO 3166-1 alpha-2) stands in where the list does not say.

    Raises :class:`ForeignError` when the file is too long, of no known form, or holds no entry at all.
    """
    if len(data) > MOST_BYTES:
        raise ForeignError(f"the file is longer than {MOST_BYTES // 2**20} MiB")
    form, entries = _entries(data)
    keys: dict[tuple[bytes, bytes], Found] = {}
    faults: list[Fault] = []
    seen = 0
    for entry in entries:
        seen += 1
        if seen > MOST_KEYS:
            raise ForeignError(f"the list has more than {MOST_KEYS:,} keys")
        if isinstance(entry, Fault):
            faults.append(entry)
            continue
        try:
            found = _key(entry, country)
        except (ValueError, TypeError) as error:
            faults.append(Fault(entry.place, str(error)[:200]))
            continue
        keys[found.kid, found.digest] = found
    if not seen:
        raise ForeignError("the list holds no keys")
    return List(form, list(keys.values()), faults)


def _key(entry: _Entry, country: str) -> Found:
    if entry.certificate is None and entry.jwk is None:
        raise ValueError("the entry has neither certificate nor key")
    certificate, said = b"", entry.country
    uses: frozenset[str] | None = None
    not_after: datetime | None = None
    if entry.certificate is not None:
        certificate = _base64(entry.certificate)
        signer = x509.read(certificate)
        key, uses, not_after = signer.key, signer.uses, signer.not_after
        if certificate == profiles.public_key_der(key):
            certificate = b""
        else:
            said = said or _country_of(certificate)
    else:
        key = forms.public_key_of(entry.jwk or {})
    if isinstance(key, rsa.RSAPublicKey) and not 2048 <= key.key_size <= 8192:
        raise ValueError(f"an RSA key of {key.key_size} bits")
    kid = entry.kid or (key_id_of(certificate) if certificate else b"")
    if not kid:
        raise ValueError("a key without certificate needs a key id")
    public = profiles.public_key_der(key)
    forms.jwk(public)  # what our own list could not hold would stop it, and with it every verifier
    usage = "".join(kind for kind in "vtr" if kind in entry.uses and (uses is None or kind in uses))
    if not usage:
        raise ValueError("nothing is left that it may sign")
    return Found(
        entry.purpose, said or country, kid, certificate, public,
        "s" if entry.purpose == "shc" else usage, not_after,
    )  # fmt: skip


_Entries = Iterator[_Entry | Fault]


def _entries(data: bytes) -> tuple[str, _Entries]:
    if data[:1] == b"\x30":
        return "DER", iter([_Entry("certificate", "hcert", "", None, base64.b64encode(data).decode())])
    if b"-----BEGIN CERTIFICATE-----" in data[:100_000]:
        return "PEM", _pem(data)
    text = _text(data)
    value = _json(text)
    if isinstance(value, list):
        return "DCC gateway", _gateway(value)
    if isinstance(value, dict):
        for member, form, reader in _BY_MEMBER:
            if isinstance(value.get(member), list | dict):
                return form, reader(value[member])
        if value and all(isinstance(part, str) for part in value.values()):
            return "key ids and certificates", _by_kid(value)
    raise ForeignError("the file is neither a gateway list, a DID document, JWKS, a text list, PEM nor DER")


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise ForeignError("the file is neither text nor a certificate") from None
    if re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]*", text):  # a signed list: compact JWS
        try:
            return forms.from_b64url(text.split(".")[1]).decode()
        except ValueError:
            raise ForeignError("the signed list cannot be read") from None
    first, _, rest = text.partition("\n")
    # the verifier apps' form: a line of base64 signature, then the list
    return rest if rest.lstrip()[:1] in "[{" and not first.lstrip().startswith(("[", "{")) else text


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ForeignError("the file is neither JSON, PEM nor DER") from None


def _pem(data: bytes) -> _Entries:
    for number, found in enumerate(_PEM.findall(data), 1):
        text = b"".join(found.split()).decode("ascii", "replace")
        yield _Entry(f"certificate {number}", "hcert", "", None, text)


def _gateway(rows: Any) -> _Entries:
    """TrustListDto of the gateway, and what apps made of it: kid and certificate, or kid and bare key."""
    for number, row in enumerate(_listed(rows), 1):
        place = f"entry {number}"
        if not isinstance(row, dict):
            yield Fault(place, "it is no object")
        elif str(row.get("certificateType", "DSC")).upper() not in _NOT_A_SIGNER:
            given = next((row[name] for name in _CERTIFICATE_MEMBERS if row.get(name)), None)
            kid = row.get("kid") or row.get("keyId")
            yield _entry(place, row.get("country"), kid, given, None if given else row)


def _by_kid(rows: Mapping[str, str]) -> _Entries:
    for kid, certificate in rows.items():
        yield _entry(f"key {kid[:40]}", None, kid, certificate, None)


def _by_country(rows: Any) -> _Entries:
    """Sweden's DIGG: key sets by country."""
    for country, keys in rows.items() if isinstance(rows, dict) else ():
        for number, row in enumerate(_listed(keys.get("keys") if isinstance(keys, dict) else None), 1):
            place = f"{country[:10]} {number}"
            if isinstance(row, dict):
                yield _entry(place, country, row.get("kid"), row.get("x5c"), row)
            else:
                yield Fault(place, "it is no object")


def _eu_keys(rows: Any) -> _Entries:
    """The Netherlands' CoronaCheck: bare keys by key id, with what each may sign."""
    for kid, keys in rows.items() if isinstance(rows, dict) else ():
        for row in _listed(keys):
            place = f"key {kid[:40]}"
            if not isinstance(row, dict):
                yield Fault(place, "it is no object")
                continue
            found = _entry(place, None, kid, row.get("subjectPk"), None)
            uses = frozenset(kind for kind in _listed(row.get("keyUsage")) if kind in ("v", "t", "r"))
            yield found._replace(uses=uses) if isinstance(found, _Entry) and uses else found


def _did(methods: Any) -> _Entries:
    """GDHCN: the key id, percent-encoded base64, is the fragment of the method's id."""
    for number, method in enumerate(_listed(methods), 1):
        place = f"method {number}"
        if not isinstance(method, dict) or not isinstance(method.get("publicKeyJwk"), dict):
            yield Fault(place, "it has no publicKeyJwk")
            continue
        key = method["publicKeyJwk"]
        fragment = unquote(str(method.get("id", "")).rpartition("#")[2])
        yield _entry(place, None, fragment or key.get("kid"), key.get("x5c"), key)


def _jwks(keys: Any) -> _Entries:
    """SMART Health Cards: the key id is a text, the thumbprint; it is kept as that text's bytes."""
    for number, key in enumerate(_listed(keys), 1):
        if not isinstance(key, dict) or not isinstance(key.get("kid"), str) or not 0 < len(key["kid"]) <= 64:
            yield Fault(f"key {number}", "it has no kid")
        elif key.get("kty") == "EC" and key["kid"] != _thumbprint(key):
            yield Fault(f"key {number}", "its kid is not the thumbprint of the key")
        else:
            yield _Entry(f"key {number}", "shc", "", key["kid"].encode(), None, key)


def _thumbprint(key: Mapping[str, Any]) -> str:
    try:
        return jose.thumbprint(key)
    except (KeyError, TypeError):
        return ""


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


_CERTIFICATE_MEMBERS: Final = ("rawData", "certificate", "cert", "x5c", "publicKey", "subjectPublicKeyInfo")
_BY_MEMBER: Final = (
    ("verificationMethod", "DID document", _did),
    ("keys", "JWKS", _jwks),
    ("certificates", "certificate list", _gateway),
    ("certs", "certificate list", _gateway),
    ("dsc_trust_list", "key sets by country", _by_country),
    ("eu_keys", "keys by key id", _eu_keys),
)


def _entry(place: str, country: Any, kid: Any, certificate: Any, jwk: Mapping[str, Any] | None) -> _Entry | Fault:
    if isinstance(certificate, list):  # x5c: the signer's own comes first
        certificate = certificate[0] if certificate else None
    if certificate is not None and not isinstance(certificate, str):
        return Fault(place, "its certificate is no text")
    try:
        identifier = _base64(kid) if isinstance(kid, str) and kid else None
    except ValueError:
        return Fault(place, "its key id is not base64")
    if identifier is not None and len(identifier) > 64:
        return Fault(place, "its key id is too long")
    said = country.upper() if isinstance(country, str) else ""
    return _Entry(place, "hcert", said if _COUNTRY.fullmatch(said) else "", identifier, certificate, jwk)


def _base64(text: str) -> bytes:
    """Standard or URL alphabet, with padding, blanks and line ends or without."""
    compact = "".join(text.split()).rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("it is not base64") from None


def _country_of(certificate: bytes) -> str:
    """The country in the subject, else in the issuer; empty when neither can be read."""
    try:
        found = asn1_x509.Certificate.load(certificate)
        for name in (found.subject, found.issuer):
            said = str(name.native.get("country_name", "")).upper()
            if _COUNTRY.fullmatch(said):
                return said
    except (ValueError, TypeError, KeyError):
        pass
    return ""
