"""Invented people who are owed an answer, and a register that has its own view of them, on a clock of its own."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from lachan.exchange.register import client
from lachan.exchange.register.client import Outcome
from lachan.exchange.register.sender import Sender
from lachan.exchange.register.simulator import book
from lachan.exchange.register.simulator.book import Entries, Entry
from lachan.exchange.register.simulator.server import Asked, Register
from lachan.synth import run
from lachan.synth.citizens import citizens
from lachan.synth.plan import Plan
from lachan.synth.run import target

PEOPLE = 4_000
PLAN = Plan(seed=11, province="79")
NOW = datetime(2022, 3, 1, 8, 0, tzinfo=UTC)


@dataclass
class Clock:
    """Time that passes when somebody waits for it."""

    at: datetime = NOW
    waits: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += timedelta(seconds=seconds)

    def seconds(self) -> float:
        return (self.at - NOW).total_seconds()


@dataclass
class Here:
    """The way to a register in this process: the same bytes, without the wire."""

    register: Register
    calls: list[tuple[UUID, bytes]] = field(default_factory=list)
    before: Callable[[UUID], None] | None = None

    def ask(self, request_id: UUID, request: bytes, persons: int) -> Outcome:
        self.calls.append((request_id, request))
        if self.before is not None:
            self.before(request_id)
        reply = self.register.answer(Asked("POST", "/v1/verify", "", request))
        again = str(math.ceil(reply.retry_after_s)) if reply.retry_after_s else ""
        return client.outcome_of(reply.status, reply.body, again, request_id, persons)

    def close(self) -> None:
        """There is no wire."""


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the register knows: the truth about the people of the plan."""
    path = tmp_path_factory.mktemp("register") / "book.npy"
    book.write(path, (Entry(*citizen) for citizen in citizens(PLAN, PEOPLE)))
    return path


@pytest.fixture
def entries(known: Path) -> Entries:
    return book.read(known)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def register(entries: Entries, clock: Clock) -> Register:
    return Register(entries, clock=clock.seconds)


@pytest.fixture
def people(committed: None) -> int:
    """Everybody is in the database; how many are owed an answer."""
    run.invent(PLAN, PEOPLE, target(), demonstration=True, processes=1)
    return count("state = 'not_sent'")


@pytest.fixture
def sender(register: Register, clock: Clock) -> Callable[..., Sender]:
    def make(**more: object) -> Sender:
        return Sender(Here(register), clock=clock, **more)  # type: ignore[arg-type]

    return make


def count(condition: str = "true", table: str = "people_verification") -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {condition}")
        return int(cursor.fetchone()[0])


def states() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, count(*) FROM people_verification GROUP BY 1")
        return dict(cursor.fetchall())
