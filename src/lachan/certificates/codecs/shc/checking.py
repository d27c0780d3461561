"""Verdicts on SMART Health Cards."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from lachan.certificates.codecs.shc import keys, texts
from lachan.certificates.codecs.shc.bundle import faults_of
from lachan.certificates.codecs.shc.texts import Unreadable

# In the order they are listed. Nothing is read below a QR, JWS or HEADER that fails, nothing but the signature beside a
# DEFLATE or JSON that fails; the others are independent of each other.
WORDS: Final = (
    *("QR", "JWS", "HEADER", "KEY", "SIGNATURE", "DEFLATE", "JSON", "TYPE", "NOTYET", "EXPIRED", "REVOKED"),
)
HEALTH_CARD: Final = "https://smarthealth.cards#health-card"
_RID: Final = re.compile(r"[A-Za-z0-9_-]{1,24}\Z")
_LOOPBACK: Final = re.compile(r"http://(?:localhost|127\.0\.0\.1)(?::[0-9]+)?(?:/|\Z)")
_MOST_RIDS: Final = 1_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = 253_402_300_799  # 9999-12-31T23:59:59Z


class Verdict(NamedTuple):
    """``error`` is the first of ``errors`` (words of ``WORDS``), None when all is well. ``payload`` is given whenever
    it can be read, also when the signature is wrong: only ``ok`` vouches for it. ``notes`` say more and never refuse;
    the README lists them."""

    ok: bool
    error: str | None
    errors: tuple[str, ...]
    payload: dict[str, Any] | None
    key_id: str | None
    issuer: str | None
    issued_at: datetime | None
    expires_at: datetime | None
    rid: str | None
    notes: tuple[str, ...]


class _Claims(NamedTuple):
    issuer: str
    not_before: float
    expires: float | None
    credential: Mapping[str, Any]
    rid: str | None


def check(
    card: str | Sequence[str],
    *,
    jwks: Mapping[str, Any] | None,
    crl: Mapping[str, Any] | None = None,
    clock: datetime | None = None,
) -> Verdict:
    """Verdict on a card: its JWS, or the ``shc:/`` texts of its QR codes in any order.

    ``jwks``: the issuer's key set. ``crl``: its revocation lists by key id, each ``{"kid", "method": "rid", "ctr",
    "rids"}`` or a bare list of rids. ``clock``: now when None; UTC without a zone. Never raises for what a card holds.
    """
    notes: list[str] = []
    try:
        jws = texts.read_jws(card if isinstance(card, str) else texts.jws_of(card))
        kid = _key_id(jws.header)
    except Unreadable as error:
        return Verdict(False, error.word, (error.word,), None, None, None, None, None, None, (str(error),))
    errors: set[str] = set()
    candidates = keys.signing_keys(jwks, kid, notes)
    if not candidates:
        errors.add("KEY")
    elif not any(keys.signed_by(key, jws.signature, jws.signed) for key in candidates):
        errors.add("SIGNATURE")
    payload = claims = None
    try:
        payload = _payload(jws.payload, notes)
        claims = _claims(payload)
    except Unreadable as error:
        errors.add(error.word)
        notes.append(str(error))
    if claims is not None:
        now = _seconds_of(clock)
        errors |= _judged(claims, now, notes)
        if _revoked(claims, (crl or {}).get(kid), candidates, notes):
            errors.add("REVOKED")
    listed = tuple(word for word in WORDS if word in errors)
    return Verdict(
        not listed,
        listed[0] if listed else None,
        listed,
        payload,
        kid,
        claims.issuer if claims else None,
        _moment(claims.not_before) if claims else None,
        _moment(claims.expires) if claims else None,
        claims.rid if claims else None,
        tuple(notes),
    )


def _key_id(header: Mapping[str, Any]) -> str:
    if header.get("alg") != "ES256":
        raise Unreadable("HEADER", "alg is not ES256")
    if header.get("zip") != "DEF":
        raise Unreadable("HEADER", "zip is not DEF")
    if "crit" in header:
        raise Unreadable("HEADER", "the header says that something unknown must be understood")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise Unreadable("HEADER", "kid is missing")
    return kid


def _payload(packed: bytes, notes: list[str]) -> dict[str, Any]:
    data = texts.inflate(packed)
    try:
        read = texts.read_json(data)
    except ValueError as error:
        raise Unreadable("JSON", f"the payload: {error}") from None
    if b"\n" in data or b": " in data[:200]:
        notes.append("NOT_MINIFIED")
    return read


def _claims(payload: Mapping[str, Any]) -> _Claims:
    issuer, credential = payload.get("iss"), payload.get("vc")
    not_before, expires = _number(payload.get("nbf")), _number(payload.get("exp"))
    if not isinstance(issuer, str) or not_before is None or not isinstance(credential, Mapping):
        raise Unreadable("JSON", "iss, nbf or vc is missing or of another type")
    if payload.get("exp") is not None and expires is None:
        raise Unreadable("JSON", "exp is no number")
    rid = credential.get("rid")
    if rid is not None and not isinstance(rid, str):
        raise Unreadable("JSON", "rid is no text")
    return _Claims(issuer, not_before, expires, credential, rid)


def _judged(claims: _Claims, now: float, notes: list[str]) -> set[str]:
    errors = set()
    if (not claims.issuer.startswith("https://") and not _LOOPBACK.match(claims.issuer)) or claims.issuer.endswith("/"):
        errors.add("KEY")  # its keys are found at iss + /.well-known/jwks.json, over https only
        notes.append("ISSUER_ADDRESS")
    kinds, subject = claims.credential.get("type"), claims.credential.get("credentialSubject")
    bundle = subject.get("fhirBundle") if isinstance(subject, Mapping) else None
    if not isinstance(kinds, list) or HEALTH_CARD not in kinds:
        errors.add("TYPE")
        notes.append("NO_HEALTH_CARD")
    if not isinstance(bundle, Mapping) or bundle.get("resourceType") != "Bundle":
        errors.add("TYPE")
        notes.append("NO_BUNDLE")
    else:
        notes += sorted({f"BUNDLE_{fault.partition(' ')[0]}" for fault in faults_of(bundle)})
    if now < claims.not_before:
        errors.add("NOTYET")
    if claims.expires is not None and claims.expires < now:
        errors.add("EXPIRED")
    return errors


def _revoked(claims: _Claims, listed: Any, candidates: Sequence[Mapping[str, Any]], notes: list[str]) -> bool:
    """Whether the list has the card's rid, without a time or with one after the card's nbf. An entry whose time cannot
    be read revokes: the issuer meant something by it."""
    if claims.rid is None:
        return False
    if not _RID.match(claims.rid):
        notes.append("ODD_RID")
    counted = [key["crlVersion"] for key in candidates if isinstance(key.get("crlVersion"), int)]
    rids, count = (listed.get("rids"), listed.get("ctr")) if isinstance(listed, Mapping) else (listed, None)
    if not isinstance(rids, list):
        notes.append("NO_LIST")
        return False
    if isinstance(listed, Mapping) and listed.get("method") not in (None, "rid"):
        notes.append("LIST_METHOD")
    if counted and isinstance(count, int) and count < max(counted):
        notes.append("OLD_LIST")
    for entry in rids[:_MOST_RIDS]:
        if not isinstance(entry, str):
            continue
        rid, dot, before = entry.partition(".")
        if rid == claims.rid and (not dot or _before(claims.not_before, before)):
            return True
    return False


def _before(not_before: float, text: str) -> bool:
    try:
        return not not_before >= float(text)  # "nan" is no time either
    except ValueError:
        return True


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def _seconds_of(clock: datetime | None) -> float:
    now = clock or datetime.now(UTC)
    return (now if now.tzinfo else now.replace(tzinfo=UTC)).timestamp()


def _moment(seconds: float | None) -> datetime | None:
    if seconds is None or not 0 <= seconds <= _LATEST:
        return None
    return _EPOCH + timedelta(seconds=seconds)
