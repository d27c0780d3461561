"""Runs and what they said. Rows of a published run are never written again: its seal is over them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Run(models.Model):
    """One run: everything known of a source on a day, through every engine."""

    id = models.UUIDField(primary_key=True)
    source = models.TextField()
    as_of = models.DateField()
    of_map = models.TextField()  # whose provinces: "2021" or "2025"
    status = models.TextField()
    reason = models.TextField(default="", db_default="")
    params = models.JSONField(default=dict)
    begun_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    engine = models.TextField()  # version of the code
    inputs = models.TextField()  # sha256 of what was known
    card = models.JSONField(null=True)
    seal = models.TextField(default="", db_default="")
    released_by = models.UUIDField(null=True)  # who answers for publishing what was blocked
    released_reason = models.TextField(default="", db_default="")
    parts = models.SmallIntegerField(default=0, db_default=0)  # it will have when it is made; 0: not known

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "as_of"], name="run_once"),
            models.CheckConstraint(
                condition=Q(status__in=["running", "published", "blocked", "failed"]), name="run_status"
            ),
            models.CheckConstraint(condition=~Q(status="published") | ~Q(seal=""), name="run_sealed"),
        ]

    class Distribution:
        kind = "local"


class Part(models.Model):
    """A part of a run that is done: an interrupted run goes on behind it."""

    pk = models.CompositePrimaryKey("run_id", "part")
    run_id = models.UUIDField()
    part = models.TextField()
    done_at = models.DateTimeField()
    rows = models.IntegerField()
    seconds = models.FloatField()
    found = models.JSONField(default=dict)  # what the verdict and the card need of it

    class Distribution:
        kind = "local"


class Said(models.Model):
    """What a run says of a place."""

    area_id = models.IntegerField()
    run_id = models.UUIDField()
    disease = models.TextField()

    class Meta:
        abstract = True

    class Distribution:
        column = "area_id"


class Input(Said):
    """A weekly series as it stood: the last value is of the week that ends on ``ends_on``."""

    pk = models.CompositePrimaryKey("area_id", "run_id", "disease", "measure")
    measure = models.TextField()
    ends_on = models.DateField()
    values = ArrayField(models.FloatField(null=True))

    class Meta:
        indexes = [models.Index("run_id", name="forecast_input_run")]


class Forecast(Said):
    """Quantiles at ``facts.LEVELS`` of one week ahead, and the baseline's."""

    pk = models.CompositePrimaryKey("area_id", "run_id", "disease", "measure", "horizon")
    measure = models.TextField()
    horizon = models.SmallIntegerField()
    target_end = models.DateField()
    quantiles = ArrayField(models.FloatField())
    baseline = ArrayField(models.FloatField())
    notes = ArrayField(models.TextField(), default=list)

    class Meta:
        indexes = [models.Index("run_id", name="forecast_run")]


class Nowcast(Said):
    """What is known of the last days, and quantiles of what will be; arrays by day from ``first_day``."""

    pk = models.CompositePrimaryKey("area_id", "run_id", "disease", "measure")
    measure = models.TextField()
    first_day = models.DateField()
    reported = ArrayField(models.FloatField(null=True))
    q05 = ArrayField(models.FloatField(null=True))
    q25 = ArrayField(models.FloatField(null=True))
    q50 = ArrayField(models.FloatField(null=True))
    q75 = ArrayField(models.FloatField(null=True))
    q95 = ArrayField(models.FloatField(null=True))
    reporter = models.TextField()
    shifted = models.BooleanField()
    since = models.DateField(null=True)

    class Meta:
        indexes = [models.Index("run_id", name="nowcast_run")]


class Rt(Said):
    """Reproduction number by day from ``first_day``, interval of 90 %; null where it cannot be said."""

    pk = models.CompositePrimaryKey("area_id", "run_id", "disease")
    first_day = models.DateField()
    median = ArrayField(models.FloatField(null=True))
    low = ArrayField(models.FloatField(null=True))
    high = ArrayField(models.FloatField(null=True))
    reason = models.TextField(default="", db_default="")

    class Meta:
        indexes = [models.Index("run_id", name="rt_run")]


class Raised(Said):
    """What the methods of warning found: the part of an alarm that is the run's, and sealed with it."""

    pk = models.CompositePrimaryKey("area_id", "run_id", "disease", "measure")
    measure = models.TextField()
    first_on = models.DateField()
    last_on = models.DateField()
    methods = ArrayField(models.TextField())
    strength = models.SmallIntegerField()  # families of methods that agree
    ratio = models.FloatField(null=True)  # largest count over what was expected
    observed = models.FloatField()  # in the seven days that end on last_on
    beside = ArrayField(models.IntegerField(), default=list)  # areas of the same cluster in space and time

    class Meta:
        indexes = [models.Index("run_id", name="raised_run")]


class Score(Said):
    """How a forecast did against what came. Not sealed: the truth may still be corrected, and is scored again."""

    pk = models.CompositePrimaryKey("area_id", "run_id", "disease", "measure", "horizon")
    measure = models.TextField()
    horizon = models.SmallIntegerField()
    target_end = models.DateField()
    truth = models.FloatField()
    truth_as_of = models.DateField()
    wis = models.FloatField()
    wis_base = models.FloatField()
    covered50 = models.BooleanField()
    covered90 = models.BooleanField()

    class Meta:
        indexes = [models.Index("run_id", name="score_run")]


class Memory(models.Model):
    """What the members of the ensemble said on a day, from which later runs learn weights; can be made again."""

    pk = models.CompositePrimaryKey("source", "target", "version", "reference")
    source = models.TextField()
    target = models.TextField()
    version = models.TextField()  # of the code and the places
    reference = models.DateField()
    content = models.BinaryField()

    class Distribution:
        kind = "local"
