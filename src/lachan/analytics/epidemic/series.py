"""Counts as arrays, without an actor: for jobs, forecasts and whatever has asked about the actor before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from lachan.access import reach
from lachan.analytics.epidemic.columns import DAY, DELAY, asked, columns, listed, unpack
from lachan.analytics.epidemic.definitions import COUNTED, STOCKS
from lachan.analytics.epidemic.facts import Floats, Table, Wanted
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Problem
from lachan.kernel.statements import load

MOST_DAYS: Final = 1_200  # of a series: three years and what they are compared with
MOST_VALUES: Final = 12_000_000  # of one table
LONGEST: Final = 120  # days of delay a triangle may have


def for_jobs(wanted: Wanted) -> Table:
    """The same without an actor, for jobs and forecasts. One statement, two where provinces and communes are mixed.

    Problem 422 for a measure that is not counted, for days out of order, for more than ``MOST_DAYS``.
    """
    areas = asked(wanted)
    length = (wanted.until - wanted.since).days + 1
    if not 1 <= length <= MOST_DAYS or length * len(areas) * len(wanted.measures) > MOST_VALUES:
        detail = f"Ask for 1 to {MOST_DAYS} days, the last not before the first, and for fewer areas at once."
        raise Problem("days_out_of_range", "Days out of range", detail, status=422)
    if strange := [name for name in wanted.measures if name not in COUNTED]:
        raise Problem("measure_unknown", "Unknown measure", f"There is no count {strange[0]!r}.", status=422)
    values = np.zeros((len(wanted.measures), len(areas), length + 1), dtype=np.int64)
    row_of = {name: at for at, name in enumerate(wanted.measures)}
    for part in columns(areas):
        asked_for = {
            "wide": part.wide, "dated": wanted.as_of is not None, "known": wanted.as_of or date.max,
            "since": wanted.since, "until": wanted.until, "stored": listed(part.stored), "cols": listed(part.cols),
            "disease": wanted.disease, "stocks": [one for one in wanted.measures if one in STOCKS],
            "counts": [one for one in wanted.measures if one not in STOCKS],
        }  # fmt: skip
        for col, measure, packed in _packed("epidemic_series", asked_for):
            found = unpack(packed, DAY)
            values[row_of[measure], col, found["day"] + 1] += found["value"]
    for name in STOCKS:
        if name in row_of:
            values[row_of[name]] = np.cumsum(values[row_of[name]], axis=-1)
    days = np.datetime64(wanted.since, "D") + np.arange(length)
    return Table(wanted.measures, tuple(area.id for area in areas), days, values[:, :, 1:])


def triangle(area_ids: Sequence[int], disease: str, measure: str, as_of: date, longest: int, days: int = 180) -> Floats:
    """Counts [A, D, longest + 1]: of day D (the last one is ``as_of``, ``days`` of them), what was known K days later,
    cumulative; NaN where that day is not yet come. One statement, two where provinces and communes are mixed.

    Problem 422 for a stock, for more days than a series may have, for a delay over ``LONGEST``.
    """
    if measure not in COUNTED or measure in STOCKS:
        raise Problem("measure_unknown", "Unknown measure", f"There is no count of a day {measure!r}.", status=422)
    if not 1 <= days <= MOST_DAYS or not 0 <= longest <= LONGEST:
        raise Problem(
            "days_out_of_range", "Days out of range", f"At most {MOST_DAYS} days, {LONGEST} late.", status=422
        )
    areas = [reach.known(area_id) for area_id in area_ids]
    since = as_of - timedelta(days=days - 1)
    counts = np.zeros((len(areas), days, longest + 1))
    for part in columns(areas):
        asked_for = {
            "since": since, "known": as_of, "stored": listed(part.stored), "cols": listed(part.cols),
            "disease": disease, "measure": measure, "longest": longest, "wide": part.wide,
        }  # fmt: skip
        for col, packed in _packed("epidemic_triangle", asked_for):
            found = unpack(packed, DELAY)
            counts[col, found["day"], found["delay"]] += found["value"]
    counts = np.cumsum(counts, axis=-1)
    counts[:, np.arange(days)[:, None] + np.arange(longest + 1) > days - 1] = np.nan
    return counts


def _packed(name: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Rows whose last column is packed; read in the server's own form."""
    with hot_cursor(binary=True) as cursor:
        cursor.execute(load("analytics", name), parameters)
        return cursor.fetchall()
