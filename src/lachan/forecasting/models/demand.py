"""Demand for doses: runs, their blocks, and what they say of a place and product."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class DemandRun(models.Model):
    """One working out of demand for every place, from what was known at the end of a day."""

    id = models.UUIDField(primary_key=True)
    as_of = models.DateField()
    of_map = models.TextField()
    status = models.TextField(default="running")  # running | made | failed
    reason = models.TextField(default="")  # why nothing is said, or what failed
    begun_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    engine = models.TextField()  # version of the code
    found = models.JSONField(default=dict)  # what was counted, how long it took

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["running", "made", "failed"]), name="demand_status")
        ]
        indexes = [models.Index("as_of", "made_at", name="demand_day")]

    class Distribution:
        kind = "local"


class DemandBlock(models.Model):
    """A province of a run that is done; ``paths``: doses wanted [S, P, H], packed; the nation's are their sums."""

    pk = models.CompositePrimaryKey("run_id", "province_id")
    run_id = models.UUIDField()
    province_id = models.IntegerField()
    done_at = models.DateTimeField()
    paths = models.BinaryField()

    class Distribution:
        kind = "local"


class DemandPlace(models.Model):
    """What a run says of a place and product. Weeks H ahead, W before; quantiles flattened week by week, five a week.

    Of a commune the figures are the engine's; of a province and the nation ``wanted`` and ``through`` are quantiles of
    summed paths, the rest are sums, and ``out`` and ``ever`` are empty: many stores have no one risk.
    """

    pk = models.CompositePrimaryKey("area_id", "run_id", "product_id")
    area_id = models.IntegerField()
    run_id = models.UUIDField()
    product_id = models.SmallIntegerField()
    level = models.SmallIntegerField()
    given = ArrayField(models.IntegerField())  # [W] doses given there
    wanted = ArrayField(models.FloatField())  # [H x 5] a week
    through = ArrayField(models.FloatField())  # [H x 5] up to and with a week
    stock = ArrayField(models.IntegerField())  # [H + 1] by the week in which it expires, the last: later
    coming = ArrayField(models.IntegerField())  # [H] confirmed deliveries
    out = ArrayField(models.FloatField(), null=True)  # [H] chance that somebody is turned away
    ever = models.FloatField(null=True)  # the same in any of the weeks covered
    unmet = ArrayField(models.FloatField(), null=True)  # [H] people turned away and not served yet, mean
    expired = models.FloatField()
    opened = models.FloatField()
    target = models.IntegerField()
    ordered = models.IntegerField()  # doses, whole vials
    vial = models.SmallIntegerField()
    waiting = models.IntegerField()  # people in line now
    note = models.TextField(default="")  # why the chance cannot be said
    places = models.IntegerField()  # communes in it
    likely = models.IntegerField()  # of them, with a chance of one half and more

    class Meta:
        indexes = [models.Index("run_id", "ever", name="demand_ever")]

    class Distribution:
        column = "area_id"
