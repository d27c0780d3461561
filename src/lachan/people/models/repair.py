"""What came of asking somebody whose record has to be mended."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.kernel.ids import new_id

KINDS = ("asked", "confirmed", "not_reached", "moved")


class RepairNote(models.Model):
    """Somebody was asked, or could not be: beside the state, which only the register's answer changes."""

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField()
    kind = models.TextField()  # asked | confirmed (it is as written) | not_reached | moved (lives elsewhere)
    actor_id = models.UUIDField()
    at = models.DateTimeField()
    sealed = models.BinaryField(null=True)  # what was said, in words

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=KINDS), name="repairnote_kind")]
        indexes = [models.Index("person_id", "at", name="repairnote_latest")]

    class Distribution:
        column = "person_id"

    class Sealed:
        columns = ("sealed",)
