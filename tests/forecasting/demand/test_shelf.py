"""What is there and what comes: lots apart and expired are not there, nothing promised is counted twice."""

from __future__ import annotations

import pytest

from lachan.analytics.maps import Map
from lachan.forecasting.demand import source
from lachan.forecasting.demand.facts import AHEAD
from lachan.forecasting.demand.ground import Ground, ground_of
from lachan.forecasting.demand.supply import Granted, Shelf, StockRow, sent_of, shelf
from lachan.immunization.models import LotStatus
from lachan.kernel.ids import new_id

from .conftest import AS_OF, NOW, PFIZER, Home, day, stock

GROUND = Ground(Map.OF_2025, (100, 200), {1: slice(0, 2)}, {11: 0, 12: 0, 21: 1}, {100: 0, 200: 1}, {1: (100, 200)})


def made(**more: object) -> Shelf:
    facts: dict[str, object] = {
        "stock": [], "apart": lambda lot, facility: False, "on_the_way": [], "granted": [], "sent": {}, "sessions": [],
        "given": [],
    }  # fmt: skip
    return shelf(GROUND, (2, 8), (6, 10), AS_OF, **(facts | more))  # type: ignore[arg-type]


def test_lots_lie_in_the_week_they_expire_in() -> None:
    rows = [
        StockRow(11, 1, 2, 10, day(-1)), StockRow(12, 2, 2, 20, day(-7)), StockRow(12, 3, 2, 30, day(-8)),
        StockRow(11, 4, 2, 40, None), StockRow(11, 5, 2, 50, day(-400)), StockRow(11, 6, 2, 60, day(0)),
        StockRow(11, 7, 2, 70, day(-100)), StockRow(99, 8, 2, 80, None), StockRow(21, 9, 5, 90, None),
    ]  # fmt: skip
    found = made(stock=rows, apart=lambda lot, facility: (lot, facility) == (7, 11))
    assert found.supply.stock[0, 0].tolist() == [30, 30, 0, 0, 0, 0, 0, 0, 90]
    assert found.supply.stock[1].sum() == 0  # of a product nobody works out
    assert found.stations.tolist() == [True, True]
    assert not found.below.any()


def test_a_book_below_zero_is_no_stock_and_is_told() -> None:
    found = made(stock=[StockRow(11, 1, 2, -4, None), StockRow(12, 2, 2, 10, None)])
    assert found.supply.stock[0, 0, -1] == 10
    assert found.below.tolist() == [[True, False], [False, False]]
    assert found.stations.tolist() == [True, False]


def test_what_is_promised_comes_once() -> None:
    granted = [
        Granted("KH-1", 2, day(-9), None, 11, 100), Granted("KH-1", 2, day(-9), 200, None, 50),
        Granted("KH-2", 2, day(2), None, 11, 30), Granted("KH-2", 8, day(-90), None, 11, 30),
        Granted("KH-3", 2, day(-9), None, 21, 5), Granted("KH-1", 2, day(-9), 7, None, 1_000),
    ]  # fmt: skip
    sent = sent_of([("KH-1", 2, 11, 60), ("KH-1", 2, 21, 20), ("KH-3", 2, 21, 9), ("KH-1", 8, 11, 99)])
    found = made(granted=granted, sent=sent, on_the_way=[(12, 2, 7), (99, 2, 7), (11, 5, 7)])
    assert found.supply.deliveries[0, 0].tolist() == [7 + 30, 40, *[0] * (AHEAD - 2)]
    assert found.supply.deliveries[1, 0].tolist() == [0, 30, *[0] * (AHEAD - 2)]
    assert found.supply.deliveries[:, 1].sum() == 0  # due beyond the weeks worked out


def test_sessions_are_those_held_or_planned() -> None:
    found = made(sessions=[(11, 8, 0), (12, 4, 2), (21, 0, 9)])
    assert found.supply.sessions.tolist() == [[3, 3], [2, 2]]
    assert made().supply.sessions.tolist() == [[1, 1], [1, 1]]


@pytest.mark.slow
def test_lots_set_apart_are_not_there_where_they_are_marked(register: list[Home]) -> None:
    here, there, _ = register
    lot = stock(here.station, PFIZER, "MARKED", 1_000, day(-300))
    LotStatus.objects.create(
        lot_id=lot, facility_id=here.station, status="quarantined", since=NOW, reason="x", actor_id=new_id(),
        recorded_at=NOW,
    )  # fmt: skip
    stock(here.station, PFIZER, "BANNED", 1_000, day(-300), status="recalled")
    schedule, vials = source.schedule_on(AS_OF)
    ground = ground_of(AS_OF)
    given, raw = source.given_in(ground, schedule, AS_OF)
    found = source.shelf_on(ground, schedule, vials, AS_OF, NOW, raw)
    at = ground.homes[here.area]
    assert found.supply.stock[at, 0].sum() == 600
    assert found.supply.stock[ground.homes[there.area], 0].sum() == 6
    assert given.sum() == sum(row[3] for row in raw) > 0
    assert vials == (6,)
