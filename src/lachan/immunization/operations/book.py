"""Entries of the stock book and the list of what it cannot account for; every writer of the book goes through here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from lachan.immunization.batch import Batch
from lachan.immunization.rules.stock import RECEIVED
from lachan.kernel import arrays
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load


class Entry(NamedTuple):
    """One line of the book. ``quantity`` is signed as it changes the balance, ``amount`` as it was entered."""

    facility_id: int
    lot_id: int
    kind: str
    quantity: int
    amount: int
    happened_at: datetime
    session_id: UUID | None = None
    vial_id: UUID | None = None
    transfer_id: UUID | None = None
    document: str = ""
    reason: str = ""
    note: str = ""
    use_by: date | None = None


class Difference(NamedTuple):
    """Doses too many (+) or missing (-) that a count or an arrival brought to light."""

    facility_id: int
    lot_id: int
    kind: str
    quantity: int
    transfer_id: UUID | None
    happened_at: datetime
    reason: str
    note: str


def enter(batch: Batch, entries: list[Entry]) -> list[UUID]:
    """Write entries, let the balances follow, and bring the list of lots below zero in line; ids in order."""
    if not entries:
        return []
    made = [new_id() for _ in entries]
    rows, change = [], defaultdict[tuple[int, int], list[Any]](lambda: [0, 0, None])
    for movement, entry in zip(made, entries, strict=True):
        rows.append(
            (
                movement, entry.facility_id, entry.lot_id, entry.kind, entry.quantity, entry.amount, entry.session_id,
                entry.vial_id, entry.transfer_id, entry.document, entry.reason, entry.note, entry.happened_at,
            )
        )  # fmt: skip
        sums = change[entry.facility_id, entry.lot_id]
        sums[0 if entry.kind in RECEIVED else 1] += entry.quantity
        if entry.use_by is not None:
            sums[2] = min(sums[2] or date.max, entry.use_by)
        batch.record(
            "stock.moved", movement, entry.happened_at,
            f'{{"facility":{entry.facility_id},"lot":{entry.lot_id},"kind":"{entry.kind}",'
            f'"quantity":{entry.quantity},"amount":{entry.amount}}}',
        )  # fmt: skip
    arrays.execute(
        batch.cursor, load("immunization", "insert_movements"), [batch.actor.id, batch.now, *arrays.columns(rows)]
    )
    changes = [(*pair, *sums) for pair, sums in sorted(change.items())]
    arrays.execute(batch.cursor, load("immunization", "move_stock"), arrays.columns(changes))
    settle(batch, change)
    return made


def use(cursor: psycopg.Cursor[Any], used: list[tuple[int, int, int]], *, actor_id: UUID, now: datetime) -> None:
    """Doses given (or, negative, given back), as (facility, lot, doses) sorted; one statement."""
    arrays.execute(cursor, load("immunization", "use_stock"), [*arrays.columns(used), actor_id, now])


def recount_vials(cursor: psycopg.Cursor[Any], doses: list[tuple[UUID, UUID]]) -> None:
    """Vials that these doses (person, dose) name hold as many as count; for whoever changes what counts outside of the
    dose writer."""
    arrays.execute(cursor, load("immunization", "recount_vials"), arrays.columns(doses))


def settle(batch: Batch, pairs: Iterable[tuple[int, int]]) -> None:
    """Lots (facility, lot) below zero are on the list of discrepancies, once; those that are not any more leave it."""
    wanted = arrays.columns(sorted(set(pairs)))
    arrays.execute(batch.cursor, load("immunization", "settle_closed"), [batch.now, batch.actor.id, *wanted])
    for discrepancy_id, facility_id, lot_id in batch.cursor.fetchall():
        _record(batch, "discrepancy.settled", discrepancy_id, facility_id, lot_id)
    arrays.execute(batch.cursor, load("immunization", "settle_opened"), [batch.actor.id, batch.now, *wanted])
    for discrepancy_id, facility_id, lot_id in batch.cursor.fetchall():
        _record(batch, "discrepancy.opened", discrepancy_id, facility_id, lot_id)


def differ(batch: Batch, differences: list[Difference]) -> list[UUID]:
    """Write differences; one with a reason is explained by whoever enters it, the others wait on the list."""
    if not differences:
        return []
    made, rows = [], []
    for found in differences:
        discrepancy_id = new_id()
        explained = bool(found.reason)
        closed = (found.happened_at, batch.actor.id) if explained else (None, None)
        made.append(discrepancy_id)
        rows.append(
            (
                discrepancy_id, found.facility_id, found.lot_id, found.kind, found.quantity, found.transfer_id,
                found.happened_at, *closed, found.reason, found.note,
            )
        )  # fmt: skip
        _record(
            batch, "discrepancy.explained" if explained else "discrepancy.opened", discrepancy_id, found.facility_id,
            found.lot_id,
        )  # fmt: skip
    arrays.execute(batch.cursor, load("immunization", "insert_discrepancies"), [batch.actor.id, *arrays.columns(rows)])
    return made


def _record(batch: Batch, verb: str, discrepancy_id: UUID, facility_id: int, lot_id: int) -> None:
    batch.record(verb, discrepancy_id, batch.now, f'{{"facility":{facility_id},"lot":{lot_id}}}')
