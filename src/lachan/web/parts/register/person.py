"""Where one person stands, for the person's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lachan.people.verification import queries
from lachan.web.parts.register.words import CAUSES, STATES, Word


@dataclass(frozen=True, slots=True)
class Step:
    """A state somebody came into, in words."""

    word: Word
    cause: Any
    at: datetime


def steps(person_id: UUID) -> list[Step]:
    """How the state came about, the latest first; empty for a record without one. Two queries."""
    return [
        Step(STATES[change.state], CAUSES.get(change.cause, change.cause), change.at)
        for change in queries.history(person_id)
    ]
