"""How it stands with the register, in figures: for the command line, the doctor and the page. No names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from lachan.exchange.register.breaker import CLOSED, Breaker
from lachan.exchange.register.sender import read_breaker
from lachan.people.verification import queue
from lachan.people.verification.figures import Figure, figures
from lachan.people.verification.queue import Open
from lachan.people.verification.rules import STATES


class StateFigure(NamedTuple):
    """Persons in a state, and since when the first of them."""

    state: str
    persons: int
    oldest: datetime | None


class Status(NamedTuple):
    """The line, the questions under way, and persons by state as counted at ``counted_at`` (None: never)."""

    breaker: Breaker
    latest_answer: datetime | None
    open: Open
    states: list[StateFigure]
    counted_at: datetime | None

    @property
    def healthy(self) -> bool:
        return self.breaker.state == CLOSED


def status(now: datetime, areas: Iterable[int] | None = None) -> Status:
    """How it stands; ``areas``: whose figures (None: the nation's). Four quick queries."""
    found = figures(areas)
    return Status(
        read_breaker().at(now), queue.latest_answer(), queue.open_batches(), by_state(found),
        min((figure.counted_at for figure in found), default=None),
    )  # fmt: skip


def by_state(found: Iterable[Figure]) -> list[StateFigure]:
    """Sums over provinces, every state once and in its order."""
    persons = dict.fromkeys(STATES, 0)
    oldest: dict[str, datetime] = {}
    for figure in found:
        persons[figure.state] += figure.persons
        if figure.oldest is not None:
            oldest[figure.state] = min(figure.oldest, oldest.get(figure.state, figure.oldest))
    return [StateFigure(state, persons[state], oldest.get(state)) for state in STATES]
