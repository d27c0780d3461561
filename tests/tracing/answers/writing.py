"""Visits written as the house writes them: truth and outbox in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
from django.db import connection

from tests.waiting import wait_for

DAY = date(2026, 11, 20)
MIDNIGHT = int(datetime(2026, 11, 20, tzinfo=UTC).timestamp())
HOUR = 3_600

Visit = tuple[int, int, int, int]  # place, subject, t_in, t_out: seconds from MIDNIGHT


def ensure_days(around: Sequence[int] | range) -> None:
    from lachan.kernel.database import hot_cursor
    from lachan.tracing.visits import partitions

    partitions.forget()
    with hot_cursor() as cursor:
        partitions.ensure(cursor, [DAY + timedelta(days=n) for n in around])


def write(
    visits: Sequence[Visit],
    *,
    again: bool = False,
    provisional: bool = False,
    handed_on: bool = True,
    wait: bool = True,
) -> None:
    """One transaction of visits and its batch, by the statements of the recording itself."""
    from lachan.kernel import arrays
    from lachan.kernel.database import hot_cursor
    from lachan.kernel.statements import load
    from lachan.tracing.visits.operations import packed

    place, subject, t_in, t_out = ([row[column] for row in visits] for column in range(4))
    t_in, t_out = [MIDNIGHT + at for at in t_in], [MIDNIGHT + at for at in t_out]
    n = len(visits)
    days = [datetime.fromtimestamp(at, UTC).date() for at in t_in]
    with hot_cursor() as cursor:
        arrays.execute(
            cursor, load("tracing", "write_visits"), [place, t_in, t_out, subject, [0] * n, [provisional] * n]
        )
        if handed_on:
            flags = [provisional << 1 | again << 2] * n
            content = packed(place, subject, t_in, t_out, flags)
            cursor.execute(load("tracing", "hand_on_visits"), [min(days), max(days), n, content])
    if wait:
        settled()


def settled(seconds: float = 90.0) -> None:
    """Wait until no transaction runs that was running by now, in any database of this server: readers of an outbox see
    what was committed only then, and tests run side by side."""
    with connection.cursor() as cursor:

        def asked(end: str) -> int:
            cursor.execute(f"SELECT pg_snapshot_{end}(pg_current_snapshot())::text::bigint")
            return int(cursor.fetchone()[0])

        until = asked("xmax")
        wait_for(lambda: asked("xmin") >= until, seconds)


def world(seed: int, count: int = 300, *, people: int = 30, places: int = 5) -> list[Visit]:
    """Visits over three days that meet often; each place, subject and beginning once."""
    rng = np.random.default_rng(seed)
    made: dict[tuple[int, int, int], Visit] = {}
    for _ in range(count):
        place, subject = int(rng.integers(1, places)), int(rng.integers(1, people)) * 7
        t_in = int(rng.integers(-24 * 60, 48 * 60)) * 60
        made[place, subject, t_in] = (place, subject, t_in, t_in + int(rng.integers(0, 12 * 60)) * 60)
    return list(made.values())
