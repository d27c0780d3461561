"""Venues: doors that people check in at, and the keys their codes are signed with."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.places.models.areas import Area, Facility


class Venue(models.Model):
    """A market, a school, a bus, a ward: where people stay together, with one door that has a code.

    ``closed``: a closed space, where the air is shared. ``parent``: the venue this room lies in. ``code_version``:
    raised when a poster is stolen or photographed for mischief; codes of earlier versions are refused from then on.
    ``facility``: the one whose head registered it; null: an officer of the area did.
    """

    id = models.BigAutoField(primary_key=True)
    code = models.TextField(unique=True)
    name = models.TextField()
    search_name = models.TextField()
    kind = models.TextField()  # as in data/venue_kinds.json
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+")
    address = models.TextField(default="")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    closed = models.BooleanField()
    capacity = models.IntegerField(null=True)  # persons at once
    stay_minutes = models.SmallIntegerField(null=True)  # null: the kind's
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    contact = models.BinaryField(null=True)  # sealed telephone of whoever answers for the door
    active = models.BooleanField(default=True)
    code_version = models.SmallIntegerField(default=1)
    rotate_minutes = models.SmallIntegerField(default=0)  # 0: one code on a poster
    registered_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rotate_minutes__range=(0, 60)), name="venue_rotation"),
            models.CheckConstraint(condition=Q(code_version__range=(1, 255)), name="venue_code_version"),
            models.CheckConstraint(condition=Q(capacity__isnull=True) | Q(capacity__gt=0), name="venue_capacity"),
            models.CheckConstraint(
                condition=Q(stay_minutes__isnull=True) | Q(stay_minutes__range=(5, 720)), name="venue_stay"
            ),
        ]
        indexes = [
            models.Index("area", "search_name", name="venue_area"),
            models.Index("parent", name="venue_parent", condition=Q(parent__isnull=False)),
        ]

    class Distribution:
        kind = "reference"

    class Sealed:
        columns = ("contact",)

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class VenueKey(models.Model):
    """A key the house signs venue codes with; whoever holds its public half checks a code without a line."""

    number = models.SmallIntegerField(primary_key=True)  # stands in the code; 1 to 255
    public = models.BinaryField()
    sealed = models.BinaryField()  # the private half
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)  # its codes are refused from then on

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(number__range=(1, 255)), name="venuekey_number")]

    class Distribution:
        kind = "reference"

    class Sealed:
        columns = ("sealed",)
