"""The wave walked through into files: on each step day the engine sees what was known then; scored by what came.

A folder of a walk: `forecasts/<day>.parquet` (hubverse rows), `truth-as-of/<day>.parquet` (what was known),
`score.json`; and `task.json` where all days fall on one weekday, so that `lachan forecast run --input` can answer the
same task from its files.
A walk that was cut goes on behind the last day written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lachan.forecasting.engines import hub, scoring
from lachan.forecasting.engines.forecast import forecast, members_of
from lachan.forecasting.engines.hub import FOLDER, BadTask, Floats, Task
from lachan.forecasting.engines.members import BASELINE
from lachan.forecasting.replay import series

FORECASTS: Final = "forecasts"
KEPT: Final = ".members"  # what the members said, from which later days learn
SAMPLES: Final = 2  # sample paths are not written
Progress = Callable[[date, int, int], None]  # day, days done, of how many

Made = dict[str, dict[str, Floats]]


@dataclass(frozen=True)
class Line:
    """Scores of one target over `places` (nation or provinces) at one horizon, None: all. Ratios below 1: better than
    the baseline, which says that next week will be as this one. Shares inside the intervals of 50, 90 and 95 %."""

    target: str
    places: str
    horizon: int | None
    forecasts: int
    wis: float
    baseline: float
    ratio: float | None
    ratio_log: float | None
    inside50: float
    inside90: float
    inside95: float


@dataclass(frozen=True)
class Walked:
    """What a walk made: days answered now and before, scores, notes as (day, target, place, code)."""

    answered: int
    before: int
    lines: tuple[Line, ...]
    notes: tuple[tuple[str, str, str, str], ...]


def walk(target: Path, days: Sequence[date], *, seed: int = 0, progress: Progress | None = None) -> Walked:
    """Forecast on each of `days` with what was known then, write the answers, score them by what came.

    BadTask where the folder holds a walk by another seed: its answers would be mixed with these.
    """
    _same_seed(target, seed)
    for name in (FORECASTS, FOLDER, KEPT):
        (target / name).mkdir(parents=True, exist_ok=True)
    _write_task(target, days)
    answered, notes = 0, []
    for at, day in enumerate(days):
        if not hub.answered(target / FORECASTS, day):
            notes += _answer(target, day, days[: at + 1], seed)
            answered += 1
        if progress:
            progress(day, at + 1, len(days))
    lines = score(target, days, seed=seed)
    _write(target / "score.json", json.dumps([asdict(line) for line in lines], indent=1) + "\n")
    return Walked(answered, len(days) - answered, lines, tuple(notes))


def _answer(target: Path, day: date, until: Sequence[date], seed: int) -> list[tuple[str, str, str, str]]:
    history = series.vintages(day)
    pq.write_table(series.known(day), target / FOLDER / f"{day}.parquet")
    # weeks of other weekdays end differently seen from their day: only whole weeks back are the same question
    past = {earlier: _members(target, earlier, seed) for earlier in until if (day - earlier).days % 7 == 0}
    made = forecast(history, day, seed=seed, past=past, samples=SAMPLES)
    hub.write_answer(target / FORECASTS, history.task, day, {name: one.quantiles for name, one in made.items()})
    return [
        (day.isoformat(), name, place, code)
        for name, one in made.items()
        for place, codes in one.notes.items()
        for code in codes
    ]


def _members(target: Path, day: date, seed: int) -> Made:
    """What each member said on a day, made once and kept."""
    path = target / KEPT / f"{day}.npz"
    if not path.exists():
        made = members_of(series.vintages(day), day, seed=seed)
        columns: dict[str, Any] = {f"{name}/{who}": q for name, all_ in made.items() for who, q in all_.items()}
        draft = path.with_suffix(".part")
        with draft.open("wb") as handle:
            np.savez(handle, **columns)
        os.replace(draft, path)
    out: Made = {}
    with np.load(path) as kept:
        for key in kept.files:
            name, who = key.split("/", 1)
            out.setdefault(name, {})[who] = kept[key]
    return out


def score(target: Path, days: Sequence[date], *, seed: int = 0) -> tuple[Line, ...]:
    """Scores of every answer by the weeks that came; weeks after the record are left out."""
    said: dict[str, list[tuple[Floats, Floats, Floats]]] = {name: [] for name in series.MEASURES}
    for day in days:
        task = series.vintages(day).task
        members = _members(target, day, seed)
        answers = _read(target / FORECASTS / f"{day}.parquet", task)
        for name in series.MEASURES:
            said[name].append((_came(task, name, day), answers[name], members[name][BASELINE]))
    lines = []
    for name, parts in said.items():
        came, ours, base = (np.stack(part) for part in zip(*parts, strict=True))  # [R, L, H(, Q)]
        for places, which in (("nation", slice(0, 1)), ("provinces", slice(1, None))):
            if came[:, which].size:
                for horizon in (None, *series.HORIZONS):
                    lines.append(_line(name, places, horizon, came[:, which], ours[:, which], base[:, which]))
    return tuple(line for line in lines if line is not None)


def _read(path: Path, task: Task) -> dict[str, Floats]:
    """Quantiles [L, H, Q] by target of an answer, in the order they were written."""
    table = pq.read_table(path)
    out = {}
    for name in task.targets:
        values = table.filter(pc.equal(table["target"], name))["value"].to_numpy()
        try:
            out[name] = values.reshape(len(task.locations[name]), len(task.horizons), len(task.quantiles))
        except ValueError:
            raise BadTask(
                f"{path}: {len(values)} rows of {name!r} are not those of this walk; delete the file"
            ) from None
    return out


def _came(task: Task, name: str, day: date) -> Floats:
    """What came [L, H] of the weeks asked for on a day; NaN behind the record."""
    truth = series.truth(name)
    at = {end: column for column, end in enumerate(truth.days)}
    out = np.full((len(truth.locations), len(task.horizons)), np.nan)
    for horizon, end in enumerate(task.ends(day)):
        if end in at:
            out[:, horizon] = truth.values[:, at[end]]
    return out


def _line(name: str, places: str, horizon: int | None, came: Floats, ours: Floats, base: Floats) -> Line | None:
    which = slice(None) if horizon is None else slice(horizon - 1, horizon)
    truth, levels = came[:, :, which].ravel(), np.array(series.LEVELS)
    there = np.isfinite(truth)
    if not there.any():
        return None
    truth = truth[there]
    said = [part[:, :, which].reshape(-1, len(levels))[there] for part in (ours, base)]
    natural = [float(scoring.wis(truth, part, levels).mean()) for part in said]
    log = [float(scoring.wis_log(truth, part, levels).mean()) for part in said]
    inside = [float(scoring.covered(truth, said[0], levels, share).mean()) for share in (0.5, 0.9, 0.95)]
    return Line(
        target=name,
        places=places,
        horizon=horizon,
        forecasts=len(truth),
        wis=round(natural[0], 4),
        baseline=round(natural[1], 4),
        ratio=_ratio(natural),
        ratio_log=_ratio(log),
        inside50=round(inside[0], 4),
        inside90=round(inside[1], 4),
        inside95=round(inside[2], 4),
    )


def _ratio(pair: Sequence[float]) -> float | None:
    return round(pair[0] / pair[1], 4) if pair[1] > 0 else None


def _same_seed(target: Path, seed: int) -> None:
    path = target / "walk.json"
    if path.exists():
        before = json.loads(path.read_text(encoding="utf-8"))["seed"]
        if before != seed:
            raise BadTask(f"{target}: was walked with seed {before}; take that seed or another folder")
        return
    target.mkdir(parents=True, exist_ok=True)
    _write(path, json.dumps({"walk": "vietnam-2021", "seed": seed}) + "\n")


def _write_task(target: Path, days: Sequence[date]) -> None:
    """`task.json`, where one rule of dates holds for all days."""
    if len({day.weekday() for day in days}) > 1:
        (target / "task.json").unlink(missing_ok=True)
        return
    task = series.vintages(days[0]).task
    given: Mapping[str, object] = {
        "track": task.track,
        "targets": task.targets,
        "locations": task.locations,
        "horizons": task.horizons,
        "quantiles": task.quantiles,
        "reference_dates": [day.isoformat() for day in days],
        "offset_days": task.offset_days,
        "step_days": task.step_days,
    }
    _write(target / "task.json", json.dumps(given, indent=1) + "\n")


def _write(path: Path, text: str) -> None:
    draft = path.with_suffix(".part")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)
