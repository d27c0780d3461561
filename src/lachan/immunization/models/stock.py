"""The stock book, to the vial. Distributed by facility, a transfer by its own id."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lachan.kernel.ids import new_id


class Stock(models.Model):
    """Doses of a lot at a facility: in its store, in its sessions and in its open vials. The balance is derived."""

    pk = models.CompositePrimaryKey("facility_id", "lot_id")
    facility_id = models.IntegerField()
    lot_id = models.IntegerField()
    received = models.IntegerField(default=0)  # deliveries and what came from other facilities
    used = models.IntegerField(default=0)  # doses given
    adjusted = models.IntegerField(default=0)  # counts, waste, returns and what went to other facilities, signed
    balance = models.GeneratedField(
        expression=F("received") - F("used") + F("adjusted"), output_field=models.IntegerField(), db_persist=True
    )
    use_by = models.DateField(null=True)  # last day of what has been thawed here, before the lot's own

    class Distribution:
        column = "facility_id"


class StockMovement(models.Model):
    """One entry of the stock book other than a dose given."""

    pk = models.CompositePrimaryKey("facility_id", "id")
    id = models.UUIDField(default=new_id)
    facility_id = models.IntegerField()
    lot_id = models.IntegerField()
    kind = models.TextField()  # bodies.stock.KINDS, transfer_out, transfer_in, transfer_back, count
    quantity = models.IntegerField()  # doses, signed as it changes the balance; zero for the way into a session
    amount = models.IntegerField(default=0)  # doses as they were entered; of a count: what was counted
    session_id = models.UUIDField(null=True)
    vial_id = models.UUIDField(null=True)
    transfer_id = models.UUIDField(null=True)
    document = models.TextField(default="")
    reason = models.TextField(default="")  # a code of rules.stock.WASTE or COUNT, or words
    note = models.TextField(default="")
    actor_id = models.UUIDField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index("facility_id", "lot_id", name="stock_movement_lot"),
            models.Index("session_id", name="stock_movement_session", condition=Q(session_id__isnull=False)),
        ]

    class Distribution:
        column = "facility_id"


class Vial(models.Model):
    """A vial opened in a session. Doses point at it; ``drawn`` equals those that count (``lachan db check``)."""

    pk = models.CompositePrimaryKey("facility_id", "id")
    id = models.UUIDField(default=new_id)
    facility_id = models.IntegerField()
    session_id = models.UUIDField()
    lot_id = models.IntegerField()
    doses = models.SmallIntegerField()  # in it when opened; more when it yielded more than its label says
    drawn = models.SmallIntegerField(default=0)
    wasted = models.SmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    limit_at = models.DateTimeField()  # nothing is drawn after
    automatic = models.BooleanField(default=False)  # nobody said it was opened: a dose was drawn
    closed_at = models.DateTimeField(null=True)
    actor_id = models.UUIDField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(drawn__gte=0, wasted__gte=0, doses__gte=F("drawn") + F("wasted")),
                name="vial_holds_its_doses",
            )
        ]
        indexes = [models.Index("session_id", "lot_id", name="vial_session"), models.Index("id", name="vial_by_id")]

    class Distribution:
        column = "facility_id"


class Transfer(models.Model):
    """Goods from one facility to another. Sent and neither received nor called back: on the way."""

    id = models.UUIDField(primary_key=True, default=new_id)
    from_facility_id = models.IntegerField()
    to_facility_id = models.IntegerField()
    document = models.TextField(default="")
    note = models.TextField(default="")
    sent_at = models.DateTimeField()
    sent_by = models.UUIDField()
    received_at = models.DateTimeField(null=True)
    received_by = models.UUIDField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index("from_facility_id", "sent_at", name="transfer_from"),
            models.Index("to_facility_id", "sent_at", name="transfer_to"),
        ]

    class Distribution:
        column = "id"


class TransferLine(models.Model):
    """A lot of a transfer. ``received`` is null as long as nobody has said."""

    pk = models.CompositePrimaryKey("transfer_id", "lot_id")
    transfer_id = models.UUIDField()
    lot_id = models.IntegerField()
    sent = models.IntegerField()
    received = models.IntegerField(null=True)
    use_by = models.DateField(null=True)

    class Distribution:
        column = "transfer_id"


class Discrepancy(models.Model):
    """Doses that cannot be accounted for, until somebody says why. ``quantity``: doses too many (+) or missing (-).

    ``below_zero``: more was given than is known to have come; the balance itself says how many, so one a lot suffices.
    """

    pk = models.CompositePrimaryKey("facility_id", "id")
    id = models.UUIDField(default=new_id)
    facility_id = models.IntegerField()
    lot_id = models.IntegerField()
    kind = models.TextField()  # below_zero | count | transfer
    quantity = models.IntegerField(default=0)
    transfer_id = models.UUIDField(null=True)
    actor_id = models.UUIDField()  # who brought it to light
    happened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    reason = models.TextField(default="")
    note = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "facility_id", "lot_id", condition=Q(kind="below_zero", closed_at__isnull=True), name="below_zero_once"
            )
        ]
        indexes = [models.Index("facility_id", name="discrepancy_open", condition=Q(closed_at__isnull=True))]

    class Distribution:
        column = "facility_id"


class Box(models.Model):
    """A box received, by the serial number in its code: the same box does not come twice unnoticed."""

    pk = models.CompositePrimaryKey("facility_id", "gtin", "serial")
    facility_id = models.IntegerField()
    gtin = models.TextField()
    serial = models.TextField()
    lot_id = models.IntegerField()
    movement_id = models.UUIDField()
    received_at = models.DateTimeField()

    class Distribution:
        column = "facility_id"


class TradeItem(models.Model):
    """What a GTIN on a box means, as somebody here has stated it."""

    gtin = models.TextField(primary_key=True)
    product_id = models.SmallIntegerField()
    doses = models.IntegerField()  # in one box with this code
    vial_doses = models.SmallIntegerField()
    actor_id = models.UUIDField()
    recorded_at = models.DateTimeField()

    class Distribution:
        kind = "reference"
