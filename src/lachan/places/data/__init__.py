"""The tables of facts shipped with the product, written by ``tools/reference/build.py``."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple


class AreaRecord(NamedTuple):
    id: int
    level: int
    code: str
    parent_id: int | None
    kind: str
    name: str
    valid_from: date
    valid_to: date | None
    region: int | None
    lat: float | None
    lon: float | None
    population: int | None


class SuccessorRecord(NamedTuple):
    old_id: int
    new_id: int
    extent: str
    review: bool
    reference: str


class HospitalRecord(NamedTuple):
    id: int
    code: str
    name: str
    area_id: int


class TileRecord(NamedTuple):
    map: str  # "63" or "34"
    code: str
    col: int
    row: int
    part: str
    name: str


def _rows(name: str) -> Iterator[list[str]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle)
        next(reader)
        yield from reader


def areas() -> Iterator[AreaRecord]:
    for id_, level, code, parent, kind, name, start, end, region, lat, lon, population in _rows("areas.csv"):
        yield AreaRecord(
            int(id_), int(level), code, int(parent) if parent else None, kind, name,
            date.fromisoformat(start), date.fromisoformat(end) if end else None,
            int(region) if region else None, float(lat) if lat else None, float(lon) if lon else None,
            int(population) if population else None,
        )  # fmt: skip


def successors() -> Iterator[SuccessorRecord]:
    for old, new, extent, review, reference in _rows("successors.csv"):
        yield SuccessorRecord(int(old), int(new), extent, review == "1", reference)


def hospitals() -> Iterator[HospitalRecord]:
    for id_, code, name, area in _rows("hospitals.csv"):
        yield HospitalRecord(int(id_), code, name, int(area))


@cache
def tiles() -> tuple[TileRecord, ...]:
    return tuple(
        TileRecord(map_, code, int(col), int(row), part, name)
        for map_, code, col, row, part, name in _rows("tiles.csv")
    )
