"""How people open their own record: codes on their way, sessions, and what was counted against guessing."""

from __future__ import annotations

from django.db import models


class SignInCode(models.Model):
    """A browser asked to be let in. Somebody's, or nobody's: a row either way, so that both answers look alike.

    ``digest`` is that of what the browser holds; the code is kept as a keyed digest, and sealed with its address only
    until it was sent.
    """

    digest = models.UUIDField(primary_key=True)
    person_id = models.UUIDField(null=True)  # None: number and contact do not belong together
    mac = models.BinaryField()
    sealed = models.BinaryField(null=True)
    wrong_key = models.UUIDField()  # counter of wrong codes for the number that was typed
    tries = models.SmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index("person_id", name="signincode_person"),
            models.Index("ends_at", name="signincode_ends"),
        ]

    class Distribution:
        column = "digest"

    class Sealed:
        columns = ("sealed",)


class PersonSession(models.Model):
    """A person is signed in to their own record. ``digest`` is that of what the browser holds."""

    digest = models.UUIDField(primary_key=True)
    person_id = models.UUIDField()
    shared = models.BooleanField()  # a terminal others use: short, and nothing stays behind
    showing = models.UUIDField(null=True)  # the child whose record is looked at; None: their own
    device = models.CharField(max_length=60)  # browser and system in words; no address is kept
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index("person_id", name="personsession_person"),
            models.Index("ends_at", name="personsession_ends"),
        ]

    class Distribution:
        column = "digest"


class SignInCount(models.Model):
    """How often something was tried in a window of time. ``key``: keyed digest of what is counted, never the thing."""

    key = models.UUIDField(primary_key=True)
    count = models.IntegerField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("ends_at", name="signincount_ends")]

    class Distribution:
        kind = "local"
