"""What people ask to be corrected, the way of each request, and the pictures they sent along."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.kernel.ids import new_id

_OPEN = ("asked", "taken", "proposed", "approved", "needs_more")


class CorrectionRequest(models.Model):
    """Somebody says that their record is wrong. The row is where the request stands; its way is in the steps.

    ``version`` counts the steps: whoever acts on what they saw names it, and is told when somebody was quicker.
    Exactly one of the two owners is set: the facility that gave or recorded the dose, or the commune of the person.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField()
    actor_id = models.UUIDField()  # who entered it: the person's own door, or a member of staff
    asked_at = models.DateTimeField()
    at_desk = models.BooleanField(default=False)  # entered by staff for a person who stood there
    language = models.TextField(default="vi")  # in which the answer is sent
    kind = models.TextField()  # corrections.rules.KINDS
    dose_id = models.UUIDField(null=True)  # the fact it points at
    said = models.BinaryField()  # what is wrong and what is right, in the person's words
    owner_facility_id = models.IntegerField(null=True)
    owner_area_id = models.IntegerField(null=True)
    served_facility_id = models.IntegerField(null=True)  # that received the person last: may work on it as well
    state = models.TextField()
    version = models.SmallIntegerField()
    since = models.DateTimeField()  # in this state
    due_at = models.DateTimeField(null=True)  # the step that is waited for
    answer_due_at = models.DateTimeField()  # what the person was promised
    handler_id = models.UUIDField(null=True)
    proposer_id = models.UUIDField(null=True)
    command_id = models.UUIDField(null=True)  # of the change that is proposed; a new one for every proposal
    proposal = models.BinaryField(null=True)  # the command, as it will be carried out
    approver_id = models.UUIDField(null=True)
    changed_at = models.DateTimeField(null=True)  # the change was carried out
    card_at = models.DateTimeField(null=True)  # the first new card after it
    closed_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")  # code of the refusal

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(owner_facility_id__isnull=False) ^ Q(owner_area_id__isnull=False),
                name="correction_one_owner",
            ),
            # the law of four eyes, held by the table itself
            models.CheckConstraint(
                condition=Q(approver_id__isnull=True)
                | Q(proposer_id__isnull=False) & ~Q(approver_id=models.F("proposer_id")),
                name="correction_four_eyes",
            ),
        ]
        indexes = [
            models.Index("id", name="correction_id"),
            models.Index("owner_facility_id", "asked_at", condition=Q(state__in=_OPEN), name="correction_facility"),
            models.Index("served_facility_id", "asked_at", condition=Q(state__in=_OPEN), name="correction_served"),
            models.Index("owner_area_id", "asked_at", condition=Q(state__in=_OPEN), name="correction_area"),
            models.Index("changed_at", condition=Q(state="approved"), name="correction_waits_card"),
            models.Index("closed_at", name="correction_closed"),
        ]

    class Distribution:
        column = "person_id"

    class Sealed:
        columns = ("said", "proposal")


class CorrectionStep(models.Model):
    """One step of a request, append-only."""

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField()
    request_id = models.UUIDField()
    version = models.SmallIntegerField()  # 1, 2 …
    step = models.TextField()
    state = models.TextField()  # after it
    actor_id = models.UUIDField()
    at = models.DateTimeField()
    waited_for = models.DateTimeField(null=True)  # when it was due; None: nothing was
    reason = models.TextField(default="")  # a code: of a refusal, of what the record answered
    words = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("person_id", "request_id", "version", name="correction_step_once")]

    class Distribution:
        column = "person_id"

    class Sealed:
        columns = ("words",)


class CorrectionPhoto(models.Model):
    """A picture of a paper, drawn anew by us; deleted some days after the answer."""

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField()
    request_id = models.UUIDField()
    added_at = models.DateTimeField()
    width = models.SmallIntegerField()
    height = models.SmallIntegerField()
    content = models.BinaryField()  # JPEG

    class Meta:
        indexes = [models.Index("person_id", "request_id", name="correction_photo_request")]

    class Distribution:
        column = "person_id"

    class Sealed:
        columns = ("content",)
