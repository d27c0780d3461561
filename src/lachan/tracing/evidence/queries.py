"""Evidence from groups and interviews about one case, as pieces; and what a screen shows of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import numpy as np
import psycopg

from lachan.kernel import arrays
from lachan.kernel.commands import EARLIEST, LATEST
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.tracing.engine.rules import LegalRule
from lachan.tracing.engine.shapes import CLASS, HOUSEHOLD, INTERVIEW, VEHICLE, WORKPLACE, Pieces
from lachan.tracing.evidence.operations import GroupRow
from lachan.tracing.visits.subjects import keep_persons

MOST_MEMBERS: Final = 5_000  # of all groups of one case
MOST_SHOWN: Final = 500
KIND: Final = {"household": HOUSEHOLD, "class": CLASS, "workplace": WORKPLACE, "vehicle": VEHICLE}
RELATION: Final = {"household": HOUSEHOLD, "class": CLASS, "work": WORKPLACE, "transport": VEHICLE}


class Belongs(NamedTuple):
    """A group somebody belongs to, since when, where they sat."""

    group: GroupRow
    from_at: datetime
    to_at: datetime | None
    row: int | None
    seat: str


class Member(NamedTuple):
    """Somebody in a group."""

    person_id: UUID
    group_id: UUID
    from_at: datetime
    to_at: datetime | None
    row: int | None


class NamedRow(NamedTuple):
    """Somebody whom a case named; ``minutes`` None: not known."""

    person_id: UUID
    relation: str
    first_at: datetime
    last_at: datetime
    minutes: int | None


class _Tie(NamedTuple):
    """Somebody was with the case; UNIX seconds."""

    person_id: UUID
    start: int
    end: int
    kind: int


def pieces(
    cursor: psycopg.Cursor[Any],
    person_id: UUID,
    disease: str,
    window: tuple[int, int],
    legal: LegalRule,
    minutes: float,
) -> Pieces:
    """What groups and interviews say of who was with this person within the window, under pseudonyms.

    In a vehicle whoever sat within the rule's rows, where both rows are known. An interview without minutes stands for
    as many as the rule asks (``minutes``). At most five queries.
    """
    ties = _from_groups(cursor, person_id, window, legal) + _named(cursor, person_id, disease, window, minutes)
    subjects = keep_persons(cursor, sorted({tie.person_id for tie in ties})) if ties else {}
    return _pieces(ties, subjects)


def groups_of(person_id: UUID) -> tuple[list[Belongs], list[Member]]:
    """Groups somebody belongs or belonged to, by kind, and everybody in them. Two queries."""
    with hot_cursor() as cursor:
        cursor.execute(load("tracing", "groups_of_person"), [person_id])
        belongs = [Belongs(GroupRow(*row[:8]), *row[8:]) for row in cursor.fetchall()]
        ids = sorted({one.group.id for one in belongs})
        arrays.execute(cursor, load("tracing", "members_of"), [ids, LATEST, EARLIEST, MOST_SHOWN])
        return belongs, [Member(*row) for row in cursor.fetchall()]


def named_by(person_id: UUID, disease: str) -> list[NamedRow]:
    """Whom this person named, the latest meeting first."""
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("tracing", "named_contacts"), [[person_id]])
        rows = [NamedRow(row[0], row[3], row[4], row[5], row[6]) for row in cursor.fetchall() if row[2] == disease]
    return sorted(rows, key=lambda row: row.last_at, reverse=True)[:MOST_SHOWN]


def _from_groups(cursor: psycopg.Cursor[Any], person_id: UUID, window: tuple[int, int], legal: LegalRule) -> list[_Tie]:
    start, end = (datetime.fromtimestamp(at, UTC) for at in window)
    arrays.execute(cursor, load("tracing", "memberships_of"), [[person_id], end, start])
    own = cursor.fetchall()
    if not own:
        return []
    arrays.execute(cursor, load("tracing", "groups"), [sorted({row[1] for row in own})])
    kinds = {row[0]: row[1] for row in cursor.fetchall()}
    arrays.execute(cursor, load("tracing", "members_of"), [sorted(kinds), end, start, MOST_MEMBERS])
    ties = []
    for other, group_id, since, until, row in cursor.fetchall():
        for _, mine, own_since, own_until, own_row in own:
            if mine != group_id or other == person_id:
                continue
            kind = KIND[kinds[group_id]]
            if kind == VEHICLE and _too_far(row, own_row, legal.vehicle_rows):
                continue
            begin = max(since, own_since, start)
            finish = min(until or end, own_until or end, end)
            if finish > begin:
                ties.append(_Tie(other, int(begin.timestamp()), int(finish.timestamp()), kind))
    return ties


def _too_far(row: int | None, own: int | None, within: int | None) -> bool:
    return within is not None and row is not None and own is not None and abs(row - own) > within


def _named(
    cursor: psycopg.Cursor[Any], person_id: UUID, disease: str, window: tuple[int, int], minutes: float
) -> list[_Tie]:
    start, end = (datetime.fromtimestamp(at, UTC) for at in window)
    asked = [person_id, person_id, person_id, disease, end, start, MOST_MEMBERS]
    cursor.execute(load("tracing", "named_with"), asked)
    ties = []
    for other, relation, first_at, last_at, said in cursor.fetchall():
        first, last = int(first_at.timestamp()), int(last_at.timestamp())
        first = max(first, window[0])
        length = int(60 * (minutes if said is None else said))
        until = max(first + length, last) if said is None else first + length
        ties.append(_Tie(other, first, max(until, first + 1), RELATION.get(relation, INTERVIEW)))
    return ties


def _pieces(ties: list[_Tie], subjects: Mapping[UUID, int]) -> Pieces:
    count = len(ties)
    return Pieces(
        other=np.array([subjects[tie.person_id] for tie in ties], np.int64),
        start=np.array([tie.start for tie in ties], np.int64),
        end=np.array([tie.end for tie in ties], np.int64),
        place=np.zeros(count, np.int64),
        kind=np.array([tie.kind for tie in ties], np.uint8),
        closed=np.ones(count, np.uint8),
        distance=np.full(count, np.nan, np.float32),
    )
