"""The stock book of a station: what came, what was counted, what was lost. Doses used enter by themselves."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from lachan.immunization import queries
from lachan.immunization.batch import Batch, Item
from lachan.immunization.bodies.stock import StockIn
from lachan.immunization.operations.dose_writer import columns
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel import arrays
from lachan.kernel.commands import Worked
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load

# How a kind of entry changes the balance: received adds, waste and return take away, an adjustment says its own sign.
_SIGN = {"receive": 1, "adjust": 1, "waste": -1, "return": -1}


def move_stock(batch: Batch, items: list[Item]) -> list[Worked]:
    """Enter movements. A lot first seen on a delivery note is made known with its expiry date."""
    done: list[Worked | None] = [None] * len(items)
    keys = batch.catalogue.keys
    for index, item in enumerate(items):
        done[index] = _fault(item, keys)
    new_lots = sorted(
        {
            (keys[item.body.product], item.body.lot, item.body.expires_on)
            for index, item in enumerate(items)
            if done[index] is None and item.body.kind == "receive" and item.body.expires_on is not None
        }
    )
    if new_lots:
        arrays.execute(batch.cursor, load("immunization", "ensure_lots"), columns(new_lots))
    lots = queries.lots_in(
        batch.cursor, {(keys[i.body.product], i.body.lot) for n, i in enumerate(items) if done[n] is None}
    )
    rows = []
    change: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for index, item in enumerate(items):
        if done[index] is not None:
            continue
        body: StockIn = item.body
        found = lots.get((keys[body.product], body.lot))
        if found is None or found[1].product_id != keys[body.product]:
            done[index] = item.hold("lot_unknown_in_stock", field="lot", lot=body.lot)
            continue
        if body.kind == "receive" and (expired := _expired(item, found[1].expires_on)):
            done[index] = expired
            continue
        assert item.facility is not None
        lot_id, quantity, movement = found[0], _SIGN[body.kind] * body.quantity, new_id()
        rows.append(
            (
                movement, item.facility.id, lot_id, body.kind, quantity, body.document, body.reason,
                item.command.happened_at,
            )
        )  # fmt: skip
        change[item.facility.id, lot_id][0 if body.kind == "receive" else 1] += quantity
        batch.record(
            "stock.moved", movement, item.command.happened_at,
            f'{{"facility":{item.facility.id},"lot":{lot_id},"kind":"{body.kind}","quantity":{quantity}}}',
        )  # fmt: skip
        done[index] = item.accept(movement)
    if rows:
        arrays.execute(
            batch.cursor, load("immunization", "insert_movements"), [batch.actor.id, batch.now, *columns(rows)]
        )
        changes = [(facility, lot, *sums) for (facility, lot), sums in sorted(change.items())]
        arrays.execute(batch.cursor, load("immunization", "move_stock"), columns(changes))
    return done  # type: ignore[return-value]


def _fault(item: Item, keys: dict[str, int]) -> Worked | None:
    body: StockIn = item.body
    if body.product not in keys:
        return item.refuse("product_unknown", field="product", product=body.product[:40])
    if body.quantity == 0 or (body.quantity < 0 and body.kind != "adjust"):
        return item.refuse("quantity_not_positive", field="quantity")
    if body.kind in ("adjust", "waste") and not body.reason.strip():
        return item.refuse("reason_missing", field="reason")
    return _expired(item, body.expires_on) if body.kind == "receive" else None


def _expired(item: Item, expires_on: date | None) -> Worked | None:
    """A lot received after its last day, by the delivery note or by what is known of it."""
    if expires_on is None or expires_on >= item.command.happened_at.astimezone(VIETNAM).date():
        return None
    return item.hold("lot_expired", field="expires_on", lot=item.body.lot, expires_on=expires_on.isoformat())
