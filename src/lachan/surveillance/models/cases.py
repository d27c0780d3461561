"""Cases: one row an episode of one disease in one person, what was said of it, and every class it ever had."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.kernel.tables import PersonFact


class Case(PersonFact):
    """One episode of a disease, as results, clinicians and officers make it. ``cases/reconsider.py`` gives the class.

    ``happened_at``: the first sign of it that somebody recorded (sample, report). ``is_open``: the latest episode of
    this person and disease while nothing ended it. A case that turned out to be another one's illness stays, discarded,
    with that one's id in ``joined_into``.
    """

    code = models.TextField()  # by which people speak of it, names nobody
    disease = models.TextField()
    classification = models.TextField()
    is_open = models.BooleanField(default=True)
    # why it is what it is
    definition = models.TextField(default="")  # id of the dated definition
    reason = models.TextField(default="")  # its clause, or what took the class away
    results = models.JSONField(default=list)  # ids of the results it rests on
    held_class = models.TextField(default="")  # an officer's word, until a later result says more
    held_at = models.DateTimeField(null=True)
    joined_into = models.UUIDField(null=True)  # case id
    # samples
    sampled_at = models.DateTimeField(null=True)  # of the first positive result
    result_at = models.DateTimeField(null=True)  # when the result was committed that made it what it is
    # what was seen and told
    suspected_at = models.DateTimeField(null=True)  # a clinician's or a facility's report
    symptomatic = models.BooleanField(null=True)
    symptoms = models.JSONField(default=list)
    onset_on = models.DateField(null=True)
    link = models.TextField(default="")  # to a case: contact | factor (place, event); empty: none known
    infected_from = models.DateTimeField(null=True)
    source_case_id = models.UUIDField(null=True)
    imported_from = models.TextField(default="")  # ISO 3166 code
    cluster = models.TextField(default="")
    # its course
    severity = models.TextField(default="")
    hospital = models.TextField(default="")
    outcome = models.TextField(default="")
    outcome_on = models.DateField(null=True)
    isolated_at = models.DateTimeField(null=True)
    isolation_kind = models.TextField(default="")  # home | facility | hospital
    isolation_place = models.TextField(default="")
    ended_at = models.DateTimeField(null=True)
    end_rule = models.TextField(default="")
    area_id = models.IntegerField(null=True)  # commune answerable: where the person is
    facility_id = models.IntegerField(null=True)  # who reported it, or took the sample
    changed_at = models.DateTimeField()
    version = models.SmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint("person_id", "disease", condition=Q(is_open=True), name="case_open_once"),
            models.CheckConstraint(
                condition=Q(classification__in=["suspected", "probable", "confirmed", "discarded"]), name="case_class"
            ),
            models.CheckConstraint(
                condition=Q(severity__in=["", "mild", "moderate", "severe", "critical"]), name="case_severity"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "recovered", "died", "transferred", "lost"]), name="case_outcome"
            ),
            models.CheckConstraint(
                condition=Q(isolation_kind__in=["", "home", "facility", "hospital"]), name="case_isolation"
            ),
        ]
        indexes = [
            models.Index("id", name="case_id"),
            models.Index("recorded_at", "id", name="case_recorded"),
            models.Index("area_id", "recorded_at", "id", name="case_area"),
            models.Index("area_id", "recorded_at", "id", name="case_area_open", condition=Q(is_open=True)),
            models.Index("code", name="case_code"),
            models.Index("cluster", name="case_cluster", condition=~Q(cluster="")),
            models.Index("source_case_id", name="case_source", condition=Q(source_case_id__isnull=False)),
        ]


class CaseClass(PersonFact):
    """One class a case was given: by which definition and clause, because of what, on which results. Append-only."""

    case_id = models.UUIDField()
    before = models.TextField(default="")  # empty: the case is new
    classification = models.TextField()
    definition = models.TextField(default="")
    reason = models.TextField(default="")
    cause = models.TextField()  # result | report | withdrawn | negative | officer | joined | parted
    results = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index("case_id", name="case_class_case")]


class CaseNote(PersonFact):
    """One thing said of a case: report, onset, course, isolation, end, source, cluster, an officer's word. Append-only.

    Sealed: it may name places and people.
    """

    case_id = models.UUIDField()
    kind = models.TextField()
    content = models.BinaryField()

    class Meta:
        indexes = [models.Index("case_id", name="case_note_case")]

    class Sealed:
        columns = ("content",)
