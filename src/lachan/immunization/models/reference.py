"""Dated facts the decisions read: products, their rules, screening forms, lots. Reference tables, on every node."""

from __future__ import annotations

from django.db import models


class Product(models.Model):
    """A vaccine product."""

    id = models.SmallIntegerField(primary_key=True)
    key = models.TextField(unique=True)
    name = models.TextField()
    short_name = models.TextField()
    facts = models.JSONField(default=dict)  # platform, codes, storage, vial sizes: shown, not decided on

    class Distribution:
        kind = "reference"


class ProductRule(models.Model):
    """What a product asks for between two dates: ages, doses, intervals, with the legal text."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="rules")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    min_age = models.SmallIntegerField()
    primary_doses = models.SmallIntegerField()
    min_interval_days = models.SmallIntegerField(null=True)
    max_interval_days = models.SmallIntegerField(null=True)
    components = models.SmallIntegerField(default=0)  # Sputnik V: dose k is component k
    reference = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint("product", "valid_from", name="product_rule_once")]

    class Distribution:
        kind = "reference"


class MixingRule(models.Model):
    """Whether the product ``to_product`` may follow ``from_product`` in the primary series."""

    from_product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    to_product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")  # null: any other
    allowed = models.BooleanField()
    min_interval_days = models.SmallIntegerField(null=True)
    max_interval_days = models.SmallIntegerField(null=True)
    condition = models.TextField(default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    reference = models.TextField()

    class Distribution:
        kind = "reference"


class BoosterRule(models.Model):
    """How long after the primary series a booster may follow."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    min_months = models.SmallIntegerField()
    min_days = models.SmallIntegerField(default=0)
    min_age = models.SmallIntegerField(null=True)
    max_doses = models.SmallIntegerField(null=True)
    products = models.JSONField(null=True)  # product of the primary series (id, or "*") -> products allowed
    reference = models.TextField()

    class Distribution:
        kind = "reference"


class ScreeningForm(models.Model):
    """A screening form of the ministry, as dated data."""

    code = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    min_age = models.SmallIntegerField()
    max_age = models.SmallIntegerField(null=True)
    reference = models.TextField()
    body = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint("code", "valid_from", name="screening_form_once")]

    class Distribution:
        kind = "reference"


class Lot(models.Model):
    """A lot of a product, wherever its vials are."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, models.PROTECT, related_name="lots")
    number = models.TextField()
    expires_on = models.DateField(null=True)
    status = models.TextField(default="ok")  # ok | quarantined | recalled
    status_since = models.DateField(null=True)
    component = models.SmallIntegerField(default=0)
    vial_doses = models.SmallIntegerField(null=True)  # as its delivery note says; else the product tells

    class Meta:
        constraints = [models.UniqueConstraint("product", "number", name="lot_once")]

    class Distribution:
        kind = "reference"
