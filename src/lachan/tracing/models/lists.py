"""Lists of contacts: what is asked for, one line a case, one a contact of a case, one a person under watch."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.kernel.ids import new_id


class Request(models.Model):
    """A case whose list is to be worked out: written in the transaction that changed the case, gone when it is done.

    Several may ask about one case: a row that is only ever added makes nobody wait for the follower.
    """

    id = models.BigAutoField(primary_key=True)
    case_id = models.UUIDField()
    person_id = models.UUIDField()
    disease = models.TextField()
    what = models.TextField()  # the change of the case, or why again: rule, merge, late
    asked_at = models.DateTimeField()
    after = models.DateTimeField()  # not before: a list that failed waits a little
    attempts = models.SmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index("after", name="request_after")]

    class Distribution:
        kind = "local"


class CaseList(models.Model):
    """The list of a case as last worked out, and the clock of its one line. Distributed by the case's person."""

    pk = models.CompositePrimaryKey("person_id", "case_id")
    person_id = models.UUIDField()
    case_id = models.UUIDField()
    disease = models.TextField()
    rule = models.TextField()  # id of the dated rule
    anchor_kind = models.TextField()  # onset | sample | source
    anchor_at = models.DateTimeField()
    window_from = models.DateTimeField()
    window_to = models.DateTimeField()
    f1 = models.IntegerField()
    f2 = models.IntegerField()
    capped = models.IntegerField(default=0)  # contacts beyond what the commune can call, kept and shown apart
    computed_at = models.DateTimeField()
    revision = models.IntegerField(default=1)
    # the one line: when each step was first reached; null while it was not
    result_at = models.DateTimeField(null=True)
    case_at = models.DateTimeField()
    list_at = models.DateTimeField()  # committed, with tasks in every commune concerned and messages queued
    reached_at = models.DateTimeField(null=True)  # nine of ten F1 were spoken to
    quarantined_at = models.DateTimeField(null=True)
    tested_at = models.DateTimeField(null=True)
    state = models.TextField(default="standing")  # standing | withdrawn

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=["standing", "withdrawn"]), name="caselist_state")]
        indexes = [models.Index("list_at", name="caselist_listed"), models.Index("case_id", name="caselist_case")]

    class Distribution:
        column = "person_id"


class Link(models.Model):
    """Why somebody is on the list of a case: one row a contact and case. Distributed by the contact.

    ``standing`` while the evidence holds; ``released`` with the reason when it no longer does: never deleted.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField()  # the contact
    case_id = models.UUIDField()
    case_person_id = models.UUIDField()
    disease = models.TextField()
    level = models.SmallIntegerField()  # 1 F1, 2 F2
    grade = models.TextField(default="contact")  # contact | high | factor: what the rule makes of it
    rule = models.TextField()
    first_exposure = models.DateTimeField()
    last_exposure = models.DateTimeField()
    seconds = models.IntegerField()
    kind = models.TextField()  # of the longest piece: visit, encounter, household ...
    place_id = models.BigIntegerField(null=True)
    place_area_id = models.IntegerField(null=True)
    via_id = models.UUIDField(null=True)  # the F1 of an F2
    score = models.FloatField()
    rank = models.IntegerField()  # in the list of the case, 1 first
    evidence = models.JSONField(default=list)  # pieces, at most twenty: kind, place, from, to, metres, crowd
    state = models.TextField(default="standing")
    listed_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    release_reason = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint("person_id", "case_id", name="link_once"),
            models.CheckConstraint(condition=Q(level__in=[1, 2]), name="link_level"),
            models.CheckConstraint(condition=Q(state__in=["standing", "released"]), name="link_state"),
        ]
        indexes = [
            models.Index("case_id", "rank", name="link_case"),
            models.Index("case_person_id", name="link_of"),
            models.Index("place_id", name="link_place", condition=Q(place_id__isnull=False)),
        ]

    class Distribution:
        column = "person_id"


class Watch(models.Model):
    """A person under watch for one disease, whoever's contact they are: one row while it lasts, one list they are on.

    The strictest level and the latest end of all their links. ``area_id``: the commune answerable, where the person is.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField()
    disease = models.TextField()
    level = models.SmallIntegerField()
    area_id = models.IntegerField(null=True)
    area_from = models.TextField(default="residence")  # residence | place | handover: why that commune
    rule = models.TextField()
    last_exposure = models.DateTimeField()
    since = models.DateField()
    until = models.DateField()
    quarantine = models.TextField()  # facility | home | none: what the rule asks
    test_days = models.JSONField(default=list)  # days of tests, ISO dates
    links = models.IntegerField(default=1)
    score = models.FloatField(default=0)
    state = models.TextField(default="open")  # open | ended | released | case
    listed_at = models.DateTimeField()  # when the first link was committed
    changed_at = models.DateTimeField()
    reached_at = models.DateTimeField(null=True)
    quarantined_at = models.DateTimeField(null=True)
    tested_at = models.DateTimeField(null=True)
    release_reason = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint("person_id", "disease", condition=Q(state="open"), name="watch_open_once"),
            models.CheckConstraint(condition=Q(level__in=[1, 2]), name="watch_level"),
            models.CheckConstraint(condition=Q(state__in=["open", "ended", "released", "case"]), name="watch_state"),
        ]
        indexes = [
            models.Index("area_id", "state", "level", "score", name="watch_area"),
            models.Index("until", name="watch_until", condition=Q(state="open")),
            # the officers' line list: of one place, of many, and by how pressing
            models.Index(
                models.F("area_id"), models.F("listed_at").desc(), models.F("id").desc(), name="watch_area_listed"
            ),
            models.Index(models.F("listed_at").desc(), models.F("id").desc(), name="watch_listed"),
            models.Index(models.F("score").desc(), models.F("id").desc(), name="watch_score"),
            models.Index(
                models.F("listed_at").desc(),
                models.F("id").desc(),
                name="watch_unreached",
                condition=Q(state="open", reached_at__isnull=True),
            ),
        ]

    class Distribution:
        column = "person_id"


class CaseStay(models.Model):
    """Where a case was in the window of its list: places with exposure, and whose staff is to be warned.

    Distributed by place. ``others``: people there at the time; ``listed``: of them on the list.
    """

    pk = models.CompositePrimaryKey("place_id", "id")
    id = models.UUIDField(default=new_id)
    place_id = models.BigIntegerField()
    case_id = models.UUIDField()
    person_id = models.UUIDField()
    disease = models.TextField()
    t_in = models.DateTimeField()
    t_out = models.DateTimeField()
    others = models.IntegerField(default=0)
    listed = models.IntegerField(default=0)
    area_id = models.IntegerField(null=True)
    noted_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)  # the staff was told to look out; never who the case is
    warned_by = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("place_id", "case_id", "t_in", name="casestay_once")]
        indexes = [
            models.Index("case_id", name="casestay_case"),
            models.Index("area_id", "t_in", name="casestay_area"),
            models.Index("t_out", name="casestay_until"),
            models.Index("noted_at", name="casestay_unwarned", condition=Q(warned_at__isnull=True)),
        ]

    class Distribution:
        column = "place_id"
