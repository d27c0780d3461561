"""Two markets in Quận 1, a bar beside them, one far away in Hà Nội, and people with and without a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from lachan.kernel.database import hot_cursor
from lachan.kernel.outcomes import Outcome
from lachan.kernel.sealing import blind
from lachan.people.facts import IdentifierIn, PersonIn
from lachan.people.intake import prepare
from lachan.people.operations.register import register_in
from lachan.places import queries as places
from lachan.places.venues.operations import NewVenue, register_venues
from lachan.tracing.visits import operations
from lachan.tracing.visits.facts import VisitIn
from lachan.tracing.visits.operations import Sender

NOW = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
NOON = int(NOW.timestamp())
ACTOR = UUID("5d7f6a3e-0000-4000-8000-000000000001")
DOOR = Sender(UUID("5d7f6a3e-0000-4000-8000-000000000002"), "cửa", None)


def rows(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def stays() -> list[tuple[int, int, int, bool]]:
    """(place, t_in, t_out, provisional) of every visit, by time."""
    return rows(
        "SELECT place_id, extract(epoch FROM t_in)::bigint, extract(epoch FROM t_out)::bigint, provisional "
        "FROM tracing_visit ORDER BY t_in, place_id"
    )


@dataclass(frozen=True)
class Town:
    market: int
    bar: int
    shop: int
    far: int


def make_town() -> Town:
    commune = places.communes(places.provinces(NOW.date())[0].id, NOW.date())[0]
    new = [
        NewVenue("Chợ Bến Thành", "market", commune.id, uuid4(), lat=10.772, lon=106.698),
        NewVenue("Quán bar Lá", "bar", commune.id, uuid4(), lat=10.773, lon=106.699),
        NewVenue("Nhà thuốc số 7", "pharmacy", commune.id, uuid4()),
        NewVenue("Chợ Đồng Xuân", "market", commune.id, uuid4(), lat=21.038, lon=105.849),
    ]
    with hot_cursor() as cursor:
        made = register_venues(cursor, new, actor_id=ACTOR, now=NOW)
    return Town(*(outcome.params["id"] for outcome in made))


@pytest.fixture
def town(db: None, reference: None, forgetful: None) -> Town:
    return make_town()


def person(number: str, name: str = "Nguyễn Văn An") -> UUID:
    """A person with this citizen id."""
    sent = PersonIn(name=name, sex="M", birth_date="1980-05-01", identifiers=(IdentifierIn("citizen_id", number),))
    intake = prepare(sent, NOW.date(), strict=False)
    with hot_cursor() as cursor:
        [resolved] = register_in(cursor, [intake], actor_id=ACTOR, now=NOW, today=NOW.date())
    assert resolved.person is not None
    return resolved.person.id


def number(text: str) -> bytes:
    return blind("citizen_id", text)


def scan(place: int, at: int, what: Any = "in", whose: bytes | UUID | None = None, until: int | None = None) -> VisitIn:
    """A scan ``at`` seconds from noon."""
    whom = whose if whose is not None else number("079080000001")
    person_id, blinded = (whom, None) if isinstance(whom, UUID) else (None, whom)
    return VisitIn(place, NOON + at, what, person_id, blinded, until=None if until is None else NOON + until)


def send(*visits: VisitIn, sender: Sender = DOOR, now: datetime = NOW) -> Sequence[Outcome]:
    return operations.record(visits, actor=sender, now=now)
