"""Doses of a scenario: those given, from rows or from coverage, and those planned, laid out by day and age."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np

from lachan.forecasting.engines.whatif.assumptions import BadScenario, Floats
from lachan.forecasting.engines.whatif.fields import day_of, known, list_of, number_of, whole_of
from lachan.forecasting.engines.whatif.scenario import Doses

AFTER: Final = {2: 28, 3: 90}  # days between a dose and the one before, where a plan does not say
DOSES: Final = ("given", "given_file", "coverage", "plan")
MOST_PLANS: Final = 100
MOST_ROWS: Final = 500_000
LONGEST: Final = 1_500  # days of doses before the start
TALL: Final = 1.02  # counted people and counted doses differ; more than this is an error


class _Table:
    """Doses [3, A, T] from `first` to the end, filled row by row."""

    def __init__(self, first: date, days: int, ages: tuple[int, ...], people: Floats) -> None:
        self.first, self.ages, self.people = first, ages, people
        self.counts = np.zeros((3, len(ages), days))

    def row(self, day: date) -> int:
        return (day - self.first).days

    def standing(self, dose: int, until: int) -> Floats:
        """People [A] who have had a dose before day `until` of the table; of dose 0 everybody."""
        return self.people if dose == 0 else self.counts[dose - 1, :, : max(0, until)].sum(axis=1)


def doses_of(
    given: Mapping[str, Any], folder: Path, start: date, days: int, ages: tuple[int, ...], people: Floats, spread: int
) -> Doses:
    """Read `doses` of a scenario; BadScenario names the row."""
    rows = list(list_of("doses.given", given.get("given", [])))
    if "given_file" in given:
        rows += _file(folder / str(given["given_file"]))
    if len(rows) > MOST_ROWS:
        raise BadScenario(
            f"doses.given: {len(rows):,} rows; at most {MOST_ROWS:,}: sum them by day, dose and age first"
        )
    read = [_row(f"doses.given[{at}]", row, ages, start) for at, row in enumerate(rows)]
    first = min([day for day, *_ in read] + [start - timedelta(days=spread if "coverage" in given else 1)])
    if (start - first).days > LONGEST:
        raise BadScenario(f"doses.given: {first} is more than {LONGEST} days before the start; leave earlier doses out")
    table = _Table(first, (start - first).days + days, ages, people)
    for day, dose, band, count in read:
        table.counts[dose - 1, band, table.row(day)] += count
    if "coverage" in given:
        _cover(table, given["coverage"], start, spread)
    _check(table, table.row(start))
    plans = [_Plan(f"doses.plan[{at}]", row, start, days, ages) for at, row in enumerate(_plans(given))]
    for at in range(days):
        for plan in plans:
            plan.give(table, start + timedelta(days=at))
    return Doses(first, table.counts)


def _plans(given: Mapping[str, Any]) -> list[Any]:
    rows = list_of("doses.plan", given.get("plan", []))
    if len(rows) > MOST_PLANS:
        raise BadScenario(f"doses.plan: {len(rows)} lines; at most {MOST_PLANS}")
    return rows


def _file(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            return list(csv.DictReader(handle))
    except (OSError, UnicodeDecodeError) as fault:
        raise BadScenario(
            f"doses.given_file: {path.name} cannot be read ({fault}); CSV with day,dose,age_from,count"
        ) from None


def _row(field: str, row: Any, ages: tuple[int, ...], start: date) -> tuple[date, int, int, float]:
    if not isinstance(row, Mapping) or not {"day", "dose", "age_from", "count"} <= set(row):
        raise BadScenario(f"{field}: needs day, dose, age_from and count")
    day = day_of(f"{field}.day", row["day"])
    if day >= start:
        raise BadScenario(f"{field}.day: {day} is not before the start {start}; doses to come belong into doses.plan")
    dose = whole_of(f"{field}.dose", row["dose"], 1, 3)
    return (
        day,
        dose,
        band_of(f"{field}.age_from", row["age_from"], ages),
        number_of(f"{field}.count", row["count"], 0, 1e9),
    )


def band_of(field: str, given: Any, ages: tuple[int, ...]) -> int:
    """The band that begins with an age."""
    age = whole_of(field, given, 0, 120)
    if age not in ages:
        raise BadScenario(f"{field}: no band begins at {age}; bands begin at {', '.join(map(str, ages))}")
    return ages.index(age)


def _cover(table: _Table, given: Any, start: date, spread: int) -> None:
    """Coverage at the start, one share a dose or one a band, as if given evenly over `spread` days."""
    known("doses.coverage", given, ("1", "2", "3"))
    for name, shares in given.items():
        many = shares if isinstance(shares, list) else [shares] * len(table.ages)
        if len(many) != len(table.ages):
            raise BadScenario(
                f"doses.coverage.{name}: {len(many)} shares for {len(table.ages)} age bands; one each, or one"
            )
        last = table.row(start)
        for band, share in enumerate(many):
            count = number_of(f"doses.coverage.{name}[{band}]", share, 0, 1) * table.people[band]
            table.counts[int(name) - 1, band, last - spread : last] += count / spread


def _check(table: _Table, start: int) -> None:
    for dose in (1, 2, 3):
        had, before = table.standing(dose, start), table.standing(dose - 1, start)
        for band in np.flatnonzero(had > TALL * before + 1.0):
            raise BadScenario(
                f"doses: dose {dose} of those from {table.ages[band]} on was given to {had[band]:,.0f}, "
                f"but only {before[band]:,.0f} {'live there' if dose == 1 else f'had dose {dose - 1}'}; mend the counts"
            )


class _Plan:
    """One line of a plan: so many doses of a number a day, oldest bands first or evenly, up to a share of each band."""

    def __init__(self, field: str, row: Any, start: date, days: int, ages: tuple[int, ...]) -> None:
        known(field, row, ("since", "until", "dose", "per_day", "ages", "up_to", "order", "after_days"))
        self.dose = whole_of(f"{field}.dose", row.get("dose"), 1, 3)
        self.per_day = number_of(f"{field}.per_day", row.get("per_day"), 0, 1e8)
        self.since = day_of(f"{field}.since", row["since"]) if row.get("since") else start
        self.until = day_of(f"{field}.until", row["until"]) if row.get("until") else start + timedelta(days=days)
        self.up_to = number_of(f"{field}.up_to", row.get("up_to", 0.95), 0, 1)
        self.after = whole_of(f"{field}.after_days", row.get("after_days", AFTER.get(self.dose, 0)), 0, 1000)
        self.order = row.get("order", "oldest_first")
        if self.order not in ("oldest_first", "even"):
            raise BadScenario(f"{field}.order: {self.order!r}; write oldest_first or even")
        chosen = row.get("ages", [age for age in ages if age >= 18])
        if not isinstance(chosen, list) or not chosen:
            raise BadScenario(f"{field}.ages: a list of the first years of bands is needed, as [18, 30]")
        self.bands = sorted(band_of(f"{field}.ages", age, ages) for age in chosen)

    def give(self, table: _Table, day: date) -> None:
        if not self.since <= day <= self.until:
            return
        at = table.row(day)
        had = table.standing(self.dose, at + 1)
        ready = table.standing(self.dose - 1, at + 1 - self.after) if self.dose > 1 else table.people
        room = np.clip(np.minimum(ready, self.up_to * table.people) - had, 0.0, None)
        left = self.per_day
        if self.order == "even":
            whole = room[self.bands].sum()
            share = min(1.0, left / whole) if whole > 0 else 0.0
            table.counts[self.dose - 1, self.bands, at] += room[self.bands] * share
            return
        for band in reversed(self.bands):
            count = min(left, room[band])
            table.counts[self.dose - 1, band, at] += count
            left -= count
