"""Figures without names, from the counters. Every function asks first whether the actor may see the area.

``Forbidden`` is raised for an area outside the actor's grants. Results are frozen. The number of statements is fixed
and tested: none of them depends on how many people or doses there are, only on how many areas, products and days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection

from lachan.access import reach
from lachan.access.actors import Actor
from lachan.analytics import maps
from lachan.analytics.counters import primary_doses
from lachan.analytics.facts import (
    AgeRow,
    AreaRow,
    AreaTable,
    DayRow,
    FacilityDays,
    Live,
    Picture,
    ProductRow,
)
from lachan.analytics.maps import Map, map_of, residences_of, stations_of
from lachan.analytics.rules import Sums, total
from lachan.immunization.queries import catalogue, published
from lachan.immunization.rules.bands import AGE_BANDS, UNKNOWN_BAND
from lachan.kernel.errors import Problem
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.places.facts import AreaFact, FacilityRow
from lachan.places.rules import COUNTRY_ID, PROVINCE

DAYS: Final = 28
VERB: Final = "coverage.read"
_NOTHING: Final = Sums()


# who sees what


def may_see(actor: Actor, area_id: int) -> bool:
    """Whether figures of the area are the actor's to read; those of the nation need a grant for the nation."""
    return reach.may_see(actor, VERB, area_id)


def home_area(actor: Actor) -> int | None:
    """Where an actor begins; None: nowhere."""
    found = reach.home(actor, VERB)
    return found.id if found is not None else None


def _see(actor: Actor, area_id: int) -> AreaFact:
    return reach.seen(actor, VERB, area_id, "The figures")


# pictures


def picture(actor: Actor, area_id: int, on: date, of: Map | None = None) -> Picture:
    """An area on a day. Two statements, three for a province of a map its residents' facts were not recorded on.

    ``of`` is the map for ``given`` of the nation; by default the one in force on the day.
    """
    area = _see(actor, area_id)
    first = on - timedelta(days=DAYS - 1)
    given: dict[int, dict[date, int]] = defaultdict(dict)
    days: dict[date, Sums] = defaultdict(Sums)
    if area.level <= PROVINCE:
        mapping = places.province_mapping((of or maps.map_on(on)).day if area.level == 0 else map_of(area).day)
        for day, station_in, sums in _days_by_province(first, on):
            province_id = mapping.get(station_in, 0)
            if area.level == PROVINCE and province_id != area.id:
                continue
            days[day] = days[day].plus(sums)
            if area.level == 0:
                given[province_id][day] = given[province_id].get(day, 0) + sums.doses
    else:
        for day, _, sums in _days_by_facility(stations_of(area.id), first, on):
            days[day] = days[day].plus(sums)
    return Picture(area, None, on, _residents(area), _filled(days, first), given)


def weeks(actor: Actor, area_id: int, first: date, last: date) -> dict[date, Sums]:
    """Doses given in an area by the last day of the week, weeks counted back from ``last``; of a district or commune by
    its stations. One statement, which adds up."""
    area = _see(actor, area_id)
    asked: dict[str, Any] = {"first": first, "last": last}
    if area.level > PROVINCE:
        products, asks = _asks()
        asked |= {"products": products, "asks": asks, "facilities": sorted(stations_of(area.id))}
        rows = _rows("weeks_by_facility", asked)
    else:
        mapping = places.province_mapping(map_of(area).day) if area.level == PROVINCE else {}
        within = sorted(key for key, found in mapping.items() if found == area.id) if mapping else None
        rows = _rows("weeks_by_province", asked | {"provinces": within})
    return {row[0]: Sums(*row[1:]) for row in rows}


def facility_picture(actor: Actor, facility_id: int, on: date) -> Picture:
    """A facility on a day; everything is of doses given at it. One statement."""
    facility = places.facility(facility_id)
    if facility is None:
        raise Problem("facility_unknown", "Unknown facility", f"There is no facility {facility_id}.", status=404)
    area = _see(actor, facility.area_id)
    first = on - timedelta(days=DAYS - 1)
    rows = _days_by_facility({facility_id}, date(2020, 1, 1), on)
    days = {day: sums for day, _, sums in rows if day >= first}
    return Picture(area, facility, on, total(sums for _, _, sums in rows), _filled(days, first), {})


def _filled(days: Mapping[date, Sums], first: date) -> tuple[DayRow, ...]:
    every = (first + timedelta(days=step) for step in range(DAYS))
    return tuple(DayRow(day, days.get(day, _NOTHING)) for day in every)


def _residents(area: AreaFact) -> Sums:
    if area.level == 0:
        return total(_totals_by_province().values())
    if area.level == PROVINCE:
        return _on_map(_totals_by_province(), map_of(area)).get(area.id, _NOTHING)
    return total(_totals_by_residence(residences_of(area.id)).values())


# tables


def coverage_by_province(actor: Actor, of: Map, on: date) -> AreaTable:
    """Every province of a map, by code. Two statements."""
    _see(actor, COUNTRY_ID)
    sums = _on_map(_totals_by_province(), of)
    mapping = places.province_mapping(of.day)
    today: dict[int, int] = defaultdict(int)
    for _, station_in, given in _days_by_province(on, on):
        today[mapping.get(station_in, 0)] += given.doses
    rows = tuple(AreaRow(area, sums.get(area.id, _NOTHING), today.get(area.id, 0)) for area in places.provinces(of.day))
    return AreaTable(rows, sums.get(0, _NOTHING), today.get(0, 0))


def coverage_by_commune(actor: Actor, area_id: int, on: date, of: Map | None = None) -> AreaTable:
    """Communes of an area, by code; on the map ``of``, by default its own, for the nation the one in force on the day.

    Two statements. For the nation one: ``today`` of its communes is zero, eleven thousand stations are not asked.
    """
    area = _see(actor, area_id)
    nation = area.level == 0
    of = of or (maps.map_on(on) if nation else map_of(area))
    placed = places.commune_mapping(of.day)
    communes = _communes(area, of)
    here = {found.id for found in communes}
    sums: dict[int, Sums] = defaultdict(Sums)
    for residence, found in _totals_by_residence(None if nation else residences_of(area_id)).items():
        place = placed.get(residence)
        commune_id = place.commune_id if place is not None and place.commune_id in here else 0
        sums[commune_id or 0] = sums[commune_id or 0].plus(found)
    today: dict[int, int] = defaultdict(int)
    facilities = places.facility_table()
    for _, facility_id, given in [] if nation else _days_by_facility(stations_of(area_id), on, on):
        place = placed.get(facilities[facility_id].area_id)
        commune_id = place.commune_id if place is not None and place.commune_id in here else 0
        today[commune_id or 0] += given.doses
    rows = tuple(AreaRow(found, sums.get(found.id, _NOTHING), today.get(found.id, 0)) for found in communes)
    return AreaTable(rows, sums.get(0, _NOTHING), today.get(0, 0))


def _communes(area: AreaFact, of: Map) -> list[AreaFact]:
    if area.level == 0:
        return places.communes(area.id, of.day)
    inside = residences_of(area.id)
    return [found for found in places.communes(area.id, of.day) if found.id in inside]


def by_facility(actor: Actor, area_id: int, on: date) -> tuple[FacilityDays, ...]:
    """Facilities of an area that gave doses on the 28 days that end with ``on``, the busiest of the day first.

    One statement over the grain; for the nation use provinces instead.
    """
    area = _see(actor, area_id)
    if area.level == 0:
        raise Problem("area_too_wide", "Area too wide", "Facilities are listed by province or below.", status=400)
    recent: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for day, facility_id, sums in _days_by_facility(stations_of(area_id), on - timedelta(days=DAYS - 1), on):
        entry = recent[facility_id]
        entry[2] += sums.doses
        if day == on:
            entry[0] = sums.doses
        elif day == on - timedelta(days=1):
            entry[1] = sums.doses
    table = places.facility_table()
    rows = [FacilityDays(table[key], *counts) for key, counts in recent.items()]
    return tuple(sorted(rows, key=lambda row: (-row.today, -row.recent, row.facility.code)))


def by_product(actor: Actor, area_id: int, facility_id: int | None = None) -> tuple[ProductRow, ...]:
    """Doses of an area's residents, or given at a facility, by product; the commonest first. One statement."""
    where, ids = _place(actor, area_id, facility_id)
    numbers: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    for product_id, number, doses, completed in _rows(f"products_by_{where}", {"places": ids}):
        entry = numbers[product_id]
        entry[min(max(number, 1), 4) - 1] += doses
        entry[4] += completed
    known = catalogue()
    rows = [
        ProductRow(key, known.name(key), (one, two, three, more), one + two + three + more, completed)
        for key, (one, two, three, more, completed) in numbers.items()
    ]
    return tuple(sorted((row for row in rows if row.doses), key=lambda row: (-row.doses, row.product_id)))


def by_age(actor: Actor, area_id: int, facility_id: int | None = None) -> tuple[AgeRow, ...]:
    """Doses of an area's residents, or given at a facility, by age band and sex; youngest first. One statement."""
    where, ids = _place(actor, area_id, facility_id)
    products, asks = _asks()
    asked = {"places": ids} if where == "province" else {"places": ids, "products": products, "asks": asks}
    found = {(row[0], row[1]): Sums(*row[2:]) for row in _rows(f"ages_by_{where}", asked)}
    rows = [AgeRow(band, *(found.get((band, sex), _NOTHING) for sex in "FMU")) for band in (*AGE_BANDS, UNKNOWN_BAND)]
    return tuple(row for row in rows if row.band != UNKNOWN_BAND or row.all.doses)


def sessions(actor: Actor, area_id: int, on: date) -> tuple[int, int]:
    """(sessions open, stations that have one) in an area on a day. One statement."""
    area = _see(actor, area_id)
    return published.sessions_open(on, None if area.level == 0 else sorted(stations_of(area_id)))


def live(actor: Actor, area_id: int, on: date, of: Map | None = None) -> Live:
    """Doses of a day as they come, and the sessions open. Two statements; asked every few seconds by every viewer."""
    area = _see(actor, area_id)
    by_province: dict[int, int] = defaultdict(int)
    today = _NOTHING
    if area.level == 0:
        mapping = places.province_mapping((of or maps.map_on(on)).day)
        for _, station_in, sums in _days_by_province(on, on):
            by_province[mapping.get(station_in, 0)] += sums.doses
            today = today.plus(sums)
    else:
        today = total(sums for _, _, sums in _days_by_facility(stations_of(area_id), on, on))
    return Live(today, by_province, *sessions(actor, area_id, on))


def latest_day(on: date) -> date | None:
    """The last day with doses up to ``on``, anywhere; None: there has never been one. One statement."""
    [[found]] = _rows("latest_day", [on])
    return found  # type: ignore[no-any-return]


# statements


def _place(actor: Actor, area_id: int, facility_id: int | None) -> tuple[str, list[int] | None]:
    """Which counter answers for a place, and its ids there."""
    area = _see(actor, area_id)
    if facility_id is not None:
        facility: FacilityRow | None = places.facility(facility_id)
        if facility is None or facility.area_id != area_id:
            raise Problem("facility_unknown", "Unknown facility", f"No facility {facility_id} there.", status=404)
        return "facility", [facility_id]
    if area.level == 0:
        return "province", None
    ids = residences_of(area_id)
    if area.level == PROVINCE:
        # whole provinces of other days; one that was merged or split is counted by its communes
        inside = [key for key in ids if (found := places.area(key)) is not None and found.level == PROVINCE]
        homes = {found.province_id or found.id for key in ids if (found := places.area(key)) is not None}
        if homes <= set(inside):
            return "province", sorted(inside)
    return "residence", sorted(ids)


def _asks() -> tuple[list[int], list[int]]:
    """Product ids, and how many doses the primary series of each asks for."""
    known = primary_doses()
    return list(known), list(known.values())


def _totals_by_province() -> dict[int, Sums]:
    """Residents' doses by province of the map their residence was recorded on."""
    return {row[0]: Sums(*row[1:]) for row in _rows("totals_by_province", list(_asks()))}


def _totals_by_residence(residences: Collection[int] | None) -> dict[int, Sums]:
    rows = _rows("totals_by_residence", {"residences": None if residences is None else sorted(residences)})
    return {row[0]: Sums(*row[1:]) for row in rows}


def _on_map(recorded: Mapping[int, Sums], of: Map) -> dict[int, Sums]:
    """Totals by province of one map, 0 for what it has no province for. A province that was several on that map is
    divided by the communes of its residents, with one more statement."""
    mapping = places.province_mapping(of.day)
    found: dict[int, Sums] = defaultdict(Sums)
    divided: set[int] = set()
    for province_id, sums in recorded.items():
        if province_id and province_id not in mapping:
            divided.add(province_id)
        else:
            key = mapping.get(province_id, 0)
            found[key] = found[key].plus(sums)
    if divided:
        known = places.atlas().areas
        homes = {key for key, area in known.items() if (area.province_id or key) in divided}
        for residence, sums in _totals_by_residence(homes).items():
            key = mapping.get(residence, 0)
            found[key] = found[key].plus(sums)
    return found


def _days_by_province(first: date, last: date) -> list[tuple[date, int, Sums]]:
    rows = _rows("days_by_province", {"first": first, "last": last})
    return [(row[0], row[1], Sums(*row[2:])) for row in rows]


def _days_by_facility(facilities: Collection[int], first: date, last: date) -> list[tuple[date, int, Sums]]:
    products, asks = _asks()
    known = {"products": products, "asks": asks, "facilities": sorted(facilities), "first": first, "last": last}
    return [(row[0], row[1], Sums(*row[2:])) for row in _rows("days_by_facility", known)]


def _rows(name: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(load("analytics", name), parameters)
        return list(cursor.fetchall())
