"""Keys that venue codes are signed with (Ed25519, RFC 8032): the private half sealed, the public half for everybody.

A random key and not one derived from another secret: it can be retired by itself when it leaks, and a poster keeps its
key through every rotation of the sealing keys.
"""

from __future__ import annotations

import threading
import time
from datetime import datetime
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import connection, transaction

from lachan.kernel.sealing import sealer
from lachan.kernel.statements import load
from lachan.places.models import VenueKey

CONTEXT: Final = "places_venuekey.sealed"
MEMORY: Final = 30.0  # seconds


class HouseKey(NamedTuple):
    number: int
    private: Ed25519PrivateKey
    public: bytes
    retired_at: datetime | None


class _Ring:
    """The house's keys as this process knows them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._keys: dict[int, HouseKey] = {}

    def get(self) -> dict[int, HouseKey]:
        with self._lock:
            clock = time.monotonic()
            if clock >= self._until:
                self._keys = {row.number: _opened(row) for row in VenueKey.objects.order_by("number")}
                self._until = clock + MEMORY
            return self._keys

    def clear(self) -> None:
        with self._lock:
            self._until = 0.0


_ring = _Ring()


def forget() -> None:
    """Drop what this process remembers: after a change, and between tests."""
    _ring.clear()


def _opened(row: VenueKey) -> HouseKey:
    private = Ed25519PrivateKey.from_private_bytes(sealer().open(bytes(row.sealed), CONTEXT))
    return HouseKey(row.number, private, bytes(row.public), row.retired_at)


def signing_key(now: datetime) -> HouseKey:
    """The newest key in force; the first one is made when it is asked for."""
    held = [key for key in _ring.get().values() if key.retired_at is None]
    return max(held) if held else renew(now)


def renew(now: datetime) -> HouseKey:
    """A new key to sign with from now on. Codes of the earlier ones stay good until those are retired."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(load("places", "lock_venue_keys"))
        newest = VenueKey.objects.order_by("-number").first()
        if newest is not None and newest.retired_at is None and newest.made_at == now:
            return _opened(newest)
        number = newest.number + 1 if newest is not None else 1
        private = Ed25519PrivateKey.generate()
        row = VenueKey.objects.create(
            number=number, public=private.public_key().public_bytes_raw(),
            sealed=sealer().seal(private.private_bytes_raw(), CONTEXT), made_at=now,
        )  # fmt: skip
    forget()
    return _opened(row)


def retire(number: int, now: datetime) -> bool:
    """Refuse the codes of a key from now on; whether it was in force."""
    done = VenueKey.objects.filter(number=number, retired_at__isnull=True).update(retired_at=now)
    forget()
    return bool(done)


def public_keys() -> dict[int, Ed25519PublicKey]:
    """Keys whose codes are believed, by number."""
    return {key.number: key.private.public_key() for key in _ring.get().values() if key.retired_at is None}
