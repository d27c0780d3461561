"""Two weeks of 2021 end to end into files: what was known then, forecasts, scores; a cut walk goes on."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from lachan.cli.main import main
from lachan.forecasting.engines import hub, scoring
from lachan.forecasting.replay import series
from lachan.forecasting.replay.walk import walk

DAYS = [date(2021, 6, 13), date(2021, 6, 20)]
WORDS = ["replay", "vietnam-2021", "--from", "2021-06-13", "--to", "2021-06-20"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("walk")]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("walk")
    assert main([*WORDS, "--output", str(folder), "--json"]) == 0
    return folder


def test_a_walk_is_a_task_of_the_hub_with_an_answer_for_each_day(walked: Path) -> None:
    task = hub.read_task(walked)
    assert task.dates == tuple(DAYS)
    history = hub.read_vintages(walked, task)
    for day in DAYS:
        answer = pq.read_table(walked / "forecasts" / f"{day}.parquet").to_pydict()
        assert len(answer["value"]) == (63 + 1) * 4 * 23
        assert min(answer["value"]) >= 0
        assert set(answer["output_type"]) == {"quantile"}
        assert max(history.series(day, "cases").ends) <= np.datetime64(day)
        assert np.array_equal(history.series(day, "cases").values, series.vintages(day).series(day, "cases").values)


def test_the_scores_are_those_of_what_came(walked: Path) -> None:
    lines = json.loads((walked / "score.json").read_text())
    [line] = [one for one in lines if (one["target"], one["places"], one["horizon"]) == ("cases", "nation", 1)]
    levels = np.array(series.LEVELS)
    worth = []
    for day in DAYS:
        rows = pq.read_table(
            walked / "forecasts" / f"{day}.parquet",
            filters=[("target", "=", "cases"), ("location", "=", "00"), ("horizon", "=", 1)],
        )
        truth = series.truth("cases")
        came = truth.values[0, list(truth.days.tolist()).index(rows["target_end_date"][0].as_py())]
        worth.append(scoring.wis(np.array(came), rows["value"].to_numpy(), levels))
    assert line["forecasts"] == 2
    assert line["wis"] == pytest.approx(np.mean(worth), abs=1e-3)
    assert line["baseline"] > 0


def ends_with(day: date) -> dict[str, series.Daily]:
    """The record as if the day were its last."""
    last = np.datetime64(day, "D")
    return {
        name: series.Daily(name, one.locations, one.days[one.days <= last], one.values[:, one.days <= last])
        for name, one in series._whole().items()
    }


def test_a_walk_goes_on_where_it_was_cut_and_sees_nothing_later(
    walked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = ends_with(DAYS[0])
    with monkeypatch.context() as patch:  # what came later is not even there, and the answer is the same
        patch.setattr(series, "_whole", lambda: short)
        assert walk(tmp_path, DAYS[:1]).answered == 1
    done = walk(tmp_path, DAYS)
    assert (done.answered, done.before) == (1, 1)
    for day in DAYS:
        name = f"forecasts/{day}.parquet"
        assert pq.read_table(tmp_path / name).equals(pq.read_table(walked / name))
    assert json.loads((tmp_path / "score.json").read_text()) == json.loads((walked / "score.json").read_text())
    assert walk(tmp_path, DAYS).answered == 0


def test_steps_of_any_length_are_walked_but_are_no_one_task(tmp_path: Path) -> None:
    done = walk(tmp_path, [date(2021, 6, 13), date(2021, 6, 16)])
    assert done.answered == 2
    assert not (tmp_path / "task.json").exists()
    ends = set(pq.read_table(tmp_path / "forecasts/2021-06-16.parquet")["target_end_date"].to_pylist())
    assert min(ends) == date(2021, 6, 20)


def test_mistakes_are_named(walked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*WORDS, "--output", str(walked), "--seed", "7"]) == 2
    assert "was walked with seed 0" in " ".join(capsys.readouterr().err.split())
    assert main(["replay", "vietnam-2021", "--from", "2020-01-01", "--output", str(walked)]) == 2
    assert "it can be walked from 2021-05-09 to 2021-11-17" in " ".join(capsys.readouterr().err.split())
