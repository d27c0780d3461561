"""Pairs of records that may be one person, and the scans that find them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lachan.kernel.ids import new_id


class PersonPair(models.Model):
    """Two records a scan found alike. ``person_id`` is the smaller of the two ids, so a pair stands here once."""

    pk = models.CompositePrimaryKey("person_id", "other_id")
    person_id = models.UUIDField()
    other_id = models.UUIDField()
    verdict = models.TextField()  # match | possible
    score = models.SmallIntegerField()  # the matcher's, in thousandths
    reasons = models.JSONField()  # the matcher's codes, the deciding one first
    residence_id = models.IntegerField(null=True)
    other_residence_id = models.IntegerField(null=True)
    found_at = models.DateTimeField()
    scan_id = models.UUIDField()  # the latest scan that found it
    status = models.TextField(default="open")  # open | two_people | merged
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    note = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(person_id__lt=F("other_id")), name="personpair_in_order"),
            models.CheckConstraint(condition=Q(status__in=["open", "two_people", "merged"]), name="personpair_status"),
        ]
        indexes = [
            models.Index("residence_id", F("score").desc(), name="personpair_here", condition=Q(status="open")),
            models.Index("other_residence_id", F("score").desc(), name="personpair_there", condition=Q(status="open")),
            models.Index("other_id", name="personpair_other"),
        ]

    class Distribution:
        column = "person_id"


class PairScan(models.Model):
    """One search through all records for people who are there twice."""

    id = models.UUIDField(primary_key=True, default=new_id)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    actor_id = models.UUIDField()

    class Distribution:
        kind = "local"


class PairSlice(models.Model):
    """A part of a scan that is done: committed with the pairs it found, so a stopped scan goes on after it."""

    pk = models.CompositePrimaryKey("scan_id", "name")
    scan_id = models.UUIDField()
    name = models.TextField()  # born:1980, number:3, contact:a
    persons = models.IntegerField()
    compared = models.IntegerField()
    pairs = models.IntegerField()
    done_at = models.DateTimeField()

    class Distribution:
        kind = "local"
