"""Keys, and the grants that users and keys hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.db.models import F, Q

from lachan.access.rules import Role
from lachan.kernel.ids import new_id


class ApiKey(models.Model):
    """A key of a station device or a partner system. The token itself is shown once and kept nowhere."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    prefix = models.CharField(max_length=10, unique=True)
    hash = models.BinaryField()  # SHA-256 of the token
    label = models.CharField(max_length=120)
    kind = models.CharField(max_length=7, choices=[("device", "device"), ("partner", "partner")])
    created_at = models.DateTimeField()
    created_by = models.UUIDField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    latest_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="apikey_kind_known", condition=Q(kind__in=["device", "partner"])),
            models.CheckConstraint(name="apikey_expires_later", condition=Q(expires_at__gt=F("created_at"))),
        ]

    class Distribution:
        kind = "local"


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force(self, on: date) -> GrantQuerySet:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on, revoked_at=None)

    def facts(self) -> Iterable[tuple[str, int | None, int | None]]:
        """(role, facility id, area id)."""
        return self.values_list("role", "facility_id", "area_id")


class Grant(models.Model):
    """A role, held by a user or a key, at a facility or in an area, from a date to a date (both days included).

    The whole nation is the area of the country.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("access.User", models.CASCADE, null=True, related_name="grants")
    api_key = models.ForeignKey(ApiKey, models.CASCADE, null=True, related_name="grants")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    # no constraint in the database: on a cluster this table stays on the coordinator and places are copied to every
    # node, and a foreign key between the two needs settings an operator may not have made
    facility = models.ForeignKey("places.Facility", models.PROTECT, null=True, related_name="+", db_constraint=False)
    area = models.ForeignKey("places.Area", models.PROTECT, null=True, related_name="+", db_constraint=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)  # ends the grant at once; the dates stay as they were meant
    created_at = models.DateTimeField()
    created_by = models.UUIDField()

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grant_one_holder",
                condition=Q(user__isnull=False, api_key__isnull=True) | Q(user__isnull=True, api_key__isnull=False),
            ),
            models.CheckConstraint(
                name="grant_one_place",
                condition=Q(facility__isnull=False, area__isnull=True) | Q(facility__isnull=True, area__isnull=False),
            ),
            models.CheckConstraint(
                name="grant_dates", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
            ),
            models.CheckConstraint(name="grant_role_known", condition=Q(role__in=[role.value for role in Role])),
            # a second open-ended grant of the same thing would make revoking one of them mean nothing
            models.UniqueConstraint(
                fields=["user", "api_key", "role", "facility", "area"],
                condition=Q(valid_to=None, revoked_at=None),
                nulls_distinct=False,
                name="grant_open_once",
            ),
        ]

    class Distribution:
        kind = "local"
