"""How the simulated register behaves: slow, full, away, mistaken, or of another mind than yesterday. Pure; time is
handed in."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lachan.exchange.register.contract import Item

DICE = 1_000_000


@dataclass(frozen=True)
class Manner:
    """Orders. ``rate``: persons a second before 429, 0 for no limit; ``outages``: (first second, length) after start;
    ``wrong_percent``: share of people it calls wrong whatever it knows, always the same ones."""

    latency_ms: float = 0.0
    jitter_ms: float = 0.0
    rate: float = 0.0
    outages: tuple[tuple[float, float], ...] = ()
    wrong_percent: float = 0.0
    down: bool = False

    def with_changes(self, changes: dict[str, Any]) -> Manner:
        """Another order for some of it; ValueError names what cannot be."""
        known = {"latency_ms", "jitter_ms", "rate", "wrong_percent", "down"}
        if unknown := set(changes) - known:
            raise ValueError(f"no such order: {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}")
        for name, value in changes.items():
            if name == "down":
                if not isinstance(value, bool):
                    raise ValueError("down takes true or false")
            elif not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
                raise ValueError(f"{name} takes a number, 0 or more")
        return replace(self, **changes)

    def is_down(self, since_start: float) -> bool:
        return self.down or any(first <= since_start < first + length for first, length in self.outages)

    def delay_s(self, dice: random.Random) -> float:
        """Seconds an answer takes: the mean, and evenly around it the jitter."""
        return max(0.0, self.latency_ms + dice.uniform(-self.jitter_ms, self.jitter_ms)) / 1000

    def mistaken(self, number: str) -> bool:
        """Whether it is ordered to call this person wrong."""
        if not self.wrong_percent:
            return False
        drawn = int.from_bytes(hashlib.blake2b(number.encode(), digest_size=4, person=b"wrong").digest(), "little")
        return drawn % DICE < self.wrong_percent / 100 * DICE


@dataclass
class Bucket:
    """Persons a second, with a second's worth at once."""

    level: float = 0.0
    at: float = 0.0

    def wait_s(self, persons: int, rate: float, now: float) -> float:
        """0 and the persons are let in; else seconds until they would be."""
        if not rate:
            return 0.0
        self.level = max(0.0, self.level - (now - self.at) * rate)
        self.at = now
        if self.level + persons <= max(rate, persons) + 1e-6:  # what is left of a rounding is nobody
            self.level += persons
            return 0.0
        return (self.level + persons - max(rate, persons)) / rate


@dataclass
class Opinions:
    """People it has changed its mind about, by number."""

    taken_back: set[str] = field(default_factory=set)
    wrong: set[str] = field(default_factory=set)

    def overrule(self, manner: Manner, items: Sequence[Item], right: list[bool]) -> list[bool]:
        return [
            good and not (item.id in self.taken_back or item.id in self.wrong or manner.mistaken(item.id))
            for item, good in zip(items, right, strict=True)
        ]
