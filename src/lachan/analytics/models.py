"""Counters written in the transaction of the dose they count: one grain, and four sums of it that pages read."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Greatest


class Coverage(models.Model):
    """Doses by every dimension the country asks for; the grain every other counter can be recounted to."""

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


class Measured(models.Model):
    """Sums by what they mean, so that a page adds up few rows: see ``rules.Sums``.

    ``slot`` keeps busy stations from waiting for one row; a reader sums over it.
    """

    slot = models.SmallIntegerField()
    doses = models.IntegerField()
    first = models.IntegerField()
    completed = models.IntegerField()
    boosters = models.IntegerField()

    class Meta:
        abstract = True

    class Distribution:
        kind = "local"


class CoverageCommune(Measured):
    """Doses by area of residence, all days: the commune map. One slot, but for residents of no known place."""

    pk = models.CompositePrimaryKey("residence_id", "slot")
    residence_id = models.IntegerField()  # 0: not known


class CoverageAge(Measured):
    """Doses by province of residence, age band and sex, all days."""

    pk = models.CompositePrimaryKey("province_id", "age_band", "sex", "slot")
    province_id = models.IntegerField()
    age_band = models.SmallIntegerField()
    sex = models.CharField(max_length=1)


class CoverageDay(Measured):
    """Doses by day and province of the station."""

    pk = models.CompositePrimaryKey("day", "province_id", "slot")
    day = models.DateField()
    province_id = models.IntegerField()  # where the dose was given; 0: elsewhere or abroad


class CoverageProvince(models.Model):
    """Doses by province of residence, product and number, all days, in slots: the national picture and products."""

    pk = models.CompositePrimaryKey("province_id", "product_id", "dose_number", "slot")
    province_id = models.IntegerField()  # of residence, on the map of the residence's own day; 0: not known
    product_id = models.SmallIntegerField()
    dose_number = models.SmallIntegerField()
    slot = models.SmallIntegerField()
    doses = models.IntegerField()
    completed = models.IntegerField()

    class Distribution:
        kind = "local"


class Owed(models.Model):
    """Doses by how far they have come, and what is missing on the way; see ``debt.facts.Owed``."""

    given = models.IntegerField()  # by tally
    recorded = models.IntegerField()
    matched = models.IntegerField()  # recorded, of people whom the population register confirms
    missing = models.IntegerField()  # counted on paper, neither recorded nor explained
    explained = models.IntegerField()  # of a tally, explained by the head and accepted above
    surplus = models.IntegerField()  # recorded beyond the tally
    untallied = models.IntegerField()  # sessions closed without a tally
    held = models.IntegerField()
    refused = models.IntegerField()
    untraced = models.IntegerField()  # of the missing: not even held or refused, on paper only
    signed = models.IntegerField(default=0, db_default=0)  # recorded, and signed by the head of the facility

    class Meta:
        abstract = True


class DebtDay(Owed):
    """The debt meter by facility and day; counted again from the tables whenever a fact touches the day."""

    pk = models.CompositePrimaryKey("facility_id", "day")
    facility_id = models.IntegerField()
    day = models.DateField()

    class Distribution:
        column = "facility_id"


class DebtProvince(Owed):
    """Its sums by province of the station and day: the national page."""

    pk = models.CompositePrimaryKey("day", "province_id")
    day = models.DateField()
    province_id = models.IntegerField()

    class Distribution:
        kind = "local"


class DebtState(models.Model):
    """How far the meter has come: everything recorded before ``as_of`` is in it. One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    as_of = models.DateTimeField()

    class Distribution:
        kind = "local"


class DebtTouch(models.Model):
    """People whose standing with the population register changed since the meter was last brought up to date."""

    id = models.BigAutoField(primary_key=True)
    person_id = models.UUIDField()

    class Distribution:
        kind = "local"


class EpidemicEntry(models.Model):
    """One fact as it counts: a test, a case, an admission, a contact, with the heading it is counted under.

    ``since``: when it became known so; ``until``: when it was known no longer (withdrawn, corrected, moved); null: it
    stands. What registers overwrite (where somebody lived) is remembered here and nowhere else.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField()
    person_id = models.UUIDField()
    fact_id = models.UUIDField()  # of the result, the case, the watch
    measure = models.TextField()
    weight = models.SmallIntegerField()  # 1; of a stock also -1, on the day somebody left
    disease = models.TextField()
    day = models.DateField()
    area_id = models.IntegerField()  # 0: not known
    age_band = models.SmallIntegerField()
    sex = models.CharField(max_length=1)
    vaccinated = models.SmallIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Distribution:
        column = "person_id"


class EpidemicChange(models.Model):
    """What a figure changed by, and the day that became known on. Rows are only ever added: a figure as known on a day
    is the sum of the rows recorded until then."""

    id = models.BigAutoField(primary_key=True)
    recorded_on = models.DateField()
    day = models.DateField()
    area_id = models.IntegerField()
    disease = models.TextField()
    measure = models.TextField()
    age_band = models.SmallIntegerField()
    sex = models.CharField(max_length=1)
    vaccinated = models.SmallIntegerField()
    delta = models.IntegerField()

    class Meta:
        indexes = [
            models.Index("disease", "measure", "area_id", "day", name="epidemicchange_series"),
            models.Index(
                "area_id", Greatest("day", "recorded_on"),
                condition=models.Q(measure="in_hospital"), name="epidemicchange_stock",
            ),
        ]  # fmt: skip

    class Distribution:
        kind = "local"


class EpidemicDay(models.Model):
    """The changes' sum as known now, by area and day."""

    pk = models.CompositePrimaryKey("disease", "measure", "area_id", "day")
    disease = models.TextField()
    measure = models.TextField()
    area_id = models.IntegerField()
    day = models.DateField()
    value = models.IntegerField()

    class Meta:
        indexes = [models.Index("disease", "measure", "day", name="epidemicday_day")]

    class Distribution:
        kind = "local"


class EpidemicReport(models.Model):
    """What became known on each day by area, whichever day it happened on: where it grows, of all communes at once."""

    pk = models.CompositePrimaryKey("disease", "measure", "recorded_on", "area_id")
    disease = models.TextField()
    measure = models.TextField()
    recorded_on = models.DateField()
    area_id = models.IntegerField()
    value = models.IntegerField()

    class Distribution:
        kind = "local"


class EpidemicStock(models.Model):
    """What a stock of a commune, or (``wide``) of a province, changed by, by the month in which both its day and its
    becoming known lay behind: who is in hospital is summed from the first day on, and years are not read day by day."""

    pk = models.CompositePrimaryKey("disease", "measure", "wide", "place_id", "month")
    disease = models.TextField()
    measure = models.TextField()
    wide = models.BooleanField()
    place_id = models.IntegerField()
    month = models.DateField()  # its first day
    value = models.IntegerField()

    class Distribution:
        kind = "local"


class EpidemicProvinceChange(models.Model):
    """The changes by province (on the area's own map) and the day they became known on: the nation's vintages."""

    pk = models.CompositePrimaryKey("disease", "measure", "province_id", "day", "recorded_on")
    disease = models.TextField()
    measure = models.TextField()
    province_id = models.IntegerField()
    day = models.DateField()
    recorded_on = models.DateField()
    delta = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(
                "province_id", Greatest("day", "recorded_on"),
                condition=models.Q(measure="in_hospital"), name="epidemicprovince_stock",
            )
        ]  # fmt: skip

    class Distribution:
        kind = "local"


class EpidemicProvinceDay(models.Model):
    """The same as known now: the national picture."""

    pk = models.CompositePrimaryKey("disease", "measure", "province_id", "day")
    disease = models.TextField()
    measure = models.TextField()
    province_id = models.IntegerField()
    day = models.DateField()
    value = models.IntegerField()

    class Distribution:
        kind = "local"


class EpidemicAge(models.Model):
    """As known now, by province, age band, sex and vaccination."""

    pk = models.CompositePrimaryKey("disease", "measure", "province_id", "day", "age_band", "sex", "vaccinated")
    disease = models.TextField()
    measure = models.TextField()
    province_id = models.IntegerField()
    day = models.DateField()
    age_band = models.SmallIntegerField()
    sex = models.CharField(max_length=1)
    vaccinated = models.SmallIntegerField()
    value = models.IntegerField()

    class Distribution:
        kind = "local"


class EpidemicState(models.Model):
    """How far the figures have come: everything recorded before ``as_of`` is in them. One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    as_of = models.DateTimeField()

    class Distribution:
        kind = "local"
