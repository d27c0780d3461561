"""The ward of the cases' tests, and what the figures say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from lachan.analytics.epidemic import projection
from tests.surveillance.cases.conftest import Ward, ward

__all__ = ["Ward", "ward"]


def changes() -> Counter[tuple[Any, ...]]:
    """Every change, with its sum; those that cancel out are left out."""
    found: Counter[tuple[Any, ...]] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT recorded_on, day, area_id, disease, measure, age_band, sex, vaccinated, delta"
            " FROM analytics_epidemicchange"
        )
        for row in cursor.fetchall():
            found[row[:-1]] += row[-1]
    return Counter({key: value for key, value in found.items() if value})


def totals() -> dict[str, int]:
    """What is known now, by measure."""
    found: Counter[str] = Counter()
    for key, value in changes().items():
        found[key[4]] += value
    return {key: value for key, value in found.items() if value}


def by_day(measure: str, known: date | None = None) -> dict[date, int]:
    """A measure by day, as known on a day."""
    found: Counter[date] = Counter()
    for key, value in changes().items():
        if key[4] == measure and (known is None or key[0] <= known):
            found[key[1]] += value
    return {day: value for day, value in found.items() if value}


def follow(people: Iterable[UUID], at: datetime) -> int:
    """As the job does when it reads facts about these people, recorded at a moment of the test's own clock."""
    return projection.count_again(set(people), at)
