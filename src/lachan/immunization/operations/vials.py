"""Vials opened in a session and thrown away; what is drawn from them enters with the doses (``shelf``)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from lachan.immunization import queries
from lachan.immunization.batch import Batch, Item
from lachan.immunization.bodies.stock import VialDiscardIn, VialOpenIn
from lachan.immunization.operations import book
from lachan.immunization.operations.book import Entry
from lachan.immunization.operations.shelf import kind_of
from lachan.immunization.operations.stock import lots_named
from lachan.immunization.queries import board
from lachan.immunization.queries.board import StockLine
from lachan.immunization.rules import vials as rules
from lachan.immunization.rules.facts import VIETNAM, Lot
from lachan.immunization.rules.reasons import Authority
from lachan.immunization.rules.stock import first_to_go, last_day
from lachan.immunization.rules.vials import VialRow
from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.commands import Worked
from lachan.kernel.statements import load


def open_vials(batch: Batch, items: list[Item]) -> list[Worked]:
    """Open vials. A later lot while an earlier one is in stock, and vials thawed too long, are asked about."""
    lots = lots_named(batch, [(item.body.product, item.body.lot) for item in items])
    stock = {facility_id: board.stock_of(facility_id) for facility_id in {_facility(item) for item in items}}
    known = _vials(batch, [item.body.vial_id for item in items])
    rows: dict[UUID, tuple[Any, ...]] = {}
    done = []
    for item in items:
        body: VialOpenIn = item.body
        product_id = batch.catalogue.keys.get(body.product)
        if product_id is None:
            done.append(item.refuse("product_unknown", field="product", product=body.product[:40]))
            continue
        lot_id, lot = lots.get((product_id, body.lot), (None, None))
        if lot_id is None or lot is None or lot.product_id != product_id:
            done.append(item.hold("lot_unknown_in_stock", field="lot", lot=body.lot))
            continue
        line = next((line for line in stock[_facility(item)] if line.lot_id == lot_id), None)
        fault = _mistaken(item, known.get(body.vial_id), lot_id) or _asked(
            batch, item, lot, line, stock[_facility(item)], product_id
        )
        if fault is not None:
            done.append(fault)
            continue
        rows[body.vial_id] = _row(item, body, line, lot_id, product_id)
        batch.record(
            "vial.opened", body.vial_id, item.command.happened_at,
            f'{{"facility":{_facility(item)},"lot":{lot_id},"doses":{rows[body.vial_id][4]},"automatic":false}}',
        )  # fmt: skip
        done.append(item.accept(body.vial_id, limit_at=rows[body.vial_id][6].isoformat()))
    if rows:
        written = columns(sorted(rows.values(), key=lambda row: (row[0], row[1])))
        arrays.execute(batch.cursor, load("immunization", "opened_vials"), [batch.actor.id, batch.now, *written])
        _begin(batch, sorted({row[2] for row in rows.values()}))
    return done


def discard_vials(batch: Batch, items: list[Item]) -> list[Worked]:
    """Throw vials away; what is left in them is waste. One thrown away before is accepted again."""
    known = _vials(batch, [item.body.vial_id for item in items])
    rows, entries, done = [], [], []
    for item in items:
        body: VialDiscardIn = item.body
        vial = known.get(body.vial_id)
        if vial is None or vial.session_id != body.session_id:
            done.append(item.refuse("vial_unknown", field="vial_id"))
            continue
        left, at = vial.left, item.command.happened_at
        rows.append((vial.facility_id, vial.id, left, at))
        if left:
            entries.append(
                Entry(
                    vial.facility_id, vial.lot_id, "waste", -left, left, at, vial.session_id, vial.id,
                    reason=body.reason, note=body.note,
                )
            )  # fmt: skip
        vial.wasted += left
        batch.record(
            "vial.discarded", vial.id, at,
            f'{{"facility":{vial.facility_id},"lot":{vial.lot_id},"left":{left},"reason":"{body.reason}"}}',
        )  # fmt: skip
        done.append(item.accept(vial.id, wasted=left))
    if rows:
        merged: dict[tuple[int, UUID], list[Any]] = {}
        for facility_id, vial_id, left, at in rows:  # the same vial twice in a slice: one row
            merged.setdefault((facility_id, vial_id), [0, at])[0] += left
        written = [(*key, *rest) for key, rest in sorted(merged.items())]
        arrays.execute(batch.cursor, load("immunization", "discard_vials"), columns(written))
    book.enter(batch, entries)
    return done


def _vials(batch: Batch, ids: list[UUID]) -> dict[UUID, VialRow]:
    arrays.execute(batch.cursor, load("immunization", "vials_to_draw"), [[], sorted(set(ids))])
    return {row[0]: VialRow(*row) for row in batch.cursor.fetchall()}


def _begin(batch: Batch, sessions: list[UUID]) -> None:
    arrays.execute(batch.cursor, load("immunization", "sessions_draw_from_vials"), [sessions])
    for session_id in sessions:
        batch.sessions[session_id] = batch.sessions[session_id]._replace(vials=True)


def _mistaken(item: Item, vial: VialRow | None, lot_id: int) -> Worked | None:
    """An id that is another vial's: of another session, place or lot."""
    body: VialOpenIn = item.body
    if vial is None:
        return None
    if (vial.session_id, vial.facility_id, vial.lot_id) != (body.session_id, _facility(item), lot_id):
        return item.refuse("vial_id_taken", field="vial_id")
    return None


def _asked(
    batch: Batch, item: Item, lot: Lot, line: StockLine | None, stock: list[StockLine], product_id: int
) -> Worked | None:
    """The gravest that speaks against opening this lot now, unless whoever may has answered for it."""
    body: VialOpenIn = item.body
    day = item.command.happened_at.astimezone(VIETNAM).date()
    here = queries.lot_at(lot, _facility(item))
    assert here is not None
    answered = bool(body.anyway.strip())
    head = answered and batch.authority(_facility(item)) >= Authority.HEAD
    status = line.status if line is not None else _status(here)
    if status != "ok" and not head:
        return item.hold(f"lot_{status}", field="lot", lot=lot.number)
    if lot.expires_on is not None and lot.expires_on < day and not head:
        return item.hold("lot_expired", field="lot", lot=lot.number, expires_on=lot.expires_on.isoformat())
    if line is not None and line.use_by is not None and line.use_by < day and not head:
        return item.hold("lot_thawed_too_long", field="lot", lot=lot.number, use_by=line.use_by.isoformat())
    if answered:
        return None
    mine = last_day(line) if line is not None else lot.expires_on or date.max
    earlier = [
        other
        for other in first_to_go(stock)
        if other.product_id == product_id
        and other.balance > 0
        and day <= last_day(other) < mine
        and other.status == "ok"
    ]
    if earlier:
        first = earlier[0]
        return item.hold(
            "earlier_lot_first", field="lot", lot=lot.number, earlier=first.number,
            expires_on=last_day(first).isoformat(), left=first.balance,
        )  # fmt: skip
    return None


def _status(lot: Lot) -> str:
    found = {mark.status for mark in lot.marks if mark.until is None}
    return "recalled" if "recalled" in found else "quarantined" if found else "ok"


def _row(item: Item, body: VialOpenIn, line: StockLine | None, lot_id: int, product_id: int) -> tuple[Any, ...]:
    kind = kind_of(product_id)
    doses = body.doses or (line.vial_doses if line is not None else None) or kind.doses or 1
    opened_at = item.command.happened_at
    until = rules.limit(opened_at, kind.hours, line.use_by if line is not None else None)
    return _facility(item), body.vial_id, body.session_id, lot_id, doses, opened_at, until


def _facility(item: Item) -> int:
    assert item.session is not None
    return item.session.facility_id
