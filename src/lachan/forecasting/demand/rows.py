"""From the engine's answer to rows of the table: communes, and the sums of provinces and the nation. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from lachan.forecasting.demand.facts import AHEAD, LIKELY
from lachan.forecasting.demand.supply import Shelf
from lachan.forecasting.engines.demand.plan import Plan, levelled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Row = tuple[Any, ...]

NO_STATION, BELOW_ZERO = "demand_no_station", "demand_below_zero"
_DIGITS = 4


def of_places(
    run_id: UUID, area_ids: Sequence[int], products: tuple[int, ...], plan: Plan, shelf: Shelf, given: Ints,
    waiting: Floats,
) -> Iterator[Row]:  # fmt: skip
    """Rows of communes, of the products something stands behind: people in line, stock, deliveries or doses given.

    waiting [A, P]: people in line now. Arrays are those of these communes only.
    """
    risk, supply = plan.risk, shelf.supply
    assert risk is not None, "said"
    there = (plan.mean.sum(axis=-1) > 0) | (supply.stock.sum(axis=-1) > 0) | (supply.deliveries.sum(axis=-1) > 0)
    there |= (given.sum(axis=-1) > 0) | (waiting > 0) | shelf.below
    for at, product in np.argwhere(there).tolist():
        note = NO_STATION if not shelf.stations[at] else BELOW_ZERO if shelf.below[at, product] else ""
        ever = None if note else round(float(risk.ever[at, product]), _DIGITS)
        yield (
            area_ids[at], run_id, products[product], 3, given[at, product].tolist(),
            _flat(plan.quantiles[at, product]), _flat(plan.through[at, product]),
            _ints(supply.stock[at, product]), _ints(supply.deliveries[at, product]),
            None if note else _flat(risk.out[at, product]), ever,
            None if note else _flat(risk.unmet[at, product]),
            round(float(risk.expired[at, product]), _DIGITS), round(float(risk.opened[at, product]), _DIGITS),
            int(risk.target[at, product]), int(risk.order[at, product]), int(supply.vial[product]),
            int(waiting[at, product]), note, 1, int(ever is not None and ever >= LIKELY),
        )  # fmt: skip


def of_sum(
    run_id: UUID, area_id: int, level: int, products: tuple[int, ...], paths: Floats, communes: Iterable[Row]
) -> Iterator[Row]:
    """Rows of an area from the summed paths [S, P, H] of its communes and their rows (``demand_sums``)."""
    wanted, through = levelled(paths), levelled(np.cumsum(paths, axis=-1))
    at_product = {product: at for at, product in enumerate(products)}
    sums: dict[int, list[Any]] = {}
    for product, _area, given, stock, coming, unmet, expired, opened, target, ordered, vial, waiting, ever in communes:
        likely = int(ever is not None and ever >= LIKELY)
        part = [
            np.array(given), np.array(stock), np.array(coming), np.array(unmet or [0.0] * AHEAD),
            expired, opened, target, ordered, vial, waiting, 1, likely,
        ]  # fmt: skip
        before = sums.get(product)
        sums[product] = part if before is None else [one + other for one, other in zip(before, part, strict=True)]
        sums[product][8] = vial
    for product, (given, stock, coming, unmet, *figures) in sorted(sums.items()):
        expired, opened, target, ordered, vial, waiting, places, likely = figures
        at = at_product[product]
        yield (
            area_id, run_id, product, level, given.tolist(), _flat(wanted[at]), _flat(through[at]), stock.tolist(),
            coming.tolist(), None, None, _flat(unmet), expired, opened, target, ordered, vial, waiting, "", places,
            likely,
        )  # fmt: skip


def packed(paths: Floats) -> bytes:
    """Paths of whole doses, small."""
    return zlib.compress(np.rint(paths).astype("<i4").tobytes(), 6)


def unpacked(stored: bytes, products: int) -> Floats:
    """The way back, [S, P, H]."""
    return np.frombuffer(zlib.decompress(stored), dtype="<i4").reshape(-1, products, AHEAD).astype(np.float64)


def _flat(values: Floats) -> list[float]:
    return [round(value, _DIGITS) for value in values.ravel().tolist()]


def _ints(values: Floats) -> list[int]:
    return [int(value) for value in np.rint(values).tolist()]
