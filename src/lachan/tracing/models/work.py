"""Work with people under watch: what is to be done, what was said on the telephone, who answers for whom."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.kernel.ids import new_id


class Task(models.Model):
    """One thing to be done about a person under watch. Once a watch, kind and day, however often it is planned.

    ``score`` ranks it among all of its commune (``work.rules.priority``); ``household_key`` is the same for people who
    are reached by one call. A task that is no longer needed is dropped, never deleted.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField()
    watch_id = models.UUIDField()
    disease = models.TextField()
    kind = models.TextField()  # call | test | follow_up | order | end
    level = models.SmallIntegerField()
    area_id = models.IntegerField()  # the commune answerable, of the watch
    due_on = models.DateField()  # the day it belongs to
    due_at = models.DateTimeField()  # not before: a try that failed moves it
    score = models.FloatField()
    household_key = models.UUIDField()
    state = models.TextField(default="open")  # open | done | dropped
    assigned_to = models.UUIDField(null=True)
    attempts = models.SmallIntegerField(default=0)
    outcome = models.TextField(default="")  # of the latest try, or why it was dropped
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("person_id", "watch_id", "kind", "due_on", name="task_once"),
            models.CheckConstraint(condition=Q(state__in=["open", "done", "dropped"]), name="task_state"),
            models.CheckConstraint(
                condition=Q(kind__in=["call", "test", "follow_up", "order", "end"]), name="task_kind"
            ),
        ]
        indexes = [
            # the list of a commune: the highest first, what is not due yet passed over inside the index
            models.Index(
                models.F("area_id"), models.F("score").desc(), models.F("due_at"), name="task_ranked",
                condition=Q(state="open"),
            ),
            models.Index("household_key", name="task_household", condition=Q(state="open")),
            models.Index("area_id", "closed_at", name="task_closed", condition=Q(state="done")),
        ]  # fmt: skip

    class Distribution:
        column = "person_id"


class Call(models.Model):
    """What came of one try to reach somebody: the diary of the tracer's side. Never changed; undone as a whole."""

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField()
    watch_id = models.UUIDField()
    area_id = models.IntegerField()
    kind = models.TextField()  # call | follow_up
    outcome = models.TextField()  # reached | household | no_answer | wrong_number | refuses
    symptoms = models.JSONField(default=list)
    staying = models.TextField(default="")  # home | facility | elsewhere
    sealed_note = models.BinaryField(null=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor_id = models.UUIDField()
    next_at = models.DateTimeField(null=True)  # of the next try
    before = models.JSONField(default=dict)  # what it changed, for the way back
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index("person_id", "watch_id", "happened_at", name="call_watch"),
            models.Index("area_id", "recorded_at", name="call_day", condition=Q(undone_at__isnull=True)),
        ]

    class Distribution:
        column = "person_id"

    class Sealed:
        columns = ("sealed_note",)


class Handover(models.Model):
    """A person under watch is offered by one place to another. Until it accepts, the first one answers for them."""

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField()
    watch_id = models.UUIDField()
    from_area_id = models.IntegerField()
    to_area_id = models.IntegerField()
    state = models.TextField(default="offered")  # offered | accepted | returned | withdrawn
    reason = models.TextField()
    offered_at = models.DateTimeField()
    offered_by = models.UUIDField()
    answer = models.TextField(default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "person_id", "watch_id", condition=Q(state="offered"), name="handover_offered_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["offered", "accepted", "returned", "withdrawn"]), name="handover_state"
            ),
        ]
        indexes = [
            models.Index("to_area_id", "state", "offered_at", name="handover_in"),
            models.Index("from_area_id", "state", "offered_at", name="handover_out"),
        ]

    class Distribution:
        column = "person_id"


class Capacity(models.Model):
    """How many households a place can call in a day, as its officer said; none said: the default of the data."""

    area_id = models.IntegerField(primary_key=True)
    calls_a_day = models.IntegerField()
    set_at = models.DateTimeField()
    set_by = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(calls_a_day__gte=0, calls_a_day__lte=100_000), name="capacity_sane")
        ]

    class Distribution:
        kind = "local"


class Named(models.Model):
    """Somebody whom a case, or who lives with them, named as a contact on the telephone: evidence for the list.

    Distributed by the contact. A slip is taken back, never deleted.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField()  # the contact
    case_person_id = models.UUIDField()  # who was near them
    disease = models.TextField()
    relation = models.TextField()  # household | work | class | transport | care | other
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    minutes = models.IntegerField(null=True)  # together in all; null: not known, as long as the rule asks
    sealed_note = models.BinaryField(null=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor_id = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("person_id", "case_person_id", "first_at", name="named_once"),
            models.CheckConstraint(condition=Q(last_at__gte=models.F("first_at")), name="named_span"),
        ]
        indexes = [models.Index("case_person_id", name="named_by")]

    class Distribution:
        column = "person_id"

    class Sealed:
        columns = ("sealed_note",)
