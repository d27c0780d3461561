"""Tables of the kernel: the journal and its readers, commands as they were sent, and the list someone works through."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.kernel.ids import new_id


class Journal(models.Model):
    """Every fact, append-only, partitioned by month of recording (made in SQL; Django only reads it)."""

    pk = models.CompositePrimaryKey("xid", "id", "recorded_at")
    id = models.BigIntegerField()
    xid = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    happened_at = models.DateTimeField()
    actor = models.UUIDField()
    verb = models.TextField()
    subject = models.UUIDField()
    body = models.JSONField()

    class Meta:
        managed = False
        db_table = "kernel_journal"

    class Distribution:
        kind = "local"


class JournalCursor(models.Model):
    """How far a reader of the journal has come."""

    reader = models.TextField(primary_key=True)
    xid = models.BigIntegerField(default=0)
    row_id = models.BigIntegerField(default=0)

    class Distribution:
        kind = "local"


class Submission(models.Model):
    """What one call sent, whole, as it arrived: compressed and sealed. Both versions of a changed command are here."""

    id = models.UUIDField(primary_key=True, default=new_id)
    actor_id = models.UUIDField()
    received_at = models.DateTimeField()
    content = models.BinaryField()

    class Distribution:
        column = "id"

    class Sealed:
        columns = ("content",)


class Command(models.Model):
    """One command and its outcome; the same id and content get the same answer for ever."""

    id = models.UUIDField(primary_key=True)
    content_hash = models.BinaryField()
    verb = models.TextField()
    status = models.TextField()
    reason = models.TextField(null=True)
    result_id = models.UUIDField(null=True)
    params = models.JSONField(null=True)
    submission_id = models.UUIDField()
    actor_id = models.UUIDField()
    recorded_at = models.DateTimeField()

    class Distribution:
        column = "id"


class WorklistItem(models.Model):
    """A refused or held command, kept until someone has dealt with it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    command_id = models.UUIDField()
    kind = models.TextField()  # held | refused
    verb = models.TextField()
    reason = models.TextField()
    params = models.JSONField(default=dict)
    actor_id = models.UUIDField()
    submission_id = models.UUIDField()
    facility_id = models.IntegerField(null=True)
    area_id = models.IntegerField(null=True)
    person_id = models.UUIDField(null=True)
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField()
    content = models.BinaryField()  # the command itself, sealed: it may carry a citizen id
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.UUIDField(null=True)
    resolution = models.TextField(null=True)
    note = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index("facility_id", "created_at", condition=Q(resolved_at=None), name="worklist_open_facility"),
            models.Index("area_id", "created_at", condition=Q(resolved_at=None), name="worklist_open_area"),
            models.Index("command_id", name="worklist_command"),
            models.Index("person_id", name="worklist_person", condition=Q(person_id__isnull=False)),
        ]

    class Distribution:
        column = "id"

    class Sealed:
        columns = ("content",)
