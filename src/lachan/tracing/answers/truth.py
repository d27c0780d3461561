"""The truth about visits, as PostgreSQL has it: a day whole, batches one after another, what was over when."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np
import psycopg
from django.db import connection

from lachan.kernel.statements import load
from lachan.places.venues.queries import venues
from lachan.tracing.engine.shapes import Bytes, Longs
from lachan.tracing.segments.layout import CLOSED, PROVISIONAL, Rows
from lachan.tracing.segments.manifest import Snapshot
from lachan.tracing.segments.tail import Batch

_EPOCH: Final = date(1970, 1, 1)
_PG_EPOCH_S: Final = 946_684_800  # PostgreSQL counts microseconds from 2000
_PLACES_AT_ONCE: Final = 20_000
CLUSTER_COMMITS_S: Final = 5.0
# COPY in binary: 19 bytes, then rows of as many columns, each behind its length, then a last number
_HEAD, _END = 19, 2
_ROW: Final = np.dtype([
    ("columns", ">i2"), ("a", ">i4"), ("place", ">i8"), ("b", ">i4"), ("subject", ">i8"), ("c", ">i4"), ("t_in", ">i8"),
    ("d", ">i4"), ("t_out", ">i8"), ("e", ">i4"), ("provisional", "u1"),
])  # fmt: skip


def day_of(day: date) -> int:
    """Days since 1970."""
    return (day - _EPOCH).days


def date_of(day: int) -> date:
    return _EPOCH + timedelta(days=day)


@contextmanager
def own_connection() -> Iterator[psycopg.Cursor[Any]]:
    """A connection beside the caller's, in one transaction that sees one state throughout, however long it takes."""
    wrapper: Any = connection.copy()
    wrapper.connect()
    try:
        raw: psycopg.Connection[Any] = wrapper.connection
        raw.autocommit = False
        with psycopg.Cursor(raw) as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
            yield cursor
        raw.rollback()
    finally:
        wrapper.close()


def origin(cursor: Any) -> str:
    """Which database this is."""
    cursor.execute(load("tracing", "visits_origin"))
    return str(cursor.fetchone()[0])


def settled_snapshot(cursor: Any) -> str:
    """What is over, and of which everything can be read: nodes of a cluster commit a moment after the first."""
    seen = snapshot(cursor)
    cursor.execute(load("tracing", "visits_on_cluster"))
    if cursor.fetchone()[0]:
        time.sleep(CLUSTER_COMMITS_S)
    return seen


def snapshot(cursor: Any) -> str:
    """What the transaction of :func:`own_connection` sees, or the statement in any other."""
    cursor.execute(load("tracing", "snapshot_now"))
    return str(cursor.fetchone()[0])


def visits_of(cursor: psycopg.Cursor[Any], day: int) -> Rows:
    """Every visit that began on a day (UTC); closed as its venue is now."""
    content = bytearray()
    with cursor.copy(load("tracing", "read_visit_day"), [*_span(day)]) as copied:
        for part in copied:
            content += part
    rows = np.frombuffer(content, _ROW, (len(content) - _HEAD - _END) // _ROW.itemsize, _HEAD)
    place = rows["place"].astype(np.int64)
    flags = closed_of(place) * np.uint8(CLOSED) | rows["provisional"] * np.uint8(PROVISIONAL)
    return Rows(place, rows["subject"].astype(np.int64), _seconds(rows["t_in"]), _seconds(rows["t_out"]), flags)


def _span(day: int) -> tuple[datetime, datetime]:
    begin = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)
    return begin, begin + timedelta(days=1)


def _seconds(micros: Any) -> Longs:
    found: Longs = micros.astype(np.int64) // 1_000_000 + _PG_EPOCH_S
    return found


def closed_of(places: Longs) -> Bytes:
    """1 where the venue is a closed space."""
    different, index = np.unique(places, return_inverse=True)
    closed = np.zeros(len(different), np.uint8)
    for begin in range(0, len(different), _PLACES_AT_ONCE):
        part = different[begin : begin + _PLACES_AT_ONCE].tolist()
        facts = venues(part)
        closed[begin : begin + len(part)] = [place in facts and facts[place].closed for place in part]
    found: Bytes = closed[index]
    return found


def batches(cursor: Any, after: tuple[int, int], seen: Mapping[int, Snapshot], most: int) -> list[Batch]:
    """The next batches behind (transaction, id) that some day has not seen, in their order."""
    days = [date_of(day) for day in seen]
    oldest = [snapshot.xmin for snapshot in seen.values()]
    cursor.execute(load("tracing", "batches_after"), [str(after[0]), after[1], days, oldest, most])
    return [Batch(xid, number, _unpacked(bytes(content))) for xid, number, content in cursor.fetchall()]


def _unpacked(content: bytes) -> Rows:
    """A batch, in the form told in :class:`lachan.tracing.models.visits.VisitBatch`. ValueError when it is not."""
    count, rest = divmod(len(content), 33)
    if rest:
        raise ValueError("a batch of visits is not made of whole visits")
    longs = np.frombuffer(content, "<i8", 4 * count).reshape(4, count).astype(np.int64)
    return Rows(longs[0], longs[1], longs[2], longs[3], np.frombuffer(content, np.uint8, count, 32 * count))


def days_standing(cursor: Any) -> list[int]:
    """Days that have a partition, oldest first."""
    cursor.execute(load("tracing", "visit_days"))
    return [day_of(row[0]) for row in cursor.fetchall()]


def with_visits(cursor: Any, days: Sequence[int]) -> tuple[Snapshot, set[int]]:
    """(what was over, those of the days with a visit). The look at what is over comes first: a day that is empty after
    it was empty then."""
    seen, found = Snapshot.of(snapshot(cursor)), set()
    for day in days:
        cursor.execute(load("tracing", "any_visit_between"), [*_span(day)])
        if cursor.fetchone()[0]:
            found.add(day)
    return seen, found
