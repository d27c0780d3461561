"""What is there and what comes, by place and product: from rows of the stock book to the engine's arrays. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lachan.forecasting.demand.facts import AHEAD
from lachan.forecasting.demand.ground import Ground
from lachan.forecasting.engines.demand.stock import Supply

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
SPAN = 4  # weeks on either side of today whose sessions say how many a week has


class StockRow(NamedTuple):
    """Doses of a lot at a facility; below zero: more was given than is known to have come."""

    facility_id: int
    lot_id: int
    product_id: int
    balance: int
    last_day: date | None


class Granted(NamedTuple):
    """Doses a decided plan gives to a facility, or to an area."""

    number: str
    product_id: int
    due_on: date
    area_id: int | None
    facility_id: int | None
    doses: int


@dataclass(frozen=True)
class Shelf:
    """``below`` [A, P]: the stock book stands below zero there, so nobody knows what there is. ``stations`` [A]: a
    facility of the place has stock, sessions or doses."""

    supply: Supply
    below: Bools
    stations: Bools

    def of(self, at: Ints) -> Shelf:
        """The same for some places."""
        own = self.supply
        supply = Supply(own.stock[at], own.deliveries[at], own.vial, own.sessions[at])
        return Shelf(supply, self.below[at], self.stations[at])


def week_of(day: date, as_of: date) -> int:
    """The week ahead a day lies in, 0 being the next one; negative: it was."""
    return ((day - as_of).days - 1) // 7


def shelf(
    ground: Ground,
    products: Sequence[int],
    vials: Sequence[int],
    as_of: date,
    *,
    stock: Iterable[StockRow],
    apart: Callable[[int, int], bool],
    on_the_way: Iterable[tuple[int, int, int]],
    granted: Iterable[Granted],
    sent: Mapping[tuple[str, int], Mapping[int, int]],
    sessions: Iterable[tuple[int, int, int]],
    given: Iterable[tuple[int, int, int, int]],
) -> Shelf:
    """apart(lot, facility): whether the lot may not be used there. on_the_way: (facility, product, doses), arriving in
    the next week. granted: what of a plan has not been sent comes in the week the plan is due. sent: (plan's number,
    product) → facility → doses. sessions: (facility, held, planned) in ``SPAN`` weeks each."""
    at_product = {product: at for at, product in enumerate(products)}
    shape = (len(ground.area_ids), len(products))
    lots, coming = np.zeros((*shape, AHEAD + 1)), np.zeros((*shape, AHEAD))
    below, stations = np.zeros(shape, dtype=bool), np.zeros(shape[0], dtype=bool)
    for row in stock:
        at, product = ground.facilities.get(row.facility_id, -1), at_product.get(row.product_id, -1)
        if at < 0:
            continue
        stations[at] = True
        week = AHEAD if row.last_day is None else min(week_of(row.last_day, as_of), AHEAD)
        if product < 0 or week < 0 or apart(row.lot_id, row.facility_id):
            continue
        below[at, product] |= row.balance < 0
        lots[at, product, week] += max(row.balance, 0)
    for facility, product_id, doses in on_the_way:
        at, product = ground.facilities.get(facility, -1), at_product.get(product_id, -1)
        if at >= 0 and product >= 0:
            coming[at, product, 0] += doses
    for at, product_id, due_on, doses in _still_to_come(ground, granted, sent):
        week = max(week_of(due_on, as_of), 0)
        if week < AHEAD and product_id in at_product:
            coming[at, at_product[product_id], week] += doses
    held, planned = np.zeros(shape[0]), np.zeros(shape[0])
    for facility, was, will in sessions:
        at = ground.facilities.get(facility, -1)
        if at >= 0:
            held[at] += was
            planned[at] += will
            stations[at] = True
    for facility, *_rest in given:
        at = ground.facilities.get(facility, -1)
        if at >= 0:
            stations[at] = True
    weekly = np.maximum(np.rint(np.maximum(held, planned) / SPAN), 1).astype(np.int64)
    each = np.broadcast_to(weekly[:, None], shape).copy()
    return Shelf(Supply(lots, coming, np.array(vials, dtype=np.int64), each), below, stations)


def _still_to_come(
    ground: Ground, granted: Iterable[Granted], sent: Mapping[tuple[str, int], Mapping[int, int]]
) -> Iterable[tuple[int, int, date, int]]:
    """(place, product, day, doses) of what plans gave to a facility or commune and nobody has sent. What was given to
    a district or province is not divided yet and comes to no commune."""
    for row in granted:
        gone = sent.get((row.number, row.product_id), {})
        if row.facility_id is not None:
            at = ground.facilities.get(row.facility_id, -1)
            left = row.doses - gone.get(row.facility_id, 0)
        else:
            at = ground.homes.get(row.area_id or 0, -1)
            left = row.doses - sum(doses for facility, doses in gone.items() if ground.facilities.get(facility) == at)
        if at >= 0 and left > 0:
            yield at, row.product_id, row.due_on, left


def sent_of(rows: Iterable[tuple[str, int, int, int]]) -> dict[tuple[str, int], dict[int, int]]:
    """(document, product, facility, doses) by plan's number and product."""
    found: dict[tuple[str, int], dict[int, int]] = defaultdict(dict)
    for document, product, facility, doses in rows:
        found[document, product][facility] = doses
    return dict(found)
