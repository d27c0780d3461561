"""Rt of series in files: a folder of `<name>.csv` (date, cases) with `meta.json` in, `<name>.csv` of estimates out.

meta.json: generation_interval, infection_to_report (probabilities by day, from day 0); optional
entry_delay_if_truncated with `truncated`, the names of series whose last days are still incomplete.
"""

from __future__ import annotations

import csv
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.hub import BadTask
from lachan.forecasting.engines.rt.estimate import Rt, estimate
from lachan.forecasting.engines.rt.intervals import Intervals

HEAD = ("date", "median", "lower90", "upper90")


@dataclass(frozen=True)
class Folder:
    """Series by name, and the intervals each is read with."""

    paths: dict[str, Path]
    intervals: Intervals
    cut: Intervals
    truncated: frozenset[str]


def open_folder(folder: Path) -> Folder:
    """Read `meta.json` and list the series; BadTask names the file, the field and the remedy."""
    path = folder / "meta.json"
    try:
        meta: dict[str, Any] = json.loads(path.read_text())
        plain = Intervals(np.array(meta["generation_interval"]), np.array(meta["infection_to_report"]))
        entry = meta.get("entry_delay_if_truncated")
        cut = Intervals(plain.generation, plain.delay, None if entry is None else np.array(entry))
    except FileNotFoundError:
        raise BadTask(f"{path}: there is no such file; --input is a folder with meta.json and <name>.csv") from None
    except KeyError as lacking:
        raise BadTask(f"{path}: lacks {lacking.args[0]}: daily probabilities from day 0") from None
    except (json.JSONDecodeError, TypeError, ValueError) as fault:
        raise BadTask(f"{path}: {fault}") from None
    paths = {found.stem: found for found in sorted(folder.glob("*.csv"))}
    if not paths:
        raise BadTask(f"{folder}: holds no <name>.csv with columns date, cases")
    return Folder(paths, plain, cut, frozenset(map(str, meta.get("truncated", ()))))


def missing(given: Folder, output: Path) -> list[str]:
    """Names whose answer is not written yet: a run that was cut goes on behind them."""
    return [name for name in given.paths if not (output / f"{name}.csv").exists()]


def answer(given: Folder, name: str, output: Path, *, seed: int = 0) -> Rt:
    """Estimate one series and write its answer, whole or not at all."""
    days, cases = read_series(given.paths[name])
    intervals = given.cut if name in given.truncated else given.intervals
    # a seed of the series' own: its answer does not depend on which others lie beside it
    made = estimate(cases[None, :], days, intervals, seed=seed + zlib.crc32(name.encode()))
    output.mkdir(parents=True, exist_ok=True)
    draft = output / f"{name}.csv.part"
    with draft.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        writer.writerows(_rows(days, made))
    os.replace(draft, output / f"{name}.csv")
    return made


def read_series(path: Path) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.float64]]:
    """Days [D] without gaps and cases [D], NaN where a day or its figure is missing."""
    found: dict[date, float] = {}
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        if not {"date", "cases"} <= set(reader.fieldnames or ()):
            raise BadTask(f"{path}: needs the columns date, cases")
        for at, row in enumerate(reader, start=2):
            try:
                day = date.fromisoformat((row["date"] or "").strip())
                value = float(row["cases"]) if (row["cases"] or "").strip() else float("nan")
            except ValueError as fault:
                raise BadTask(f"{path}, line {at}: {fault}") from None
            if day in found:
                raise BadTask(f"{path}, line {at}: {day} stands there twice")
            found[day] = value
    if not found:
        raise BadTask(f"{path}: holds no day")
    days = np.arange(np.datetime64(min(found), "D"), np.datetime64(max(found), "D") + 1)
    if len(days) > 20 * 366:
        raise BadTask(f"{path}: spans {len(days):,} days; a date is wrong")
    return days, np.array([found.get(day, np.nan) for day in days.astype(object)])


def _rows(days: npt.NDArray[np.datetime64], made: Rt) -> Iterator[list[str]]:
    for at, day in enumerate(days.astype(str)):
        values = (made.median[0, at], made.low[0, at], made.high[0, at])
        yield [str(day), *("" if np.isnan(value) else f"{value:.5g}" for value in values)]
