"""Every morning, and every hour again without a second effect: the daily questions of those who were reached."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load
from lachan.tracing.work.facts import Kind
from lachan.tracing.work.planning import CENTRE, insert
from lachan.tracing.work.rules import HERE, priority, settings_on

PAGE: Final = 2_000  # people a transaction
ILL_FOR: Final = timedelta(days=3)  # somebody who felt ill lately is asked before others
_FIRST: Final = UUID(int=0)


def plan_day(now: datetime) -> int:
    """Make today's daily questions, drop those of days that are over and what hangs on no watch; how many were made.

    Whoever declares for themselves has a question too, which their declaration closes (``heard.listen``).
    """
    with hot_cursor() as cursor:
        cursor.execute(load("tracing", "drop_missed_follow_ups"), [now, now.astimezone(HERE).date()])
        cursor.execute(load("tracing", "drop_unwatched"), [now])
    made, after = 0, _FIRST
    while True:
        last = _page(now, after)
        if last is None:
            return made
        after, count = last
        made += count


def _page(now: datetime, after: UUID) -> tuple[UUID, int] | None:
    """One page of people behind ``after``: its last one and how many questions were made; None behind the last."""
    today = now.astimezone(HERE).date()
    settings = settings_on(today)
    midnight = datetime.combine(today, time(), HERE)
    at = datetime.combine(today, time(settings.task_hour), HERE)
    with hot_cursor() as cursor:
        cursor.execute(load("tracing", "watches_to_follow"), [now - ILL_FOR, today, midnight, after, today, PAGE])
        found = cursor.fetchall()
        rows = [
            (
                person, new_id(), watch, disease, str(Kind.FOLLOW_UP), level, area or CENTRE, today, at,
                priority(Kind.FOLLOW_UP, level, score, settings, symptoms=ill), key,
            )
            for person, watch, disease, level, area, score, key, ill in found
        ]  # fmt: skip
        insert(cursor, rows, now)
    return (found[-1][0], len(rows)) if found else None
