"""Counters written in the transaction of the dose they count."""

from __future__ import annotations

from django.db import models


class Coverage(models.Model):
    """Doses by every dimension the country asks for; the grain all totals can be recounted to."""

    pk = models.CompositePrimaryKey(
        "facility_id", "day", "residence_id", "product_id", "dose_number", "age_band", "sex"
    )
    facility_id = models.IntegerField()  # 0: given elsewhere or abroad
    day = models.DateField()
    residence_id = models.IntegerField()  # 0: not known
    product_id = models.SmallIntegerField()
    dose_number = models.SmallIntegerField()
    age_band = models.SmallIntegerField()
    sex = models.CharField(max_length=1)
    doses = models.IntegerField()
    completed = models.IntegerField()  # of them, doses that completed the primary series

    class Meta:
        indexes = [
            models.Index("residence_id", name="coverage_residence"),
            models.Index("day", "facility_id", name="coverage_day_facility"),
        ]

    class Distribution:
        column = "facility_id"


class CoverageDay(models.Model):
    """Doses by day and province of the station; slots keep busy stations from waiting for one row."""

    pk = models.CompositePrimaryKey("day", "province_id", "product_id", "dose_number", "age_band", "sex", "slot")
    day = models.DateField()
    province_id = models.IntegerField()  # where the dose was given; 0: elsewhere
    product_id = models.SmallIntegerField()
    dose_number = models.SmallIntegerField()
    age_band = models.SmallIntegerField()
    sex = models.CharField(max_length=1)
    slot = models.SmallIntegerField()
    doses = models.IntegerField()
    completed = models.IntegerField()

    class Distribution:
        kind = "local"


class CoverageProvince(models.Model):
    """Doses by province of residence, all days; the national picture reads only this."""

    pk = models.CompositePrimaryKey("province_id", "product_id", "dose_number", "age_band", "sex", "slot")
    province_id = models.IntegerField()  # of residence; 0: not known
    product_id = models.SmallIntegerField()
    dose_number = models.SmallIntegerField()
    age_band = models.SmallIntegerField()
    sex = models.CharField(max_length=1)
    slot = models.SmallIntegerField()
    doses = models.IntegerField()
    completed = models.IntegerField()

    class Distribution:
        kind = "local"
