"""Forecasting tasks in files: what is asked, what was known on each date, what is answered.

A folder holds `task.json` (targets, places, horizons, quantile levels, reference dates, rule of dates) and
`truth-as-of/<reference date>.parquet` (target, location, target_end_date, value; of a nowcast also report_date).
Answers are hubverse rows (https://docs.hubverse.io, model output tables), one Parquet file a reference date.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

FOLDER = "truth-as-of"
NEEDED = ("targets", "locations", "horizons", "quantiles", "reference_dates")


class BadTask(ValueError):
    """The files of a task cannot be used: names the file, the field and the remedy."""


@dataclass(frozen=True)
class Task:
    """What is asked: every target × location × horizon at every reference date.

    `target_end_date = reference_date + offset_days + step_days × horizon`.
    """

    track: str
    targets: tuple[str, ...]
    locations: dict[str, tuple[str, ...]]
    horizons: tuple[int, ...]
    quantiles: tuple[float, ...]
    dates: tuple[date, ...]
    offset_days: int
    step_days: int

    def ends(self, reference: date) -> Days:
        """Days [H] on which the horizons of a reference date end."""
        first = np.datetime64(reference, "D")
        return np.array([first + self.offset_days + self.step_days * h for h in self.horizons], dtype="datetime64[D]")


@dataclass(frozen=True)
class Series:
    """One target as it stood on one day: values [L, W], NaN where nothing was reported; `ends` [W] without gaps."""

    target: str
    locations: tuple[str, ...]
    ends: Days
    values: Floats
    step_days: int

    def leads(self, ends: Days) -> npt.NDArray[np.int64]:
        """How many steps lie between the last day of this series and each of `ends` [H]; 1 is the next one."""
        return np.asarray((ends - self.ends[-1]).astype(np.int64) // self.step_days)


@dataclass(frozen=True)
class Triangle:
    """Reports of one target as they stood on one day.

    counts [L, D, K]: what was reported of day D after K days (not added up), NaN where nothing came or that day is
    not yet come;
    days [D] without gaps, the last one being `as_of`.
    """

    target: str
    locations: tuple[str, ...]
    days: Days
    counts: Floats


class Vintages:
    """What was known on each reference date. A view `until` a date holds no later file: a forecast cannot see one."""

    def __init__(self, task: Task, tables: dict[date, pa.Table]) -> None:
        self.task = task
        self._tables = tables
        self._made: dict[tuple[date, str], Series] = {}

    @property
    def dates(self) -> tuple[date, ...]:
        return tuple(sorted(self._tables))

    def until(self, reference: date) -> Vintages:
        """The same, without any file later than `reference`."""
        seen = Vintages(self.task, {day: table for day, table in self._tables.items() if day <= reference})
        seen._made = {key: made for key, made in self._made.items() if key[0] <= reference}
        return seen

    def targets(self, reference: date) -> tuple[str, ...]:
        """Every series in the file of that date: those asked for, and signals that only help."""
        return tuple(sorted(str(name) for name in pc.unique(self._tables[reference]["target"]).to_pylist()))

    def series(self, reference: date, target: str) -> Series:
        """A target as it stood on a reference date, on a grid of steps without gaps.

        Places are those asked for of that target, or all the file names where it is only a signal.
        """
        key = (reference, target)
        if key not in self._made:
            self._made[key] = self._series(reference, target)
        return self._made[key]

    def _rows(self, reference: date, target: str) -> tuple[pa.Table, tuple[str, ...]]:
        table = self._tables[reference]
        rows = table.filter(pc.equal(table["target"], target))
        asked = self.task.locations.get(target) or tuple(
            sorted(str(x) for x in pc.unique(rows["location"]).to_pylist())
        )
        if not rows.num_rows:
            raise BadTask(f"{FOLDER}/{reference}.parquet holds no row of target {target!r}: leave it out of task.json")
        return rows, asked

    def _series(self, reference: date, target: str) -> Series:
        rows, asked = self._rows(reference, target)
        step = self.task.step_days
        days = rows["target_end_date"].to_numpy().astype("datetime64[D]")
        place = {name: at for at, name in enumerate(asked)}
        row = np.array([place.get(name, -1) for name in rows["location"].to_pylist()])
        at = (days - days.max()).astype(np.int64)
        kept = (row >= 0) & (at % step == 0)  # what stands off the grid belongs to no step
        ends = days.max() + np.arange(at[kept].min() // step, 1) * step
        values = np.full((len(asked), len(ends)), np.nan)
        values[row[kept], at[kept] // step + len(ends) - 1] = rows["value"].to_numpy()[kept]
        return Series(target, asked, ends, values, step)

    def triangle(self, reference: date, target: str, longest: int) -> Triangle:
        """Reports [L, D, longest + 1] by their delay, as they stood on a reference date."""
        rows, asked = self._rows(reference, target)
        days = rows["target_end_date"].to_numpy().astype("datetime64[D]")
        delay = (rows["report_date"].to_numpy().astype("datetime64[D]") - days).astype(np.int64)
        place = {name: at for at, name in enumerate(asked)}
        row = np.array([place.get(name, -1) for name in rows["location"].to_pylist()])
        last = np.datetime64(reference, "D")
        all_days = np.arange(days.min(), last + 1)
        counts = np.full((len(asked), len(all_days), longest + 1), np.nan)
        kept = (row >= 0) & (delay >= 0) & (delay <= longest)
        counts[row[kept], (days[kept] - all_days[0]).astype(np.int64), delay[kept]] = rows["value"].to_numpy()[kept]
        return Triangle(target, asked, all_days, counts)


def read_task(folder: Path) -> Task:
    """Read `task.json`; BadTask names the field that is missing or wrong."""
    path = folder / "task.json"
    try:
        given: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        raise BadTask(f"{path}: there is no such file; --input is a folder with task.json and {FOLDER}/") from None
    except json.JSONDecodeError as fault:
        raise BadTask(f"{path}: not JSON ({fault})") from None
    missing = [name for name in NEEDED if name not in given]
    if missing:
        raise BadTask(f"{path}: lacks {', '.join(missing)}")
    try:
        return Task(
            track=str(given.get("track", folder.name)),
            targets=tuple(given["targets"]),
            locations={target: tuple(map(str, given["locations"][target])) for target in given["targets"]},
            horizons=tuple(int(h) for h in given["horizons"]),
            quantiles=tuple(sorted(float(q) for q in given["quantiles"])),
            dates=tuple(sorted(date.fromisoformat(day) for day in given["reference_dates"])),
            offset_days=int(given.get("offset_days", 0)),
            step_days=int(given.get("step_days", 7)),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise BadTask(f"{path}: {fault!r} is not as a task has it") from None


def read_vintages(folder: Path, task: Task) -> Vintages:
    """Every file of `truth-as-of` up to the last reference date; BadTask where one asked for is not there."""
    tables: dict[date, pa.Table] = {}
    for path in sorted((folder / FOLDER).glob("*.parquet")):
        try:
            day = date.fromisoformat(path.stem)
        except ValueError:
            raise BadTask(f"{path}: a file there is named by its date, YYYY-MM-DD.parquet") from None
        if day <= task.dates[-1]:
            tables[day] = read_plain(path)
    lacking = [day.isoformat() for day in task.dates if day not in tables]
    if lacking:
        raise BadTask(f"{folder / FOLDER}: lacks {', '.join(lacking[:5])}: a file for each reference date")
    return Vintages(task, tables)


def read_plain(path: Path) -> pa.Table:
    table = pq.read_table(path)
    missing = [name for name in ("target", "location", "target_end_date", "value") if name not in table.column_names]
    if missing:
        raise BadTask(f"{path}: lacks column {', '.join(missing)}")
    for at, name in enumerate(table.column_names):
        if name in ("target", "location"):
            table = table.set_column(at, name, table[name].cast(pa.string()))
        elif name.endswith("_date"):
            table = table.set_column(at, name, table[name].cast(pa.date32()))
        elif name == "value":
            table = table.set_column(at, name, table[name].cast(pa.float64()))
    return table


def answered(folder: Path, reference: date) -> bool:
    """Whether the answer of that date is written already: a run that was cut goes on behind it."""
    return (folder / f"{reference}.parquet").exists()


def write_answer(folder: Path, task: Task, reference: date, answers: dict[str, Floats]) -> Path:
    """Write the quantiles of one reference date, `answers[target]` [L, H, Q]; whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    ends = task.ends(reference)
    parts = [_rows_of(task, reference, target, ends, values) for target, values in answers.items()]
    path = folder / f"{reference}.parquet"
    draft = path.with_suffix(".part")
    pq.write_table(pa.concat_tables(parts), draft)
    os.replace(draft, path)
    return path


def _rows_of(task: Task, reference: date, target: str, ends: Days, values: Floats) -> pa.Table:
    places, levels = task.locations[target], task.quantiles
    shape = (len(places), len(task.horizons), len(levels))
    if values.shape != shape:
        raise ValueError(f"{target}: quantiles of shape {values.shape}, not {shape}")

    def spread(items: Sequence[Any] | Days, axis: int) -> npt.NDArray[Any]:
        wanted = [1, 1, 1]
        wanted[axis] = len(items)
        return np.broadcast_to(np.asarray(items).reshape(wanted), shape).ravel()

    rows = values.size
    return pa.table(
        {
            "reference_date": pa.array([reference] * rows, pa.date32()),
            "target": pa.array([target] * rows),
            "location": pa.array(spread(places, 0)),
            "horizon": pa.array(spread(task.horizons, 1), pa.int32()),
            "target_end_date": pa.array(spread(ends, 1), pa.date32()),
            "output_type": pa.array(["quantile"] * rows),
            "output_type_id": pa.array([f"{level:g}" for level in spread(levels, 2)]),
            "value": pa.array(values.ravel()),
        }
    )
