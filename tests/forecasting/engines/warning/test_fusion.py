"""Which alarms become one."""

from __future__ import annotations

import numpy as np
import pytest

from lachan.forecasting.engines.warning.alarms import Alarms
from lachan.forecasting.engines.warning.fusion import fuse
from lachan.forecasting.engines.warning.scan import Cluster

DAYS = np.datetime64("2021-05-03", "D") + np.arange(40)


def rung(method: str, *at: tuple[int, int], days: np.ndarray = DAYS, places: int = 3) -> Alarms:
    alarm = np.zeros((places, len(days)), dtype=bool)
    for place, day in at:
        alarm[place, day] = True
    expected = np.full(alarm.shape, 2.0)
    return Alarms(method, days, expected * 3, expected, alarm, expected, np.zeros(alarm.shape, dtype=np.int8))


def test_methods_within_a_week_are_one_alarm() -> None:
    found = fuse([rung("ears_c1", (0, 5), (0, 6)), rung("ears_c3", (0, 7)), rung("cusum", (0, 12), (2, 1))], "covid19")
    assert len(found) == 2
    first = found[0]
    assert (first.place, first.first, first.last) == (0, DAYS[5], DAYS[12])
    assert first.methods == ("ears_c1", "ears_c3", "cusum")
    assert first.strength == 2  # C1 and C3 are one voice
    assert (found[1].place, found[1].strength, found[1].disease) == (2, 1, "covid19")


def test_after_a_silent_week_it_is_another() -> None:
    found = fuse([rung("cusum", (1, 3), (1, 10), (1, 18))], "covid19")
    assert [(one.first, one.last) for one in found] == [(DAYS[18], DAYS[18]), (DAYS[3], DAYS[10])]


def test_weeks_and_days_and_clusters_meet() -> None:
    weeks = DAYS[6::7]
    cluster = Cluster(1, (1, 2), DAYS[20], DAYS[22], 9, 2.0, 4.5, 12.0, 0.001, 1000.0)
    found = fuse(
        [rung("farrington", (1, 2), days=weeks), rung("scan", (1, 22), (2, 22)), rung("ears_c2", (0, 22))],
        "dengue",
        counts=[np.full((3, len(weeks)), 8.0), np.full((3, 40), 5.0), np.full((3, 40), 3.0)],
        clusters=[cluster],
    )
    assert [(one.place, one.strength, one.cluster) for one in found] == [(1, 2, 0), (0, 1, None), (2, 1, 0)]
    assert found[0].ratio == 4.0
    assert found[0].first == weeks[2]


def test_the_list_does_not_depend_on_the_order_of_methods() -> None:
    given = [rung("ears_c1", (0, 5)), rung("cusum", (0, 5), (1, 5)), rung("scan", (1, 6))]
    ways = [[(one.place, one.methods, one.strength) for one in fuse(order, "x")] for order in (given, given[::-1])]
    assert ways[0] == ways[1] == [(1, ("cusum", "scan"), 2), (0, ("cusum", "ears_c1"), 2)]


def test_other_places_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\[2, 3\] places"):
        fuse([rung("cusum"), rung("ears_c1", places=2)], "x")
