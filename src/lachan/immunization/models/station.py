"""What a station keeps: its sessions."""

from __future__ import annotations

from django.db import models

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
    halt_reason = models.TextField(db_default="")  # why it was stopped before its time; empty: it was not
    vials = models.BooleanField(db_default=False)  # its doses are drawn from vials said to be open

    class Meta:
        indexes = [models.Index("facility_id", "date", name="session_facility_date")]

    class Distribution:
        column = "id"
