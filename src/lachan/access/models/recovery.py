"""What takes two administrators, and the one-time codes that come of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lachan.kernel.ids import new_id

KINDS = ("password", "factor", "both", "administrator", "first")


class Request(models.Model):
    """Asked for by one administrator, confirmed by another.

    ``kind``: a new ``password``, second ``factor`` taken off, ``both``, the ``administrator`` role in ``area_id``;
    ``first`` is the code of a new account, which takes one administrator only. The code is shown once and kept as its
    digest.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=13, choices=[(kind, kind) for kind in KINDS])
    user = models.ForeignKey("access.User", models.CASCADE, related_name="+")
    area_id = models.IntegerField(null=True)
    reason = models.CharField(max_length=200, default="")
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()  # of the question first, of the code once confirmed
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    withdrawn_by = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    code_hash = models.BinaryField(null=True)  # SHA-256 of a code with 100 random bits
    used_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # when its user was told that it happened

    class Meta:
        constraints = [
            models.CheckConstraint(name="request_kind_known", condition=Q(kind__in=KINDS)),
            # the database itself holds the four eyes
            models.CheckConstraint(
                name="request_two_people",
                condition=Q(confirmed_by=None) | Q(kind="first") | ~Q(confirmed_by=F("asked_by")),
            ),
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=Q(confirmed_at=None, withdrawn_at=None),
                name="request_open_once",
            ),
        ]

    class Distribution:
        kind = "local"
