"""Health declarations: what somebody said of themselves on a day, and what the rules of that day made of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.kernel.ids import new_id

SOURCES = ["self", "member", "staff", "partner"]
STATES = ["none", "open", "settled"]


class Declaration(models.Model):
    """One declaration; never changed but for what was done about it. Distributed by the person it is about.

    ``answers`` holds codes of the form ``form`` only (``data/declaration_forms.json``); what was typed freely, and
    where whoever declared is reached, is sealed. ``risk``: 0 low, 1 watch, 2 high, by ``rule`` of ``data/risk.json``.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField()
    kind = models.TextField()  # domestic | entry | place | daily
    form = models.TextField()
    day = models.DateField()  # in Viet Nam
    made_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    source = models.TextField()
    actor_id = models.UUIDField()
    facility_id = models.IntegerField(null=True)  # the desk where it was entered
    area_id = models.IntegerField(null=True)  # the commune where the person is, as said; else where they live
    venue = models.TextField(default="")  # code of the place at whose door it was made
    flight = models.TextField(default="")
    answers = models.JSONField(default=dict)
    temperature = models.FloatField(null=True)  # °C
    spo2 = models.SmallIntegerField(null=True)  # %
    symptoms = models.SmallIntegerField(default=0)  # how many
    risk = models.SmallIntegerField()
    reasons = models.JSONField(default=list)
    rule = models.TextField()
    proved = models.BooleanField(default=False)  # a code came back from the contact that was typed
    sealed = models.BinaryField(null=True)
    state = models.TextField(default="none")  # none: nothing to do; open: somebody is to be called; settled
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    settled_as = models.TextField(default="")  # called | sampled | case | unreached | mistaken
    sealed_note = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(risk__in=[0, 1, 2]), name="declaration_risk"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="declaration_state"),
            models.CheckConstraint(condition=Q(source__in=SOURCES), name="declaration_source"),
        ]
        indexes = [
            models.Index("person_id", "day", name="declaration_person_day"),
            models.Index("area_id", "day", "risk", name="declaration_area_day"),
            models.Index("facility_id", "day", name="declaration_desk", condition=Q(facility_id__isnull=False)),
            models.Index("area_id", "made_at", name="declaration_open", condition=Q(state="open")),
            models.Index("flight", "day", name="declaration_flight", condition=~Q(flight="")),
        ]

    class Distribution:
        column = "person_id"

    class Sealed:
        columns = ("sealed", "sealed_note")
