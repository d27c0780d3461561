"""What the laboratory is asked, what it holds in its tubes, and what it found. About people: spread by person.

The tube is how everything is found again, so its code is unique in the nation: a table of its own, spread by the code.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.kernel.tables import PersonFact


class LabOrder(PersonFact):
    """Somebody asks for a test of a person. ``sample_id``: the sample taken for it."""

    reason = models.TextField()  # symptoms | contact | screening | discharge | entry
    diseases = models.JSONField()
    facility_id = models.IntegerField(null=True)
    note = models.TextField(default="")
    sample_id = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index("facility_id", "happened_at", name="laborder_facility")]


class Sample(PersonFact):
    """What was taken from one person at ``happened_at``: in a tube of its own (``code``), or with others in a pool.

    ``state``: waiting for its result; pooled; single (its pool was opened); again (nothing to conclude from what was
    found); done.
    """

    code = models.TextField(null=True)
    pool_id = models.UUIDField(null=True)
    specimen = models.TextField()
    diseases = models.JSONField()
    reason = models.TextField(default="")
    order_id = models.UUIDField(null=True)
    facility_id = models.IntegerField(null=True)  # where it was taken
    laboratory_id = models.IntegerField(null=True)  # where it is sent
    state = models.TextField(default="waiting")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "pooled", "single", "again", "done"]), name="sample_state"
            ),
        ]
        indexes = [
            models.Index(
                "laboratory_id",
                "happened_at",
                name="sample_open",
                condition=Q(state__in=["waiting", "single", "again"]),
            ),
            models.Index("facility_id", "happened_at", name="sample_taken"),
        ]


class Result(PersonFact):
    """What was found in a sample, at ``happened_at``. Never overwritten: a corrected one points at the one it replaces.

    ``status``: standing, corrected, withdrawn. ``pool_id``: of a negative pool, which speaks for each of its members.
    """

    sample_id = models.UUIDField()
    disease = models.TextField()
    method = models.TextField()
    device = models.TextField(default="")
    outcome = models.TextField()  # positive | negative | indeterminate | invalid
    ct = models.FloatField(null=True)
    taken_at = models.DateTimeField()
    tested_at = models.DateTimeField(null=True)
    facility_id = models.IntegerField(null=True)  # the laboratory
    pool_id = models.UUIDField(null=True)
    status = models.TextField(default="standing")
    corrects_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["positive", "negative", "indeterminate", "invalid"]), name="result_outcome"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["standing", "corrected", "withdrawn"]), name="result_status"
            ),
        ]
        indexes = [models.Index("facility_id", "happened_at", name="result_facility")]


class ResultCorrection(PersonFact):
    """A result that stands no longer: replaced by another, or withdrawn, and why."""

    result_id = models.UUIDField()
    kind = models.TextField()  # corrected | withdrawn
    replacement_id = models.UUIDField(null=True)
    reason = models.TextField()


class Tube(models.Model):
    """A code on a tube and what it stands for: a sample of a person, or a pool."""

    code = models.TextField(primary_key=True)
    person_id = models.UUIDField(null=True)
    sample_id = models.UUIDField(null=True)
    pool_id = models.UUIDField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sample_id__isnull=False, person_id__isnull=False, pool_id__isnull=True)
                | Q(sample_id__isnull=True, person_id__isnull=True, pool_id__isnull=False),
                name="tube_of_one",
            ),
        ]
        indexes = [models.Index("person_id", name="tube_person")]

    class Distribution:
        column = "code"


class Pool(models.Model):
    """Samples of up to twenty people tested as one. ``state``: waiting, again, negative, opened."""

    pool_id = models.UUIDField(primary_key=True)
    code = models.TextField()
    actor_id = models.UUIDField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    specimen = models.TextField()
    diseases = models.JSONField()
    laboratory_id = models.IntegerField(null=True)
    state = models.TextField(default="waiting")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "again", "negative", "opened"]), name="pool_state"
            ),
        ]
        indexes = [models.Index("laboratory_id", "happened_at", name="pool_laboratory")]

    class Distribution:
        column = "pool_id"


class PoolMember(models.Model):
    """A sample in a pool; beside the pool, so that opening it asks one node."""

    pk = models.CompositePrimaryKey("pool_id", "sample_id")
    pool_id = models.UUIDField()
    sample_id = models.UUIDField()
    person_id = models.UUIDField()

    class Meta:
        indexes = [models.Index("person_id", name="poolmember_person")]

    class Distribution:
        column = "pool_id"


class PoolResult(models.Model):
    """What was found in a pool; corrected and withdrawn as a person's result is."""

    pk = models.CompositePrimaryKey("pool_id", "id")
    id = models.UUIDField()
    pool_id = models.UUIDField()
    actor_id = models.UUIDField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    disease = models.TextField()
    method = models.TextField()
    device = models.TextField(default="")
    outcome = models.TextField()
    ct = models.FloatField(null=True)
    tested_at = models.DateTimeField(null=True)
    facility_id = models.IntegerField(null=True)
    status = models.TextField(default="standing")
    corrects_id = models.UUIDField(null=True)
    reason = models.TextField(default="")  # why it stands no longer

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["positive", "negative", "indeterminate", "invalid"]), name="poolresult_outcome"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["standing", "corrected", "withdrawn"]), name="poolresult_status"
            ),
        ]

    class Distribution:
        column = "pool_id"
