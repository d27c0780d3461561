"""Who belongs together: households, classes, workplaces, vehicles, entered by hand or brought in lists."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.kernel.ids import new_id


class Group(models.Model):
    """A household, class, team or vehicle. ``label`` says which to those who work with it, and names nobody."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.TextField()  # household | class | workplace | vehicle
    label = models.TextField()
    area_id = models.IntegerField(null=True)  # where it is; of a vehicle, where it arrived
    starts_at = models.DateTimeField(null=True)  # of a trip; null: standing
    ends_at = models.DateTimeField(null=True)
    source = models.TextField()  # interview | list
    made_at = models.DateTimeField()
    made_by = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["household", "class", "workplace", "vehicle"]), name="group_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind="vehicle", starts_at__isnull=False, ends_at__gt=models.F("starts_at"))
                | (~Q(kind="vehicle") & Q(starts_at__isnull=True, ends_at__isnull=True)),
                name="group_trip",
            ),
        ]
        indexes = [models.Index("area_id", "kind", name="group_area")]

    class Distribution:
        column = "id"


class Membership(models.Model):
    """Somebody belongs to a group from a moment to another (null: still). Distributed by the person.

    ``row``: of the seat, counted from the front. A slip is withdrawn, never deleted.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField()
    group_id = models.UUIDField()
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    row = models.SmallIntegerField(null=True)
    seat = models.TextField(default="")
    recorded_at = models.DateTimeField()
    actor_id = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("person_id", "group_id", "from_at", name="membership_once"),
            models.CheckConstraint(
                condition=Q(to_at__isnull=True) | Q(to_at__gt=models.F("from_at")), name="membership_span"
            ),
        ]
        indexes = [models.Index("group_id", name="membership_group", condition=Q(withdrawn_at__isnull=True))]

    class Distribution:
        column = "person_id"
