"""Words of the ring of keys: what a key is for, where it lies, and how long each kind lives."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple
from uuid import UUID

Purpose = Literal["hcert", "shc", "domestic", "list"]
Place = Literal["disk", "pkcs11"]
State = Literal["active", "retired", "compromised"]

PURPOSES: Final[tuple[Purpose, ...]] = ("hcert", "shc", "domestic", "list")
AUTHORITY: Final = "authority"

# EU DCC, public key certificate governance (annex of volume 5): a document signer signs half a year, and its
# certificate lives as long as the last card it signed; the country authority signs two years and outlives its signers.
SIGNS: Final = timedelta(days=183)
LONGEST_CARD: Final = timedelta(days=730)
SIGNER_LIVES: Final = SIGNS + LONGEST_CARD
AUTHORITY_SIGNS: Final = timedelta(days=730)
AUTHORITY_LIVES: Final = AUTHORITY_SIGNS + SIGNER_LIVES + timedelta(days=182)

# Verifiers fetch lists once a day at least: a new signer is on the list this long before its first signature.
PUBLISHED_AHEAD: Final = timedelta(hours=48)
ENDS_SOON: Final = timedelta(days=60)


class KeyFact(NamedTuple):
    """One row of the ring. Times in UTC; ``certificate`` in DER."""

    id: UUID
    purpose: str
    role: str
    kid: bytes
    certificate: bytes
    authority_id: UUID | None
    not_before: datetime
    not_after: datetime
    signs_from: datetime
    signs_until: datetime
    state: State
    place: Place
    label: str
    created_at: datetime
    ended_at: datetime | None
    reason: str

    def signs_at(self, now: datetime) -> bool:
        return self.state == "active" and self.signs_from <= now < self.signs_until

    def waits_at(self, now: datetime) -> bool:
        """Published, but not yet signing."""
        return self.state == "active" and now < self.signs_from

    def verifies_at(self, now: datetime) -> bool:
        return self.state != "compromised" and now < self.not_after


class Trusted(NamedTuple):
    """A key whose signature is believed. ``usage``: of v, t, r for health certificates, d for our domestic card, s for
    a SMART Health Card. ``source``: "own" or the list it came from; ``certificate`` is empty where the list gave a bare
    key; ``public_key`` is the SubjectPublicKeyInfo in DER."""

    kid: bytes
    certificate: bytes
    public_key: bytes
    country: str
    usage: str
    source: str
    fetched_at: datetime
    not_after: datetime | None
    state: str
    purpose: str = "hcert"
    issuer: str = ""
