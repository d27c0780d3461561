"""Reads of the stock book: what is where, open vials, goods on the way, a lot's book, what is not accounted for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from lachan.immunization.queries import board
from lachan.immunization.queries.board import StockLine
from lachan.immunization.queries.reference import catalogue
from lachan.immunization.rules.vials import VialRow
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load

MOST_SUMS = 3_000  # lines of an officer's table: facility and product


class OpenVial(NamedTuple):
    """A vial with doses left."""

    vial: VialRow
    lot: str
    product_id: int

    @property
    def product(self) -> str:
        return catalogue().name(self.product_id)


class Item(NamedTuple):
    """What cannot be accounted for. ``balance`` is the lot's now: of below_zero it says how many are missing."""

    id: UUID
    facility_id: int
    lot_id: int
    kind: str
    quantity: int
    transfer_id: UUID | None
    happened_at: datetime
    lot: str
    product_id: int
    balance: int

    @property
    def product(self) -> str:
        return catalogue().name(self.product_id)

    @property
    def missing(self) -> int:
        """Doses too many (+) or missing (-)."""
        return self.balance if self.kind == "below_zero" else self.quantity


class TransferLot(NamedTuple):
    """A lot of a delivery; ``received`` None as long as nobody has said."""

    transfer_id: UUID
    lot_id: int
    product_id: int
    number: str
    expires_on: date | None
    sent: int
    received: int | None

    @property
    def product(self) -> str:
        return catalogue().name(self.product_id)

    @property
    def key(self) -> str:
        found = catalogue().product(self.product_id)
        return found.key if found is not None else ""


class TransferView(NamedTuple):
    """A delivery between two facilities."""

    id: UUID
    from_facility_id: int
    to_facility_id: int
    document: str
    note: str
    sent_at: datetime
    received_at: datetime | None
    cancelled_at: datetime | None
    lots: tuple[TransferLot, ...] = ()

    @property
    def on_the_way(self) -> bool:
        return self.received_at is None and self.cancelled_at is None

    @property
    def doses(self) -> int:
        return sum(lot.sent for lot in self.lots)


class Line(NamedTuple):
    """A line of the book. ``quantity`` as it changes the balance, ``balance`` after it; doses given are one line a day
    and session, without ``id`` and actor."""

    at: datetime
    kind: str
    quantity: int
    amount: int
    balance: int
    document: str = ""
    reason: str = ""
    note: str = ""
    actor_id: UUID | None = None
    session_id: UUID | None = None
    transfer_id: UUID | None = None
    id: UUID | None = None


class LotFacts(NamedTuple):
    """A lot with its product."""

    id: int
    number: str
    expires_on: date | None
    product_id: int
    product: str
    product_name: str


class Sum(NamedTuple):
    """Doses of a product at a facility; ``below`` lots are below zero, ``expiring`` doses expire soon."""

    facility_id: int
    product_id: int
    doses: int
    below: int
    expiring: int


class TradeFacts(NamedTuple):
    """What a code on a box means."""

    gtin: str
    product_id: int
    doses: int
    vial_doses: int


class Held(NamedTuple):
    """A lot at a facility as other systems see it."""

    facility_id: int
    lot_id: int
    product: str
    lot: str
    expires_on: date | None
    use_by: date | None
    received: int
    used: int
    adjusted: int
    balance: int


def balances(facility_id: int) -> list[StockLine]:
    """Lots at a facility, by product, the first to be used up first; one query."""
    return board.stock_of(facility_id)


def in_sessions(facility_id: int) -> dict[int, int]:
    """Doses of each lot in open sessions of a facility: given out, neither back, given nor wasted. Two queries."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "stock_in_sessions"), {"facilities": [facility_id]})
        rows = cursor.fetchall()
        if not rows:
            return {}
        found: dict[tuple[UUID, int], int] = {(row[1], row[4]): row[5] for row in rows}
        cursor.execute(
            load("immunization", "doses_in_sessions"),
            {
                "facilities": [facility_id], "days": sorted({row[2] for row in rows}),
                "sessions": sorted({row[1] for row in rows}),
            },
        )  # fmt: skip
        for session_id, lot_id, doses in cursor.fetchall():
            if (session_id, lot_id) in found:
                found[session_id, lot_id] -= doses
    held: dict[int, int] = defaultdict(int)
    for (_, lot_id), doses in found.items():
        held[lot_id] += max(0, doses)
    return dict(held)


def open_vials(facility_ids: Sequence[int], session_id: UUID | None = None) -> list[OpenVial]:
    """Vials with doses left, of facilities or one session, the oldest first; at most 500; one query."""
    with hot_cursor() as cursor:
        cursor.execute(
            load("immunization", "vials_open"), {"facilities": list(facility_ids), "session": session_id}
        )  # fmt: skip
        return [OpenVial(VialRow(*row[:11]), row[11], row[12]) for row in cursor.fetchall()]


def discrepancies(facility_ids: Sequence[int]) -> list[Item]:
    """What facilities have to explain, the oldest first; at most 500; one query."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "discrepancies_open"), {"facilities": list(facility_ids)})
        return [Item(*row) for row in cursor.fetchall()]


def discrepancies_counted(facility_ids: Sequence[int] | None) -> int:
    """How many there are within reach (None: the nation)."""
    with hot_cursor() as cursor:
        facilities = None if facility_ids is None else list(facility_ids)
        cursor.execute(load("immunization", "discrepancies_counted"), {"facilities": facilities})
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def transfers(facility_id: int) -> list[TransferView]:
    """Deliveries from and to a facility, those on the way first; at most 100; two queries."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "transfers_of"), {"facility": facility_id})
        found = [TransferView(*row) for row in cursor.fetchall()]
    return _with_lots(found)


def transfer(transfer_id: UUID) -> TransferView | None:
    """One delivery with its lots."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "transfer_one"), [transfer_id])
        row = cursor.fetchone()
    return _with_lots([TransferView(*row)])[0] if row else None


def _with_lots(found: list[TransferView]) -> list[TransferView]:
    lots: dict[UUID, list[TransferLot]] = defaultdict(list)
    if found:
        with hot_cursor() as cursor:
            cursor.execute(load("immunization", "transfer_lots"), [[one.id for one in found]])
            for row in cursor.fetchall():
                lots[row[0]].append(TransferLot(*row))
    return [one._replace(lots=tuple(lots[one.id])) for one in found]


def lot(lot_id: int) -> LotFacts | None:
    """A lot with its product; one query."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "lot_one"), [lot_id])
        row = cursor.fetchone()
    return LotFacts(*row) if row else None


def book(facility_id: int, lot_id: int, since: datetime) -> list[Line]:
    """The book of a lot since a moment, oldest first, with the balance after every line; the first line is what was
    carried over. Doses given are one line a day and session. At most 2,000 entries and as many days; three queries."""
    wanted: dict[str, Any] = {"facility": facility_id, "lot": lot_id, "since": since}
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "book_entries"), wanted)
        entries = cursor.fetchall()
        cursor.execute(load("immunization", "book_doses"), wanted)
        doses = cursor.fetchall()
        cursor.execute(load("immunization", "balance_before"), wanted)
        [before] = cursor.fetchone() or (0,)
    lines = [
        Line(row[1], row[2], row[3], row[4], 0, row[8], row[9], row[10], row[11], row[5], row[7], row[0])
        for row in entries
    ]
    lines += [Line(row[3], "dose", -row[2], row[2], 0, session_id=row[1]) for row in doses]
    balance, done = int(before), [Line(since, "carried", 0, int(before), int(before))]
    for line in sorted(lines, key=lambda line: line.at):
        balance += line.quantity
        done.append(line._replace(balance=balance))
    return done


def sums(facility_ids: Sequence[int] | None, soon: date) -> list[Sum]:
    """Doses by facility and product within reach; one query, at most ``MOST_SUMS`` lines."""
    with hot_cursor() as cursor:
        cursor.execute(
            load("immunization", "stock_sums"),
            {
                "facilities": None if facility_ids is None else list(facility_ids), "soon": soon,
                "most": MOST_SUMS,
            },
        )  # fmt: skip
        return [Sum(*row) for row in cursor.fetchall()]


def trade_item(gtin: str) -> TradeFacts | None:
    """What a code on a box means, if somebody has said so."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "trade_items"), [[gtin]])
        row = cursor.fetchone()
    return TradeFacts(*row) if row else None


def box_received(facility_id: int, gtin: str, serial: str) -> datetime | None:
    """When this box was received at the facility before."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "boxes_received"), [facility_id, gtin, serial])
        row = cursor.fetchone()
    return row[2] if row else None


def held(facility_ids: Sequence[int], after: tuple[int, int] | None, limit: int) -> list[Held]:
    """Lots at facilities (the caller's scope), by facility and lot, behind ``after``; one query."""
    with hot_cursor() as cursor:
        cursor.execute(
            load("immunization", "api_stock"),
            {
                "facilities": list(facility_ids), "after_facility": after[0] if after else None,
                "after_lot": after[1] if after else None, "most": limit,
            },
        )  # fmt: skip
        return [Held(*row) for row in cursor.fetchall()]
