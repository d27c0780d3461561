"""What the population register says of each person, the questions that are under way, and how the line to it is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.people.verification.rules import OPEN, STATES


class Verification(models.Model):
    """Where a person stands with the population register. One row a person, from the moment of registration."""

    person_id = models.UUIDField(primary_key=True)
    state = models.TextField()
    step = models.IntegerField(default=0)  # grows by one with every change: who read an older one changes nothing
    residence_id = models.IntegerField(null=True)
    province_id = models.IntegerField(default=0)  # of the residence, on the residence's own map; 0: not known
    since = models.DateTimeField()  # of this state; a question that is sent keeps the moment it was owed from
    fingerprint = models.BinaryField(null=True)  # of the four fields as they were last asked about
    answer = models.TextField(null=True)  # right | wrong: what the register said of that fingerprint
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)  # questions put about this person
    batch = models.UUIDField(null=True)  # the question that is under way

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="verification_state"),
            models.CheckConstraint(condition=Q(answer__in=["right", "wrong"]), name="verification_answer"),
        ]
        indexes = [
            # the queue, a province's list, and the sums by province: each in the order of its columns
            models.Index("state", "province_id", "since", "person_id", name="verification_turn"),
            models.Index(
                "residence_id", "state", "since", "person_id",
                condition=Q(state__in=OPEN), name="verification_repair",
            ),
        ]  # fmt: skip

    class Distribution:
        column = "person_id"


class VerificationChange(models.Model):
    """A state that ended: what it was, since when, when it was asked about, what came and why."""

    pk = models.CompositePrimaryKey("person_id", "step")
    person_id = models.UUIDField()
    step = models.IntegerField()
    before = models.TextField()
    after = models.TextField()
    since = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    cause = models.TextField()  # data | answer | taken_back | unreadable
    batch = models.UUIDField(null=True)

    class Distribution:
        column = "person_id"


class RegisterBatch(models.Model):
    """A question to the register about up to 1,000 persons, kept as it was sent until it is answered."""

    id = models.UUIDField(primary_key=True)  # the request id: the same however often it is sent
    made_at = models.DateTimeField()
    persons = models.IntegerField()
    sealed = models.BinaryField(null=True)  # the request whole; gone when answered
    leased_until = models.DateTimeField()  # a sender has it until then
    attempts = models.IntegerField(default=0)
    error = models.TextField(default="")
    answered_at = models.DateTimeField(null=True)
    rights = models.IntegerField(default=0)
    wrongs = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index("leased_until", condition=Q(answered_at__isnull=True), name="registerbatch_due"),
            models.Index("answered_at", condition=Q(answered_at__isnull=False), name="registerbatch_answered"),
        ]

    class Distribution:
        column = "id"

    class Sealed:
        columns = ("sealed",)


class RegisterLine(models.Model):
    """How the line to the register is: the circuit breaker, shared by every sender. One row."""

    id = models.SmallIntegerField(primary_key=True)
    breaker = models.TextField()  # closed | half_open | open
    failures = models.IntegerField()  # in a row
    trips = models.IntegerField()  # times it opened since the last answer
    retry_at = models.DateTimeField(null=True)
    error = models.TextField(default="")
    error_at = models.DateTimeField(null=True)

    class Distribution:
        kind = "local"


class VerificationFigure(models.Model):
    """How many persons of a province are in each state, as counted at a moment."""

    pk = models.CompositePrimaryKey("province_id", "state")
    province_id = models.IntegerField()
    state = models.TextField()
    persons = models.BigIntegerField()
    oldest = models.DateTimeField(null=True)
    counted_at = models.DateTimeField()

    class Distribution:
        kind = "local"
