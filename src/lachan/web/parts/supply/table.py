"""The rows of a plan: one a place below the giver, with everything a decision needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.analytics.maps import Map
from lachan.analytics.queries import coverage_by_commune, coverage_by_province
from lachan.immunization.operations.plans import place_of
from lachan.immunization.queries import plans as reads
from lachan.immunization.queries.plans import PACE_DAYS, LineRow, PlanRow, Standing
from lachan.immunization.rules import allocation
from lachan.kernel.errors import Problem
from lachan.places import queries as places
from lachan.places.facts import FacilityRow
from lachan.places.rules import COUNTRY_ID
from lachan.web.parts.supply import words

# Stations are laid out on this map, and with them stock, doses and the areas of grants.
MAP = Map.OF_2021


@dataclass(frozen=True, slots=True)
class Row:
    """A place of a plan. ``missing``: people of the place without a first dose; ``days``: how long the stock lasts."""

    place: str
    code: str
    name: str
    where: str  # district, for wards of one number
    asked: int | None
    asked_note: str
    given: int | None
    given_by: UUID | None
    stock: int
    doses: int
    planned: int
    sent: int
    received: int
    missing: int

    @property
    def days(self) -> int | None:
        return round(self.stock * PACE_DAYS / self.doses) if self.doses > 0 else None


def table_of(actor: Actor, plan: PlanRow, today: date) -> list[Row]:
    """Every place below the giver that lies within the actor's reach, by name, those with something to decide first."""
    lines = {line.place: line for line in reads.lines_of(plan.id)}
    facilities = sorted(places.facilities_in(plan.giver_id)) if plan.giver_id != COUNTRY_ID else []
    if plan.giver_id == COUNTRY_ID:
        facilities = sorted(places.facility_table())
    standing = reads.standing(plan, facilities, today)
    missing = _missing(actor, plan, today)
    if plan.giver_id == COUNTRY_ID:
        rows = _provinces(lines, standing, missing)
    else:
        rows = _stations(facilities, lines, standing, missing)
    known = {row.place for row in rows}
    rows += [_row(line.place, "", words.place_name(line.area_id, line.facility_id), line, Standing(), 0)
             for place, line in lines.items() if place not in known]  # fmt: skip
    scope = scopes.facility_ids(actor, "supply.read")
    rows = [row for row in rows if scope is None or _within(row.place, scope)]
    return sorted(rows, key=lambda row: (row.asked is None and not row.stock and not row.given, row.name))


def _within(place: str, scope: frozenset[int]) -> bool:
    """Whether a place is, or holds, one of the facilities."""
    area_id, facility_id = place_of(place)
    if facility_id is not None:
        return facility_id in scope
    return not places.facilities_in(area_id or 0).isdisjoint(scope)


def propose(way: str, available: int, rows: Sequence[Row]) -> dict[str, int]:
    """Doses a place by one of the ways of ``words.WAYS``."""
    return allocation.propose(
        way, available,
        asked={row.place: row.asked or 0 for row in rows},
        missing={row.place: row.missing for row in rows},
        stock={row.place: row.stock for row in rows},
        per_day={row.place: row.doses / PACE_DAYS for row in rows},
    )  # fmt: skip


def _provinces(lines: dict[str, LineRow], standing: dict[int, Standing], missing: dict[int, int]) -> list[Row]:
    sums: dict[int, Standing] = {}
    table = places.facility_table()
    for facility_id, found in standing.items():
        province = table[facility_id].province_id
        before = sums.get(province, Standing())
        sums[province] = Standing(*(a + b for a, b in zip(before, found, strict=True)))
    rows = []
    for area in places.provinces(MAP.day):
        place = f"a{area.id}"
        rows.append(
            _row(
                place,
                area.code,
                area.full_name,
                lines.get(place),
                sums.get(area.id, Standing()),
                missing.get(area.id, 0),
            )
        )
    return rows


def _stations(
    facilities: Sequence[int], lines: dict[str, LineRow], standing: dict[int, Standing], missing: dict[int, int]
) -> list[Row]:
    rows = []
    for facility in places.facilities(facilities):
        place = f"f{facility.id}"
        found = standing.get(facility.id, Standing())
        # a commune's people are its station's; a hospital has none of its own
        people = missing.get(facility.area_id, 0) if facility.kind == "station" else 0
        if place in lines or any(found) or _open(facility):
            rows.append(_row(place, facility.code, facility.name, lines.get(place), found, people))
    return rows


def _open(facility: FacilityRow) -> bool:
    return facility.closed_on is None and facility.kind == "station"


def _row(place: str, code: str, name: str, line: LineRow | None, found: Standing, missing: int) -> Row:
    _area_id, facility_id = place_of(place)
    facility = places.facility(facility_id) if facility_id is not None else None
    district = places.area(facility.district_id) if facility is not None and facility.district_id else None
    where = district.full_name if district is not None else ""
    return Row(
        place, code, name, where, line.asked if line else None, line.asked_note if line else "",
        line.given if line else None, line.given_by if line else None, found.stock, found.doses, found.planned,
        found.sent, found.received, missing,
    )  # fmt: skip


def _missing(actor: Actor, plan: PlanRow, today: date) -> dict[int, int]:
    """Area -> residents without a first dose, by the coverage counters; none where the actor may not read them."""
    try:
        if plan.giver_id == COUNTRY_ID:
            found = coverage_by_province(actor, MAP, today)
        else:
            found = coverage_by_commune(actor, plan.giver_id, today, MAP)
    except Problem:
        return {}
    return {row.area.id: max(0, (row.area.population or 0) - row.sums.first) for row in found.rows}
