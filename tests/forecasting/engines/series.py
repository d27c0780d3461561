"""Small made-up epidemics in files, for the tests of the engines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lachan.forecasting.engines import hub

LEVELS = [0.01, 0.025, *[round(0.05 * i, 2) for i in range(1, 20)], 0.975, 0.99]
START = date(2022, 1, 2)


def waves(places: int, steps: int, *, step_days: int = 7, size: float = 300.0, seed: int = 1) -> np.ndarray:
    """Counts [L, W]: waves of half a year, later in each place, with Poisson noise."""
    rng = np.random.default_rng(seed)
    weeks = np.arange(steps) * step_days / 7
    sizes = size * np.exp(rng.normal(0, 1, places))
    phase = np.linspace(0, 2, places)[:, None]
    return rng.poisson(sizes[:, None] * np.exp(1.5 * np.sin(2 * np.pi * weeks / 26 - phase))).astype(float)


def write_task(
    folder: Path,
    values: np.ndarray,
    *,
    dates: int = 3,
    step_days: int = 7,
    horizons: Sequence[int] = (1, 2, 3, 4),
    target: str = "wk inc thing",
    low: float = 1.0,
) -> Path:
    """A task whose newest reference date knows every value [L, W]; NaN is left out of the files.

    The newest value of each file is `low` times what it will be: a first report.
    """
    (folder / hub.FOLDER).mkdir(parents=True)
    names = [f"P{at}" for at in range(len(values))]
    ends = [START + timedelta(days=step_days * at) for at in range(values.shape[1])]
    references = [ends[values.shape[1] - dates + at] for at in range(dates)]
    task = {
        "track": folder.name, "targets": [target], "locations": {target: names}, "horizons": list(horizons),
        "quantiles": LEVELS, "reference_dates": [day.isoformat() for day in references], "offset_days": 0,
        "step_days": step_days,
    }  # fmt: skip
    (folder / "task.json").write_text(json.dumps(task))
    for at, reference in enumerate(references):
        known = values[:, : values.shape[1] - dates + at + 1].copy()
        known[:, -1] *= low
        rows = [
            (target, names[place], ends[step], float(known[place, step]))
            for place in range(known.shape[0])
            for step in range(known.shape[1])
            if np.isfinite(known[place, step])
        ]
        columns = [list(column) for column in zip(*rows, strict=True)]
        table = pa.table(
            [columns[0], columns[1], pa.array(columns[2], pa.date32()), pa.array(columns[3], pa.float32())],
            names=["target", "location", "target_end_date", "value"],
        )
        pq.write_table(table, folder / hub.FOLDER / f"{reference}.parquet")
    return folder
