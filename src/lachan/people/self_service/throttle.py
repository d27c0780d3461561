"""Counting tries in the database: the same for every process, exact when they come at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.people.self_service.rules import Limit


class Counted(NamedTuple):
    """A limit and the key of what it counts."""

    limit: Limit
    key: UUID


def take(counted: Sequence[Counted], now: datetime) -> timedelta | None:
    """Count one try of each; how long to wait when one was too many, else None. A transaction of its own: the row of
    everybody must not be held while somebody is looked up."""
    rows = sorted(counted, key=lambda one: one.key)
    most = {one.key: one.limit.most for one in rows}
    with hot_cursor() as cursor:
        keys, ends = [one.key for one in rows], [now + one.limit.window for one in rows]
        arrays.execute(cursor, load("people", "count_tries"), [keys, ends, now, now])
        over = [ends_at for key, count, ends_at in cursor.fetchall() if count > most[key]]
    return max(over) - now if over else None


def spent(counted: Sequence[Counted], now: datetime) -> timedelta | None:
    """As :func:`take`, without counting: how long to wait when one of them is used up."""
    most = {one.key: one.limit.most for one in counted}
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("people", "counts_of"), [list(most), now])
        over = [ends_at for key, count, ends_at in cursor.fetchall() if count >= most[key]]
    return max(over) - now if over else None
