"""The record of 2021: equal to its sources, nothing of it known too early, its defects named."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from lachan.forecasting.replay import series

CHECKOUT = Path(__file__).resolve().parents[3]
BUILT = ("vietnam_2021_provinces.csv", "vietnam_national.csv", "vietnam_ages.csv", "vietnam_2021.json")


@pytest.mark.slow
def test_the_tool_writes_the_same_bytes_again(shared: Path, tmp_path: Path) -> None:
    tool = CHECKOUT / "tools/reference/epidemic.py"
    subprocess.run(
        [sys.executable, str(tool), "--shared", str(shared), "--into", str(tmp_path)],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    for name in BUILT:
        assert (tmp_path / "src/lachan/forecasting/data" / name).read_bytes() == (series.DATA / name).read_bytes(), name


@pytest.mark.slow
def test_every_figure_of_the_sources_is_there(shared: Path) -> None:
    epi = shared / "reference-data/epi"
    known = series.daily("cases", series.LAST)
    at = {(code, str(day)): known.values[row, column] for row, code in enumerate(known.locations)
          for column, day in enumerate(known.days)}  # fmt: skip
    with (epi / "vn_province_cases_2021-04-27_2021-11-17.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == 62 * 205
    assert all(at[row["province_code"], row["date"]] == float(row["new_cases"]) for row in rows)
    assert known.values[0].sum() == sum(int(row["new_cases"]) for row in rows) == 1_049_240
    deaths = series.daily("deaths", series.LAST)
    with (epi / "vn_cases_deaths_daily_jhu.csv").open(encoding="utf-8") as handle:
        told = {row["date"]: float(row["new_deaths"]) for row in csv.DictReader(handle)}
    assert [told[str(day)] for day in deaths.days] == deaths.values[0].tolist()


def test_the_defects_of_the_record_are_named() -> None:
    facts = series.facts()
    named = {(entry["code"], entry.get("day")) for entry in facts["defects"]}
    assert ("negative_day", "2020-08-19") in named
    assert ("negative_day", "2022-10-28") in named
    assert {("backlog_day", day) for day in ("2022-03-12", "2022-03-19", "2022-08-04")} <= named
    assert ("short_day", "2021-08-02") in named
    assert any(entry["code"] == "province_absent" and entry["province"] == "04" for entry in facts["defects"])
    assert "04" not in series.daily("cases", series.LAST).locations
    [sums] = [entry for entry in facts["defects"] if entry["code"] == "sums_differ"]
    assert (sums["provinces"], sums["nation"]) == (1_049_240, 1_052_394)


def test_nothing_later_is_known() -> None:
    as_of = date(2021, 8, 15)
    known = series.vintages(as_of)
    assert max(known.dates) == as_of
    for reference in known.dates:
        for target in ("cases", "deaths", "doses"):
            made = known.series(reference, target)
            assert made.ends[-1] <= np.datetime64(reference, "D")
    week = known.series(as_of, "cases")
    whole = series.daily("cases", as_of)
    assert np.array_equal(week.values[:, -1], whole.values[:, -7:].sum(axis=1))


@pytest.mark.parametrize("later", range(7))
def test_horizon_one_is_the_first_week_not_over(later: int) -> None:
    as_of = date(2021, 8, 15) + timedelta(days=later)  # from a Sunday on
    known = series.vintages(as_of)
    assert known.series(as_of, "cases").ends[-1] == np.datetime64("2021-08-15")
    assert known.task.ends(as_of).tolist()[0] == date(2021, 8, 22)
    assert known.series(as_of, "cases").leads(known.task.ends(as_of)).tolist() == [1, 2, 3, 4]


def test_days_outside_the_record_are_refused_with_its_bounds() -> None:
    for wrong in (date(2021, 5, 8), date(2021, 11, 18)):
        with pytest.raises(series.OutOfRecord, match="2021-05-09 to 2021-11-17"):
            series.vintages(wrong)
    with pytest.raises(series.OutOfRecord, match="ends before"):
        series.step_days(date(2021, 8, 2), date(2021, 8, 1), 7)
    assert series.step_days(date(2021, 8, 1), date(2021, 8, 15), 7) == [
        date(2021, 8, 1), date(2021, 8, 8), date(2021, 8, 15),
    ]  # fmt: skip
