"""Orders are issued, brought to people and taken back; numbers run on in every commune and year without a gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from lachan.access.actors import Actor
from lachan.kernel import arrays, journal
from lachan.kernel.ids import new_id
from lachan.kernel.sealing import seal, unseal
from lachan.kernel.statements import load
from lachan.surveillance.orders.basis import Kind, PlaceKind, basis_on
from lachan.surveillance.rules.definitions import ZONE

PLACE_CONTEXT: Final = "surveillance_order.place"
NOTE_CONTEXT: Final = "surveillance_order.delivery_note"
STANDING: Final = "standing"


class NewOrder(NamedTuple):
    """An order to issue. ``cause_id``: the case or watch it follows from. ``area_id``: the commune whose committee
    issues it and where it is carried out. ``place``: the address in words. ``ends_on``: its last day; None: open."""

    person_id: UUID
    kind: Kind
    disease: str
    cause_id: UUID
    area_id: int | None
    place_kind: PlaceKind
    place: str
    starts_on: date
    ends_on: date | None = None
    id: UUID | None = None


class Issued(NamedTuple):
    """What became of it. ``reason`` empty: issued. ``order_stands``: an equal one stands, whose id and number these
    are. ``order_without_area``: nobody knows which commune would issue it."""

    id: UUID | None
    number: int
    year: int
    reason: str = ""


class _Standing(NamedTuple):
    person_id: UUID
    cause_id: UUID
    kind: str
    id: UUID
    number: int
    year: int
    place_kind: str
    place: bytes
    starts_on: date
    ends_on: date | None

    def says(self, order: NewOrder) -> bool:
        mine = (order.place_kind, order.starts_on, order.ends_on, order.place.strip())
        return mine == (self.place_kind, self.starts_on, self.ends_on, unseal(self.place, PLACE_CONTEXT))


def issue(cursor: psycopg.Cursor[Any], orders: Sequence[NewOrder], *, actor: Actor, now: datetime) -> list[Issued]:
    """Issue many orders in the caller's transaction; one answer each, in order. Five statements however many.

    Of one cause and kind one order stands: an equal one again changes nothing, another one replaces it under a number
    of its own. Two of the same in one call are one. The caller has checked rights and holds the persons' locks.
    """
    day = now.astimezone(ZONE).date()
    standing = _read_standing(cursor, {order.cause_id for order in orders})
    wanted: dict[tuple[UUID, UUID, str], int] = {}  # the last one of a call stands
    done: dict[int, Issued] = {}
    for place, order in enumerate(orders):
        key = (order.person_id, order.cause_id, order.kind)
        before = standing.get(key)
        if order.area_id is None:
            done[place] = Issued(None, 0, 0, "order_without_area")
        elif before is not None and before.says(order):
            done[place] = Issued(before.id, before.number, before.year, "order_stands")
        else:
            wanted[key] = place
    chosen = sorted(wanted.values())
    numbers = _take_numbers(cursor, [orders[place] for place in chosen], day.year)
    replaced, inserted, entries = [], [], []
    for place, number in zip(chosen, numbers, strict=True):
        order, record = orders[place], orders[place].id or new_id()
        before = standing.get((order.person_id, order.cause_id, order.kind))
        if before is not None:
            replaced.append((before.person_id, before.id, "replaced"))
        inserted.append(_row(order, record, number, day, before))
        entries.append(_entry("order.issued", order.person_id, record, now, actor, kind=order.kind, number=number))
        done[place] = Issued(record, number, day.year)
    _set_states(cursor, replaced, now)
    if inserted:
        arrays.execute(
            cursor,
            load("surveillance", "insert_orders"),
            [actor.id, now, now, now, day.year, *arrays.columns(inserted)],
        )
    journal.append(cursor, entries)
    return [
        done[place if place in done else wanted[order.person_id, order.cause_id, order.kind]]
        for place, order in enumerate(orders)
    ]


def _row(order: NewOrder, record: UUID, number: int, day: date, before: _Standing | None) -> tuple[Any, ...]:
    return (
        record, order.person_id, number, order.area_id, order.kind, order.disease, order.cause_id, basis_on(day).id,
        order.area_id, order.place_kind, seal(order.place.strip(), PLACE_CONTEXT), order.starts_on, order.ends_on,
        before.id if before is not None else None,
    )  # fmt: skip


def _read_standing(cursor: psycopg.Cursor[Any], causes: set[UUID]) -> dict[tuple[UUID, UUID, str], _Standing]:
    if not causes:
        return {}
    arrays.execute(cursor, load("surveillance", "standing_orders"), [sorted(causes)])
    found = [_Standing._make(row) for row in cursor.fetchall()]
    return {(row.person_id, row.cause_id, row.kind): row for row in found}


def _take_numbers(cursor: psycopg.Cursor[Any], orders: Sequence[NewOrder], year: int) -> list[int]:
    """A number each, one after the other in the order of the list, commune by commune."""
    counts: dict[int, int] = defaultdict(int)
    for order in orders:
        counts[order.area_id or 0] += 1
    if not counts:
        return []
    issuers = sorted(counts)  # one order everywhere: two calls of the same communes cannot block each other
    arrays.execute(
        cursor, load("surveillance", "take_order_numbers"), [year, issuers, [counts[issuer] for issuer in issuers]]
    )
    following = {issuer: latest - counts[issuer] for issuer, latest in cursor.fetchall()}
    numbers = []
    for order in orders:
        following[order.area_id or 0] += 1
        numbers.append(following[order.area_id or 0])
    return numbers


class Delivery(NamedTuple):
    """An order that came to its person. ``note``: who signed, or what was said on the telephone."""

    person_id: UUID
    order_id: UUID
    how: str  # hand | post | sms | phone
    at: datetime
    note: str = ""


def deliver(cursor: psycopg.Cursor[Any], deliveries: Sequence[Delivery], *, actor: Actor, now: datetime) -> set[UUID]:
    """Keep the proof that orders were brought; ids of those it was kept for. The first proof stands: an order that has
    one is left out. Two statements however many."""
    if not deliveries:
        return set()
    rows = [
        (
            one.person_id,
            one.order_id,
            one.how,
            one.at,
            seal(one.note.strip(), NOTE_CONTEXT) if one.note.strip() else None,
        )
        for one in {one.order_id: one for one in deliveries}.values()
    ]
    arrays.execute(cursor, load("surveillance", "deliver_orders"), [now, actor.id, *arrays.columns(rows)])
    done = {row[0] for row in cursor.fetchall()}
    journal.append(
        cursor,
        [_entry("order.delivered", one.person_id, one.order_id, one.at, actor, how=one.how)
         for one in deliveries if one.order_id in done],
    )  # fmt: skip
    return done


def withdraw(cursor: psycopg.Cursor[Any], orders: Sequence[tuple[UUID, UUID]], *, actor: Actor, now: datetime) -> None:
    """Take (person, order) back: its number stays used. Two statements however many."""
    _set_states(cursor, [(person_id, order_id, "withdrawn") for person_id, order_id in orders], now)
    journal.append(cursor, [_entry("order.withdrawn", person, order, now, actor) for person, order in orders])


def withdraw_caused(cursor: psycopg.Cursor[Any], causes: Collection[UUID], kind: Kind, *, now: datetime) -> None:
    """What these orders followed from does not hold any more (a watch, a case): nobody has to keep them. At most three
    statements; the house itself takes them back, and the journal says so."""
    arrays.execute(cursor, load("surveillance", "standing_orders"), [sorted(causes)])
    found = [(row[0], row[3]) for row in cursor.fetchall() if row[2] == kind]
    if found:
        withdraw(cursor, found, actor=Actor.system("surveillance"), now=now)


def _set_states(cursor: psycopg.Cursor[Any], rows: list[tuple[UUID, UUID, str]], now: datetime) -> None:
    if rows:
        arrays.execute(cursor, load("surveillance", "set_order_states"), [now, *arrays.columns(rows)])


def mark_printed(cursor: psycopg.Cursor[Any], orders: Sequence[tuple[UUID, UUID]], now: datetime) -> None:
    """These (person, order) are on paper; the first time counts. One statement."""
    if orders:
        arrays.execute(cursor, load("surveillance", "orders_printed"), [now, *arrays.columns(list(orders))])


def _entry(verb: str, person_id: UUID, order_id: UUID, at: datetime, actor: Actor, **more: Any) -> journal.Entry:
    body = msgspec.json.encode({"order": order_id, **more}).decode()
    return journal.Entry(verb, person_id, at, actor.id, body)
