"""Two records that became one, what was moved for it, and numbers a person no longer has."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.kernel.ids import new_id


class Merge(models.Model):
    """One merge. Both ids stay as they were then: this is the history that an un-merge reads."""

    id = models.UUIDField(primary_key=True, default=new_id)
    survivor_id = models.UUIDField()
    going_id = models.UUIDField()
    status = models.TextField(default="merged")  # merged | undone
    reason = models.TextField()
    evidence = models.JSONField(default=list)  # the matcher's codes that were on the screen
    actor_id = models.UUIDField()
    merged_at = models.DateTimeField()
    survivor_area_id = models.IntegerField(null=True)  # where they lived then: whose log it is in
    going_area_id = models.IntegerField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)
    undone_reason = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["merged", "undone"]), name="merge_status"),
        ]
        indexes = [
            models.Index("going_id", name="merge_going"),
            models.Index("survivor_id", name="merge_survivor"),
            models.Index("survivor_area_id", "merged_at", name="merge_survivor_area"),
            models.Index("going_area_id", "merged_at", name="merge_going_area"),
        ]

    class Distribution:
        column = "id"


class MergedRow(models.Model):
    """What one mover needs to take its rows back, as it asked to have it kept."""

    pk = models.CompositePrimaryKey("merge_id", "mover")
    merge_id = models.UUIDField()
    mover = models.TextField()
    kept = models.JSONField()

    class Distribution:
        column = "merge_id"


class EndedIdentifier(models.Model):
    """A number that is no longer a person's: nobody is found by it any more, the record remembers it."""

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField()
    system = models.TextField()
    trusted = models.BooleanField()
    sealed = models.BinaryField()
    since = models.DateTimeField()
    ended_at = models.DateTimeField()
    ended_by = models.UUIDField()

    class Distribution:
        column = "person_id"

    class Sealed:
        columns = ("sealed",)
