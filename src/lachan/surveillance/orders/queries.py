"""Reads about orders, list-first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.sealing import unseal
from lachan.kernel.statements import load
from lachan.surveillance.orders.issuing import NOTE_CONTEXT, PLACE_CONTEXT

MOST: Final = 200  # orders a page
_LATEST: Final = (datetime(9000, 1, 1, tzinfo=UTC), UUID(int=(1 << 128) - 1))


class OrderFacts(NamedTuple):
    """An order as it stands, its address and proof opened in memory."""

    id: UUID
    person_id: UUID
    number: int
    year: int
    issuer_id: int
    kind: str
    disease: str
    cause_id: UUID
    legal: str
    area_id: int | None
    place_kind: str
    place: str
    starts_on: date
    ends_on: date | None
    state: str
    recorded_at: datetime
    printed_at: datetime | None
    delivered_at: datetime | None
    delivered_how: str
    delivery_note: str
    actor_id: UUID
    delivered_by: UUID | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders: ``new`` (to print), ``bring`` (on paper, not with the person), ``brought``, ``all``; of a kind."""

    state: str = "all"
    kind: str = ""


def _facts(cursor: psycopg.Cursor[Any]) -> list[OrderFacts]:
    found = []
    for row in cursor.fetchall():
        note = unseal(row[19], NOTE_CONTEXT) if row[19] is not None else ""
        found.append(OrderFacts._make((*row[:11], unseal(row[11], PLACE_CONTEXT), *row[12:19], note, *row[20:])))
    return found


def orders_of(person_ids: Collection[UUID]) -> list[OrderFacts]:
    """Every order about these persons, the latest first. One query."""
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("surveillance", "orders_of_persons"), [sorted(set(person_ids))])
        return _facts(cursor)


def orders_in(cursor: psycopg.Cursor[Any], ids: Collection[UUID]) -> dict[UUID, OrderFacts]:
    """Orders by their id, in the caller's transaction. One query."""
    arrays.execute(cursor, load("surveillance", "orders_by_id"), [sorted(set(ids))])
    return {order.id: order for order in _facts(cursor)}


def page(
    areas: Sequence[int] | None,
    wanted: Wanted = Wanted(),
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[OrderFacts]:
    """Orders of these areas (None: of the nation), the latest first; ``before``: (recorded_at, id) of the last one of
    the page before. One query."""
    at, order_id = before or _LATEST
    with hot_cursor() as cursor:
        cursor.execute(
            load("surveillance", "orders_page"),
            {
                "areas": None if areas is None else list(areas), "kind": wanted.kind, "wanted": wanted.state,
                "before": at, "before_id": order_id, "most": min(limit, MOST),
            },
        )  # fmt: skip
        return _facts(cursor)


def counts(areas: Sequence[int] | None) -> tuple[int, int]:
    """(orders that wait for the printer, orders that wait for whoever brings them). One query."""
    with hot_cursor() as cursor:
        cursor.execute(load("surveillance", "order_counts"), {"areas": None if areas is None else list(areas)})
        row = cursor.fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)
