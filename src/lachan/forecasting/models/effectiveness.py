"""What vaccination took away of the risk, by place and day of knowledge. Figures of groups, never of persons."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Effectiveness(models.Model):
    """One estimate: a place, disease, design and outcome, from what was known at the end of ``as_of``.

    Arrays are by vaccination state, the unvaccinated first (their estimate is null). ``events`` and ``trials`` are the
    counts the estimate was made from; ``inputs`` is the digest of all cells. Made again it replaces itself.
    """

    pk = models.CompositePrimaryKey("area_id", "disease", "design", "outcome", "as_of")
    area_id = models.IntegerField()
    disease = models.TextField()
    design = models.TextField()
    outcome = models.TextField()
    as_of = models.DateField()
    since = models.DateField()  # first and last day of the weeks counted
    until = models.DateField()
    made_at = models.DateTimeField()
    engine = models.TextField()  # version of the code
    inputs = models.TextField()  # sha256 of the cells
    states = ArrayField(models.TextField())
    events = ArrayField(models.FloatField())
    trials = ArrayField(models.FloatField())  # people tested, or person-days
    estimates = ArrayField(models.FloatField(null=True))
    lows = ArrayField(models.FloatField(null=True))
    highs = ArrayField(models.FloatField(null=True))
    ways = ArrayField(models.TextField())  # how each interval was made
    unsaid = ArrayField(models.TextField())  # why a state cannot be said, else empty
    biases = models.JSONField(default=list)  # [code, direction, measured or null]
    dispersion = models.FloatField()
    waning = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(design__in=["test_negative", "cohort"]), name="effectiveness_design"),
            models.CheckConstraint(condition=Q(outcome__in=["infection", "severe"]), name="effectiveness_outcome"),
        ]

    class Distribution:
        column = "area_id"
