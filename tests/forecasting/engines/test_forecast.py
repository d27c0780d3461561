"""A forecast as of a day: whole, honest in form, blind to what came later, never broken by bad data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from lachan.forecasting.engines import aggregates, forecast, hub
from lachan.forecasting.engines.hub import Vintages
from lachan.forecasting.engines.members import BASELINE, MEMBERS
from lachan.forecasting.engines.members import regression as regression_module
from lachan.forecasting.engines.prepare import prepare
from tests.forecasting.engines.series import waves, write_task

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("forecast")]
TARGET = "wk inc thing"


WEEKS = 80  # from 78 on influenza's history is left aside: quick
Said = dict[date, dict[str, dict[str, np.ndarray]]]


def history_of(folder: Path) -> Vintages:
    return hub.read_vintages(folder, hub.read_task(folder))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Vintages, Said]:
    """Five places and three dates, and what the members say on each, made once for the tests here."""
    history = history_of(write_task(tmp_path_factory.mktemp("hub") / "plain", waves(5, WEEKS)))
    return history, {day: forecast.members_of(history, day, seed=3) for day in history.dates}


def sound(made: forecast.Forecast, places: int, horizons: int = 4) -> None:
    """Nothing missing, nothing crossing, nothing negative."""
    assert made.quantiles.shape == (places, horizons, 23)
    assert np.isfinite(made.quantiles).all()
    assert (np.diff(made.quantiles, axis=2) >= 0).all()
    assert (made.quantiles >= 0).all()
    assert np.isfinite(made.paths).all()


def test_every_member_speaks_and_the_mixture_is_sound(plain: tuple[Vintages, Said]) -> None:
    history, said = plain
    made = forecast.forecast(history, history.dates[-1], past=said)[TARGET]
    sound(made, 5)
    assert set(made.weights) == set(MEMBERS)
    assert sum(made.weights.values()) == pytest.approx(1.0)
    newest = history.series(history.dates[-1], TARGET).values[:, -1]
    middle = made.quantiles[:, 0, 11]
    assert np.all(np.abs(np.log((middle + 5) / (newest + 5))) < 1.0), "the first median is near the newest value"


def test_the_same_seed_gives_the_same_figures_and_later_files_change_nothing(plain: tuple[Vintages, Said]) -> None:
    history, said = plain
    day = history.dates[1]
    one = forecast.forecast(history, day, seed=3, past={day: said[day]})[TARGET]
    again = forecast.forecast(history.until(day), day, seed=3)[TARGET]
    np.testing.assert_array_equal(one.quantiles, again.quantiles)
    np.testing.assert_array_equal(one.paths, again.paths)


def test_what_the_members_said_later_is_not_looked_at(plain: tuple[Vintages, Said]) -> None:
    history, past = plain
    spoilt = {
        **past,
        history.dates[2]: {TARGET: {name: cube * 100 for name, cube in past[history.dates[2]][TARGET].items()}},
    }
    day = history.dates[1]
    np.testing.assert_array_equal(
        forecast.forecast(history, day, past=past)[TARGET].quantiles,
        forecast.forecast(history, day, past=spoilt)[TARGET].quantiles,
    )


def test_bad_data_is_named_and_never_breaks_a_forecast(tmp_path: Path) -> None:
    values = waves(8, WEEKS)
    values[0, :] = np.nan  # never reported
    values[1, -9:] = np.nan  # stopped
    values[2, -1] = np.nan  # late
    values[3, :] = 0.0  # nothing ever
    values[4, 30] = -4000.0  # a correction
    values[5, -1] *= 300  # a dump
    values[6, :-4] = np.nan  # began to report
    history = history_of(write_task(tmp_path / "bad", values, dates=1))
    made = forecast.forecast(history, history.dates[-1])[TARGET]
    sound(made, 8)
    assert made.notes["P0"] == ("no_data", "short_history")
    assert set(made.notes["P1"]) == {"late", "fell_back"}
    assert made.notes["P2"] == ("late",)
    assert "short_history" in made.notes["P6"]
    assert made.quantiles[3].max() < 30
    assert made.quantiles[5].max() < values[5].max() * 1e4


@pytest.mark.parametrize("steps", [1, 5, 9])
def test_a_short_history_is_enough_for_some_forecast(tmp_path: Path, steps: int) -> None:
    history = history_of(write_task(tmp_path / "short", waves(4, steps), dates=1))
    sound(forecast.forecast(history, history.dates[-1])[TARGET], 4)


def test_one_place_with_a_short_history_falls_back_to_the_baseline_and_says_so(tmp_path: Path) -> None:
    history = history_of(write_task(tmp_path / "alone", waves(1, 30), dates=1))
    day = history.dates[-1]
    said = forecast.members_of(history, day)
    made = forecast.forecast(history, day, past={day: said})[TARGET]
    sound(made, 1)
    assert "fell_back" in made.notes["P0"]
    np.testing.assert_allclose(made.quantiles, said[TARGET][BASELINE])


def test_one_place_alone_and_rates_with_decimals(tmp_path: Path) -> None:
    rates = waves(1, WEEKS) / 731.0
    history = history_of(write_task(tmp_path / "rates", rates, dates=1))
    made = forecast.forecast(history, history.dates[-1])[TARGET]
    sound(made, 1)
    assert made.quantiles.max() < rates.max() * 20
    width = made.quantiles[0, 0, 16] - made.quantiles[0, 0, 6]
    assert 0 < width < rates.max(), "small units do not drown in a pad made for counts"


def test_daily_data_keep_the_rhythm_of_the_week(tmp_path: Path) -> None:
    rhythm = np.array([0.4, 1.2, 1.2, 1.1, 1.1, 1.1, 0.9])
    days = 91
    values = np.round(1000 * rhythm[np.arange(days) % 7] * np.ones((3, 1)) + np.arange(3)[:, None])
    folder = write_task(tmp_path / "daily", values, dates=1, step_days=1, horizons=range(1, 15))
    history = history_of(folder)
    made = forecast.forecast(history, history.dates[-1])[TARGET]
    sound(made, 3, 14)
    due = rhythm[(days - 1 + np.arange(1, 15)) % 7] * 1000
    assert np.all(np.abs(made.quantiles[0, :, 11] / due - 1) < 0.15)


def test_late_reports_are_corrected_by_what_earlier_ones_became(tmp_path: Path) -> None:
    history = history_of(write_task(tmp_path / "low", waves(6, WEEKS, size=2000), dates=8, low=0.7))
    known = prepare(history, history.dates[-1], TARGET)
    raw = history.series(history.dates[-1], TARGET).values[:, -1]
    assert float(np.median(known.values[:, -1] / raw)) == pytest.approx(1 / 0.7, rel=0.1)


def test_a_nation_hears_its_parts_and_paths_add_up(tmp_path: Path) -> None:
    parts = waves(6, WEEKS)
    history = history_of(write_task(tmp_path / "sum", np.vstack([parts, parts.sum(axis=0)]), dates=1))
    assert aggregates.whole(prepare(history, history.dates[0], TARGET)) == 6
    made = forecast.forecast(history, history.dates[0])[TARGET]
    summed = np.quantile(made.paths[:6].sum(axis=0), 0.5, axis=0)
    assert np.all(np.abs(np.log(summed / made.quantiles[6, :, 11])) < 0.15)
    spread = np.log(np.quantile(made.paths[:6].sum(axis=0), [0.1, 0.9], axis=0))
    alone = np.log(np.quantile(made.paths[0], [0.1, 0.9], axis=0))
    assert np.all(spread[1] - spread[0] > 0.3 * (alone[1] - alone[0])), "places that move together do not cancel out"


def test_without_lightgbm_the_other_members_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lachan.forecasting.engines.members.trees_available", lambda: False)
    assert regression_module.trees_available() in (True, False)
    history = history_of(write_task(tmp_path / "plain", waves(4, WEEKS), dates=1))
    made = forecast.forecast(history, history.dates[-1])[TARGET]
    sound(made, 4)
    assert BASELINE in made.weights
    assert not any("boosted" in name for name in made.weights)


def test_a_zero_amid_dozens_a_hole_and_a_dump_are_not_taken_for_the_epidemic(tmp_path: Path) -> None:
    """The newest week of three places is none; nothing of it is hidden, and each place says so."""
    values = waves(8, WEEKS, size=3000)
    usual = values[:, -2].copy()
    values[0, -1] = 0.0  # nobody reported
    values[1, -1] *= 0.05  # a first report far too low
    values[2, -2] = values[2, -3] * 0.9
    values[2, -1] = values[2, -3] * 20  # a backlog, on a curve that fell
    values[3, 40] *= 30  # one of long ago
    history = history_of(write_task(tmp_path / "odd", values, dates=1))
    known = prepare(history, history.dates[0], TARGET)
    assert not known.seen[0, -1]
    assert known.seen[1:].all()
    assert known.doubted.tolist() == [False, True, True, False, False, False, False, False]
    assert 0.4 < known.values[0, -1] / usual[0] < 2.5
    assert 0.15 < known.values[1, -1] / usual[1] < 1
    assert 1.5 < known.values[2, -1] / values[2, -3] < 10
    assert known.values[3, 40] < 3 * values[3, 39:42:2].max()
    assert known.reported[3, 40] == values[3, 40], "truth for scores stays as it was reported"
    np.testing.assert_array_equal(known.values[4:], values[4:])


def test_zeros_of_a_small_place_and_a_wave_that_dies_out_stay_zeros(tmp_path: Path) -> None:
    values = waves(6, WEEKS, size=3.0)
    values[0] = 0.0
    values[1, -12:] = [60, 40, 25, 14, 9, 6, 3, 2, 1, 0, 0, 0]
    known = prepare(history_of(write_task(tmp_path / "few", values, dates=1)), date(2023, 7, 9), TARGET)
    assert known.seen.all()
    np.testing.assert_array_equal(known.values[1, -3:], 0.0)
    np.testing.assert_array_equal(known.values[0], 0.0)
