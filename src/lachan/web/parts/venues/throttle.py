"""How often one address may check in by telephone, and try pairing codes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest

from lachan.access.addresses import address_of
from lachan.people.self_service import secrets, throttle
from lachan.people.self_service.rules import Limit
from lachan.people.self_service.throttle import Counted

# A mobile operator puts thousands behind one address; a number is somebody, and somebody enters a few doors a day.
CHECKINS_OF_ADDRESS: Final = Limit("check-ins of an address", 3_000, timedelta(minutes=10))
CHECKINS_OF_PERSON: Final = Limit("check-ins of a person", 100, timedelta(days=1))
PAIRINGS_OF_ADDRESS: Final = Limit("pairing codes of an address", 10, timedelta(minutes=10))
PAIRINGS_OF_ALL: Final = Limit("pairing codes of everybody", 2_000, timedelta(minutes=10))


def checkins(request: HttpRequest, whose: bytes, now: datetime) -> timedelta | None:
    """Count one check-in; how long to wait when it was one too many."""
    return throttle.take(
        [
            Counted(CHECKINS_OF_PERSON, secrets.counter("checkin_person", whose.hex())),
            Counted(CHECKINS_OF_ADDRESS, secrets.counter("checkin_address", address_of(request))),
        ],
        now,
    )


def pairings(request: HttpRequest, now: datetime) -> timedelta | None:
    """Count one try of a pairing code: eight digits are not guessed ten at a time. An address that is over its limit
    counts towards nothing else: alone it could keep every device of the country from being paired."""
    wait = throttle.take([Counted(PAIRINGS_OF_ADDRESS, secrets.counter("door_address", address_of(request)))], now)
    return wait or throttle.take([Counted(PAIRINGS_OF_ALL, secrets.counter("door_all", ""))], now)
