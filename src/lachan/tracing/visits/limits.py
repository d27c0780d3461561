"""Dated rules of visits: how long they are kept, how long a stay may be, how fast people travel."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import msgspec


class Travel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two venues nearer than ``near_m`` are never too far apart (coordinates are rough); up to ``far_m`` people travel
    at most at ``kmh``, further away at ``far_kmh`` (by air)."""

    near_m: int
    kmh: int
    far_m: int
    far_kmh: int


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The rule of a day. ``bounce_seconds``: two scans this close are one. ``ahead_seconds``: a scan may lie so far in
    the future. A device whose clock is off by more than ``skew_seconds`` is put right, by more than
    ``largest_skew_hours`` refused."""

    id: str
    valid_from: date
    keep_days: int
    reference: str
    verified: bool
    note: str
    longest_stay_minutes: int
    ahead_seconds: int
    bounce_seconds: int
    skew_seconds: int
    largest_skew_hours: int
    travel: Travel

    @property
    def longest_stay(self) -> int:
        """Seconds."""
        return self.longest_stay_minutes * 60


@cache
def catalogue() -> tuple[Limits, ...]:
    """Every dated rule, oldest first."""
    text = (resources.files("lachan.tracing") / "data" / "visits.json").read_text(encoding="utf-8")
    found: Any = msgspec.json.decode(text)["rules"]
    return tuple(sorted(msgspec.convert(found, list[Limits]), key=lambda rule: rule.valid_from))


def limits_on(day: date) -> Limits:
    """The rule in force on a day, the first one for days before it."""
    return next((rule for rule in reversed(catalogue()) if rule.valid_from <= day), catalogue()[0])
