"""Sessions to come, and what was counted on paper at closing time against what is recorded."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.kernel.ids import new_id


class SessionPlan(models.Model):
    """What was planned for a session, beside the session itself: doses by product, and who changed it why."""

    session_id = models.UUIDField(primary_key=True)
    facility_id = models.IntegerField()
    doses = models.JSONField(default=dict)  # product key -> doses expected
    reason = models.TextField(default="")  # of the latest change or the cancelling
    actor_id = models.UUIDField()
    planned_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Distribution:
        column = "session_id"


class Tally(models.Model):
    """What the head counted on paper when a session ended. A correction is a new row; one a session is current."""

    pk = models.CompositePrimaryKey("facility_id", "id")
    id = models.UUIDField(default=new_id)
    facility_id = models.IntegerField()
    session_id = models.UUIDField()
    day = models.DateField()  # of the session
    lines = models.JSONField()  # [{"product": id, "doses": n, "vials": n, "numbers": {"1": n}}]
    doses = models.IntegerField()
    current = models.BooleanField(default=True)
    reason = models.TextField(default="")  # of a correction
    actor_id = models.UUIDField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "facility_id", "session_id", condition=Q(current=True), name="tally_current_once_a_session"
            ),
        ]
        indexes = [models.Index("facility_id", "day", name="tally_facility_day")]

    class Distribution:
        column = "facility_id"


class Explanation(models.Model):
    """Why doses of a tally will not be recorded: the head says so, someone above accepts or returns it."""

    pk = models.CompositePrimaryKey("facility_id", "id")
    id = models.UUIDField(default=new_id)
    facility_id = models.IntegerField()
    session_id = models.UUIDField()
    day = models.DateField()
    doses = models.JSONField()  # product id -> doses that were missing when it was written
    cause = models.TextField()
    reason = models.TextField()
    state = models.TextField(default="proposed")  # proposed | accepted | returned
    actor_id = models.UUIDField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "facility_id", "session_id", condition=Q(state="proposed"), name="explanation_waits_once_a_session"
            ),
        ]
        indexes = [models.Index("facility_id", "day", name="explanation_facility_day")]

    class Distribution:
        column = "facility_id"
