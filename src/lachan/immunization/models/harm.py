"""Reactions that became cases, what was said about each, codes by which people report, and what stood out by chance."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.kernel.ids import new_id
from lachan.kernel.tables import PersonFact


class ReactionCase(PersonFact):
    """A reaction after a dose as its facts make it (``rules/harm.fold``). Written only together with a fact.

    Facility, product and lot are those of the dose, so that a list needs no join; an amended dose moves them along.
    """

    code = models.TextField()
    dose_id = models.UUIDField(null=True)
    session_id = models.UUIDField(null=True)
    facility_id = models.IntegerField(null=True)
    residence_id = models.IntegerField(null=True)
    product_id = models.SmallIntegerField(null=True)
    lot_id = models.IntegerField(null=True)
    lot_number = models.TextField(default="")
    dose_number = models.SmallIntegerField(null=True)
    given_at = models.DateTimeField(null=True)
    age_band = models.SmallIntegerField(null=True)
    sex = models.CharField(max_length=1, default="U")
    source = models.TextField()  # station | staff | hospital | person | family
    severity = models.TextField()
    serious = models.BooleanField(default=False)
    seriousness = models.JSONField(default=list)
    symptoms = models.JSONField(default=list)
    outcome = models.TextField(default="unknown")
    onset_at = models.DateTimeField(null=True)
    causality = models.TextField(null=True)
    state = models.TextField(default="new")
    known_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    investigated_at = models.DateTimeField(null=True)
    classified_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    version = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "person_id", "dose_id", condition=Q(dose_id__isnull=False), name="reaction_case_once_a_dose"
            ),
        ]
        indexes = [
            models.Index("id", name="reaction_case_id"),
            models.Index("facility_id", "known_at", name="reaction_case_facility"),
            models.Index("residence_id", "known_at", name="reaction_case_residence"),
            models.Index("known_at", "id", name="reaction_case_known"),
            models.Index("lot_id", name="reaction_case_lot"),
            models.Index(
                "due_at", condition=Q(serious=True, acknowledged_at=None, closed_at=None), name="reaction_case_due"
            ),
        ]


class ReactionFact(PersonFact):
    """One thing said about a case, append-only: the whole history. What was said is sealed: it may name people."""

    case_id = models.UUIDField()
    version = models.SmallIntegerField()  # 1, 2 …
    kind = models.TextField()
    known_at = models.DateTimeField()
    form = models.TextField()  # version of the form it was said on
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint("person_id", "case_id", "version", name="reaction_fact_once"),
        ]

    class Sealed:
        columns = ("content",)


class ReportCode(models.Model):
    """A code on a slip by which the person, or family, reports about one dose without an account. Used once."""

    blind = models.BinaryField(primary_key=True)  # the code itself is only on the paper
    person_id = models.UUIDField()
    dose_id = models.UUIDField()
    facility_id = models.IntegerField(null=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("person_id", name="report_code_person")]

    class Distribution:
        column = "blind"


class HarmSignal(models.Model):
    """Reactions at a lot, a facility, both, or in a session that are more than chance would show, with the numbers."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.TextField()  # lot | facility | lot_facility | session
    measure = models.TextField()  # all | serious | stress
    product_id = models.SmallIntegerField(null=True)
    lot_id = models.IntegerField(null=True)
    facility_id = models.IntegerField(null=True)
    session_id = models.UUIDField(null=True)
    observed = models.IntegerField()
    doses = models.IntegerField()
    expected = models.FloatField()
    p_value = models.FloatField()
    q_value = models.FloatField()
    compared = models.IntegerField()  # cells looked at in the same run
    evidence = models.JSONField(default=dict)
    first_found_at = models.DateTimeField()
    latest_found_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("latest_found_at", name="harm_signal_latest")]

    class Distribution:
        kind = "local"
