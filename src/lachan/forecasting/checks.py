"""Whether what was published is still what was sealed, for ``lachan db check``."""

from __future__ import annotations

from typing import Any

from django.db import connection

from lachan.forecasting.report import checks as report
from lachan.forecasting.sealing import seal_of
from lachan.kernel import published
from lachan.kernel.checks import Finding, one_moment
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load


def check_all() -> list[Finding]:
    """Seals of runs recomputed from their rows, compared with the run's own and the journal's; alarms and their steps;
    archived reports."""
    with one_moment():
        return [*_seals(), _alarms(), *report.check_all()]


def _seals() -> list[Finding]:
    with hot_cursor() as cursor:
        cursor.execute(load("forecasting", "sealed_runs"))
        runs = cursor.fetchall()
        broken = [f"{row[1]} {row[2]}" for row in runs if seal_of(cursor, row[0]) != row[4]]
    kept = {row[4] for row in runs}
    told = list(published.values("forecast.published", "seal"))
    lost = [seal for seal in told if seal not in kept]
    unsaid = [f"{row[1]} {row[2]}" for row in runs if row[3] == "published" and row[4] not in set(told)]
    return [
        Finding("seals of forecasts", not broken, _detail(len(runs), "runs", "changed after sealing", broken)),
        Finding(
            "published forecasts in the journal", not lost and not unsaid,
            _detail(len(told), "seals", "not as the journal has them", lost + unsaid),
        ),
    ]  # fmt: skip


def _alarms() -> Finding:
    [[count]] = _rows("count_alarms")
    wrong = [str(row[0]) for row in _rows("alarms_and_steps")]
    return Finding("alarms and what was done", not wrong, _detail(count, "alarms", "not as their last step", wrong))


def _detail(count: int, what: str, how: str, wrong: list[str]) -> str:
    return f"{len(wrong)} of {count} {what} {how}, the first is {wrong[0]}" if wrong else f"{count} {what}"


def _rows(name: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(load("forecasting", name), [])
        return list(cursor.fetchall())
