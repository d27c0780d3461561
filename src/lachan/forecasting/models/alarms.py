"""Alarms as people work through them: one at a time for a place, disease and measure."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Alarm(models.Model):
    """Open, acknowledged with a reason, followed to a cluster, closed with an outcome."""

    id = models.UUIDField(primary_key=True)
    source = models.TextField()
    area_id = models.IntegerField()
    disease = models.TextField()
    measure = models.TextField()
    opened_on = models.DateField()
    last_on = models.DateField()  # the last day a run raised it
    methods = ArrayField(models.TextField())
    strength = models.SmallIntegerField()
    ratio = models.FloatField(null=True)
    observed = models.FloatField()
    beside = ArrayField(models.IntegerField(), default=list)
    run_id = models.UUIDField()  # the run that raised it last
    state = models.TextField()
    changed_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    reason = models.TextField(default="", db_default="")
    cluster = models.TextField(default="", db_default="")
    outcome = models.TextField(default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "area_id", "disease", "measure"], condition=~Q(state="closed"), name="alarm_one"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "acknowledged", "followed", "closed"]), name="alarm_state"
            ),
        ]
        indexes = [
            models.Index("source", "state", F("last_on").desc(), F("strength").desc(), "id", name="alarm_page"),
            models.Index("source", "area_id", "state", name="alarm_area"),
        ]

    class Distribution:
        kind = "local"


class AlarmStep(models.Model):
    """What somebody did about an alarm. Append-only."""

    pk = models.CompositePrimaryKey("alarm_id", "number")
    alarm_id = models.UUIDField()
    number = models.SmallIntegerField()
    at = models.DateTimeField()
    by = models.UUIDField()
    state = models.TextField()
    reason = models.TextField()
    cluster = models.TextField(default="", db_default="")
    outcome = models.TextField(default="", db_default="")

    class Distribution:
        kind = "local"
