"""What the work is planned from, and what it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID


class WatchChange(NamedTuple):
    """Something about a person under watch changed that work follows from.

    ``what``: opened, extended (longer, stricter, other test days, another commune), released, ended, case (they became
    one themselves). ``area_id``: the commune answerable; None when nobody knows where the person is, who then stands on
    the list of the centre. ``score``: of the ranking, the higher the sooner. ``until`` is the last day of the watch.
    """

    person_id: UUID
    watch_id: UUID
    disease: str
    what: str
    area_id: int | None
    level: int
    since: date
    until: date
    test_days: tuple[date, ...]
    quarantine: str
    score: float


OPENED = "opened"
EXTENDED = "extended"
RELEASED = "released"
ENDED = "ended"
CASE = "case"
CLOSING = frozenset({RELEASED, ENDED, CASE})


class Kind(StrEnum):
    """What is to be done: the first call, a test, the daily question, the order on paper, the last day."""

    CALL = "call"
    TEST = "test"
    FOLLOW_UP = "follow_up"
    ORDER = "order"
    END = "end"


class TaskRow(NamedTuple):
    """A task that stands open, as the statements read it."""

    person_id: UUID
    id: UUID
    watch_id: UUID
    kind: Kind
    level: int
    area_id: int
    due_on: date
    due_at: datetime
    score: float
    household_key: UUID
    assigned_to: UUID | None
    attempts: int
    outcome: str


def task_of(row: Sequence[Any]) -> TaskRow:
    """A task from a row of its columns."""
    return TaskRow(*row)._replace(kind=Kind(row[3]))
