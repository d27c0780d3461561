"""Visits: who was in which venue, by pseudonym; the outbox of the answer store; devices at doors; proofs of deletion.

``tracing_visit`` and ``tracing_visitbatch`` are made in SQL (partitions, transaction numbers); Django only reads them.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from lachan.kernel.ids import new_id


class Visit(models.Model):
    """A stay at a venue, by day of its check-in (UTC). ``provisional``: nobody has seen them leave, ``t_out`` is what
    the kind of venue stands for, or when they were next seen elsewhere. ``source``: as in
    :data:`lachan.tracing.visits.facts.SOURCES`."""

    pk = models.CompositePrimaryKey("place_id", "t_in", "subject")
    place_id = models.BigIntegerField()
    t_in = models.DateTimeField()
    t_out = models.DateTimeField()
    subject = models.BigIntegerField()
    source = models.SmallIntegerField()
    provisional = models.BooleanField()

    class Meta:
        managed = False
        db_table = "tracing_visit"

    class Distribution:
        column = "place_id"


class VisitBatch(models.Model):
    """What one transaction wrote of visits, for the answer store: little-endian arrays place i64[n], subject i64[n],
    t_in i64[n], t_out i64[n] (UNIX seconds), flags u8[n] (bit 0 closed space, 1 provisional, 2 replaces the earlier
    row of the same place, subject and t_in)."""

    pk = models.CompositePrimaryKey("xid", "id")
    id = models.BigIntegerField()
    xid = models.BigIntegerField()  # xid8
    recorded_at = models.DateTimeField()
    first_day = models.DateField()
    last_day = models.DateField()
    rows = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        managed = False
        db_table = "tracing_visitbatch"

    class Distribution:
        kind = "local"


class Subject(models.Model):
    """A pseudonym, whom it stands for (sealed), and their latest stay: what the next scan is judged by.

    ``sealed``: ``p`` and the person's id, or ``b`` and the blind index of a number nobody held then. ``proof``: further
    bits of the same digest, so that two persons with one pseudonym would be seen.
    """

    subject = models.BigIntegerField(primary_key=True)
    proof = models.BigIntegerField()
    sealed = models.BinaryField()
    place_id = models.BigIntegerField(null=True)  # null, as t_in and t_out are: never seen at a venue
    t_in = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)  # the last scan at that venue; without one, when it was last needed
    t_out = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)

    class Distribution:
        column = "subject"

    class Sealed:
        columns = ("sealed",)


class VisitCall(models.Model):
    """One call of a device, so that the same call again is answered and not recorded twice."""

    id = models.UUIDField(primary_key=True)  # of the sender's making
    sender = models.UUIDField()
    content_hash = models.BinaryField()
    recorded_at = models.DateTimeField()
    answer = models.JSONField()

    class Meta:
        indexes = [models.Index("recorded_at", name="visitcall_recorded")]

    class Distribution:
        column = "id"


class RefusedVisit(models.Model):
    """A visit that was not recorded, with who sent it and why; kept as long as a visit is. ``subject`` null: not even
    the person could be read from what was scanned."""

    id = models.UUIDField(primary_key=True, default=new_id)
    place_id = models.BigIntegerField(null=True)
    subject = models.BigIntegerField(null=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    sender = models.UUIDField()
    reason = models.TextField()
    params = models.JSONField(default=dict)
    sealed = models.BinaryField()  # what was sent

    class Meta:
        indexes = [
            models.Index("place_id", "recorded_at", name="refusedvisit_place"),
            models.Index("recorded_at", name="refusedvisit_recorded"),
        ]

    class Distribution:
        column = "id"

    class Sealed:
        columns = ("sealed",)


class DoorDevice(models.Model):
    """A telephone or tablet at a door: its own credential, good for its venues only.

    Made by an officer with a pairing code that is good once and for a short time; the token is given at pairing and
    kept only as a digest.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    label = models.TextField()
    venue_ids = models.JSONField(default=list)
    pairing_hash = models.BinaryField(null=True)
    pairing_until = models.DateTimeField(null=True)
    prefix = models.TextField(null=True, unique=True)
    hash = models.BinaryField(null=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    paired_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    latest_at = models.DateTimeField(null=True)  # of its last call
    waiting = models.IntegerField(default=0)  # what it said was not yet sent

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="doordevice_period")]
        indexes = [
            models.Index("pairing_hash", name="doordevice_pairing"),
            GinIndex("venue_ids", name="doordevice_venues"),
        ]

    class Distribution:
        kind = "local"


class Deletion(models.Model):
    """Proof that the visits of a day are gone: what was there, when and by whom it was dropped, each line bound to the
    one before it by a keyed digest."""

    day = models.DateField(primary_key=True)
    rows = models.BigIntegerField()
    venues = models.IntegerField()
    digest = models.BinaryField()  # SHA-256 over the day's counts by venue, in order
    batches = models.IntegerField()
    refused = models.IntegerField()
    subjects = models.IntegerField()  # pseudonyms forgotten with it
    segments = models.IntegerField()  # files of the answer store
    kept_days = models.SmallIntegerField()
    rule = models.TextField()  # legal reference of the period
    dropped_at = models.DateTimeField()
    actor_id = models.UUIDField()
    actor_label = models.TextField()
    previous = models.BinaryField()
    proof = models.BinaryField()

    class Distribution:
        kind = "local"
