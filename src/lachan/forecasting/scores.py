"""What came of past forecasts: scored by every later run against the weeks as they are known by then."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np

from lachan.forecasting.engines import scoring
from lachan.forecasting.facts import HORIZONS, LEVELS
from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load

AGAIN_WEEKS: Final = 8  # after which a week's truth is left alone
AT_ONCE: Final = 5_000
COVERAGE_WEEKS: Final = 26  # that the model card looks back
_WEEK: Final = timedelta(days=7)


def score(source: str, run_id: UUID, as_of: date) -> int:
    """Score every published forecast of weeks that the run knows; returns how many were new or scored again.

    Forecasts of that run's own past weeks are not: it makes none. A week the run leaves out is no truth: what was
    scored by it before is taken back. Four statements and one for every 5,000 scores.
    """
    with hot_cursor() as cursor:
        cursor.execute(load("forecasting", "truth_of_run"), [run_id])
        truth: dict[tuple[int, str, str, date], float] = {}
        left_out: list[tuple[int, str, str, date]] = []
        for area, disease, measure, ends_on, values in cursor.fetchall():
            for back, value in enumerate(reversed(values[-AGAIN_WEEKS:])):
                key = (area, disease, measure, ends_on - _WEEK * back)
                if value is None:
                    left_out.append(key)
                elif value >= 0:
                    truth[key] = value
        if not truth:
            return 0
        last, first = max(key[3] for key in truth), min(key[3] for key in truth)
        runs = published(cursor, source, first - _WEEK * (max(HORIZONS) + 1), as_of)
        if left_out:
            arrays.execute(
                cursor, load("forecasting", "take_scores_back"), [*arrays.columns(left_out), list(runs), as_of]
            )
        cursor.execute(load("forecasting", "forecasts_due"), [runs, first, last])
        due = [row for row in cursor.fetchall() if (row[0], row[2], row[3], row[5]) in truth]
        return sum(_write(cursor, due[at : at + AT_ONCE], truth, as_of) for at in range(0, len(due), AT_ONCE))


def _write(cursor: Any, due: list[tuple[Any, ...]], truth: dict[tuple[int, str, str, date], float], as_of: date) -> int:
    came = np.array([truth[row[0], row[2], row[3], row[5]] for row in due])
    said, base = np.array([row[6] for row in due]), np.array([row[7] for row in due])
    levels = np.array(LEVELS)
    columns = arrays.columns([row[:6] for row in due])
    arrays.execute(
        cursor, load("forecasting", "write_scores"),
        [
            *columns, came.tolist(), [as_of] * len(due), scoring.wis(came, said, levels).tolist(),
            scoring.wis(came, base, levels).tolist(), scoring.covered(came, said, levels, 0.5).tolist(),
            scoring.covered(came, said, levels, 0.9).tolist(),
        ],
    )  # fmt: skip
    return int(cursor.rowcount)


def published(cursor: Any, source: str, since: date, until: date) -> list[UUID]:
    """Ids of published runs of those days."""
    cursor.execute(load("forecasting", "published_between"), [source, since, until])
    return [row[0] for row in cursor.fetchall()]


def coverage(source: str, as_of: date, area_ids: list[int]) -> dict[str, Any]:
    """For the model card: by target and horizon, how forecasts of the last half year did before this run."""
    before = as_of - timedelta(days=1)
    with hot_cursor() as cursor:
        runs = published(cursor, source, as_of - _WEEK * COVERAGE_WEEKS, before)
        cursor.execute(load("forecasting", "past_coverage"), [runs, area_ids, before])
        found: dict[str, Any] = {}
        for disease, measure, horizon, count, in50, in90, wis, base in cursor.fetchall():
            found.setdefault(f"{disease}:{measure}", {})[str(horizon)] = {
                "scored": count, "inside50": round(in50 / count, 4), "inside90": round(in90 / count, 4),
                "against_baseline": round(wis / base, 4) if base > 0 else None,
            }  # fmt: skip
    return found
