"""A signing key fell into wrong hands: it is believed no more, and whoever holds a card it signed gets another."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from lachan.access.actors import Actor
from lachan.certificates.keys import making, ring
from lachan.certificates.keys.facts import AUTHORITY, KeyFact
from lachan.certificates.operations.renewal import touch_signed_by


class Compromised(NamedTuple):
    """``keys``: it, and for an authority everything it vouched for; ``people``: whose cards are made anew."""

    keys: list[KeyFact]
    people: int


def compromise(key_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Compromised:
    """Take the key off the trust list and have every card it signed made anew by another. Safe to repeat after a break:
    the cards are looked for again. Raises what :func:`making.retire` raises."""
    before = next((row for row in ring.rows() if row.id == key_id), None)
    if before is None or before.state != "compromised":
        making.retire(key_id, compromised=True, reason=reason, actor=actor, now=now)
    fallen = [row for row in ring.rows() if row.state == "compromised" and key_id in (row.id, row.authority_id)]
    return Compromised(fallen, sum(touch_signed_by(row.kid, now=now) for row in fallen if row.role != AUTHORITY))
