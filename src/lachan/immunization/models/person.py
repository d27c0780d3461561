"""What happened to a person: encounters, screenings, doses and what corrects them. Distributed by person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.kernel.tables import PersonFact


class Encounter(PersonFact):
    """A person's way through one session. Holds when each step happened; its state is computed from that."""

    session_id = models.UUIDField()
    facility_id = models.IntegerField()
    expected_dose_number = models.SmallIntegerField(null=True)
    screened_at = models.DateTimeField(null=True)
    screening_outcome = models.TextField(null=True)
    screening_reasons = models.JSONField(default=list)
    consent_at = models.DateTimeField(null=True)
    dose_id = models.UUIDField(null=True)
    product_id = models.SmallIntegerField(null=True)
    lot_number = models.TextField(null=True)
    dosed_at = models.DateTimeField(null=True)
    not_given_at = models.DateTimeField(null=True)
    not_given_reason = models.TextField(null=True)
    observe_until = models.DateTimeField(null=True)
    reaction_severity = models.TextField(null=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("person_id", "session_id", name="encounter_once_a_session")]
        indexes = [
            models.Index("session_id", name="encounter_session"),
            models.Index("facility_id", "person_id", name="encounter_facility"),
        ]


class Screening(PersonFact):
    """A filled screening form and the class it gave."""

    encounter_id = models.UUIDField(null=True)
    form_code = models.TextField()
    form_valid_from = models.DateField()
    answers = models.JSONField()
    measures = models.JSONField()
    outcome = models.TextField()
    reasons = models.JSONField()
    consent = models.BooleanField()


class Dose(PersonFact):
    """A dose given, here, elsewhere or abroad. Never changed: a correction is a new fact that points here."""

    product_id = models.SmallIntegerField()
    lot_id = models.IntegerField(null=True)
    lot_number = models.TextField()
    dose_number = models.SmallIntegerField()
    given_on = models.DateField()
    facility_id = models.IntegerField(null=True)
    session_id = models.UUIDField(null=True)
    encounter_id = models.UUIDField(null=True)
    residence_id = models.IntegerField(null=True)  # where the person lived then
    age_band = models.SmallIntegerField()
    sex = models.CharField(max_length=1)
    site = models.TextField(default="")
    route = models.TextField(default="")
    vaccinator_id = models.UUIDField(null=True)
    source = models.TextField(default="here")  # here | elsewhere | abroad
    country = models.CharField(max_length=2, default="VN")
    next_due_on = models.DateField(null=True)
    completes = models.BooleanField(default=False)
    status = models.TextField(default="active")  # active | voided | amended
    override_codes = models.JSONField(null=True)
    override_reason = models.TextField(null=True)
    rules_version = models.TextField()
    command_id = models.UUIDField()
    vial_id = models.UUIDField(null=True)  # at its facility

    class Meta:
        constraints = [
            models.UniqueConstraint("person_id", "dose_number", condition=Q(status="active"), name="dose_number_once"),
        ]
        indexes = [
            models.Index("facility_id", "given_on", name="dose_facility_day"),
            models.Index("lot_id", "given_on", name="dose_lot"),
            models.Index("vial_id", name="dose_vial", condition=Q(vial_id__isnull=False)),
        ]


class DoseCorrection(PersonFact):
    """A dose voided, or amended by a replacement."""

    dose_id = models.UUIDField()
    kind = models.TextField()  # void | amend
    replacement_id = models.UUIDField(null=True)
    reason = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint("person_id", "dose_id", name="dose_corrected_once")]


class NotGiven(PersonFact):
    """Not vaccinated, and why: a record equal to a dose."""

    session_id = models.UUIDField(null=True)
    encounter_id = models.UUIDField(null=True)
    facility_id = models.IntegerField(null=True)
    reason = models.TextField()
    note = models.TextField(default="")

    class Meta:
        indexes = [models.Index("facility_id", "happened_at", name="not_given_facility_day")]


class Reaction(PersonFact):
    """A reaction noted after a dose."""

    encounter_id = models.UUIDField(null=True)
    dose_id = models.UUIDField(null=True)
    facility_id = models.IntegerField(null=True)
    severity = models.TextField()  # mild | moderate | severe
    symptoms = models.JSONField(default=list)
    onset_at = models.DateTimeField(null=True)
    note = models.TextField(default="")
