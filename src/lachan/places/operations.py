"""Writing of places: one verb, the load of the reference tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import psycopg

from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.places import data, queries
from lachan.places.atlas import Atlas
from lachan.places.facts import AreaFact
from lachan.places.rules import (
    COMMUNE,
    DISTRICT,
    KINDS,
    PROVINCE,
    full_name,
    name_en,
    search_form,
    station_code,
    station_id,
    station_name,
)

# One station per commune of this day, the peak of the campaign; hospitals were placed in the communes of the same day.
LAYOUT_DAY = date(2021, 11, 1)
OPENED_ON = date(2019, 12, 1)  # first day the list of areas is known; no opening dates are published
MOST_SUCCESSORS = 100  # of one area; ids of links are old id * 100 + position

Progress = Callable[[str, int], None]  # (table, rows written)


class Loaded(NamedTuple):
    """Rows of the reference data, whether new, changed or already there."""

    areas: int
    successors: int
    facilities: int


def load_reference(progress: Progress | None = None, *, people: int | None = None) -> Loaded:
    """Bring areas, successors and facilities to the state of the shipped data, in one transaction.

    ``people``: how many a demonstration has. Every population is then shown in that proportion, so that a share of the
    people reads as in life.

    Safe to repeat: rows are found by id and rewritten only when they differ. Areas and facilities are never removed,
    facts point at them. Clears this process's cache; other processes call ``queries.clear_cache`` or restart.
    """
    tell = progress or (lambda table, rows: None)
    kinds, areas = _area_facts()
    with hot_cursor() as cursor:
        loaded = Loaded(
            _copy(cursor, "areas", (_area_row(area) for area in _in_proportion(areas, people))),
            _copy(cursor, "successors", _successor_rows()),
            _copy(cursor, "facilities", _facility_rows(Atlas(areas, ()), kinds)),
        )
        cursor.execute(load("places", "analyze_reference"))
    for table, rows in zip(loaded._fields, loaded, strict=True):
        tell(table, rows)
    queries.clear_cache()
    return loaded


def _copy(cursor: psycopg.Cursor[Any], table: str, rows: Iterable[tuple[object, ...]]) -> int:
    """Stage rows by COPY, then settle them in the table; the number of rows staged."""
    cursor.execute(load("places", f"stage_{table}"))
    count = 0
    with cursor.copy(load("places", f"copy_{table}")) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    if table == "successors":
        cursor.execute(load("places", "drop_old_successors"))
    cursor.execute(load("places", f"upsert_{table}"))
    return count


def _area_facts() -> tuple[dict[int, str], list[AreaFact]]:
    """Kind by area id, and the areas with everything that follows from their record."""
    records = {record.id: record for record in data.areas()}
    provinces: dict[int, int | None] = {}
    districts: dict[int, int | None] = {}
    regions: dict[int, int | None] = {}
    for record in sorted(records.values(), key=lambda record: record.level):  # parents before children
        above = record.parent_id or 0
        provinces[record.id] = record.id if record.level == PROVINCE else provinces.get(above)
        districts[record.id] = record.id if record.level == DISTRICT else districts.get(above)
        regions[record.id] = record.region if record.region is not None else regions.get(above)
    facts = []
    for record in records.values():
        kind = KINDS[record.kind]
        facts.append(
            AreaFact(
                id=record.id,
                code=record.code,
                level=record.level,
                parent_id=record.parent_id,
                province_id=provinces[record.id],
                district_id=districts[record.id],
                kind_vi=kind.vi,
                kind_en=kind.en,
                name=record.name,
                full_name=full_name(record.kind, record.name),
                name_en=name_en(record.name),
                search_name=search_form(record.name),
                valid_from=record.valid_from,
                valid_to=record.valid_to,
                region=regions[record.id],
                lat=record.lat,
                lon=record.lon,
                population=record.population,
            )
        )
    return {record.id: record.kind for record in records.values()}, facts


def _in_proportion(areas: list[AreaFact], people: int | None) -> Iterator[AreaFact]:
    """The areas with populations as if the country had ``people``; nowhere nobody, where there is somebody."""
    nation = next((area.population for area in areas if area.level == 0), None)
    for area in areas:
        if people is None or not nation or not area.population:
            yield area
        else:
            yield replace(area, population=max(1, round(area.population * people / nation)))


def _area_row(area: AreaFact) -> tuple[object, ...]:
    return (
        area.id, area.code, area.level, area.parent_id, area.province_id, area.district_id, area.kind_vi, area.kind_en,
        area.name, area.full_name, area.name_en, area.search_name, area.valid_from, area.valid_to, area.region,
        area.lat, area.lon, area.population,
    )  # fmt: skip


def _successor_rows() -> Iterator[tuple[object, ...]]:
    position: dict[int, int] = {}
    for link in data.successors():
        position[link.old_id] = position.get(link.old_id, -1) + 1
        if position[link.old_id] >= MOST_SUCCESSORS:
            raise ValueError(f"area {link.old_id} has more than {MOST_SUCCESSORS} successors")
        yield (link.old_id * MOST_SUCCESSORS + position[link.old_id], *link)


def _facility_rows(atlas: Atlas, kinds: dict[int, str]) -> Iterator[tuple[object, ...]]:
    for area in atlas.on(LAYOUT_DAY, COMMUNE):
        name = station_name(kinds[area.id], area.name)
        yield _facility_row(atlas, station_id(area.code), station_code(area.code), name, "station", area)
    for hospital in data.hospitals():
        area = atlas.areas[hospital.area_id]
        yield _facility_row(atlas, hospital.id, hospital.code, hospital.name, "hospital", area)


def _facility_row(atlas: Atlas, id_: int, code: str, name: str, kind: str, area: AreaFact) -> tuple[object, ...]:
    district = atlas.above(area, DISTRICT, LAYOUT_DAY)
    province = atlas.above(area, PROVINCE, LAYOUT_DAY)
    if district is None or province is None:
        raise ValueError(f"facility {code}: {area.full_name} lies in no district or province")
    return id_, code, name, search_form(name), kind, area.id, district.id, province.id, OPENED_ON
