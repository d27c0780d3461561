"""Which commune's stock serves whom: communes of the map in force, the facilities in them, and where residents go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from lachan.analytics.maps import Map, map_on
from lachan.places import queries as places


@dataclass(frozen=True)
class Ground:
    """``area_ids`` [A] communes, province by province; ``provinces`` with their slice of them. ``facilities``: the
    place of each facility, ``homes``: of each residence of any map; communes that were divided have none."""

    of_map: Map
    area_ids: tuple[int, ...]
    provinces: dict[int, slice]
    facilities: dict[int, int]
    homes: dict[int, int]
    residences: dict[int, tuple[int, ...]]  # of a province, of every period

    def place(self, residence_id: int, facility_id: int = 0) -> int:
        """Where somebody comes: where they came before, else where the people of their residence go; -1: not known."""
        found = self.facilities.get(facility_id, -1)
        return found if found >= 0 else self.homes.get(residence_id, -1)

    def served(self, rows: Iterable[tuple[int, int, int]]) -> Ground:
        """With each residence at the commune whose facilities gave its people most of their doses; a tie, or none:
        its own. rows: (residence, facility, doses)."""
        sums: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for residence, facility, doses in rows:
            at = self.facilities.get(facility, -1)
            if at >= 0:
                sums[residence][at] += doses
        homes = dict(self.homes)
        for residence, found in sums.items():
            own = homes.get(residence, -1)
            homes[residence] = max(found, key=lambda at: (found[at], at == own, -at))
        return replace(self, homes=homes)


def ground_of(as_of: date) -> Ground:
    """The communes of the map in force that day."""
    of_map = map_on(as_of)
    day = of_map.day
    area_ids: list[int] = []
    provinces: dict[int, slice] = {}
    for province in places.provinces(day):
        first = len(area_ids)
        area_ids += [commune.id for commune in places.communes(province.id, day)]
        provinces[province.id] = slice(first, len(area_ids))
    at = {area_id: number for number, area_id in enumerate(area_ids)}
    placed = places.commune_mapping(day)
    homes = {area_id: at[found.commune_id] for area_id, found in placed.items() if found.commune_id in at}
    residences: dict[int, list[int]] = defaultdict(list)
    for area_id, found in placed.items():
        residences[found.province_id].append(area_id)
    facilities = {row.id: homes[row.area_id] for row in places.facility_table().values() if row.area_id in homes}
    return Ground(
        of_map, tuple(area_ids), provinces, facilities, homes,
        {province: tuple(sorted(found)) for province, found in residences.items()},
    )  # fmt: skip
