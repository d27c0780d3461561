"""Who works at a facility: users with a role there, for whoever plans its desks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from lachan.access.models import Grant
from lachan.access.rules import STATION_ROLES, Role


class StaffFact(NamedTuple):
    """A user with roles at a facility."""

    user_id: UUID
    name: str
    roles: frozenset[Role]


def staff_of(facility_id: int, on: date) -> list[StaffFact]:
    """Users who hold a role at the facility on that day, by name. One statement."""
    rows = (
        Grant.objects.in_force(on)
        .filter(facility_id=facility_id, role__in=STATION_ROLES, user__is_active=True)
        .select_related("user")
    )
    found: dict[UUID, tuple[str, set[Role]]] = {}
    for row in rows:
        assert row.user is not None
        found.setdefault(row.user.id, (row.user.label(), set()))[1].add(Role(row.role))
    return sorted(
        (StaffFact(key, name, frozenset(roles)) for key, (name, roles) in found.items()),
        key=lambda fact: (fact.name.rpartition(" ")[2], fact.name),
    )


def facilities_of(user_ids: Iterable[UUID], on: date) -> dict[UUID, frozenset[int]]:
    """Facilities at which users hold a role on that day. One statement."""
    found: dict[UUID, set[int]] = defaultdict(set)
    rows = Grant.objects.in_force(on).filter(
        user_id__in=list(user_ids), facility_id__isnull=False, user__is_active=True
    )
    for user_id, facility_id in rows.values_list("user_id", "facility_id"):
        found[user_id].add(facility_id)
    return {user_id: frozenset(places) for user_id, places in found.items()}
