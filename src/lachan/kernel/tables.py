"""Shapes of tables that several rooms share."""

from __future__ import annotations

from django.db import models

from lachan.kernel.ids import new_id


class PersonFact(models.Model):
    """Key and times every fact about a person carries. Distributed by the person."""

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField()
    actor_id = models.UUIDField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True

    class Distribution:
        column = "person_id"
