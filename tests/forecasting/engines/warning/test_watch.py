"""One night's watch: an outbreak over two communes becomes alarms of several methods, quiet places stay quiet."""

from __future__ import annotations

import numpy as np
import pytest

from lachan.forecasting.engines.warning.quiet import quiet_days
from lachan.forecasting.engines.warning.scan import neighbours
from lachan.forecasting.engines.warning.watch import _weeks, watch


def grid(side: int) -> tuple[np.ndarray, np.ndarray]:
    lat, lon = np.meshgrid(np.linspace(10, 12, side), np.linspace(106, 108, side))
    return lat.ravel(), lon.ravel()


@pytest.mark.slow
def test_an_outbreak_is_heard_by_several_methods_and_listed_once() -> None:
    counts, days = quiet_days(1.0, 100, 1100, seed=4)
    struck = [33, 34]
    counts[struck, -12:] += np.random.default_rng(1).poisson(7, (2, 12))
    near = neighbours(*grid(10), most=9)
    found = watch(counts, days, "covid19", near=near, populations=np.full(100, 10_000.0))
    strongest = found.raised[:2]
    assert {one.place for one in strongest} == set(struck)
    for one in strongest:
        assert one.strength >= 3
        assert {"cusum", "farrington", "scan"} <= set(one.methods)
        assert one.cluster == 0
        assert one.first >= days[-12]
        assert one.ratio > 3
    assert set(struck) <= set(found.clusters[0].places)
    assert not found.silent.any()
    others = [one for one in found.raised if one.place not in struck and one.strength > 1]
    assert len(others) <= 2
    again = watch(counts, days, "covid19", near=near, populations=np.full(100, 10_000.0))
    assert again.raised == found.raised


def test_without_years_or_neighbours_only_the_daily_methods_speak() -> None:
    counts, days = quiet_days(1.0, 5, 60, seed=4)
    counts[2, -1] = np.nan
    found = watch(counts, days, "covid19", last=14)
    assert {alarms.method for alarms in found.alarms if alarms.known.any()} == {
        "ears_c1",
        "ears_c2",
        "ears_c3",
        "cusum",
    }
    assert found.silent.tolist() == [False, False, True, False, False]
    assert all(alarms.alarm.shape[1] == 14 for alarms in found.alarms[:4])
    few = watch(counts[:, :3], days[:3], "covid19")
    assert few.silent.all()
    assert few.raised == ()


def test_weeks_end_on_their_day_and_are_whole() -> None:
    days = np.datetime64("2021-05-05", "D") + np.arange(20)  # a Wednesday
    counts = np.ones((1, 20))
    sums, ends = _weeks(counts, days, 6)
    assert ends.tolist() == [np.datetime64("2021-05-16").item(), np.datetime64("2021-05-23").item()]
    assert sums.tolist() == [[7.0, 7.0]]
    counts[0, 8] = -3
    assert np.isnan(_weeks(counts, days, 6)[0][0, 0])
    assert _weeks(counts[:, :5], days[:5], 6)[0].shape == (1, 0)
