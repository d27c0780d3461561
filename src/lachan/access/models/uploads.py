"""Files of users, facilities or keys between upload and commit."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.kernel.ids import new_id

KINDS = ("users", "facilities", "keys")


class Upload(models.Model):
    """A file as it was read, with what each row would do; carried out when its uploader says so, within a day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    rows = models.JSONField()  # [{"number": 2, "cells": {column: text}}]
    results = models.JSONField()  # [{"number", "state", "column", "reason", "params"}]
    committed_at = models.DateTimeField(null=True)
    made = models.JSONField(default=list)  # ids of the users this file made, for their first codes

    class Meta:
        constraints = [models.CheckConstraint(name="upload_kind_known", condition=Q(kind__in=KINDS))]

    class Distribution:
        kind = "local"
