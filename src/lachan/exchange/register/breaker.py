"""The circuit breaker before the register: pure; moments go in, the next state comes out.

Closed: questions go. After five failures in a row it opens and nothing goes for a while, twice as long each time, up to
ten minutes. Then it is half open: one question goes; an answer closes it, a failure opens it again. Being told to slow
down is no failure, only a pause.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

CLOSED: Final = "closed"
HALF_OPEN: Final = "half_open"
OPEN: Final = "open"

MOST_FAILURES: Final = 5
FIRST_PAUSE_S: Final = 10.0
LONGEST_PAUSE_S: Final = 600.0
FIRST_BACK_OFF_S: Final = 2.0
LONGEST_BACK_OFF_S: Final = 300.0


@dataclass(frozen=True)
class Breaker:
    """How the line is. ``retry_at``: nothing goes before it. ``trips``: openings since the last answer."""

    state: str = CLOSED
    failures: int = 0
    trips: int = 0
    retry_at: datetime | None = None
    error: str = ""
    error_at: datetime | None = None

    def at(self, now: datetime) -> Breaker:
        """The same, as time makes it: an open one whose pause is over is half open."""
        if self.retry_at is None or now < self.retry_at:
            return self
        return replace(self, state=HALF_OPEN if self.state == OPEN else self.state, retry_at=None)

    def room(self, now: datetime, in_flight: int, most: int) -> int:
        """How many more questions may go now."""
        current = self.at(now)
        if current.retry_at is not None:
            return 0
        return max(0, (1 if current.state == HALF_OPEN else most) - in_flight)

    def answered(self, now: datetime) -> Breaker:
        """An answer came: everything is well. A pause the register asked for still holds."""
        if self.state == CLOSED:
            return self if not self.failures else replace(self, failures=0, trips=0)
        return Breaker(error=self.error, error_at=self.error_at)

    def failed(self, now: datetime, why: str, dice: random.Random, *, at_once: bool = False) -> Breaker:
        """No answer. ``at_once``: no use in trying the rest (the key is not accepted)."""
        current = self.at(now)
        if current.state == OPEN:  # one that was on its way when it opened
            return replace(current, error=why, error_at=now)
        failures = current.failures + 1
        if current.state == CLOSED and failures < MOST_FAILURES and not at_once:
            return replace(current, failures=failures, error=why, error_at=now)
        trips = current.trips + 1
        pause = LONGEST_PAUSE_S if at_once else min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(trips - 1, 10))
        retry_at = now + timedelta(seconds=pause * dice.uniform(0.8, 1.2))
        return Breaker(OPEN, failures, trips, retry_at, why, now)

    def asked_to_wait(self, now: datetime, seconds: float) -> Breaker:
        """The register is there and full: a pause, and no failure."""
        until = now + timedelta(seconds=seconds)
        return Breaker(retry_at=max(until, self.retry_at or until), error=self.error, error_at=self.error_at)


def back_off_s(attempts: int, dice: random.Random) -> float:
    """Seconds until one question is tried again: doubling, drawn evenly from the upper half so that they do not all
    come back at once."""
    most = min(LONGEST_BACK_OFF_S, FIRST_BACK_OFF_S * 2 ** min(attempts - 1, 10))
    return dice.uniform(most / 2, most)
