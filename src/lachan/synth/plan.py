"""Which population: the few numbers that decide every invented person."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

CHUNK = 10_000  # persons generated and committed together; bounds memory and what an interruption costs
# Provinces, communes and ages are those of this day, when the country had 63 provinces.
AS_OF = datetime.date(2021, 11, 1)


@dataclass(frozen=True)
class Plan:
    """A population: the same plan always gives the same people. ``province`` is a two-digit code, or empty for all."""

    seed: int = 1
    province: str = ""

    @property
    def salt(self) -> int:
        """What ids and numbers are drawn with: people of the same seed in another province are others."""
        return self.seed + 1_000_003 * int(self.province or 0)

    @property
    def slots(self) -> int:
        """Numbers a chunk may give out per (province, sex, birth year): chunks never share a citizen id."""
        return 256 if self.province else 64

    @property
    def most_chunks(self) -> int:
        """Chunks before the six free digits of a citizen id are used up (39 or 156 million persons)."""
        return 1_000_000 // self.slots
