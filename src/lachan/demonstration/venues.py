"""Venues of the demonstration: a market, a school, a bar in the commune, and who was there in these two weeks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from lachan.access.actors import Actor
from lachan.demonstration.plan import uuid_for
from lachan.kernel.database import hot_cursor
from lachan.places import queries as places
from lachan.places.venues.operations import NewVenue, register_venues
from lachan.tracing.visits import operations, partitions
from lachan.tracing.visits.facts import DEVICE_CARD, PHONE_SIGNED_IN, STAY, VisitIn
from lachan.tracing.visits.operations import Sender

_VENUES: Final = (
    ("Chợ Bến Thành", "market", 600, 0, 10.7725, 106.6980),
    ("Trường Tiểu học Hòa Bình", "school", 900, 0, 10.7798, 106.7000),
    ("Quán karaoke Ánh Trăng", "bar", 40, 5, 10.7741, 106.7036),
    ("Siêu thị Tân Định", "supermarket", 150, 0, 10.7890, 106.6905),
    ("Xe khách tuyến 19", "bus", 45, 0, None, None),
    ("Nhà thuốc số 7", "pharmacy", 6, 0, 10.7760, 106.7010),
)
DAYS: Final = 14
MOST_PEOPLE: Final = 300


def seed_venues(commune_id: int, people: Sequence[UUID], now: datetime) -> dict[str, int]:
    """Six venues in a commune, and two weeks of stays of at most 300 of these people; venue ids by name. Again has no
    second effect."""
    actor = Actor.system("demonstration")
    area = places.area(commune_id)
    assert area is not None
    new = [
        NewVenue(name, kind, commune_id, uuid_for(f"venue {name}"), capacity=capacity, rotate_minutes=rotate,
                 lat=lat, lon=lon)
        for name, kind, capacity, rotate, lat, lon in _VENUES
    ]  # fmt: skip
    with hot_cursor() as cursor:
        made = register_venues(cursor, new, actor_id=actor.id, now=now)
        partitions.ensure_around(cursor, now.date(), back=DAYS + 1)
    ids = {row[0]: int(outcome.params["id"]) for row, outcome in zip(_VENUES, made, strict=True) if outcome.params}
    visits = _visits(list(ids.values()), people[:MOST_PEOPLE], now)
    sender = Sender(actor.id, actor.label, None)
    for start in range(0, len(visits), operations.MOST_VISITS):
        operations.record(visits[start : start + operations.MOST_VISITS], actor=sender, now=now)
    return ids


def _visits(venues: Sequence[int], people: Sequence[UUID], now: datetime) -> list[VisitIn]:
    """Everybody somewhere on most days: popular places draw more, few go out late."""
    rng = random.Random(4711)
    found = []
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    weights = [6, 3, 1, 4, 2, 1][: len(venues)]
    for day in range(DAYS, 0, -1):
        for person in people:
            if rng.random() < 0.35:
                continue
            start = midnight - timedelta(days=day) + timedelta(minutes=rng.randrange(60, 14 * 60))
            end = start + timedelta(minutes=rng.choice((15, 30, 45, 60, 90, 180)))
            source = DEVICE_CARD if rng.random() < 0.6 else PHONE_SIGNED_IN
            place = rng.choices(venues, weights)[0]
            found.append(
                VisitIn(place, int(start.timestamp()), STAY, person, None, source, int(end.timestamp()))
            )  # fmt: skip
    return found
