"""Stock against demand: played by hand, first expired first out, opened vials, orders."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.forecasting.engines.demand.stock import Supply, risk, used_for


def paths_of(*weeks: float) -> np.ndarray:
    return np.array(weeks, dtype=float).reshape(1, 1, 1, -1)


def supply(stock: list[float], deliveries: list[float], vial: int = 1, sessions: int = 1) -> Supply:
    return Supply(
        np.array(stock, dtype=float).reshape(1, 1, -1),
        np.array(deliveries, dtype=float).reshape(1, 1, -1),
        np.array([vial]),
        np.array([[sessions]]),
    )


def test_opened_vials_by_hand() -> None:
    def of(people: float, vial: int, sessions: int) -> float:
        return float(used_for(np.array(people), np.array(vial), np.array(sessions)))

    assert of(0, 10, 3) == 0
    assert of(1, 10, 3) == 10  # one session opens a vial, two open none
    assert of(25, 10, 2) == 20 + 20  # 13 and 12 people
    assert of(30, 10, 3) == 30
    assert of(31, 10, 3) == 40
    assert of(17, 1, 4) == 17


def test_running_out_and_coming_back() -> None:
    found = risk(paths_of(30, 30, 30), supply([50], [0, 0, 100]), covered=3)
    assert found.out[0, 0].tolist() == [0, 1, 0]
    assert found.ever[0, 0] == 1
    assert risk(paths_of(30, 30, 30), supply([50], [0, 0, 100]), covered=1).ever[0, 0] == 0
    assert found.unmet[0, 0].tolist() == [0, 10, 0]  # ten come back in the third week and are served
    assert found.target[0, 0] == 90
    assert found.order[0, 0] == 0  # 50 there, 100 on the way


def test_first_expired_first_out() -> None:
    found = risk(paths_of(30, 10, 10), supply([40, 20, 100], [0, 0, 0]), covered=3)
    assert found.expired[0, 0] == 10 + 10  # 40 - 30 after the first week, 20 - 10 after the second
    assert found.out.sum() == 0
    late = risk(paths_of(0, 0, 10), supply([40, 20, 5], [0, 0, 0]), covered=3)
    assert late.expired[0, 0] == 60
    assert late.out[0, 0].tolist() == [0, 0, 1]
    assert late.order[0, 0] == 5  # what expires before it is wanted is no stock


def test_the_target_is_a_quantile_and_orders_are_whole_vials() -> None:
    wanted = np.arange(1.0, 101.0).reshape(100, 1, 1, 1)
    found = risk(wanted, supply([12], [0], vial=10), level=0.9, covered=1)
    assert found.target[0, 0] == np.ceil(np.quantile(np.ceil(np.arange(1, 101) / 10) * 10, 0.9))
    assert found.order[0, 0] == 80  # 90 less 12, in vials of ten
    assert found.out[0, 0, 0] == pytest.approx(0.88)
    assert 0 < found.opened[0, 0] < 10


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 60), min_size=4, max_size=4),
    st.lists(st.integers(0, 80), min_size=3, max_size=3),
    st.lists(st.integers(0, 60), min_size=4, max_size=4),
    st.sampled_from([1, 6, 10]),
)
def test_doses_are_neither_made_nor_lost(people: list[int], stock: list[int], coming: list[int], vial: int) -> None:
    given_stock = [float(doses * vial) for doses in stock]
    given_coming = [float(doses * vial) for doses in coming]
    found = risk(paths_of(*people), supply(given_stock, given_coming, vial=vial, sessions=2), covered=4)
    there = sum(given_stock) + sum(given_coming)
    served = sum(people) - found.unmet[0, 0, -1]
    assert served + found.opened[0, 0] + found.expired[0, 0] <= there + 1e-6
    assert served >= 0
    more = risk(
        paths_of(*people), supply([*given_stock[:-1], given_stock[-1] + 60], given_coming, vial=vial), covered=4
    )
    less = risk(paths_of(*people), supply(given_stock, given_coming, vial=vial), covered=4)
    assert more.unmet[0, 0, -1] <= less.unmet[0, 0, -1]
    assert more.order[0, 0] <= less.order[0, 0]


def test_shapes_are_named() -> None:
    with pytest.raises(ValueError, match="deliveries"):
        risk(paths_of(1, 2), supply([1], [0]))
    with pytest.raises(ValueError, match="covered 5"):
        risk(paths_of(1, 2), supply([1], [0, 0]), covered=5)
