"""Doses, residents and debt of many areas, each asked once for the whole list. For jobs: no actor is asked about.

The figures are those of :func:`lachan.analytics.queries.picture` and :func:`lachan.analytics.debt.queries.meter`; the
number of statements does not depend on how many areas there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection

from lachan.analytics.debt.facts import Owed
from lachan.analytics.debt.queries import EVER
from lachan.analytics.maps import map_of, residences_of
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import PROVINCE


def doses(areas: Sequence[AreaFact], on: date, days: int) -> dict[int, list[int]]:
    """Doses given in each area by day, the last one ``on``, each on its own map. Two statements."""
    first = on - timedelta(days=days - 1)
    found = {area.id: [0] * days for area in areas}
    between = {"first": first, "last": on}
    for area_id, day, count in _rows("doses_of_areas", {**_by_station(areas, beyond=PROVINCE), **between}):
        found[area_id][(day - first).days] = count
    wide = [area for area in areas if area.level <= PROVINCE]
    homes = {of: places.province_mapping(of.day) for of in {map_of(area) for area in wide}}
    for day, station_in, count, *_ in _rows("days_by_province", between) if wide else []:
        for area in wide:
            if area.level == 0 or homes[map_of(area)].get(station_in, 0) == area.id:
                found[area.id][(day - first).days] += count
    return found


def completed(areas: Sequence[AreaFact]) -> dict[int, int]:
    """Residents of each area with a complete primary series, as counted now. One statement."""
    nation = any(area.level == 0 for area in areas)
    homes = None if nation else sorted(frozenset[int]().union(*(residences_of(area.id) for area in areas)))
    counts = {row[0]: row[3] for row in _rows("totals_by_residence", {"residences": homes})}
    return {
        area.id: sum(counts[home] for home in (counts if area.level == 0 else residences_of(area.id) & counts.keys()))
        for area in areas
    }


def owed(areas: Sequence[AreaFact], until: date) -> dict[int, Owed]:
    """What each area owes of all days up to one: recorded, matched, missing and signed doses. Two statements."""
    between = {"first": EVER, "last": until}
    found = {area.id: Owed() for area in areas}
    rows = _rows("owed_of_areas", {**_by_station(areas, beyond=0), **between})
    if any(area.level == 0 for area in areas):
        [sums] = _rows("owed_of_nation", between)
        rows += [(area.id, *sums) for area in areas if area.level == 0]
    for area_id, recorded, matched, missing, signed in rows:
        found[area_id] = Owed(recorded=recorded, matched=matched, missing=missing, signed=signed)
    return found


def _by_station(areas: Sequence[AreaFact], *, beyond: int) -> dict[str, list[int]]:
    """Pairs of an area and a station in it, of areas below a level."""
    there: dict[int, list[int]] = defaultdict(list)
    for row in places.facility_table().values():
        there[row.area_id].append(row.id)
    pairs = [
        (area.id, station)
        for area in areas
        if area.level > beyond
        for commune in residences_of(area.id) & there.keys()
        for station in there[commune]
    ]
    return {"areas": [area_id for area_id, _ in pairs], "facilities": [station for _, station in pairs]}


def _rows(name: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(load("analytics", name), parameters)
        return list(cursor.fetchall())
