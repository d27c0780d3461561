"""Vietnam's fourth wave as it was announced, day by day: 62 provinces and the nation, 2021-04-27 to 2021-11-17.

A case stands on the day it was announced (about 18:00), so what was known on a day is every row up to that day. The
record keeps no later versions of a day: what the ministry put right afterwards is named in `facts()`, and cannot be
replayed. The nation's cases are the sum of its provinces, as the register would count them; its deaths and doses are
those of Johns Hopkins University. Cao Bằng is not in the record, since it had no case until the end. Written by
tools/reference/epidemic.py.

Weeks end on Sunday. A week counts from the evening it ends; April 27 to May 2 is no whole week and is left out.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lachan.forecasting.engines.hub import Days, Floats, Task, Vintages

DATA: Final = Path(__file__).resolve().parent.parent / "data"
NATION: Final = "00"
FIRST: Final = date(2021, 4, 27)
LAST: Final = date(2021, 11, 17)
FIRST_WEEK: Final = date(2021, 5, 9)  # the first Sunday that ends a week with all its days
HORIZONS: Final = (1, 2, 3, 4)
LEVELS: Final = (0.01, 0.025, *(round(0.05 * step, 2) for step in range(1, 20)), 0.975, 0.99)
MEASURES: Final = ("cases", "deaths")
SIGNALS: Final = ("doses",)


class OutOfRecord(ValueError):
    """A day the record does not reach: says which days it holds."""


@dataclass(frozen=True)
class Daily:
    """Counts of each day [L, D] of places by province code (`00` the nation), days without gaps; NaN: not published."""

    measure: str
    locations: tuple[str, ...]
    days: Days
    values: Floats


def facts() -> dict[str, Any]:
    """Sources, defects found by counting, totals corrected later, what is lacking; of `data/vietnam_2021.json`."""
    found: dict[str, Any] = json.loads((DATA / "vietnam_2021.json").read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def _whole() -> dict[str, Daily]:
    """The whole record, each measure on the days of the wave."""
    with (DATA / "vietnam_2021_provinces.csv").open(encoding="utf-8", newline="") as handle:
        heading, *rows = list(csv.reader(handle))
    days = np.array([row[0] for row in rows], dtype="datetime64[D]")
    provinces = np.array([[float(cell) for cell in row[1:]] for row in rows]).T
    cases = np.vstack([provinces.sum(axis=0), provinces])
    national = _national()
    at = {day: row for row, day in enumerate(national["date"])}
    wanted = np.array([at[str(day)] for day in days])
    doses = np.diff(national["doses_sum"], prepend=np.nan)
    return {
        "cases": Daily("cases", (NATION, *heading[1:]), days, cases),
        "deaths": Daily("deaths", (NATION,), days, national["deaths"][None, wanted]),
        "doses": Daily("doses", (NATION,), days, doses[None, wanted]),
    }


def _national() -> dict[str, Any]:
    with (DATA / "vietnam_national.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    columns: dict[str, Any] = {"date": [row["date"] for row in rows]}
    for name in ("cases", "deaths", "doses_sum", "people_sum"):
        columns[name] = np.array([float(row[name]) if row[name] else np.nan for row in rows])
    return columns


def daily(measure: str, as_of: date) -> Daily:
    """What was known of each day on `as_of`: nothing later is in it. OutOfRecord before the first day."""
    _check(as_of, FIRST)
    whole = _whole()[measure]
    count = int(np.searchsorted(whole.days, np.datetime64(as_of, "D"), side="right"))
    return Daily(measure, whole.locations, whole.days[:count], whole.values[:, :count])


def weekly(measure: str, as_of: date) -> Daily:
    """Sums of whole weeks known on `as_of`, each under the Sunday it ends; OutOfRecord before the first whole week."""
    _check(as_of, FIRST_WEEK)
    days = daily(measure, as_of)
    start = int((np.datetime64(FIRST_WEEK, "D") - days.days[0]).astype(np.int64)) - 6
    weeks = (len(days.days) - start) // 7
    inside = days.values[:, start : start + 7 * weeks]
    ends = days.days[start + 6 : start + 7 * weeks : 7]
    return Daily(measure, days.locations, ends, inside.reshape(len(inside), weeks, 7).sum(axis=2))


def vintages(as_of: date) -> Vintages:
    """What a forecaster could use on `as_of`: the weeks as known then and as known 7, 14, … days before, nothing later.

    The only reference date is `as_of`; targets `cases` (nation and 62 provinces) and `deaths` (nation), `doses` beside
    them as a signal. Horizon 1 is the first week not over yet on `as_of`.
    """
    _check(as_of, FIRST_WEEK)
    task = Task(
        track="replay:vietnam-2021",
        targets=MEASURES,
        locations={name: _whole()[name].locations for name in MEASURES},
        horizons=HORIZONS,
        quantiles=LEVELS,
        dates=(as_of,),
        offset_days=-((as_of.weekday() + 1) % 7),  # back to the last Sunday, which ends the last whole week
        step_days=7,
    )
    tables: dict[date, pa.Table] = {}
    day = as_of
    while day >= FIRST_WEEK:
        tables[day] = known(day)
        day -= timedelta(days=7)
    return Vintages(task, tables)


def known(as_of: date) -> pa.Table:
    """Whole weeks as known on a day, of every measure and signal: target, location, target_end_date, value."""
    parts = [_long(weekly(name, as_of)) for name in (*MEASURES, *SIGNALS)]
    return pa.concat_tables(parts)


def truth(measure: str) -> Daily:
    """What came: sums of every whole week of the record. Only for scoring."""
    return weekly(measure, LAST)


def step_days(since: date, until: date, every: int) -> list[date]:
    """Days of a walk: from `since` to `until`, each `every` days; OutOfRecord names the bounds of the record."""
    if every < 1:
        raise OutOfRecord(f"every {every} days: a step is 1 day or more")
    _check(since, FIRST_WEEK)
    _check(until, FIRST_WEEK)
    if until < since:
        raise OutOfRecord(f"from {since} to {until}: the walk ends before it begins")
    return [since + timedelta(days=at) for at in range(0, (until - since).days + 1, every)]


def _check(day: date, first: date) -> None:
    if not first <= day <= LAST:
        raise OutOfRecord(f"{day} is not in the record: it can be walked from {first} to {LAST}")


def _long(counts: Daily) -> pa.Table:
    places, weeks = counts.values.shape
    ends: npt.NDArray[np.datetime64] = np.tile(counts.days, places)
    table = pa.table(
        {
            "target": pa.array([counts.measure] * (places * weeks)),
            "location": pa.array(np.repeat(counts.locations, weeks)),
            "target_end_date": pa.array(ends, pa.date32()),
            "value": pa.array(counts.values.ravel()),
        }
    )
    return table.filter(pa.array(~np.isnan(counts.values.ravel())))
