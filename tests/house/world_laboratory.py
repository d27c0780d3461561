"""A sample with a result, a pool and a file of results, for the addresses of the laboratory."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from lachan.exchange.results import staging
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.places import queries as places


def _send(world: Any, verb: str, **body: Any) -> UUID:
    now = timezone.now()
    [outcome] = execute([Command(new_id(), verb, now - timedelta(minutes=1), body)], actor=world.root, now=now)
    assert outcome.id is not None, outcome
    found: UUID = outcome.id
    return found


def sample(world: Any) -> UUID:
    """Of the person addresses point at, taken and tested at the station."""
    code = places.facilities([world.facility_id])[0].code
    return _send(world, "sample.take", person={"id": str(world.person_id)}, sample="WORLD-1", facility=code)


def pool(world: Any) -> UUID:
    """One tube shared by that person and nobody else."""
    code = places.facilities([world.facility_id])[0].code
    _send(world, "sample.take", person={"id": str(world.person_id)}, pool="WORLD-P", facility=code)
    from lachan.surveillance.laboratory.bench import recognise

    known = recognise("WORLD-P").pool
    assert known is not None
    return known.id


def file(world: Any) -> UUID:
    """One row about nobody."""
    facility = places.facilities([world.facility_id])[0]
    content = "Mã mẫu,Kết quả\nWORLD-9,âm tính\n".encode()
    return staging.stage(content, actor=world.root, facility=facility, now=timezone.now())
