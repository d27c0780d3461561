"""Our ring of signing keys (never the private halves), and the keys of others that we trust."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

ROLES = ("authority", "signer")
PURPOSES = ("authority", "hcert", "shc", "domestic", "list")
STATES = ("active", "retired", "compromised")
PLACES = ("disk", "pkcs11")
TRUST_STATES = ("listed", "gone", "refused")
TRUST_PURPOSES = ("hcert", "shc")


class Key(models.Model):
    """One key of ours with its certificate. It begins to sign at ``signs_from`` (published before), signs until
    ``signs_until`` and verifies until ``not_after``; a compromised one does neither."""

    id = models.UUIDField(primary_key=True)
    purpose = models.CharField(max_length=9)
    role = models.CharField(max_length=9)
    kid = models.BinaryField(max_length=8)  # of the certificate: first 8 bytes of its SHA-256
    certificate = models.BinaryField()  # DER
    authority = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")  # who signed the certificate
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    signs_from = models.DateTimeField()
    signs_until = models.DateTimeField()
    state = models.CharField(max_length=11, default="active")
    place = models.CharField(max_length=6)
    label = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # when it was retired or called compromised
    reason = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kid"], name="key_kid_once"),
            models.CheckConstraint(condition=Q(role__in=ROLES), name="key_role"),
            models.CheckConstraint(condition=Q(purpose__in=PURPOSES), name="key_purpose"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="key_state"),
            models.CheckConstraint(condition=Q(place__in=PLACES), name="key_place"),
            models.CheckConstraint(
                condition=Q(signs_from__lte=F("signs_until"), signs_until__lte=F("not_after")), name="key_period"
            ),
        ]

    class Distribution:
        kind = "reference"

    def __str__(self) -> str:
        return self.label


class Trusted(models.Model):
    """A key of somebody else, as a list said it. What a later list of the same source no longer has stays, with the
    day it went."""

    id = models.UUIDField(primary_key=True)
    source = models.CharField(max_length=200)  # name or address of the list
    purpose = models.CharField(max_length=9)
    country = models.CharField(max_length=2)  # ISO 3166-1 alpha-2; empty where the list does not say
    kid = models.BinaryField(max_length=64)  # as the list says it: 8 bytes for HCERT, a thumbprint for SHC
    digest = models.BinaryField(max_length=32)  # SHA-256 of the certificate, of the public key where there is none
    certificate = models.BinaryField()  # DER; empty where the list gives a bare key
    public_key = models.BinaryField()  # SubjectPublicKeyInfo, DER
    usage = models.CharField(max_length=8)  # of v, t, r: what it may sign; s for a SMART Health Card
    issuer = models.CharField(max_length=300, default="")  # SHC: the address that stands in the cards
    not_after = models.DateTimeField(null=True)
    first_seen_at = models.DateTimeField()
    fetched_at = models.DateTimeField()  # the latest list that had it
    gone_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=7, default="listed")
    reason = models.TextField(default="")  # why we refuse it although it is listed

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "kid", "digest"], name="trusted_once"),
            models.CheckConstraint(condition=Q(state__in=TRUST_STATES), name="trusted_state"),
            models.CheckConstraint(condition=Q(purpose__in=TRUST_PURPOSES), name="trusted_purpose"),
        ]
        indexes = [models.Index(fields=["country", "source"], name="trusted_country")]

    class Distribution:
        kind = "reference"

    def __str__(self) -> str:
        return f"{self.country} {bytes(self.kid).hex()}"
