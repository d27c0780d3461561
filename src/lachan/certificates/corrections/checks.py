"""Whether every request is what its steps left, and nothing stays longer than was promised; for ``lachan db check``."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone

from lachan.certificates.corrections.operations import photos_end
from lachan.kernel.checks import PAGE, Finding
from lachan.kernel.statements import load

GRACE = timedelta(days=2)  # the nightly deletion may have been missed once
STUCK = timedelta(hours=1)


def check_all() -> list[Finding]:
    """Rows against steps, two people behind every change, cards that do not come, pictures kept too long."""
    return _check(timezone.now())


def _check(now: datetime) -> list[Finding]:
    count, unlike, alone, after = 0, [], [], UUID(int=0)
    with connection.cursor() as cursor:
        while True:
            cursor.execute(load("certificates", "corrections_unlike_their_steps"), [after, PAGE])
            rows = cursor.fetchall()
            if not rows:
                break
            count, after = count + len(rows), rows[-1][0]
            unlike += [row[0] for row in rows if row[1]]
            alone += [row[0] for row in rows if row[2]]
        cursor.execute(load("certificates", "corrections_stuck"), [now - STUCK])
        [stuck] = cursor.fetchone()
        cursor.execute(load("certificates", "correction_photos_kept_too_long"), [photos_end(now) - GRACE])
        [kept] = cursor.fetchone()
    return [
        Finding("correction requests against their steps", not unlike, _detail(count, unlike)),
        Finding("corrections by two people", not alone, _detail(count, alone)),
        Finding("corrections whose card has come", not stuck, f"{stuck} wait for more than an hour"),
        Finding("pictures of answered requests", not kept, f"{kept} kept longer than promised"),
    ]


def _detail(count: int, wrong: list[UUID]) -> str:
    return f"{len(wrong)} of {count} requests, the first is {wrong[0]}" if wrong else f"{count} requests"
