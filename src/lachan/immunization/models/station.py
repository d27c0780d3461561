"""What a station keeps: sessions and stock. Distributed by facility."""

from __future__ import annotations

from django.db import models
from django.db.models import F

from lachan.kernel.ids import new_id


class Session(models.Model):
    """A vaccination session at a facility: a date, a part of the day, the products and lots of today."""

    id = models.UUIDField(primary_key=True, default=new_id)
    facility_id = models.IntegerField()
    date = models.DateField()
    part = models.TextField()  # morning | afternoon | day
    status = models.TextField(default="open")  # planned | open | closed
    capacity = models.IntegerField(default=200)
    lots = models.JSONField(default=dict)  # product key -> lot number: today's default
    staff = models.JSONField(default=list)  # user ids and their desk, as strings
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("facility_id", "date", name="session_facility_date")]

    class Distribution:
        column = "id"


class Stock(models.Model):
    """Doses of a lot at a facility. The balance is derived, never typed."""

    pk = models.CompositePrimaryKey("facility_id", "lot_id")
    facility_id = models.IntegerField()
    lot_id = models.IntegerField()
    received = models.IntegerField(default=0)
    used = models.IntegerField(default=0)
    adjusted = models.IntegerField(default=0)  # counts, waste and returns, signed
    balance = models.GeneratedField(
        expression=F("received") - F("used") + F("adjusted"), output_field=models.IntegerField(), db_persist=True
    )

    class Distribution:
        column = "facility_id"


class StockMovement(models.Model):
    """One entry of the stock book other than a dose used."""

    pk = models.CompositePrimaryKey("facility_id", "id")
    id = models.UUIDField(default=new_id)
    facility_id = models.IntegerField()
    lot_id = models.IntegerField()
    kind = models.TextField()  # receive | adjust | waste | return
    quantity = models.IntegerField()  # doses, signed as it changes the balance
    document = models.TextField(default="")
    reason = models.TextField(default="")
    actor_id = models.UUIDField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("facility_id", "lot_id", name="stock_movement_lot")]

    class Distribution:
        column = "facility_id"
