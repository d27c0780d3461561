"""Watching those who look: limits, names the auditor keeps an eye on, alerts with their evidence."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.access.watching.rules import LIMITS, RULES
from lachan.kernel.ids import new_id


class Limit(models.Model):
    """A limit of a rule from a day on; what is not here is as shipped (``watching.rules.LIMITS``)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=30, choices=[(name, name) for name in LIMITS])
    value = models.FloatField()
    valid_from = models.DateField()
    set_by = models.UUIDField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="limit_known", condition=Q(name__in=list(LIMITS))),
            models.UniqueConstraint(fields=["name", "valid_from"], name="limit_once_a_day"),
        ]

    class Distribution:
        kind = "local"


class KnownName(models.Model):
    """A person whose record draws the curious: every look that is no treatment becomes an alert. By id, never by
    name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField()
    note = models.CharField(max_length=200, default="")
    added_by = models.UUIDField()
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("person_id", name="known_name_person")]

    class Distribution:
        kind = "local"


class Alert(models.Model):
    """Somebody's looking on one day that a rule finds unusual, with the numbers that say so. One a rule, person and
    day; it grows while the day goes on, until it is answered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    watched_id = models.UUIDField()  # the user or key that looked
    rule = models.CharField(max_length=20, choices=[(rule, rule) for rule in RULES])
    day = models.DateField()
    evidence = models.JSONField()
    raised_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    answer = models.CharField(max_length=500, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(name="alert_rule_known", condition=Q(rule__in=RULES)),
            models.UniqueConstraint(fields=["watched_id", "rule", "day"], name="alert_once"),
        ]
        indexes = [models.Index(fields=["answered_at", "-raised_at"], name="alert_open")]

    class Distribution:
        kind = "local"
