"""Figures of an epidemic as the job leaves them, without the facts they were counted from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from lachan.kernel.statements import load

Row = tuple[date, date, int, str, int]  # known on, day, commune, measure, count


def known(rows: Sequence[Row], at: datetime) -> None:
    """Changes become known, and are summed; the figures say that they are complete until ``at``."""
    with connection.cursor() as cursor:
        cursor.execute(load("analytics", "epidemic_last_change"))
        [before] = cursor.fetchone()
        cursor.execute(
            "INSERT INTO analytics_epidemicchange (recorded_on, day, area_id, disease, measure, age_band, sex,"
            " vaccinated, delta) SELECT recorded_on, day, area_id, 'covid-19', measure, 30, 'F', 0, delta"
            " FROM unnest(%s::date[], %s::date[], %s::int[], %s::text[], %s::int[])"
            " AS told (recorded_on, day, area_id, measure, delta)",
            [list(column) for column in zip(*rows, strict=True)],
        )
        cursor.execute(load("analytics", "epidemic_sum"), [before])
        cursor.execute(load("analytics", "keep_epidemic_state"), [at])


def forget() -> None:
    """As if nothing had ever been counted."""
    with connection.cursor() as cursor:
        cursor.execute(load("analytics", "epidemic_clear"))
