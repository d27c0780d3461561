"""Whose signatures are believed: our own keys until their certificates end, and those on the lists of others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from cryptography import x509

from lachan.certificates.keys import profiles
from lachan.certificates.keys.facts import KeyFact, Trusted
from lachan.certificates.keys.ring import MEMORY_S, ring
from lachan.certificates.models import Trusted as Row

OWN: Final = "own"
MOST_TRUSTED: Final = 20_000  # the gateway of the EU held about 1,500 at its height
_USAGE_OF: Final = {"hcert": "vtr", "domestic": "d", "shc": "s"}

_lock = threading.Lock()
_others: tuple[Trusted, ...] = ()
_read_at = float("-inf")


def trusted(now: datetime) -> Mapping[bytes, Sequence[Trusted]]:
    """By key id (8 bytes), every key that is believed at ``now``: state "own", "listed" (on the latest list of its
    source). Left out: compromised, expired, gone from its list, and refused by us."""
    found: dict[bytes, list[Trusted]] = {}
    for entry in believed(now):
        found.setdefault(entry.kid, []).append(entry)
    return found


def certificates(purpose: str, now: datetime) -> Callable[[bytes], Sequence[bytes]]:
    """What the codecs ask: certificates in DER by key id, of keys that may sign ``purpose`` (hcert, domestic). A key
    for one kind of card says nothing about another."""
    found: dict[bytes, list[bytes]] = {}
    for entry in believed(now):
        if entry.purpose == purpose and entry.certificate:
            found.setdefault(entry.kid, []).append(entry.certificate)
    return lambda kid: found.get(kid, ())


def believed(now: datetime) -> list[Trusted]:
    """Ours first, then the others by country and key id."""
    own = [own_trusted(row, now) for row in ring() if row.purpose in _USAGE_OF and row.verifies_at(now)]
    return own + [entry for entry in others() if entry.not_after is None or entry.not_after > now]


def own_trusted(row: KeyFact, now: datetime) -> Trusted:
    """A key of ours as verifiers see it."""
    certificate = x509.load_der_x509_certificate(row.certificate)
    usage = _restricted(certificate) if row.purpose == "hcert" else ""
    public = profiles.public_key_der(certificate.public_key())
    return Trusted(
        row.kid, row.certificate, public, _country_of(certificate), usage or _USAGE_OF[row.purpose], OWN, now,
        row.not_after, OWN, row.purpose,
    )  # fmt: skip


def others() -> tuple[Trusted, ...]:
    """Keys on the latest lists of others, at most half a minute old."""
    global _others, _read_at
    if time.monotonic() - _read_at >= MEMORY_S:
        with _lock:
            rows = Row.objects.filter(state="listed").order_by("country", "kid", "source")[:MOST_TRUSTED]
            _others = tuple(fact_of(row) for row in rows)
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


def _restricted(certificate: x509.Certificate) -> str:
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return ""
    named = {usage.dotted_string for usage in usages}
    return "".join(kind for kind in "vtr" if profiles.USAGE_OIDS[kind] in named)


def _country_of(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COUNTRY_NAME)
    return str(names[0].value) if names else ""
