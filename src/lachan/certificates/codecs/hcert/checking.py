"""Verdicts on health certificates: every check on its own, all that fail named."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from lachan.certificates.codecs import x509
from lachan.certificates.codecs.cose import Sign1
from lachan.certificates.codecs.hcert import schema, token

# In the order they are listed. The first five are layers: when one fails nothing below it can be read. The others are
# independent of each other.
WORDS: Final = ("PREFIX", "BASE45", "ZLIB", "COSE", "CBOR", "SIGNATURE", "EXPIRED", "KEYUSAGE", "SCHEMA")

_KINDS: Final = frozenset("vtr")


class Verdict(NamedTuple):
    """``error`` is the first of ``errors`` (words of ``WORDS``, in their order), None when all is well. ``payload`` and
    the claims are given whenever they can be read, also when the signature is wrong: only ``ok`` vouches for them.

    ``notes`` say more, by a word each: "NO_CERTIFICATE" none was given, so the signature could not be checked;
    "UNKNOWN_KEY" the trust list does not hold the key; "OTHER_KEY" the key id is not the certificate's; "NO_KEY_ID";
    "UNREADABLE_CERTIFICATE"; "ODD_TIME" a claim that is no time; "NOT_YET" before the issue date; "NO_EXPIRY";
    "OUTLIVES_SIGNER" valid for longer than the signer's own certificate, which the specification forbids and issuers
    do; "UNKNOWN_COUNTRY" an entry's country is none of ISO 3166; and the sentence of the layer that could not be read.
    """

    ok: bool
    error: str | None
    errors: tuple[str, ...]
    payload: dict[str, Any] | None
    issuer: str | None
    issued_at: datetime | None
    expires_at: datetime | None
    key_id: bytes | None
    algorithm: str | None
    notes: tuple[str, ...]


Judged = tuple[x509.SignerCertificate | None, bool]  # the signer whose uses count, and whether it signed


def check(text: str, *, certificate: bytes | None, clock: datetime | None = None) -> Verdict:
    """Verdict on the text of a QR code, signed by whom the certificate (DER) names. No certificate: everything else is
    checked, and SIGNATURE fails. ``clock``: the instant to judge by, now when None; without a zone it is UTC."""
    notes: list[str] = []

    def judge(message: Sign1) -> Judged:
        if certificate is None:
            notes.append("NO_CERTIFICATE")
            return None, False
        try:
            signer = x509.read(certificate)
        except ValueError:
            notes.append("UNREADABLE_CERTIFICATE")
            return None, False
        if message.key_id != signer.key_id:
            notes.append("NO_KEY_ID" if message.key_id is None else "OTHER_KEY")
            return signer, False
        return signer, message.verify(signer.key)

    return _verdict(text, judge, clock, notes)


def decode(text: str, *, clock: datetime | None = None) -> Verdict:
    """What the text says, vouched for by nobody: ``ok`` is never true."""
    return check(text, certificate=None, clock=clock)


def check_trusted(
    text: str,
    *,
    trusted: Callable[[bytes], Sequence[bytes]],
    uses: Callable[[bytes], frozenset[str]] | None = None,
    clock: datetime | None = None,
) -> Verdict:
    """Verdict by a trust list: ``trusted`` gives the certificates (or bare public keys; DER) under a key id. The list's
    own key ids count, since not all are hashes of the certificate. ``uses``: the kinds of entry ("v", "t", "r") that
    the list lets one of them sign; it may allow less than the certificate does, never more. None: the certificate alone
    says, which of a bare key is everything."""
    notes: list[str] = []

    def judge(message: Sign1) -> Judged:
        first = None
        for certificate in trusted(message.key_id) if message.key_id is not None else ():
            try:
                signer = x509.read(certificate)
            except ValueError:
                notes.append("UNREADABLE_CERTIFICATE")
                continue
            if uses is not None:
                signer = _narrowed(signer, uses(certificate))
            if message.verify(signer.key):
                return signer, True
            first = first or signer
        if first is None:
            notes.append("NO_KEY_ID" if message.key_id is None else "UNKNOWN_KEY")
        return first, False

    return _verdict(text, judge, clock, notes)


def _narrowed(signer: x509.SignerCertificate, may: frozenset[str]) -> x509.SignerCertificate:
    if may >= _KINDS:
        return signer
    return signer._replace(uses=may if signer.uses is None else signer.uses & may)


def _verdict(text: str, judge: Callable[[Sign1], Judged], clock: datetime | None, notes: list[str]) -> Verdict:
    try:
        message = token.open_message(text)
    except token.Unreadable as error:
        return Verdict(False, error.word, (error.word,), None, None, None, None, None, None, (str(error),))
    errors: list[str] = []
    claims = None
    try:
        claims = token.read_claims(message.payload)
    except token.Unreadable as error:
        errors.append(error.word)
        notes.append(str(error))
    signer, signed = judge(message)
    if not signed:
        errors.append("SIGNATURE")
    if claims is not None:
        if not _in_time(claims, clock, notes):
            errors.append("EXPIRED")
        if signer is not None:
            if signer.uses is not None and not schema.kinds(claims.payload) <= signer.uses:
                errors.append("KEYUSAGE")
            if claims.expires_at and signer.not_after and claims.expires_at > signer.not_after.timestamp():
                notes.append("OUTLIVES_SIGNER")
        if not schema.valid(claims.payload):
            errors.append("SCHEMA")
        elif not all(entry["co"] in schema.COUNTRIES for entry in schema.entries(claims.payload)):
            notes.append("UNKNOWN_COUNTRY")
    return Verdict(
        not errors,
        errors[0] if errors else None,
        tuple(errors),
        claims.payload if claims else None,
        claims.issuer if claims else None,
        token.moment_of(claims.issued_at) if claims else None,
        token.moment_of(claims.expires_at) if claims else None,
        message.key_id,
        message.algorithm_name,
        tuple(notes),
    )


def _in_time(claims: token.Claims, clock: datetime | None, notes: list[str]) -> bool:
    """Issued at or before the clock, and not expired. Without an expiry nobody can say so: it fails (the specification
    demands one); without an issue date there is nothing to be too early for."""
    if claims.odd_time:
        notes.append("ODD_TIME")
        return False
    now = time.time() if clock is None else (clock if clock.tzinfo else clock.replace(tzinfo=UTC)).timestamp()
    if now < max(claims.issued_at or 0.0, claims.not_before or 0.0):
        notes.append("NOT_YET")
        return False
    if claims.expires_at is None:
        notes.append("NO_EXPIRY")
        return False
    return now <= claims.expires_at
