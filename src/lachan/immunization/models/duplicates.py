"""Two doses of a person that may be one."""

from __future__ import annotations

from django.db import models

from lachan.kernel.ids import new_id


class DosePair(models.Model):
    """Doses of one product a few days apart, as when two stations enter the same dose. Open while both count."""

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField()
    first_id = models.UUIDField()  # the earlier day
    second_id = models.UUIDField()
    first_facility_id = models.IntegerField(null=True)
    second_facility_id = models.IntegerField(null=True)
    residence_id = models.IntegerField(null=True)  # where the person lived at the later one
    found_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)  # somebody looked: both were given
    kept_by = models.UUIDField(null=True)
    note = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint("person_id", "first_id", "second_id", name="dosepair_once")]
        indexes = [
            models.Index("residence_id", "found_at", name="dosepair_here", condition=models.Q(kept_at=None)),
            models.Index("first_facility_id", name="dosepair_first", condition=models.Q(kept_at=None)),
            models.Index("second_facility_id", name="dosepair_second", condition=models.Q(kept_at=None)),
        ]

    class Distribution:
        column = "person_id"
