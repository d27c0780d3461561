"""Forecasts in files scored beside those of a hub: the same figures as the benchmark's own scorer.

A folder holds `task.json`, `scoring/truth-final.parquet` and `scoring/reference/<model>.parquet` (a row a forecast, 23
quantile columns `q0.010` … `q0.990`); a candidate is a folder of hubverse rows. What a candidate lacks of what the
baseline forecast is scored as the baseline.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from lachan.forecasting.engines import hub
from lachan.forecasting.engines.hub import BadTask, Floats, Task
from lachan.forecasting.engines.scoring import covered, pairwise, wis, wis_log

FEWEST, WORST = 0.5, 3.0  # who takes part in pairs: half the forecasts or more, at most three times the baseline
SHARES = {"c50": 0.5, "c90": 0.9, "c95": 0.95}


@dataclass(frozen=True)
class Line:
    """Scores of one model on one target; horizon None is all of them."""

    track: str
    target: str
    horizon: int | None
    model: str
    forecasts: int
    share: float
    rel_wis: float
    rel_wis_log: float
    ratio_base: float
    ratio_ens: float
    ratio_ens_log: float
    wis: float
    mae: float
    c50: float
    c90: float
    c95: float


@dataclass(frozen=True)
class Scores:
    """The table, and what each candidate lacks: (candidate, missing, wanted)."""

    lines: tuple[Line, ...]
    missing: tuple[tuple[str, int, int], ...]


class _Grid:
    """Every forecast of a task has a place in one cube a target: [R, L, H]."""

    def __init__(self, folder: Path) -> None:
        self.task: Task = hub.read_task(folder)
        self.levels = np.array(self.task.quantiles)
        path = folder / "scoring" / "truth-final.parquet"
        if not path.exists():
            raise BadTask(f"{path}: there is no such file; only a task with its truth can be scored")
        table = hub.read_plain(path)
        self.date_at = {np.datetime64(day, "D"): at for at, day in enumerate(self.task.dates)}
        self.place_at = {
            target: {name: at for at, name in enumerate(places)} for target, places in self.task.locations.items()
        }
        self.horizon_at = {h: at for at, h in enumerate(self.task.horizons)}
        self.truth = {target: self._truth(table, target) for target in self.task.targets}

    def shape(self, target: str) -> tuple[int, int, int]:
        return len(self.task.dates), len(self.task.locations[target]), len(self.task.horizons)

    def _truth(self, table: pa.Table, target: str) -> Floats:
        rows = table.filter(pc.equal(table["target"], target))
        values = {
            (place, day): value
            for place, day, value in zip(
                rows["location"].to_pylist(),
                rows["target_end_date"].to_numpy().astype("datetime64[D]"),
                rows["value"].to_numpy(),
                strict=True,
            )
        }
        out = np.full(self.shape(target), np.nan)
        for r, reference in enumerate(self.task.dates):
            for h, end in enumerate(self.task.ends(reference)):
                for name, at in self.place_at[target].items():
                    out[r, at, h] = values.get((name, end), np.nan)
        return out

    def _where(self, rows: pa.Table, target: str) -> tuple[npt.NDArray[np.int64], ...]:
        dates = rows["reference_date"].cast(pa.date32()).to_numpy().astype("datetime64[D]")
        at_date = np.array([self.date_at.get(day, -1) for day in dates], dtype=np.int64)
        place = self.place_at[target]
        at_place = np.array([place.get(str(name), -1) for name in rows["location"].to_pylist()], dtype=np.int64)
        at_horizon = np.array([self.horizon_at.get(int(h), -1) for h in rows["horizon"].to_pylist()], dtype=np.int64)
        return at_date, at_place, at_horizon

    def reference(self, path: Path) -> dict[str, Floats]:
        """Quantiles [R, L, H, Q] by target of a file with a row a forecast."""
        table = pq.read_table(path)
        names = [f"q{level:.3f}" for level in self.levels]
        out = {}
        for target in self.task.targets:
            rows = table.filter(pc.equal(table["target"].cast(pa.string()), target))
            cube = np.full((*self.shape(target), len(names)), np.nan)
            where = self._where(rows, target)
            kept = np.all([at >= 0 for at in where], axis=0)
            values = np.column_stack([rows[name].to_numpy() for name in names]).astype(np.float64)
            cube[tuple(at[kept] for at in where)] = values[kept]
            out[target] = cube
        return out

    def candidate(self, path: Path) -> dict[str, Floats]:
        """Quantiles [R, L, H, Q] by target of a folder (or file) of hubverse rows; NaN where a quantile is missing."""
        out = {target: np.full((*self.shape(target), len(self.levels)), np.nan) for target in self.task.targets}
        for file in _files(path):
            table = _hubverse(file)
            table = table.filter(pc.equal(table["output_type"].cast(pa.string()), "quantile"))
            for target in self.task.targets:
                rows = table.filter(pc.equal(table["target"].cast(pa.string()), target))
                level = np.round(rows["output_type_id"].cast(pa.float64()).to_numpy(), 3)
                at_level = np.searchsorted(self.levels - 5e-4, level) - 1
                where = (*self._where(rows, target), at_level)
                fits = np.abs(self.levels[np.maximum(at_level, 0)] - level) < 1e-6
                kept = np.all([at >= 0 for at in where], axis=0) & fits
                found = rows["value"].cast(pa.float64()).to_numpy()
                out[target][tuple(at[kept] for at in where)] = found[kept]
        for cube in out.values():
            cube[np.isnan(cube).any(axis=-1)] = np.nan
        return out


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise BadTask(f"{path}: there is no such file or folder")
    if path.is_file():
        return [path]
    return sorted(file for end in ("csv", "csv.gz", "parquet") for file in path.rglob(f"*.{end}"))


def _hubverse(file: Path) -> pa.Table:
    if file.suffix == ".parquet":
        return pq.read_table(file)
    words = dict.fromkeys(("location", "output_type_id", "output_type", "target"), pa.string())
    return pacsv.read_csv(file, convert_options=pacsv.ConvertOptions(column_types=words))


def score(folder: Path, candidates: Mapping[str, Path]) -> Scores:
    """Score the hub's models and the candidates on one task; BadTask where its files cannot be used."""
    grid = _Grid(folder)
    named: dict[str, Any] = json.loads((folder / "task.json").read_text())
    models = {path.stem: grid.reference(path) for path in sorted((folder / "scoring" / "reference").glob("*.parquet"))}
    base, best = named.get("baseline"), named.get("ensemble")
    if base not in models or best not in models:
        raise BadTask(f"{folder / 'scoring' / 'reference'}: lacks the baseline {base!r} or the ensemble {best!r}")
    missing = []
    for name, path in candidates.items():
        inner = path / grid.task.track
        given = grid.candidate(inner if inner.is_dir() else path)
        lacks = wanted = 0
        for target, cube in given.items():
            due = np.isfinite(grid.truth[target]) & np.isfinite(models[base][target][..., 0])
            gap = due & np.isnan(cube[..., 0])
            cube[gap] = models[base][target][gap]
            cube[~due] = np.nan
            lacks, wanted = lacks + int(gap.sum()), wanted + int(due.sum())
        models[name] = given
        missing.append((name, lacks, wanted))
    lines: list[Line] = []
    for target in grid.task.targets:
        for horizon in (None, *grid.task.horizons):
            lines += _lines(grid, models, target, horizon, base, best, set(candidates))
    return Scores(tuple(lines), tuple(missing))


def _lines(
    grid: _Grid,
    models: Mapping[str, Mapping[str, Floats]],
    target: str,
    horizon: int | None,
    base: str,
    best: str,
    candidates: set[str],
) -> list[Line]:
    which = slice(None) if horizon is None else [grid.horizon_at[horizon]]
    truth = grid.truth[target][:, :, which].ravel()
    cubes = {name: cube[target][:, :, which].reshape(len(truth), -1) for name, cube in models.items()}
    natural = {name: wis(truth, cube, grid.levels) for name, cube in cubes.items()}
    natural = {name: one for name, one in natural.items() if np.isfinite(one).any()}
    if base not in natural:
        return []
    logs = {name: wis_log(truth, cubes[name], grid.levels) for name in natural}
    at_base, count = natural[base], int(np.isfinite(natural[base]).sum())

    def takes_part(name: str) -> bool:
        own = natural[name]
        both = np.isfinite(own) & np.isfinite(at_base)
        return name in candidates or (
            np.isfinite(own).sum() >= FEWEST * count and np.nansum(own) <= WORST * at_base[both].sum()
        )

    paired = [name for name in natural if takes_part(name)]
    relative = pairwise({name: natural[name] for name in paired}, base)
    relative_log = pairwise({name: logs[name] for name in paired}, base)
    middle = int(np.argmin(np.abs(grid.levels - 0.5)))

    def ratio(scores: Mapping[str, Floats], name: str, other: str) -> float:
        if other not in scores:
            return float("nan")
        both = np.isfinite(scores[name]) & np.isfinite(scores[other])
        return float(scores[name][both].mean() / scores[other][both].mean()) if both.any() else float("nan")

    out = []
    for name, own in natural.items():
        there = np.isfinite(own)
        cube = cubes[name][there]
        hit = {key: float(covered(truth[there], cube, grid.levels, part).mean()) for key, part in SHARES.items()}
        out.append(
            Line(
                grid.task.track, target, horizon, name, int(there.sum()), float(there.sum() / count),
                relative.get(name, float("nan")), relative_log.get(name, float("nan")),
                ratio(natural, name, base), ratio(natural, name, best), ratio(logs, name, best),
                float(own[there].mean()), float(np.abs(truth[there] - cube[:, middle]).mean()), **hit,
            )
        )  # fmt: skip
    return sorted(out, key=lambda line: (np.isnan(line.rel_wis), line.rel_wis))
