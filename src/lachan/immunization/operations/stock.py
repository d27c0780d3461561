"""The stock book of a station: what came, what was counted, what was lost. Doses given enter by themselves."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from lachan.immunization import queries
from lachan.immunization.batch import Batch, Item
from lachan.immunization.bodies.stock import CountIn, ExplainIn, GtinTeachIn, StockIn
from lachan.immunization.operations import book
from lachan.immunization.operations.book import Difference, Entry
from lachan.immunization.rules import stock as rules
from lachan.immunization.rules.facts import VIETNAM, Lot
from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.commands import Worked
from lachan.kernel.statements import load

Known = dict[tuple[int, str], tuple[int, Lot]]
_REASONED = ("adjust", "waste")
_IN_SESSION = ("issue", "session_return")


def move_stock(batch: Batch, items: list[Item]) -> list[Worked]:
    """Enter movements. A lot first seen on a delivery note is made known with its expiry date."""
    done: list[Worked | None] = [_fault(batch, item) for item in items]
    open_ = [(n, item) for n, item in enumerate(items) if done[n] is None]
    _make_known(batch, [item for _, item in open_ if item.body.kind == "receive"])
    lots = lots_named(batch, [(item.body.product, item.body.lot) for _, item in open_])
    boxes = _boxes_known(batch, [item for _, item in open_])
    entries: list[Entry] = []
    moving: list[tuple[int, int]] = []
    for index, item in open_:
        body: StockIn = item.body
        found = lots.get((batch.catalogue.keys[body.product], body.lot))
        if found is None or found[1].product_id != batch.catalogue.keys[body.product]:
            done[index] = item.hold("lot_unknown_in_stock", field="lot", lot=body.lot)
            continue
        done[index] = _asked(item, found[1], boxes)
        if done[index] is not None:
            continue
        assert item.facility is not None
        moving.append((index, found[0]))
        entries.append(
            Entry(
                item.facility.id, found[0], body.kind, rules.SIGN[body.kind] * body.quantity, abs(body.quantity),
                item.command.happened_at, body.session_id, None, None, body.document, body.reason,
                body.note or body.anyway, body.use_by if body.kind == "receive" else None,
            )
        )  # fmt: skip
    made = book.enter(batch, entries)
    for (index, _), movement in zip(moving, made, strict=True):
        done[index] = items[index].accept(movement)
    _keep_boxes(
        batch, [(items[index], lot_id, movement) for (index, lot_id), movement in zip(moving, made, strict=True)]
    )
    _draw_from_vials(batch, {items[index].body.session_id for index, _ in moving if items[index].body.kind == "issue"})
    return done  # type: ignore[return-value]


def count_stock(batch: Batch, items: list[Item]) -> list[Worked]:
    """Enter counts. What the book says for that moment is compared; the difference is entered and has to be explained.
    Counts are few; each is read and written before the next."""
    done = []
    for item in items:
        body: CountIn = item.body
        lot_id = lot_of(batch, body.product, body.lot)
        if lot_id is None:
            done.append(item.hold("lot_unknown_in_stock", field="lot", lot=body.lot))
            continue
        assert item.facility is not None
        facility_id, at = item.facility.id, item.command.happened_at
        batch.cursor.execute(
            load("immunization", "balance_at"), {"facility": facility_id, "lot": lot_id, "at": at}
        )  # fmt: skip
        [expected] = batch.cursor.fetchone() or (0,)
        difference = body.counted - expected
        reason = body.reason or ""
        [movement] = book.enter(
            batch,
            [Entry(facility_id, lot_id, "count", difference, body.counted, at, reason=reason, note=body.note)],
        )  # fmt: skip
        if difference:
            book.differ(
                batch, [Difference(facility_id, lot_id, "count", difference, None, at, reason, body.note)]
            )  # fmt: skip
        done.append(item.accept(movement, expected=expected, difference=difference))
    return done


def explain(batch: Batch, items: list[Item]) -> list[Worked]:
    """Say why doses cannot be accounted for. A lot below zero is not explained away: it is counted, or its delivery
    entered."""
    done = []
    for item in items:
        body: ExplainIn = item.body
        assert item.facility is not None
        batch.cursor.execute(
            load("immunization", "discrepancy_to_explain"), [item.facility.id, body.discrepancy_id]
        )  # fmt: skip
        row = batch.cursor.fetchone()
        if row is None:
            done.append(item.refuse("discrepancy_unknown", field="discrepancy_id"))
        elif row[3] is not None:
            done.append(item.accept(body.discrepancy_id))
        elif row[2] == "below_zero":
            done.append(item.refuse("discrepancy_needs_count", field="discrepancy_id"))
        else:
            batch.cursor.execute(
                load("immunization", "explain_discrepancy"),
                [
                    item.command.happened_at,
                    batch.actor.id,
                    body.reason,
                    body.note,
                    item.facility.id,
                    body.discrepancy_id,
                ],
            )
            batch.record(
                "discrepancy.explained", body.discrepancy_id, item.command.happened_at,
                f'{{"facility":{item.facility.id},"lot":{row[1]},"reason":"{body.reason}"}}',
            )  # fmt: skip
            done.append(item.accept(body.discrepancy_id))
    return done


def teach_gtins(batch: Batch, items: list[Item]) -> list[Worked]:
    """State what codes on boxes mean; each is in the journal, whoever states it last is right."""
    done, rows = [], {}
    for item in items:
        body: GtinTeachIn = item.body
        product_id = batch.catalogue.keys.get(body.product)
        if product_id is None:
            done.append(item.refuse("product_unknown", field="product", product=body.product[:40]))
            continue
        rows[body.gtin] = (body.gtin, product_id, body.doses, body.vial_doses)
        batch.record(
            "gtin.taught", item.command.id, item.command.happened_at,
            f'{{"gtin":"{body.gtin}","product":{product_id},"doses":{body.doses},"vial_doses":{body.vial_doses}}}',
        )  # fmt: skip
        done.append(item.accept(item.command.id))
    if rows:
        arrays.execute(
            batch.cursor, load("immunization", "teach_gtins"),
            [batch.actor.id, batch.now, *columns(sorted(rows.values()))],
        )  # fmt: skip
    return done


def lots_named(batch: Batch, named: list[tuple[str, str]]) -> Known:
    """Lots by product and number as they were sent; products that are not known are left out."""
    keys = batch.catalogue.keys
    return queries.lots_in(batch.cursor, {(keys[product], lot) for product, lot in named if product in keys})


def lot_of(batch: Batch, product: str, number: str) -> int | None:
    """The id of one lot; None when product or lot is not known, or the lot is of another product."""
    product_id = batch.catalogue.keys.get(product)
    found = lots_named(batch, [(product, number)]).get((product_id or 0, number))
    return found[0] if found is not None and found[1].product_id == product_id else None


def _make_known(batch: Batch, items: list[Item]) -> None:
    """Lots on these delivery notes: the first to name one says when it expires."""
    rows: dict[tuple[int, str], tuple[Any, ...]] = {}
    for item in items:
        body: StockIn = item.body
        if body.expires_on is None:
            continue
        key = (batch.catalogue.keys[body.product], rules.lot_key(body.lot))
        rows.setdefault(key, (*key, body.expires_on, body.vial_doses))
    if rows:
        arrays.execute(
            batch.cursor, load("immunization", "ensure_lots"), columns([rows[key] for key in sorted(rows)])
        )  # fmt: skip


def _boxes_known(batch: Batch, items: list[Item]) -> dict[tuple[int, str, str], Any]:
    """When boxes of these deliveries were received here before."""
    wanted = {(item.facility.id, box.gtin, box.serial) for item in items if item.facility for box in item.body.boxes}
    if not wanted:
        return {}
    arrays.execute(batch.cursor, load("immunization", "boxes_known"), columns(sorted(wanted)))
    return {row[:3]: row[3] for row in batch.cursor.fetchall()}


def _keep_boxes(batch: Batch, received: list[tuple[Item, int, UUID]]) -> None:
    rows = {
        (item.facility.id, box.gtin, box.serial): (lot_id, movement, item.command.happened_at)
        for item, lot_id, movement in received
        if item.facility is not None
        for box in item.body.boxes
    }
    if rows:
        written = [(*box, *rest) for box, rest in sorted(rows.items())]
        arrays.execute(batch.cursor, load("immunization", "insert_boxes"), columns(written))


def _draw_from_vials(batch: Batch, sessions: set[Any]) -> None:
    """Sessions that were given vials account for them: their doses are drawn from vials from now on."""
    fresh = sorted(session_id for session_id in sessions if not batch.sessions[session_id].vials)
    if not fresh:
        return
    arrays.execute(batch.cursor, load("immunization", "sessions_draw_from_vials"), [fresh])
    for session_id in fresh:
        batch.sessions[session_id] = batch.sessions[session_id]._replace(vials=True)


def _fault(batch: Batch, item: Item) -> Worked | None:
    body: StockIn = item.body
    if body.product not in batch.catalogue.keys:
        return item.refuse("product_unknown", field="product", product=body.product[:40])
    if body.quantity == 0 or (body.quantity < 0 and body.kind != "adjust"):
        return item.refuse("quantity_not_positive", field="quantity")
    if body.kind in _REASONED and not body.reason.strip():
        return item.refuse("reason_missing", field="reason")
    if body.kind in _IN_SESSION and body.session_id is None:
        return item.refuse("session_missing_in_stock", field="session_id")
    if not rules.lot_key(body.lot):
        return item.hold("lot_unknown_in_stock", field="lot", lot=body.lot)
    return _expired(item, body.expires_on) if body.kind == "receive" else None


def _asked(item: Item, lot: Lot, boxes: dict[tuple[int, str, str], Any]) -> Worked | None:
    """What is asked about a delivery, unless it was answered."""
    body: StockIn = item.body
    if body.kind != "receive":
        return None
    if (expired := _expired(item, lot.expires_on)) is not None:
        return expired
    if body.anyway.strip():
        return None
    if body.expires_on is not None and lot.expires_on is not None and body.expires_on != lot.expires_on:
        return item.hold(
            "lot_expiry_differs", field="expires_on", lot=lot.number, known=lot.expires_on.isoformat(),
            expires_on=body.expires_on.isoformat(),
        )  # fmt: skip
    for box in body.boxes:
        before = boxes.get((item.facility.id if item.facility else 0, box.gtin, box.serial))
        if before is not None:
            day = before.astimezone(VIETNAM).date().isoformat()
            return item.hold("box_received_before", field="boxes", serial=box.serial, on=day)
    return None


def _expired(item: Item, expires_on: date | None) -> Worked | None:
    """A lot received after its last day, by the delivery note or by what is known of it."""
    if expires_on is None or expires_on >= item.command.happened_at.astimezone(VIETNAM).date():
        return None
    return item.hold("lot_expired", field="expires_on", lot=item.body.lot, expires_on=expires_on.isoformat())
