"""The two administrative maps: what belongs to an area of one of them, whatever the map a fact was recorded on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COMMUNE, COUNTRY_ID, DISTRICT, PROVINCE

CHANGE: Final = date(2025, 7, 1)  # 202/2025/QH15: 34 provinces, no districts
_AREAS_KEPT: Final = 4_096


class Map(StrEnum):
    """63 provinces with districts (as of November 2021), or the 34 since July 2025 with later changes."""

    OF_2021 = "2021"
    OF_2025 = "2025"

    @property
    def day(self) -> date:
        return date(2021, 11, 1) if self is Map.OF_2021 else date(2026, 4, 30)


def map_on(day: date) -> Map:
    """The map in force on a day."""
    return Map.OF_2025 if day >= CHANGE else Map.OF_2021


def map_of(area: AreaFact) -> Map:
    """The map an area is drawn on."""
    return map_on(area.valid_from)


def on_map(area_id: int, wanted: Map) -> AreaFact | None:
    """The area of the wanted map that an area became, was, or lies in at its own level; None: several, or none."""
    area = places.area(area_id)
    if area is None or area.level == 0:
        return area
    if area.level == PROVINCE:
        found = places.province_mapping(wanted.day).get(area.id)
    elif area.level == DISTRICT and area.valid(wanted.day):
        found = area.id
    else:
        placed = places.commune_mapping(wanted.day).get(area.id)
        found = placed.commune_id if placed else None
    return places.area(found) if found is not None else None


@lru_cache(maxsize=_AREAS_KEPT)
def residences_of(area_id: int) -> frozenset[int]:
    """Ids of every period whose residents count as the area's on its own map; empty for an unknown id.

    Those of a commune are the communes that became or made it whole; those of a province are everything in it.
    """
    area = places.area(area_id)
    if area is None:
        return frozenset()
    if area.level == PROVINCE:
        return _by_province(map_of(area)).get(area_id, frozenset())
    if area.level == COMMUNE:
        return _by_commune(map_of(area)).get(area_id, frozenset())
    return places.areas_under(area_id)


@lru_cache(maxsize=_AREAS_KEPT)
def stations_of(area_id: int) -> frozenset[int]:
    """Ids of the facilities that stand in the area, on its own map."""
    if area_id == COUNTRY_ID:
        return frozenset(places.facility_table())
    inside = residences_of(area_id)
    return frozenset(row.id for row in places.facility_table().values() if row.area_id in inside)


@lru_cache(maxsize=2)
def provinces_on(of: Map) -> Mapping[int, frozenset[int]]:
    """Provinces of a map, each with the ids of every province of either map whose facts count as its own."""
    mapping = places.province_mapping(of.day).items()
    return _inverse((key, now) for key, now in mapping if (found := places.area(key)) and found.level == PROVINCE)


@lru_cache(maxsize=2)
def _by_province(of: Map) -> Mapping[int, frozenset[int]]:
    return _inverse(places.province_mapping(of.day).items())


@lru_cache(maxsize=2)
def _by_commune(of: Map) -> Mapping[int, frozenset[int]]:
    placed = places.commune_mapping(of.day).items()
    return _inverse((key, place.commune_id) for key, place in placed if place.commune_id is not None)


def _inverse(pairs: Iterable[tuple[int, int]]) -> Mapping[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for inner, outer in pairs:
        found[outer].add(inner)
    return MappingProxyType({outer: frozenset(inner) for outer, inner in found.items()})


def forget() -> None:
    """Drop what this process remembers, after areas or facilities changed."""
    for cached in (residences_of, stations_of, provinces_on, _by_province, _by_commune):
        cached.cache_clear()
