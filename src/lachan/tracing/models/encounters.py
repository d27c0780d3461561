"""Encounters of telephones: the keys of temporary ids, permits to upload, what came of uploads."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lachan.kernel.ids import new_id


class TemporaryKey(models.Model):
    """The key of six hours of temporary ids; gone when nobody's upload can be that old."""

    number = models.BigIntegerField(primary_key=True)  # hours since 1970, divided by six
    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    class Distribution:
        kind = "local"

    class Sealed:
        columns = ("sealed",)


class UploadPermit(models.Model):
    """A code by which a case's telephone may hand over what it heard, once, for a short time."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code_hash = models.BinaryField()
    case_id = models.UUIDField()
    person_id = models.UUIDField()
    disease = models.TextField()
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)  # of the upload: sightings, unknown, replayed, meetings

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="permit_period")]
        indexes = [
            models.Index("code_hash", name="permit_code"),
            models.Index("case_id", name="permit_case"),
        ]

    class Distribution:
        kind = "local"


class Encounter(models.Model):
    """A span of time two telephones were near each other, as the one of them that was uploaded heard it. Pseudonyms."""

    pk = models.CompositePrimaryKey("subject", "id")
    id = models.UUIDField(default=new_id)
    subject = models.BigIntegerField()  # whose telephone heard
    other = models.BigIntegerField()
    t_start = models.DateTimeField()
    t_end = models.DateTimeField()
    metres = models.FloatField(null=True)
    sightings = models.IntegerField()
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("subject", "other", "t_start", name="encounter_once"),
            models.CheckConstraint(condition=Q(t_end__gt=F("t_start")), name="encounter_span"),
        ]
        indexes = [
            models.Index("other", "t_start", name="encounter_other"),
            models.Index("t_end", name="encounter_end"),
        ]

    class Distribution:
        column = "subject"
