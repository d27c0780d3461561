"""What telephones of cases, or telephones near them, heard: as evidence for a list."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import psycopg

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.tracing.engine.shapes import ENCOUNTER, Pieces


class PermitRow(NamedTuple):
    """A code that was given out for a case; ``counts`` of the upload made with it."""

    id: UUID
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    counts: dict[str, int]


def pieces(cursor: psycopg.Cursor[Any], subjects: Sequence[int], t_from: int, t_to: int) -> Pieces:
    """Meetings of these pseudonyms with anybody in [t_from, t_to), whoever's telephone heard. One query."""
    start, end = (datetime.fromtimestamp(at, UTC) for at in (t_from, t_to))
    asked = [list(subjects), end, start]
    arrays.execute(cursor, load("tracing", "encounters_near"), asked + asked)
    rows = cursor.fetchall()
    count = len(rows)
    return Pieces(
        other=np.array([row[0] for row in rows], np.int64),
        start=np.array([int(row[1].timestamp()) for row in rows], np.int64),
        end=np.array([int(row[2].timestamp()) for row in rows], np.int64),
        place=np.zeros(count, np.int64),
        kind=np.full(count, ENCOUNTER, np.uint8),
        closed=np.zeros(count, np.uint8),
        distance=np.array([np.nan if row[3] is None else row[3] for row in rows], np.float32),
    )


def permits_of(case_id: UUID) -> list[PermitRow]:
    """Codes given out for a case, the latest first."""
    with hot_cursor() as cursor:
        cursor.execute(load("tracing", "permits_of_case"), [case_id])
        return [PermitRow(row[0], row[1], row[2], row[3], json.loads(row[4])) for row in cursor.fetchall()]
