"""What places tells the rooms above: frozen, no ORM."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Extent = Literal["full", "partial"]


@dataclass(frozen=True, slots=True)
class AreaFact:
    """One period of an area. ``valid_to``: first day it is no longer valid; parents are those of ``valid_from``."""

    id: int
    code: str
    level: int
    parent_id: int | None
    province_id: int | None
    district_id: int | None
    kind_vi: str
    kind_en: str
    name: str
    full_name: str
    name_en: str
    search_name: str
    valid_from: date
    valid_to: date | None
    region: int | None
    lat: float | None
    lon: float | None
    population: int | None

    def valid(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True)
class Link:
    """One row of the successor table."""

    old_id: int
    new_id: int
    extent: Extent
    review: bool
    reference: str


@dataclass(frozen=True, slots=True)
class Relative:
    """An area of another day that an area became or came from.

    ``extent``: for a successor, whether the whole area went there; for a predecessor, whether the whole of *it* came
    here. ``review``: split, or derived without a document. ``references`` are the resolutions along the way.
    """

    area_id: int
    extent: Extent
    review: bool
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """A commune on the map of another day; without ``commune_id`` count it under its province as unassigned."""

    commune_id: int | None
    province_id: int
    review: bool


@dataclass(frozen=True, slots=True)
class FacilityRow:
    id: int
    code: str
    name: str
    area_id: int
    district_id: int | None
    province_id: int
    opened_on: date
    closed_on: date | None
    kind: str
    search_name: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of the tile map. ``part`` is ``province``, or ``islands`` for Hoàng Sa and Trường Sa beside theirs."""

    province_id: int
    code: str
    name: str
    col: int
    row: int
    part: str
