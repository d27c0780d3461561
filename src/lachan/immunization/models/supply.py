"""Where a lot may not be used, who is to be told, what was asked and given, and what the fridges say."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lachan.kernel.ids import new_id


class LotStatus(models.Model):
    """A lot is quarantined or recalled at a place from a time to a time; the place is an area (the nation is one) or a
    facility. Rows are only ended, never taken away: they are the lot's history. Read with every slice of doses."""

    id = models.UUIDField(primary_key=True, default=new_id)
    lot_id = models.BigIntegerField()
    area_id = models.IntegerField(null=True)
    facility_id = models.IntegerField(null=True)
    status = models.TextField()  # quarantined | recalled
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.TextField()
    document = models.TextField(default="")
    excursion_id = models.UUIDField(null=True)
    actor_id = models.UUIDField()
    recorded_at = models.DateTimeField()
    ended_by = models.UUIDField(null=True)
    ended_reason = models.TextField(default="")
    ended_document = models.TextField(default="")
    ended_recorded_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField(null=True)  # when the people of a recall were last put into the message queue

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["quarantined", "recalled"]), name="lot_status_word"),
            models.CheckConstraint(
                condition=Q(area_id__isnull=True, facility_id__isnull=False)
                | Q(area_id__isnull=False, facility_id__isnull=True),
                name="lot_status_one_place",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="lot_status_period"
            ),
            models.UniqueConstraint(
                "lot_id", "area_id", condition=Q(until__isnull=True, facility_id__isnull=True), name="lot_status_area"
            ),
            models.UniqueConstraint(
                "lot_id", "facility_id", condition=Q(until__isnull=True, area_id__isnull=True),
                name="lot_status_facility",
            ),
        ]  # fmt: skip
        indexes = [models.Index("lot_id", name="lot_status_lot")]

    class Distribution:
        kind = "reference"


class Message(models.Model):
    """Something a person is to be told because of a fact: once a person and cause. No contact is kept here; it is
    looked up when the message is sent."""

    pk = models.CompositePrimaryKey("person_id", "cause_id")
    person_id = models.UUIDField()
    cause_id = models.UUIDField()
    template = models.TextField()
    language = models.CharField(max_length=2, default="vi")
    params = models.JSONField(default=dict)  # never a name, a number or a contact
    state = models.TextField(default="queued")  # queued | sent | failed | withdrawn
    reason = models.TextField(default="")  # why it failed or was withdrawn
    attempts = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    residence_id = models.IntegerField(null=True)
    facility_id = models.IntegerField(null=True)
    given_on = models.DateField(null=True)
    outcome = models.TextField(default="")  # what came of a call or visit; empty: nobody has
    outcome_how = models.TextField(default="")  # phone | visit
    outcome_at = models.DateTimeField(null=True)
    outcome_by = models.UUIDField(null=True)

    class Meta:
        db_table = "immunization_message"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sent", "failed", "withdrawn"]), name="message_state"
            )
        ]
        indexes = [
            models.Index("next_at", condition=Q(state="queued"), name="message_due"),
            models.Index("cause_id", "residence_id", name="message_cause"),
        ]

    class Distribution:
        column = "person_id"


class AllocationPlan(models.Model):
    """Doses of a product that one level has to give to the places below it, in one round."""

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.TextField()  # what stands on the delivery notes; movements are found by it
    giver_id = models.IntegerField()  # area: the nation, a province or a district
    parent_id = models.UUIDField(null=True)  # the plan of the level above that gave the doses
    product_id = models.SmallIntegerField()
    title = models.TextField()
    available = models.IntegerField()
    due_on = models.DateField()
    state = models.TextField(default="open")  # open | decided | closed
    note = models.TextField(default="")
    actor_id = models.UUIDField()
    created_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    over_reason = models.TextField(default="")  # why more was given than the level has

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(available__gte=0), name="plan_available"),
            models.CheckConstraint(condition=Q(state__in=["open", "decided", "closed"]), name="plan_state"),
        ]
        indexes = [models.Index("giver_id", "created_at", name="plan_giver")]

    class Distribution:
        column = "id"


class AllocationLine(models.Model):
    """What one place below asked for and was given; one a place and plan."""

    pk = models.CompositePrimaryKey("plan_id", "place")
    plan_id = models.UUIDField()
    place = models.TextField()  # a79: area 79, f123: facility 123
    area_id = models.IntegerField(null=True)
    facility_id = models.IntegerField(null=True)
    asked = models.IntegerField(null=True)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField(null=True)
    asked_note = models.TextField(default="")
    given = models.IntegerField(null=True)
    given_by = models.UUIDField(null=True)
    given_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(asked__isnull=True) | Q(asked__gte=0)) & (Q(given__isnull=True) | Q(given__gte=0)),
                name="plan_line_not_negative",
            )
        ]
        indexes = [
            models.Index("facility_id", name="plan_line_facility"),
            models.Index("area_id", name="plan_line_area"),
        ]

    class Distribution:
        column = "plan_id"


class ColdDevice(models.Model):
    """A fridge, freezer or cold box of a facility. ``storage`` names the limits it is held to."""

    pk = models.CompositePrimaryKey("facility_id", "id")
    id = models.UUIDField(default=new_id)
    facility_id = models.IntegerField()
    name = models.TextField()
    storage = models.TextField()  # code of data/storage_ranges.json
    registered_at = models.DateTimeField()
    actor_id = models.UUIDField()
    retired_at = models.DateTimeField(null=True)

    class Distribution:
        column = "facility_id"


class TemperatureLog(models.Model):
    """A file of a logger as it was read: times and temperatures, packed (queries/cold.py)."""

    pk = models.CompositePrimaryKey("facility_id", "id")
    id = models.UUIDField(default=new_id)
    facility_id = models.IntegerField()
    device_id = models.UUIDField()
    digest = models.BinaryField()
    points = models.IntegerField()
    first_at = models.DateTimeField()
    latest_at = models.DateTimeField()
    packed = models.BinaryField()
    actor_id = models.UUIDField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("facility_id", "device_id", "digest", name="temperature_file_once"),
        ]
        indexes = [models.Index("facility_id", "device_id", "first_at", name="temperature_device")]

    class Distribution:
        column = "facility_id"


class Excursion(models.Model):
    """A time a device was outside its limits for longer than they allow. Open until someone has decided."""

    pk = models.CompositePrimaryKey("facility_id", "id")
    id = models.UUIDField(default=new_id)
    facility_id = models.IntegerField()
    device_id = models.UUIDField()
    log_id = models.UUIDField(null=True)  # None: entered by hand
    kind = models.TextField()  # high | low | freezing
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    lowest = models.FloatField()
    highest = models.FloatField()
    minutes = models.IntegerField()
    limits = models.TextField()  # code and first day of the limits it was found by
    lots = models.JSONField(default=list)  # ids of the lots the facility held then
    note = models.TextField(default="")
    actor_id = models.UUIDField()
    recorded_at = models.DateTimeField()
    decision = models.TextField(default="")  # use | discard; empty: open
    comment = models.TextField(default="")
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("facility_id", "device_id", "kind", "began_at", name="excursion_once"),
            models.CheckConstraint(condition=Q(kind__in=["high", "low", "freezing"]), name="excursion_kind"),
            models.CheckConstraint(
                condition=Q(decision="") | (Q(decision__in=["use", "discard"]) & ~Q(comment="")),
                name="excursion_decided_with_comment",
            ),
        ]
        indexes = [models.Index("facility_id", condition=Q(decision=""), name="excursion_open")]

    class Distribution:
        column = "facility_id"
