"""Questions about places: which area on which day, what it became, what lies under it, which facilities stand there.

Areas and facilities are read once per process (two queries, one query) and answered from memory. They change only by
``operations.load_reference`` and ``operations_facilities``; a process that keeps running meanwhile calls
``clear_cache`` or ``refresh``. Results are frozen and mappings read-only.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import cast

from django.db import connection

from lachan.kernel.statements import load
from lachan.places import data
from lachan.places.atlas import Atlas
from lachan.places.facts import AreaFact, Extent, FacilityRow, Link, Placement, Relative, Tile
from lachan.places.models import Area, AreaSuccessor, Facility
from lachan.places.rules import COMMUNE, PROVINCE, search_form

__all__ = ["AreaFact", "FacilityRow", "Placement", "Relative", "Tile"]

_AREA_FIELDS = tuple(AreaFact.__dataclass_fields__)
_FACILITY_FIELDS = tuple(FacilityRow.__dataclass_fields__)


@lru_cache(maxsize=1)
def atlas() -> Atlas:
    """All areas in memory; the questions below go through it."""
    areas = (AreaFact(*row) for row in Area.objects.order_by("id").values_list(*_AREA_FIELDS).iterator(5_000))
    rows = AreaSuccessor.objects.order_by("id").values_list("old_id", "new_id", "extent", "review", "reference")
    links = (
        Link(old, new, cast(Extent, extent), review, text) for old, new, extent, review, text in rows.iterator(5_000)
    )
    return Atlas(areas, links)


def clear_cache() -> None:
    """Forget what was read, after the tables changed."""
    for cached in (
        atlas,
        facility_table,
        _under,
        _facilities_under,
        _province_mapping,
        _commune_mapping,
        _codes,
        _full_names,
        _tiles,
    ):
        cached.cache_clear()


def forget_facilities() -> None:
    """Forget the facilities, after one was opened or changed."""
    for cached in (facility_table, _codes, _facilities_under):
        cached.cache_clear()


class _Stamp:
    """When this process last compared its facilities with the table, and what it saw."""

    at: float = 0.0
    seen: tuple[int, int] | None = None


def refresh(every: float = 60.0) -> None:
    """Read the facilities again when another process changed them; asks at most once in ``every`` seconds. At most one
    statement (2 ms)."""
    now = time.monotonic()
    if now - _Stamp.at < every:
        return
    _Stamp.at = now
    with connection.cursor() as cursor:
        cursor.execute(load("places", "facilities_stamp"))
        found = cursor.fetchone()
    if _Stamp.seen is not None and found != _Stamp.seen:
        forget_facilities()
    _Stamp.seen = found


# areas


def area_at(code: str, level: int, on: date) -> AreaFact | None:
    """The area that bore ``code`` (GSO code; level 1 province, 2 district, 3 commune) on that day.

    Known from 2019-12-01; None before that day and for a code not in use on it.
    """
    return atlas().at(code, level, on)


def areas_at(codes: Iterable[str], level: int, on: date) -> dict[str, AreaFact]:
    """Codes of one level on one day to their areas; codes not in use are left out."""
    found = ((code, atlas().at(code, level, on)) for code in codes)
    return {code: area for code, area in found if area is not None}


def areas(ids: Iterable[int]) -> list[AreaFact]:
    """The areas with these ids, in the order asked; unknown ids are left out."""
    known = atlas().areas
    return [known[area_id] for area_id in ids if area_id in known]


def area(area_id: int) -> AreaFact | None:
    return atlas().areas.get(area_id)


def path(area_id: int, on: date | None = None) -> list[AreaFact]:
    """The area and everything above it, the province last (the country is left out).

    Names of the areas above are those of ``on``, or of the nearest day of the area's own period.
    """
    found = atlas().areas.get(area_id)
    if found is None:
        return []
    day = atlas().own_day(found, on or found.valid_to or date.max)
    return [step for step in atlas().path(found, day) if step.level >= PROVINCE] or [found]


def address(area_id: int, on: date | None = None) -> str:
    """``"Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh"``; empty for an unknown id."""
    return ", ".join(step.full_name for step in path(area_id, on))


def successors(ids: Iterable[int], on: date) -> dict[int, tuple[Relative, ...]]:
    """What each area has become by that day, through all changes between. Itself while valid; () before it began."""
    return {area_id: atlas().successors(area_id, on) for area_id in ids if area_id in atlas().areas}


def predecessors(ids: Iterable[int], on: date) -> dict[int, tuple[Relative, ...]]:
    """What of that day became part of each area. Itself while valid; () for days after it ended."""
    return {area_id: atlas().predecessors(area_id, on) for area_id in ids if area_id in atlas().areas}


def areas_under(area_id: int, on: date | None = None, follow: bool = True) -> frozenset[int]:
    """Ids of the area and all beneath it; empty for an unknown id.

    Without ``on``: of its whole period. With ``follow`` also areas of other periods that lie wholly within it by the
    successor table; an area split between inside and outside is not among them. With ``on`` only those valid that day.
    """
    if area_id not in atlas().areas:
        return frozenset()
    return _under(area_id, None if on is None else atlas().epoch(on), follow)


@lru_cache(maxsize=2_048)
def _under(area_id: int, on: date | None, follow: bool) -> frozenset[int]:
    return atlas().under(area_id, on, follow)


def provinces(on: date) -> list[AreaFact]:
    """Provinces of that day (63 before 2025-07-01, then 34), by code."""
    return atlas().on(on, PROVINCE)


def communes(province_id: int, on: date) -> list[AreaFact]:
    """Communes of that day in a province, by code. A province of another day stands for what lies within it."""
    return [area for area in _sorted(areas_under(province_id, on)) if area.level == COMMUNE]


def _sorted(ids: Iterable[int]) -> list[AreaFact]:
    return sorted(
        (atlas().areas[area_id] for area_id in ids), key=lambda area: (area.level, area.code, area.valid_from)
    )


def province_mapping(on: date) -> Mapping[int, int]:
    """Area id (any level, any period) -> id of the province it lies in on that day's map.

    Left out: the country, and on a map before 2025-07-01 the merged provinces themselves (their communes are there).
    """
    return _province_mapping(atlas().epoch(on))


@lru_cache(maxsize=32)
def _province_mapping(on: date) -> Mapping[int, int]:
    return atlas().provinces_on(on)


def commune_mapping(on: date) -> Mapping[int, Placement]:
    """Commune id (any period; island districts too) -> its commune on that day's map, or at least its province.

    A commune split between several, or gone without a document, has no commune and ``review``: count it under its
    province as unassigned.
    """
    return _commune_mapping(atlas().epoch(on))


@lru_cache(maxsize=32)
def _commune_mapping(on: date) -> Mapping[int, Placement]:
    return atlas().communes_on(on)


def search(
    text: str, on: date, *, levels: Sequence[int] = (1, 2, 3), within: int | None = None, limit: int = 20
) -> list[AreaFact]:
    """Areas of that day by name, accents not needed: ``"ben nghe"``, ``"Phường Bến Nghé, Quận 1"``, or a code.

    After a comma come names of areas above. Best first: whole name, beginning of the name, inside it; then by level.
    """
    first, *rest = [search_form(part) for part in text.split(",")]
    if not first:
        return []
    inside = areas_under(within, on) if within is not None else None
    ranked = []
    for area in atlas().areas.values():
        if area.level not in levels or not area.valid(on) or (inside is not None and area.id not in inside):
            continue
        rank = _rank(area, first)
        if rank is not None and all(_lies_in(area, on, part) for part in rest if part):
            ranked.append((rank, area.level, area.code, area))
    return [found[-1] for found in sorted(ranked, key=lambda found: found[:3])[:limit]]


def _rank(area: AreaFact, text: str) -> int | None:
    full = _full_names()[area.id]
    if text in (area.search_name, area.code, full):
        return 0
    if area.search_name.startswith(text):
        return 1
    return 2 if text in full else None


def _lies_in(area: AreaFact, on: date, text: str) -> bool:
    return any(text in _full_names()[step.id] for step in atlas().path(area, on)[1:])


@lru_cache(maxsize=1)
def _full_names() -> Mapping[int, str]:
    return {area.id: search_form(area.full_name) for area in atlas().areas.values()}


def tiles(on: date) -> list[Tile]:
    """Squares of the tile map of that day's provinces, with Hoàng Sa and Trường Sa; col and row count from 0."""
    return list(_tiles(atlas().epoch(on)))


@lru_cache(maxsize=8)
def _tiles(on: date) -> tuple[Tile, ...]:
    by_code = {province.code: province.id for province in provinces(on)}
    name = "63" if len(by_code) > 34 else "34"
    return tuple(
        Tile(by_code[tile.code], tile.code, tile.name, tile.col, tile.row, tile.part)
        for tile in data.tiles()
        if tile.map == name
    )


# facilities


@lru_cache(maxsize=1)
def facility_table() -> Mapping[int, FacilityRow]:
    """All facilities by id, open or closed."""
    rows = (FacilityRow(*row) for row in Facility.objects.order_by("id").values_list(*_FACILITY_FIELDS).iterator(5_000))
    return MappingProxyType({row.id: row for row in rows})


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, FacilityRow]:
    return MappingProxyType({row.code: row for row in facility_table().values()})


def facility(facility_id: int) -> FacilityRow | None:
    return facility_table().get(facility_id)


def facilities(ids: Iterable[int]) -> list[FacilityRow]:
    """The facilities with these ids, in the order asked; unknown ids are left out."""
    table = facility_table()
    return [table[facility_id] for facility_id in ids if facility_id in table]


def facilities_by_code(codes: Iterable[str]) -> dict[str, FacilityRow]:
    """Facility codes to facilities; unknown codes are left out."""
    table = _codes()
    return {code: table[code] for code in codes if code in table}


def facilities_in(area_id: int) -> frozenset[int]:
    """Ids of the facilities in an area, also those whose commune of another day lies wholly within it."""
    return _facilities_under(area_id)


@lru_cache(maxsize=2_048)
def _facilities_under(area_id: int) -> frozenset[int]:
    inside = areas_under(area_id)
    return frozenset(row.id for row in facility_table().values() if row.area_id in inside)


def search_facilities(text: str, *, within: int | None = None, limit: int = 20) -> list[FacilityRow]:
    """Facilities by name or code, accents not needed, names that begin with the text first."""
    wanted = search_form(text)
    if not wanted:
        return []
    inside = facilities_in(within) if within is not None else None
    ranked = []
    for row in facility_table().values():
        if inside is not None and row.id not in inside:
            continue
        if wanted in row.search_name or wanted == row.code.lower():
            ranked.append((not row.search_name.startswith(wanted), row.search_name, row.id, row))
    return [found[-1] for found in sorted(ranked, key=lambda found: found[:3])[:limit]]
