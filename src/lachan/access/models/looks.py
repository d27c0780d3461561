"""The log of looks at named persons."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from lachan.kernel.ids import new_id


class Look(models.Model):
    """Someone looked at a named person's record: who, when, at what, for which purpose. The person may see this log.

    ``id`` is a UUIDv7, so the primary key already orders a person's looks by time.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField(default=new_id)
    actor_id = models.UUIDField()
    purpose = models.TextField()
    what = models.TextField()
    at = models.DateTimeField()

    class Meta:
        # the auditor's question: at whom did this person look
        indexes = [
            models.Index("actor_id", "at", name="look_by_actor"),
            # rows come in the order of time: a few pages say where a day lies, at next to no cost for writers
            BrinIndex(fields=["at"], name="look_by_time", pages_per_range=16),
        ]

    class Distribution:
        column = "person_id"
