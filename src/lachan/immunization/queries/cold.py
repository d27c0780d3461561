"""Fridges, their excursions and what their loggers said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from lachan.immunization.operations.cold import unpack
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load

Scope = frozenset[int] | None
MOST_DEVICES = 400


class DeviceRow(NamedTuple):
    """A fridge in use, with its latest reading where a logger's file was taken in."""

    facility_id: int
    id: UUID
    name: str
    storage: str
    latest_at: datetime | None
    open: int


class ExcursionRow(NamedTuple):
    """A time outside the limits. ``decision`` empty: nobody has acknowledged it."""

    id: UUID
    facility_id: int
    device_id: UUID
    device: str
    storage: str
    log_id: UUID | None
    kind: str
    began_at: datetime
    ended_at: datetime
    lowest: float
    highest: float
    minutes: int
    limits: str
    lots: list[int]
    note: str
    actor_id: UUID
    decision: str
    comment: str
    decided_by: UUID | None
    decided_at: datetime | None


class LotHere(NamedTuple):
    """A lot a facility held during an excursion."""

    id: int
    number: str
    product: str
    product_name: str
    balance: int


def devices(facilities: Sequence[int]) -> list[DeviceRow]:
    """Devices in use at facilities, by facility and name; one query."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "cold_devices"), [list(facilities), MOST_DEVICES])
        return [DeviceRow(*row) for row in cursor.fetchall()]


def open_excursions(scope: Scope, most: int) -> list[ExcursionRow]:
    """Excursions nobody has decided within reach, the latest first; one query."""
    return _excursions("excursions_open", {"facilities": None if scope is None else sorted(scope), "most": most})


def decided_excursions(scope: Scope, most: int) -> list[ExcursionRow]:
    """Those decided, the latest first; one query."""
    return _excursions("excursions_decided", {"facilities": None if scope is None else sorted(scope), "most": most})


def excursion(facility_id: int, excursion_id: UUID) -> ExcursionRow | None:
    """One excursion; one query."""
    return next(iter(_excursions("excursion_by_id", {"facility": facility_id, "id": excursion_id})), None)


def series(facility_id: int, log_id: UUID) -> tuple[list[int], list[float]] | None:
    """The readings of a logger's file: (seconds since 1970, °C); one query."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "temperature_series"), [facility_id, log_id])
        row = cursor.fetchone()
    return unpack(bytes(row[0]), row[1]) if row else None


def lots_here(facility_id: int, lot_ids: Sequence[int]) -> list[LotHere]:
    """Lots by id with what the facility holds of them now; one query."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "lots_here"), [facility_id, list(lot_ids)])
        return [LotHere(*row) for row in cursor.fetchall()]


def _excursions(name: str, parameters: dict[str, Any]) -> list[ExcursionRow]:
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", name), parameters)
        return [_row(row) for row in cursor.fetchall()]


def _row(row: Sequence[Any]) -> ExcursionRow:
    values = list(row)
    lots = ExcursionRow._fields.index("lots")
    values[lots] = msgspec.json.decode(row[lots]) if isinstance(row[lots], str) else row[lots]
    return ExcursionRow(*values)
