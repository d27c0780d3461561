"""What a venue's page tells of visits: counts, nobody's name."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load


def refused_today(place_id: int, now: datetime) -> list[tuple[str, int]]:
    """(reason, how many) of the visits refused at a venue since midnight here, the most frequent first. One query."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    with hot_cursor() as cursor:
        cursor.execute(load("tracing", "refused_visits_since"), [place_id, midnight])
        return cursor.fetchall()
