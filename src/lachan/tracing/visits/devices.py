"""Devices at doors: their own credentials, good for some venues and for nothing else in the house.

Not keys of ``access``: those act at facilities or in areas and open the records of people; a door writes visits to its
venues and reads nothing. An officer makes a device with a pairing code, good once for a short time; the token is given
to the device that shows it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from lachan.access import tokens
from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.memory import Memory
from lachan.kernel.sealing import blind
from lachan.tracing.models import DoorDevice
from lachan.tracing.visits.operations import Sender

PAIRING_LIFE: Final = timedelta(minutes=30)
LIFE: Final = timedelta(days=365)
MOST_VENUES: Final = 50  # a building with rooms
MEMORY: Final = 30.0  # seconds
MOST_REMEMBERED: Final = 20_000
NOTED_EVERY: Final = timedelta(minutes=1)
_KIND: Final = "ld"  # of their tokens
_DIGITS: Final = 8


class Made(NamedTuple):
    """``pairing``: eight digits to type or scan at the device; shown once."""

    id: UUID
    pairing: str


class Paired(NamedTuple):
    """``token`` is given once and kept nowhere."""

    id: UUID
    label: str
    token: str
    venue_ids: list[int]


_memory: Memory[bytes, Sender] = Memory(MOST_REMEMBERED)  # a wrong token is remembered as wrong


def forget() -> None:
    """Drop what this process remembers: after a revocation, and between tests."""
    _memory.clear()


def make(label: str, venue_ids: Collection[int], *, actor_id: UUID, now: datetime) -> Made:
    """A device that waits for its pairing. The caller has asked whether the actor may do this at these venues."""
    if not 0 < len(venue_ids) <= MOST_VENUES:
        raise ValueError(f"{len(venue_ids)} venues for one device; between 1 and {MOST_VENUES}")
    with hot_cursor() as cursor:
        # eight digits are guessed in time unless tries are few (the door counts them) and codes short-lived and unique
        while True:
            pairing = "".join(secrets.choice("0123456789") for _ in range(_DIGITS))
            if not DoorDevice.objects.filter(pairing_hash=_pairing(pairing), pairing_until__gt=now).exists():
                break
        row = DoorDevice.objects.create(
            label=label.strip()[:80], venue_ids=sorted(venue_ids), pairing_hash=_pairing(pairing),
            pairing_until=now + PAIRING_LIFE, made_by=actor_id, made_at=now, expires_at=now + LIFE,
        )  # fmt: skip
        body = json.dumps({"venues": sorted(venue_ids)})
        journal.append(cursor, [journal.Entry("door.made", row.id, now, actor_id, body)])
    return Made(row.id, pairing)


def pair(pairing: str, *, now: datetime) -> Paired | None:
    """The credential of the device that shows this code; None for one that is wrong, used or too old."""
    digits = "".join(c for c in pairing if c.isdigit())
    if len(digits) != _DIGITS:
        return None
    made = tokens.new_token(_KIND)
    with transaction.atomic():
        row = (
            DoorDevice.objects.select_for_update()
            .filter(pairing_hash=_pairing(digits), pairing_until__gt=now, revoked_at=None)
            .first()
        )
        if row is None:
            return None
        row.prefix, row.hash, row.paired_at = made.prefix, made.hash, now
        row.pairing_hash = row.pairing_until = None
        row.save()
        with hot_cursor() as cursor:
            journal.append(cursor, [journal.Entry("door.paired", row.id, now, row.id, "{}")])
    return Paired(row.id, row.label, made.token, list(row.venue_ids))


def _pairing(digits: str) -> bytes:
    return blind("door.pairing", digits)


def sender_of(token: str, now: datetime) -> Sender | None:
    """The device of a token, while it is good; at most one query in thirty seconds."""
    prefix = tokens.prefix_of(token, _KIND)
    if prefix is None:
        return None
    digest, clock = hashlib.sha256(token.encode()).digest(), time.monotonic()
    there, sender = _memory.get(digest, clock)
    if there:
        return sender
    row = DoorDevice.objects.filter(prefix=prefix, revoked_at=None, expires_at__gt=now).first()
    if row is not None and hmac.compare_digest(bytes(row.hash or b""), digest):
        sender = Sender(row.id, row.label, frozenset(row.venue_ids))
        if row.latest_at is None or now - row.latest_at > NOTED_EVERY:
            DoorDevice.objects.filter(id=row.id).update(latest_at=now)
    _memory.put({digest: sender}, clock + MEMORY)
    return sender


def door_auth(request: HttpRequest) -> Sender | None:
    """For django-ninja's ``auth=``: the device of the bearer token; None makes ninja answer 401."""
    token = tokens.from_header(request.META.get("HTTP_AUTHORIZATION", ""))
    return sender_of(token, timezone.now()) if token is not None else None


def revoke(device_id: UUID, *, actor_id: UUID, now: datetime) -> bool:
    """End a device; elsewhere it works for at most half a minute more. Whether it was good."""
    with hot_cursor() as cursor:
        done = DoorDevice.objects.filter(id=device_id, revoked_at=None).update(
            revoked_at=now, pairing_hash=None, pairing_until=None
        )
        if done:
            journal.append(cursor, [journal.Entry("door.revoked", device_id, now, actor_id, "{}")])
    forget()
    return bool(done)


def note_waiting(device_id: UUID, waiting: int, now: datetime) -> None:
    """How many visits a device said it still holds; written when it changes. A count that cannot be is cut off."""
    said = min(max(waiting, 0), 1_000_000)
    DoorDevice.objects.filter(id=device_id).exclude(waiting=said).update(waiting=said, latest_at=now)


def devices_at(venue_id: int) -> list[DoorDevice]:
    """Devices of a venue, those that are good first; at most 200."""
    rows = DoorDevice.objects.filter(venue_ids__contains=[venue_id]).order_by("-made_at")[:200]
    return sorted(rows, key=lambda row: (row.revoked_at is not None, -row.made_at.timestamp()))
