"""Whose signatures are believed: our own keys until their certificates end, and those on the lists of others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from cryptography.x509 import NameOID, load_der_x509_certificate

from lachan.certificates.codecs import x509
from lachan.certificates.keys import profiles
from lachan.certificates.keys.facts import KeyFact, Trusted
from lachan.certificates.keys.ring import MEMORY_S, rows
from lachan.certificates.models import Trusted as Row

OWN: Final = "own"
MOST_TRUSTED: Final = 20_000  # the gateway of the EU held about 1,500 at its height
_USAGE_OF: Final = {"hcert": "vtr", "domestic": "d", "shc": "s", "list": "l"}

_lock = threading.Lock()
_others: tuple[Trusted, ...] = ()
_read_at = float("-inf")


def trusted(now: datetime) -> Mapping[bytes, Sequence[Trusted]]:
    """By key id (8 bytes), every key that is believed at ``now``: state "own", or "listed" (on the latest list of its
    source). Left out: compromised, expired, gone from its list, and refused by us. Mind ``purpose``: a key that signs
    one kind of card says nothing about another."""
    found: dict[bytes, list[Trusted]] = {}
    for entry in believed(now):
        found.setdefault(entry.kid, []).append(entry)
    return found


def certificates(purpose: str, now: datetime) -> Callable[[bytes], Sequence[bytes]]:
    """What the codecs ask: by key id, the certificates (bare public keys where a list has no more; DER) that may sign
    ``purpose``: hcert or domestic."""
    found: dict[bytes, list[bytes]] = {}
    for entry in believed(now):
        if entry.purpose == purpose:
            found.setdefault(entry.kid, []).append(entry.certificate or entry.public_key)
    return lambda kid: found.get(kid, ())


def uses(now: datetime) -> Callable[[bytes], frozenset[str]]:
    """What the lists let each of the ``certificates`` for hcert sign, of v, t and r; more than one list: what any of
    them does. Nothing for one that no list has. A bare key has no certificate that would say it."""
    found: dict[bytes, frozenset[str]] = {}
    for entry in believed(now):
        if entry.purpose == "hcert":
            signer = entry.certificate or entry.public_key
            found[signer] = found.get(signer, frozenset()) | frozenset(entry.usage)
    return lambda signer: found.get(signer, frozenset())


def believed(now: datetime) -> list[Trusted]:
    """Ours first, by purpose and key id, then the others by country and key id."""
    own = [own_trusted(row, now) for row in rows() if row.purpose in _USAGE_OF and row.verifies_at(now)]
    own.sort(key=lambda entry: (entry.purpose, entry.kid))
    # a list of others that still has a key we know to be stolen does not bring it back
    stolen = {public_key_of(row.certificate) for row in rows() if row.state == "compromised"}
    return own + [
        entry
        for entry in others()
        if (entry.not_after is None or entry.not_after > now) and entry.public_key not in stolen
    ]


def own_trusted(row: KeyFact, now: datetime) -> Trusted:
    """A key of ours as verifiers see it."""
    usage = _USAGE_OF[row.purpose]
    if row.purpose == "hcert":
        usage = usage_of(x509.read(row.certificate))
    return Trusted(
        row.kid, row.certificate, public_key_of(row.certificate), _country_of(row.certificate), usage, OWN, now,
        row.not_after, OWN, row.purpose,
    )  # fmt: skip


def usage_of(signer: x509.SignerCertificate) -> str:
    """Of v, t, r: what a certificate's extended key usage leaves it to sign; all three where it says nothing."""
    return "".join(kind for kind in "vtr" if signer.uses is None or kind in signer.uses)


def others() -> tuple[Trusted, ...]:
    """Keys on the latest lists of others, at most half a minute old."""
    global _others, _read_at
    if time.monotonic() - _read_at >= MEMORY_S:
        with _lock:
            found = Row.objects.filter(state="listed").order_by("country", "kid", "source")[:MOST_TRUSTED]
            _others = tuple(fact_of(row) for row in found)
            _read_at = time.monotonic()
    return _others


def forget() -> None:
    """Read the lists anew at the next call."""
    global _read_at
    _read_at = float("-inf")


def fact_of(row: Any) -> Trusted:
    return Trusted(
        bytes(row.kid), bytes(row.certificate), bytes(row.public_key), row.country, row.usage, row.source,
        row.fetched_at, row.not_after, row.state, row.purpose, row.issuer,
    )  # fmt: skip


@lru_cache(maxsize=256)
def public_key_of(certificate: bytes) -> bytes:
    """SubjectPublicKeyInfo of a certificate, in DER."""
    return profiles.public_key_der(x509.read(certificate).key)


@lru_cache(maxsize=256)
def _country_of(certificate: bytes) -> str:
    names = load_der_x509_certificate(certificate).subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
    return str(names[0].value) if names else ""
