"""Orders about persons: numbered documents that isolate, quarantine, release, discharge, and proof that they came."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.kernel.tables import PersonFact


class Order(PersonFact):
    """One numbered document about one person. Its words are made when it is printed, from what stands here.

    ``cause_id``: the case or watch it follows from; of one cause and kind one order stands at a time. ``happened_at``:
    when it was signed for. ``legal``: id of the dated basis (``data/orders.json``).
    """

    number = models.IntegerField()
    year = models.SmallIntegerField()
    issuer_id = models.IntegerField()  # area whose people's committee issues it
    kind = models.TextField()
    disease = models.TextField()
    cause_id = models.UUIDField()
    legal = models.TextField()
    area_id = models.IntegerField(null=True)  # commune of the person, where it is carried out
    place_kind = models.TextField()  # home | facility | hospital
    place = models.BinaryField()  # address, sealed
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)  # its last day
    state = models.TextField(default="standing")  # standing | replaced | withdrawn
    replaces_id = models.UUIDField(null=True)
    printed_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    delivered_how = models.TextField(default="")
    delivered_by = models.UUIDField(null=True)  # actor who vouches for it
    delivery_note = models.BinaryField(null=True)  # who signed, what was said; sealed
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("person_id", "cause_id", "kind", condition=Q(state="standing"), name="order_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["isolation", "quarantine", "release", "discharge"]), name="order_kind"
            ),
            models.CheckConstraint(
                condition=Q(delivered_how__in=["", "hand", "post", "sms", "phone"]), name="order_delivery"
            ),
            models.CheckConstraint(condition=Q(state__in=["standing", "replaced", "withdrawn"]), name="order_state"),
        ]
        indexes = [
            models.Index("id", name="order_id"),
            models.Index("issuer_id", "year", "number", name="order_number"),
            models.Index("area_id", "recorded_at", "id", name="order_area"),
            models.Index("area_id", "recorded_at", "id", name="order_to_print", condition=Q(printed_at=None)),
            models.Index("area_id", "recorded_at", "id", name="order_to_bring", condition=Q(delivered_at=None)),
            models.Index("cause_id", name="order_cause"),
        ]

    class Sealed:
        columns = ("place", "delivery_note")


class OrderNumber(models.Model):
    """The latest number of an issuer's orders in a year; taken under the row's lock, in the order's transaction."""

    pk = models.CompositePrimaryKey("issuer_id", "year")
    issuer_id = models.IntegerField()
    year = models.SmallIntegerField()
    latest = models.IntegerField()

    class Distribution:
        kind = "local"
