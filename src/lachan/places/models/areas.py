"""Areas and facilities: written by ``operations.load_reference``; facilities also by ``operations_facilities``."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lachan.places.rules import COUNTRY_ID


class Area(models.Model):
    """An administrative area in one period of its life; ``code`` alone does not name it, codes are given again.

    ``parent``, ``district`` and ``province`` are those of the day the period began. When only the parent changed its
    name or kind the row goes on, so ask ``queries`` for the parent on another day.
    """

    id = models.IntegerField(primary_key=True)
    code = models.CharField(max_length=5)
    level = models.SmallIntegerField()  # 0 country, 1 province, 2 district, 3 commune
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    province = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    district = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    kind_vi = models.TextField()
    kind_en = models.TextField()
    name = models.TextField()
    full_name = models.TextField()
    name_en = models.TextField()
    search_name = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # first day it is no longer valid
    region = models.SmallIntegerField(null=True)  # 1 to 8, the statistics office's regions
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    population = models.IntegerField(null=True)  # estimate of 2021

    class Meta:
        constraints = [
            models.UniqueConstraint("level", "code", "valid_from", name="area_code_once_a_day"),
            models.CheckConstraint(condition=Q(level__range=(0, 3)), name="area_level"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="area_period"
            ),
            models.CheckConstraint(condition=Q(level__gt=0) | Q(id=COUNTRY_ID), name="area_one_country"),
        ]
        indexes = [models.Index("province", "level", name="area_province")]

    class Distribution:
        kind = "reference"

    def __str__(self) -> str:
        return f"{self.full_name} ({self.code})"


class AreaSuccessor(models.Model):
    """Where an ended area went on the day it ended. ``partial``: split, each row is one of several parts."""

    id = models.IntegerField(primary_key=True)
    old = models.ForeignKey(Area, models.PROTECT, related_name="+")
    new = models.ForeignKey(Area, models.PROTECT, related_name="+")
    extent = models.CharField(max_length=7)
    review = models.BooleanField()  # derived or split: a person should look
    reference = models.TextField()  # resolution, or `list:` and how it was derived

    class Meta:
        constraints = [
            models.UniqueConstraint("old", "new", name="successor_once"),
            models.CheckConstraint(condition=Q(extent__in=["full", "partial"]), name="successor_extent"),
        ]
        indexes = [models.Index("new", name="successor_new")]

    class Distribution:
        kind = "reference"


class Facility(models.Model):
    """A station or hospital. Its commune is the one of the day it was laid out; follow successors for today's."""

    id = models.IntegerField(primary_key=True)
    code = models.TextField(unique=True)
    name = models.TextField()
    search_name = models.TextField()
    kind = models.TextField()
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    district = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    province = models.ForeignKey(Area, models.PROTECT, related_name="+")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    own_name = models.BooleanField(
        default=False, db_default=False
    )  # renamed here: loading the reference data leaves the name alone

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["station", "hospital"]), name="facility_kind"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=F("opened_on")), name="facility_period"
            ),
        ]
        indexes = [
            models.Index("area", name="facility_area"),
            models.Index("province", "district", name="facility_province"),
        ]

    class Distribution:
        kind = "reference"

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
