"""A case of the person addresses point at, for the walk through every door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.surveillance.models import Case


def episode(world: Any) -> UUID:
    """The person is suspected of having measles, in the commune of the station."""
    now = timezone.now()
    body = {"person": {"id": str(world.person_id)}, "disease": "measles"}
    [outcome] = execute([Command(new_id(), "case.report", now - timedelta(minutes=5), body)], actor=world.root, now=now)
    assert outcome.id is not None, outcome
    Case.objects.filter(id=outcome.id).update(area_id=world.areas[3])  # where the officers of this world are
    return outcome.id
