"""Goods from one facility to another: sent, on the way, received or called back. What differs has to be explained."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from lachan.immunization.batch import Batch, Item
from lachan.immunization.bodies.stock import TransferCancelIn, TransferReceiveIn, TransferSendIn
from lachan.immunization.operations import book
from lachan.immunization.operations.book import Difference, Entry
from lachan.immunization.operations.stock import lot_of
from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.commands import Worked
from lachan.kernel.statements import load
from lachan.places import queries as places


class _Line(NamedTuple):
    lot_id: int
    product_id: int
    number: str
    sent: int
    received: int | None
    use_by: Any


class _Transfer(NamedTuple):
    id: UUID
    from_facility_id: int
    to_facility_id: int
    received_at: Any
    cancelled_at: Any


def send_transfers(batch: Batch, items: list[Item]) -> list[Worked]:
    """Send goods. They leave the sender's balance at once and belong to nobody's until they are received."""
    return [_send(batch, item) for item in items]


def receive_transfers(batch: Batch, items: list[Item]) -> list[Worked]:
    """Receive goods at the facility they were sent to; what is missing or too many is for the receiver to explain."""
    return [_receive(batch, item) for item in items]


def cancel_transfers(batch: Batch, items: list[Item]) -> list[Worked]:
    """Call goods back that are on the way; they are in the sender's balance again."""
    return [_cancel(batch, item) for item in items]


def _send(batch: Batch, item: Item) -> Worked:
    body: TransferSendIn = item.body
    assert item.facility is not None
    here, at = item.facility.id, item.command.happened_at
    there = places.facilities_by_code([body.to]).get(body.to)
    if there is None:
        return item.refuse("facility_unknown", field="to", facility=body.to[:40])
    if there.id == here:
        return item.refuse("transfer_to_itself", field="to")
    known = _locked(batch, body.transfer_id)
    if known is not None:
        return item.refuse("transfer_id_taken", field="transfer_id")
    wanted: dict[int, int] = {}
    for line in body.lines:
        lot_id = lot_of(batch, line.product, line.lot)
        if lot_id is None:
            return item.hold("lot_unknown_in_stock", field="lines", lot=line.lot)
        wanted[lot_id] = wanted.get(lot_id, 0) + line.quantity
    pairs = [(here, lot_id) for lot_id in sorted(wanted)]
    arrays.execute(batch.cursor, load("immunization", "stock_now"), columns(pairs))
    stock = {row[1]: row for row in batch.cursor.fetchall()}
    short = [lot_id for lot_id in wanted if (stock[lot_id][2] if lot_id in stock else 0) < wanted[lot_id]]
    if short and not body.anyway.strip():
        left = stock[short[0]][2] if short[0] in stock else 0
        return item.hold("stock_short", field="lines", left=left, wanted=wanted[short[0]])
    batch.cursor.execute(
        load("immunization", "insert_transfer"),
        [body.transfer_id, here, there.id, body.document, body.note, at, batch.actor.id, batch.now],
    )
    rows = [
        (body.transfer_id, lot_id, wanted[lot_id], stock[lot_id][3] if lot_id in stock else None) for _, lot_id in pairs
    ]
    arrays.execute(batch.cursor, load("immunization", "insert_transfer_lines"), columns(rows))
    book.enter(
        batch,
        [
            Entry(here, lot_id, "transfer_out", -doses, doses, at, transfer_id=body.transfer_id, document=body.document)
            for lot_id, doses in sorted(wanted.items())
        ],
    )
    batch.record("transfer.sent", body.transfer_id, at, f'{{"from":{here},"to":{there.id}}}')
    return item.accept(body.transfer_id)


def _receive(batch: Batch, item: Item) -> Worked:
    body: TransferReceiveIn = item.body
    found = _on_the_way(batch, item, body.transfer_id, "to_facility_id")
    if isinstance(found, Worked):
        return found
    transfer, lines = found
    at = item.command.happened_at
    arrived = {line.lot_id: line.sent for line in lines}
    for said in body.lines:
        lot_id = lot_of(batch, said.product, said.lot)
        if lot_id not in arrived or lot_id is None:
            return item.refuse("transfer_lot_unknown", field="lines", lot=said.lot)
        arrived[lot_id] = said.quantity
    rows = [(transfer.id, lot_id, doses) for lot_id, doses in sorted(arrived.items())]
    batch.cursor.execute(load("immunization", "receive_transfer"), [at, batch.actor.id, transfer.id])
    arrays.execute(batch.cursor, load("immunization", "receive_transfer_lines"), columns(rows))
    here = transfer.to_facility_id
    book.enter(
        batch,
        [
            Entry(
                here, line.lot_id, "transfer_in", arrived[line.lot_id], arrived[line.lot_id], at,
                transfer_id=transfer.id, note=body.note, use_by=line.use_by,
            )
            for line in lines
        ],
    )  # fmt: skip
    differing = [
        Difference(
            here,
            line.lot_id,
            "transfer",
            arrived[line.lot_id] - line.sent,
            transfer.id,
            at,
            body.reason or "",
            body.note,
        )
        for line in lines
        if arrived[line.lot_id] != line.sent
    ]
    book.differ(batch, differing)
    batch.record("transfer.received", transfer.id, at, f'{{"to":{here},"differences":{len(differing)}}}')
    return item.accept(transfer.id, differences=len(differing))


def _cancel(batch: Batch, item: Item) -> Worked:
    body: TransferCancelIn = item.body
    found = _on_the_way(batch, item, body.transfer_id, "from_facility_id")
    if isinstance(found, Worked):
        return found
    transfer, lines = found
    at, here = item.command.happened_at, transfer.from_facility_id
    batch.cursor.execute(load("immunization", "cancel_transfer"), [at, body.reason, transfer.id])
    book.enter(
        batch,
        [
            Entry(
                here, line.lot_id, "transfer_back", line.sent, line.sent, at, transfer_id=transfer.id, note=body.reason,
                use_by=line.use_by,
            )
            for line in lines
        ],
    )  # fmt: skip
    batch.record("transfer.cancelled", transfer.id, at, f'{{"from":{here}}}')
    return item.accept(transfer.id)


def _on_the_way(batch: Batch, item: Item, transfer_id: UUID, side: str) -> Worked | tuple[_Transfer, list[_Line]]:
    """The transfer, locked, with its lots; a refusal when it is not on the way, or not this facility's."""
    transfer = _locked(batch, transfer_id)
    assert item.facility is not None
    if transfer is None or getattr(transfer, side) != item.facility.id:
        return item.refuse("transfer_unknown", field="transfer_id")
    if transfer.received_at is not None or transfer.cancelled_at is not None:
        return item.refuse("transfer_not_on_way", field="transfer_id")
    batch.cursor.execute(load("immunization", "transfer_lines"), [transfer_id])
    return transfer, [_Line(*row) for row in batch.cursor.fetchall()]


def _locked(batch: Batch, transfer_id: UUID) -> _Transfer | None:
    batch.cursor.execute(load("immunization", "transfer_locked"), [transfer_id])
    row = batch.cursor.fetchone()
    return _Transfer(*row) if row is not None else None
