"""Tasks in files: what is read, what is refused, what one date may see."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lachan.forecasting.engines import hub

DATES = [date(2021, 3, 6), date(2021, 3, 13)]
LEVELS = [0.1, 0.5, 0.9]


def task_in(folder: Path, **changes: object) -> Path:
    """A task of two places and two dates; the second file revises the last week of the first."""
    given = {
        "track": "small",
        "targets": ["cases"],
        "locations": {"cases": ["A", "B"]},
        "horizons": [0, 1],
        "quantiles": LEVELS,
        "reference_dates": [day.isoformat() for day in DATES],
        "offset_days": 0,
        "step_days": 7,
        **changes,
    }
    (folder / hub.FOLDER).mkdir(parents=True)
    (folder / "task.json").write_text(json.dumps(given))
    ends = [date(2021, 2, 13), date(2021, 2, 20), date(2021, 2, 27), date(2021, 3, 6)]
    for at, day in enumerate(DATES):
        known = ends[: 3 + at]
        rows = [("cases", place, end, 10.0 * (n + 1) + at) for place in "AB" for n, end in enumerate(known)]
        rows = [row for row in rows if row[1:3] != ("B", ends[1])]  # a week B never reported
        columns = list(zip(*rows, strict=True))
        names = ["target", "location", "target_end_date", "value"]
        pq.write_table(
            pa.table({name: list(column) for name, column in zip(names, columns, strict=True)}),
            folder / hub.FOLDER / f"{day}.parquet",
        )
    return folder


def test_series_stands_on_a_grid_with_gaps_as_gaps(tmp_path: Path) -> None:
    task = hub.read_task(task_in(tmp_path))
    series = hub.read_vintages(tmp_path, task).series(DATES[0], "cases")
    assert series.values.shape == (2, 3)
    assert np.isnan(series.values[1, 1])
    assert series.ends[-1] == np.datetime64("2021-02-27")
    assert series.leads(task.ends(DATES[0])).tolist() == [1, 2]


def test_a_date_cannot_see_later_files(tmp_path: Path) -> None:
    task = hub.read_task(task_in(tmp_path))
    whole = hub.read_vintages(tmp_path, task)
    early = whole.until(DATES[0])
    assert early.dates == (DATES[0],)
    assert early.series(DATES[0], "cases").values[0, -1] == 30.0
    with pytest.raises(KeyError):
        early.series(DATES[1], "cases")


def test_answers_are_whole_hubverse_rows(tmp_path: Path) -> None:
    task = hub.read_task(task_in(tmp_path))
    values = np.arange(12, dtype=float).reshape(2, 2, 3)
    assert not hub.answered(tmp_path / "out", DATES[0])
    path = hub.write_answer(tmp_path / "out", task, DATES[0], {"cases": values})
    assert hub.answered(tmp_path / "out", DATES[0])
    rows = pq.read_table(path).to_pylist()
    assert len(rows) == 12
    last = rows[-1]
    assert (last["location"], last["horizon"], last["output_type_id"], last["value"]) == ("B", 1, "0.9", 11.0)
    assert last["target_end_date"] == date(2021, 3, 13)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "task.json").unlink(), "there is no such file"),
        (lambda folder: (folder / "task.json").write_text("{"), "not JSON"),
        (lambda folder: (folder / "task.json").write_text("{}"), "lacks targets"),
        (lambda folder: (folder / hub.FOLDER / "2021-03-06.parquet").unlink(), "lacks 2021-03-06"),
        (lambda folder: (folder / hub.FOLDER / "later.parquet").touch(), "is named by its date"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, spoil, said: str) -> None:
    task_in(tmp_path)
    spoil(tmp_path)
    with pytest.raises(hub.BadTask, match=said):
        hub.read_vintages(tmp_path, hub.read_task(tmp_path))
