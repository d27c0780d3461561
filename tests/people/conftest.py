"""People of phường Bến Nghé as stations register them, and those who look for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.access.scopes import NATION, forget
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import Outcome

NOW = datetime(2021, 10, 16, 1, 30, tzinfo=UTC)
DESK = Actor.system("tests")

Register = Callable[..., UUID]


def send(verb: str, body: dict[str, Any], actor: Actor = DESK) -> Outcome:
    """One command through the door."""
    [outcome] = execute([Command(new_id(), verb, NOW, body)], actor=actor, now=NOW)
    return outcome


def registration(name: str, born: str, sex: str = "M", **more: Any) -> dict[str, Any]:
    """Body of ``person.register``; a bare ``citizen_id``, ``old_id`` or ``phone`` is put where it belongs."""
    numbers = [{"system": s, "value": more.pop(s)} for s in ("citizen_id", "old_id", "health_insurance") if s in more]
    contacts = [{"kind": "phone", "value": more.pop("phone")}] if "phone" in more else []
    body = {"name": name, "sex": sex, "birth_date": born, "residence_code": "26740", "identifiers": numbers}
    return body | {"contacts": contacts} | more


@pytest.fixture
def register(db: None, reference: None) -> Register:
    """Registers a person and returns the id of the record."""

    def make(name: str, born: str, sex: str = "M", **more: Any) -> UUID:
        outcome = send("person.register", registration(name, born, sex, **more))
        assert outcome.id is not None, outcome
        return outcome.id

    return make


@pytest.fixture
def auditor() -> Actor:
    """Searches the whole nation by name, serves nobody at a door."""
    forget()
    return Actor(new_id(), "user", "auditor", (GrantFact(Role.AUDITOR, None, NATION),))


@pytest.fixture
def far_nurse(reference: None, django_db_blocker: Any) -> Actor:
    """A nurse in Bình Thạnh, another district."""
    from lachan.places import queries as places

    with django_db_blocker.unblock():
        commune = places.area_at("26905", 3, NOW.date())
        assert commune is not None
        station = next(row for row in places.facilities(places.facilities_in(commune.id)) if row.kind == "station")
    return Actor(new_id(), "user", "far nurse", (GrantFact(Role.VACCINATOR, station.id, None),))
