"""Nowcast and Rt by the command line: files in, files out, gone on with, refused by name; figures on public data."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lachan.cli.main import main
from lachan.forecasting.engines import hub
from lachan.forecasting.engines.nowcast.files import answer
from lachan.forecasting.engines.scoring import covered, wis


def task_in(folder: Path, dates: list[date], *, horizons: tuple[int, ...] = (0, -1, -3)) -> Path:
    """A nowcast task of two places; cases of a day come within four days."""
    (folder / hub.FOLDER).mkdir(parents=True)
    given = {
        "targets": ["cases"], "locations": {"cases": ["A", "B"]}, "horizons": list(horizons),
        "quantiles": [0.1, 0.5, 0.9], "reference_dates": [day.isoformat() for day in dates], "step_days": 1,
    }  # fmt: skip
    (folder / "task.json").write_text(json.dumps(given))
    rng = np.random.default_rng(0)
    first = np.datetime64(dates[0], "D") - 50
    whole = rng.poisson(np.array([8.0, 4.0, 3.0, 1.0, 0.5]), (2, 80, 5))
    for day in dates:
        rows = [
            ("cases", place, (first + at).astype(date), (first + at + late).astype(date), float(whole[row, at, late]))
            for row, place in enumerate("AB")
            for at in range(80)
            for late in range(5)
            if first + at + late <= np.datetime64(day, "D")
        ]
        names = ("target", "location", "target_end_date", "report_date", "value")
        table = pa.table(dict(zip(names, zip(*rows, strict=True), strict=True)))
        pq.write_table(table, folder / hub.FOLDER / f"{day}.parquet")
    return folder


DATES = [date(2021, 8, 2), date(2021, 8, 9)]


@pytest.mark.slow
def test_nowcast_answers_every_date_and_goes_on_where_it_was_cut(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, output = task_in(tmp_path / "in", DATES), tmp_path / "out"
    words = ["forecast", "nowcast", "--input", str(given), "--output", str(output)]
    assert main(words) == 0
    table = pq.read_table(output / "2021-08-09.parquet")
    assert table.num_rows == 2 * 3 * 3
    values = table["value"].to_numpy().reshape(2, 3, 3)
    assert (np.diff(values, axis=2) >= 0).all()
    before = (output / "2021-08-02.parquet").read_bytes()
    (output / "2021-08-09.parquet").unlink()
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)) == ["2021-08-09"]
    assert (output / "2021-08-02.parquet").read_bytes() == before
    assert pq.read_table(output / "2021-08-09.parquet").equals(table)


def test_a_task_of_the_future_is_no_nowcast(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = task_in(tmp_path / "in", DATES, horizons=(1, 2))
    assert main(["forecast", "nowcast", "--input", str(given), "--output", str(tmp_path / "out")]) == 2
    assert "lachan forecast run" in capsys.readouterr().err


def test_rt_writes_every_date_and_leaves_empty_what_cannot_be_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, output = tmp_path / "in", tmp_path / "out"
    given.mkdir()
    pmf = [0.0, 0.2, 0.5, 0.3]
    (given / "meta.json").write_text(json.dumps({"generation_interval": pmf, "infection_to_report": pmf}))
    days = np.datetime64("2021-07-01") + np.arange(20)
    (given / "none.csv").write_text("date,cases\n" + "".join(f"{day},0\n" for day in days if day != days[4]))
    words = ["forecast", "rt", "--input", str(given), "--output", str(output)]
    assert main(words) == 0
    with (output / "none.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["date"] for row in rows] == [str(day) for day in days]  # the missing day too
    assert all(row["median"] == row["lower90"] == row["upper90"] == "" for row in rows)
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"made": 0, "there": 1, "unknown": {}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date,number\n2021-07-01,3\n", "date, cases"),
        ("date,cases\n2021-07-01,3\n2021-07-01,4\n", "twice"),
        ("date,cases\n2021-07-01,three\n", "line 2"),
        ("date,cases\n2021-07-01,3\n1921-07-02,3\n", "a date is wrong"),
    ],
)
def test_rt_refuses_a_file_by_name_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    pmf = [0.0, 1.0]
    (tmp_path / "meta.json").write_text(json.dumps({"generation_interval": pmf, "infection_to_report": pmf}))
    (tmp_path / "one.csv").write_text(text)
    assert main(["forecast", "rt", "--input", str(tmp_path), "--output", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert "one.csv" in told
    assert said in told
    assert not (tmp_path / "out" / "one.csv").exists()


@pytest.mark.slow
def test_german_admissions_beat_the_chain_ladder_and_are_covered(shared: Path) -> None:
    folder = shared / "forecast-data" / "de-nowcast"
    task = hub.read_task(folder)
    vintages = hub.read_vintages(folder, task)
    levels = np.array(task.quantiles)
    places = task.locations["inc hosp"]
    final = _table(pq.read_table(folder / "scoring" / "truth-final.parquet"))
    ladder = pq.read_table(folder / "scoring" / "reference" / "ladder.parquet").to_pylist()
    theirs = {
        (str(row["reference_date"])[:10], row["location"], int(row["horizon"])): [
            value for name, value in row.items() if name.startswith("q0")
        ]
        for row in ladder
    }
    got, real, other = [], [], []
    for day in task.dates:
        made = answer(vintages, day)["inc hosp"].quantiles
        for row, place in enumerate(places):
            for at, (horizon, end) in enumerate(zip(task.horizons, task.ends(day), strict=True)):
                got.append(made[row, at])
                real.append(final[place, str(end)])
                other.append(theirs[day.isoformat(), place, horizon])
    mine, truth = np.array(got), np.array(real)
    assert wis(truth, mine, levels).mean() <= 0.7 * wis(truth, np.array(other), levels).mean()
    shares = {share: covered(truth, mine, levels, share).mean() for share in (0.5, 0.9, 0.95)}
    assert 0.42 <= shares[0.5] <= 0.58
    assert 0.84 <= shares[0.9] <= 0.95
    assert shares[0.95] >= 0.9


def _table(truth: pa.Table) -> dict[tuple[str, str], float]:
    rows = truth.to_pylist()
    return {(str(row["location"]), str(row["target_end_date"])[:10]): float(row["value"]) for row in rows}


@pytest.mark.slow
def test_rt_of_simulated_epidemics(shared: Path, tmp_path: Path) -> None:
    """Eight of the forty, one of every kind of trouble; the whole set by its own scorer."""
    folder = shared / "forecast-data" / "rt-sim"
    given = tmp_path / "in"
    given.mkdir()
    names = ["s003", "s007", "s010", "s016", "s022", "s029", "s031", "s038"]
    for name in ["meta.json", *(f"{one}.csv" for one in names)]:
        (given / name).symlink_to(folder / "input" / name)
    assert main(["forecast", "rt", "--input", str(given), "--output", str(tmp_path / "out")]) == 0
    parts: dict[str, list[float]] = {"past": [], "last": []}
    inside = []
    for name in names:
        with (tmp_path / "out" / f"{name}.csv").open() as mine, (folder / "truth" / f"{name}.csv").open() as truth:
            rows = list(zip(csv.DictReader(mine), csv.DictReader(truth), strict=True))[21:]
        for at, (row, real) in enumerate(rows):
            rt = float(real["rt"])
            low, high = float(row["lower90"] or "nan"), float(row["upper90"] or "nan")
            score = high - low + 20 * max(low - rt, 0.0) + 20 * max(rt - high, 0.0)
            parts["past" if at < len(rows) - 21 else "last"].append(6.0 if np.isnan(score) else score)
            inside.append(low <= rt <= high)
    assert np.mean(parts["past"]) <= 0.7
    assert np.mean(parts["last"]) <= 0.75
    assert 0.8 <= np.mean(inside) <= 0.99
