"""What has been revoked, and the versions in which that was made public."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Revocation(models.Model):
    """One identifier that is no longer good, by its hash. Distributed by the hash: neither person nor card is named, so
    the table may be public as it is. Rows are only added; they go when the certificate has been expired for a month."""

    hash = models.BinaryField(primary_key=True)  # first 16 bytes of SHA-256 of the identifier
    kind = models.TextField()  # hcert | shc | domestic
    rid = models.TextField(default="")  # of a SMART Health Card, whose lists hold the identifier itself
    key_id = models.BinaryField()  # the signer's; empty where it is not known
    reason = models.TextField()
    revoked_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)  # of the certificate; null: it has no end
    version = models.IntegerField(null=True)  # in which it was first published; null: not yet

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["hcert", "shc", "domestic"]), name="revocation_kind"),
            models.CheckConstraint(condition=Q(kind="shc") | Q(rid=""), name="revocation_rid"),
        ]
        indexes = [
            models.Index("version", name="revocation_version"),
            models.Index("key_id", name="revocation_of_key", condition=Q(kind="shc")),
        ]

    class Distribution:
        column = "hash"


class RevocationList(models.Model):
    """One version of the list, as every web process serves it. The filter is kept with the version that made it; the
    versions after it add hashes."""

    version = models.IntegerField(primary_key=True)
    published_at = models.DateTimeField()
    issued_at = models.DateTimeField()  # of the index: signed anew every hour, also when nothing changed
    index = models.TextField()  # JSON, as docs/reference/revocation-list.md has it
    signed = models.TextField()  # the same as a compact JWS
    count = models.IntegerField()
    counters = models.JSONField()  # by key id in hexadecimal: how often the list of its SMART Health Cards changed
    filter_version = models.IntegerField()
    filter_count = models.IntegerField()
    filter = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index("published_at", name="revocation_list_published")]

    class Distribution:
        kind = "local"


class CheckCount(models.Model):
    """How much one partner's key had checked in the running window. A row a key and limit, written over."""

    key = models.UUIDField(primary_key=True)
    count = models.IntegerField()
    ends_at = models.DateTimeField()

    class Distribution:
        column = "key"
