"""Sends the questions that are owed: several under way at a time, whatever happens to the line or to this process.

The database work is done by one thread, the waiting by others. Time comes from a clock that is handed in.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from lachan.exchange.register import client
from lachan.exchange.register.breaker import Breaker, back_off_s
from lachan.exchange.register.client import Failed, Line, Outcome, Right, TooFast
from lachan.people.verification import queue
from lachan.people.verification.queue import BEFORE_ALL, Again, Batch, Turn

IN_FLIGHT = 4  # questions under way at once
CLAIM = 5  # questions made in one transaction
LONGEST_WAIT_S = 60.0  # a sleeping sender looks again after at most this long


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime: ...

    def wait(self, seconds: float) -> None: ...


class WallClock:
    """The real one."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass
class Sent:
    """What a run did, in persons; ``failures`` in questions."""

    asked: int = 0
    right: int = 0
    wrong: int = 0
    taken_back: int = 0
    stale: int = 0
    failures: int = 0


@dataclass
class Sender:
    """One run. ``most``: persons to ask about before it ends (None: all that is owed)."""

    line: Line
    clock: Clock = field(default_factory=WallClock)
    in_flight: int = IN_FLIGHT
    most: int | None = None
    again: Again | None = None
    provinces: list[int] | None = None
    progress: Callable[[Sent], None] | None = None
    dice: random.Random = field(default_factory=random.Random)

    def run(self, until: datetime | None = None) -> Sent:
        """Send until nothing is owed, or the moment has come; what is under way then is waited for.

        A line that is down is waited for as well, so without ``until`` this ends only when the register has answered.
        """
        self.sent, self.breaker = Sent(), read_breaker()
        self._ready: list[Batch] = []
        self._turns: dict[int, Turn | None] = {}
        self._claimed = 0
        flying: dict[Future[Outcome], Batch] = {}
        try:
            with ThreadPoolExecutor(self.in_flight, "register") as threads:
                while True:
                    over = until is not None and self.clock.now() >= until
                    if not over:
                        for batch in self._next(self.breaker.room(self.clock.now(), len(flying), self.in_flight)):
                            flying[threads.submit(self.line.ask, batch.id, batch.request, len(batch.persons))] = batch
                    if flying:
                        for future in wait(flying, return_when=FIRST_COMPLETED).done:
                            self._finish(flying.pop(future), future.result())
                    elif over or not self._sleep(until):
                        break
        finally:
            self._let_go()
            self.line.close()
        return self.sent

    def _let_go(self) -> None:
        """What was made and not sent is anybody's again."""
        for batch in self._ready:
            queue.put_back(batch, self.clock.now(), "")
        self._ready = []

    def _next(self, room: int) -> list[Batch]:
        """Up to so many questions: those due again first, then new ones."""
        if not room:
            return []
        if len(self._ready) < room:
            self._ready += queue.lease_due(room - len(self._ready), self.clock.now())
        while len(self._ready) < room and self._claim():
            pass
        going, self._ready = self._ready[:room], self._ready[room:]
        return going

    def _claim(self) -> bool:
        """Make some new questions; False when there is nobody left to ask about."""
        province = self._province() if self._more() else None
        if province is None:
            return False
        claimed = queue.claim(
            province,
            self._turns.get(province) or BEFORE_ALL,
            CLAIM,
            client.write,
            now=self.clock.now(),
            again=self.again,
        )
        self._turns[province] = claimed.after
        self._claimed += sum(len(batch.persons) for batch in claimed.batches)
        self._ready += claimed.batches
        return True

    def _more(self) -> bool:
        """Whether somebody is left to ask about, as far as this run goes."""
        return (self.most is None or self._claimed < self.most) and self._province() is not None

    def _province(self) -> int | None:
        """Whose turn it is: the province where somebody waits longest and that this run has not been through."""
        if self.again is None:
            wanted = [place for place in queue.provinces_waiting() if place not in self._done()]
            wanted = [place for place in wanted if self.provinces is None or place in self.provinces]
        else:
            every = queue.all_provinces() if self.provinces is None else self.provinces
            wanted = [place for place in every if place not in self._done()]
        return wanted[0] if wanted else None

    def _done(self) -> set[int]:
        return {place for place, turn in self._turns.items() if turn is None}

    def _finish(self, batch: Batch, outcome: Outcome) -> None:
        now, before = self.clock.now(), self.breaker
        if isinstance(outcome, Right):
            self.breaker = self.breaker.answered(now)
            found = queue.answer(batch, outcome.right, now)
            self.sent.asked += len(batch.persons)
            self.sent.right += found["right"]
            self.sent.wrong += found["wrong"]
            self.sent.taken_back += found["taken_back"]
            self.sent.stale += found["stale"]
        elif isinstance(outcome, TooFast):
            self.breaker = self.breaker.asked_to_wait(now, outcome.seconds)
            queue.put_back(batch, now + timedelta(seconds=outcome.seconds), "told to slow down")
        elif isinstance(outcome, Failed):
            self.sent.failures += 1
            self.breaker = self.breaker.failed(now, outcome.why, self.dice, at_once=outcome.hopeless)
            queue.put_back(batch, now + timedelta(seconds=back_off_s(batch.attempts, self.dice)), outcome.why)
        else:
            self.breaker = self.breaker.answered(now)
            self.sent.failures += 1
            queue.divide(batch, client.write_part, now, outcome.why)
        if self.breaker != before:
            queue.write_line(queue.LineState(**asdict(self.breaker)))
            if self.breaker.retry_at is not None:
                self._let_go()  # a lease does not last as long as a pause may
        if self.progress:
            self.progress(self.sent)

    def _sleep(self, until: datetime | None) -> bool:
        """Wait for what comes next; False when nothing does, or not before the end."""
        now, due, paused = self.clock.now(), queue.open_batches().due_at, self.breaker.at(self.clock.now()).retry_at
        more = self._more()
        if due is None and not more:
            return False
        moments = [moment for moment in (paused, None if more else due) if moment is not None]
        wake = max(moments, default=now)
        if until is not None and wake >= until:
            return False
        self.clock.wait(min(max((wake - now).total_seconds(), 0.01), LONGEST_WAIT_S))
        return True


def read_breaker() -> Breaker:
    """How the line was left by whoever used it last."""
    kept = queue.read_line()
    return Breaker(*kept) if kept is not None else Breaker()
