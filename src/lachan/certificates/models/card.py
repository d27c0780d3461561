"""Cards of people, what vouches for the doses behind them, and whose cards are to be looked at again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.kernel.ids import new_id


class Card(models.Model):
    """One certificate as signed. Distributed by person.

    ``current`` is what the person shows; ``superseded`` said the truth and still does, but a newer one says more;
    ``revoked`` says something that is no longer true, or was signed by a key that is no longer trusted.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField()
    kind = models.TextField()  # hcert | shc | domestic
    dose_id = models.UUIDField(null=True)  # the dose an HCERT is about
    identifier = models.TextField()  # UVCI, rid or number of a domestic card: what revocation names
    sealed = models.BinaryField()  # the wire form: whoever holds it can show it as theirs
    content_hash = models.BinaryField()  # of what it says: SHA-256 without identifier and times
    key_id = models.BinaryField()
    state = models.TextField(default="current")
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    cause = models.TextField()  # dose | signature | correction | person | renewal | key | asked
    cause_at = models.DateTimeField()  # when the fact was recorded that made it due
    replaces = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)  # superseded or revoked
    ended_reason = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["hcert", "shc", "domestic"]), name="card_kind"),
            models.CheckConstraint(condition=Q(state__in=["current", "superseded", "revoked"]), name="card_state"),
        ]
        indexes = [
            models.Index("issued_at", name="card_issued"),
            # how long people wait for a corrected card: few among the many of a day
            models.Index("issued_at", name="card_corrected", condition=Q(cause__in=["correction", "person"])),
            models.Index("identifier", name="card_identifier"),
            models.Index("valid_until", name="card_current_until", condition=Q(state="current")),
            models.Index("key_id", name="card_key", condition=~Q(state="revoked")),
        ]

    class Distribution:
        column = "person_id"

    class Sealed:
        columns = ("sealed",)


class DoseSignature(models.Model):
    """The head of a facility answers for a dose given there. ``stands`` is false while the dose itself does not."""

    pk = models.CompositePrimaryKey("person_id", "dose_id")
    person_id = models.UUIDField()
    dose_id = models.UUIDField()
    facility_id = models.IntegerField()
    given_on = models.DateField()
    batch_id = models.UUIDField()
    actor_id = models.UUIDField()
    signed_at = models.DateTimeField()
    stands = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index("facility_id", "given_on", name="signature_facility_day", condition=Q(stands=True))]

    class Distribution:
        column = "person_id"


class SigningBatch(models.Model):
    """One gesture: a list of doses of one facility signed at once. ``digest`` is over their ids and contents, so that
    anybody can show later which list it was."""

    id = models.UUIDField(primary_key=True, default=new_id)
    facility_id = models.IntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    doses = models.IntegerField()
    digest = models.BinaryField()
    actor_id = models.UUIDField()
    signed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("facility_id", "signed_at", name="signing_batch_facility")]

    class Distribution:
        column = "id"


class Touch(models.Model):
    """Somebody whose cards are to be looked at again, for a reason that is not in the journal of doses and people."""

    id = models.BigAutoField(primary_key=True)
    person_id = models.UUIDField()
    cause = models.TextField()
    cause_at = models.DateTimeField()

    class Distribution:
        kind = "local"
