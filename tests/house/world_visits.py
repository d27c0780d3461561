"""A venue, its code and its device, for the addresses of their screens."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.utils import timezone

from lachan.kernel.database import hot_cursor
from lachan.places.venues import codes, keys, venues
from lachan.places.venues import queries as venue_queries
from lachan.places.venues.operations import NewVenue, register_venues
from lachan.tracing.models import DoorDevice
from lachan.tracing.visits import devices

if TYPE_CHECKING:
    from .world import World

_REQUEST = UUID("0192b000-0000-7000-8000-000000000077")


def _venue_id(world: World) -> int:
    venue_queries.forget()
    with hot_cursor() as cursor:
        [made] = register_venues(
            cursor, [NewVenue("Chợ Bến Thành", "market", world.areas[3], _REQUEST)], actor_id=uuid4(),
            now=timezone.now(),
        )  # fmt: skip
    assert made.params is not None
    return int(made.params["id"])


def code(world: World) -> str:
    venue_id = _venue_id(world)
    return venues([venue_id])[venue_id].code


def signed(world: World) -> str:
    keys.forget()
    key = keys.signing_key(timezone.now())
    return codes.venue_code(key.private, key.number, _venue_id(world), 1)


def device(world: World) -> UUID:
    venue_id = _venue_id(world)
    there = DoorDevice.objects.filter(venue_ids__contains=[venue_id]).first()
    return there.id if there else devices.make("Cửa", [venue_id], actor_id=uuid4(), now=timezone.now()).id
