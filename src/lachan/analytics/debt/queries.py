"""The debt meter as screens and the API read it: figures only, the actor first; ``Forbidden`` outside its grants.

One statement an area however many facilities lie in it, one more for how far the meter has come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection

from lachan.access import reach, scopes
from lachan.access.actors import Actor
from lachan.access.rules import may
from lachan.analytics import maps
from lachan.analytics.debt import projection
from lachan.analytics.debt.facts import BUCKETS, GAPS, Ages, DayLine, Gap, Line, Meter, Owed, total
from lachan.analytics.maps import Map, map_of, stations_of
from lachan.immunization.queries import debt as immunization
from lachan.kernel.errors import Forbidden, Problem
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.places.facts import AreaFact, FacilityRow
from lachan.places.rules import COMMUNE, COUNTRY_ID, DISTRICT

VERB: Final = "debt.read"
EVER: Final = date(2020, 1, 1)
MOST_DAYS: Final = 400

Raw = tuple[Any, ...]
_SUMS: Final = len(Owed())


@dataclass(frozen=True, slots=True)
class Days:
    """Days asked for, both included, and today, from which ages are counted."""

    first: date
    last: date
    today: date

    @classmethod
    def ever(cls, today: date) -> Days:
        return cls(EVER, today, today)

    def parameters(self) -> dict[str, date]:
        ends = [self.today - timedelta(days=high) for _, high in BUCKETS if high is not None]
        return {"first": self.first, "last": self.last, **dict(zip(("fresh", "week", "month"), ends, strict=True))}


# who sees what


def may_see_area(actor: Actor, area_id: int) -> bool:
    """Whether the meter of an area is the actor's to read; the nation's needs a grant for the nation."""
    return reach.may_see(actor, VERB, area_id)


def may_see_facility(actor: Actor, facility: FacilityRow) -> bool:
    """Whether the meter of a facility is the actor's to read."""
    return may(actor, VERB) and scopes.facility_in_scope(actor, facility.id, VERB)


def home(actor: Actor) -> AreaFact | FacilityRow | None:
    """Where an actor begins: a head at the own station, others at the widest area granted; None: nowhere."""
    found: list[AreaFact] = []
    if may_see_area(actor, COUNTRY_ID):
        return places.area(COUNTRY_ID)
    for grant in actor.grants:
        if grant.facility_id is not None:
            facility = places.facility(grant.facility_id)
            if facility is not None and may_see_facility(actor, facility):
                return facility
        elif (area := places.area(grant.area_id or 0)) is not None and may_see_area(actor, area.id):
            found.append(area)
    return min(found, key=lambda area: (area.level, area.id), default=None)


def facility_of(actor: Actor, facility_id: int) -> FacilityRow:
    """The facility, if its meter is the actor's to read. Problem 404, ``Forbidden``."""
    facility = places.facility(facility_id)
    if facility is None:
        raise Problem("facility_unknown", "Unknown facility", f"There is no facility {facility_id}.", status=404)
    if not may_see_facility(actor, facility):
        raise Forbidden(f"The debt of {facility.name} is not within your grants.")
    return facility


def _area_of(actor: Actor, area_id: int) -> AreaFact:
    return reach.seen(actor, VERB, area_id, "The debts")


# the meter


def meter(actor: Actor, area_id: int, days: Days, of: Map | None = None) -> Meter:
    """An area: the nation by provinces, a province or district by communes, a commune by facilities. Two statements.

    ``of``: the map of the nation's provinces, the one in force on the last day by default; other areas are drawn on
    their own.
    """
    area = _area_of(actor, area_id)
    if area.level == 0:
        lines, unplaced = _provinces(of or maps.map_on(days.last), days)
    elif area.level == COMMUNE:
        lines, unplaced = [line for _, line in _facilities(stations_of(area.id), days).items()], None
    else:
        lines, unplaced = _communes(area, days)
    whole = _sum(area, [*lines, *([unplaced] if unplaced else [])])
    return Meter(area, whole, tuple(lines), unplaced, projection.as_of())


def facilities(actor: Actor, area_id: int, days: Days) -> list[Line]:
    """Facilities of a province, district or commune, by code. One statement."""
    area = _area_of(actor, area_id)
    if area.level == 0:
        raise Problem("area_too_wide", "Area too wide", "Facilities are listed by province or below.", status=400)
    found = _facilities(stations_of(area.id), days).values()
    return sorted(found, key=lambda line: line.facility.code if line.facility else "")


def facility(actor: Actor, facility_id: int, days: Days) -> Line:
    """One facility. One statement."""
    row = facility_of(actor, facility_id)
    return _facilities({row.id}, days).get(row.id) or _line(None, row, {})


def facility_days(
    actor: Actor, facility_id: int, days: Days, *, owing: bool = True, most: int = MOST_DAYS
) -> list[DayLine]:
    """Days of a facility, the latest first, those that owe something or all. One statement."""
    row = facility_of(actor, facility_id)
    known = {"facility": row.id, "first": days.first, "last": days.last, "owing": owing, "most": min(most, MOST_DAYS)}
    return [DayLine(found[0], Owed(*found[1:])) for found in _rows("debt_days_of_facility", known)]


def standings(actor: Actor, facility_id: int, wanted: Collection[date]) -> dict[date, immunization.DayDebt]:
    """The sessions of days of a facility, from the tables as they are now. Four statements."""
    row = facility_of(actor, facility_id)
    found = immunization.days([(row.id, day) for day in wanted])
    return {day: debt for (_, day), debt in found.items()}


def _provinces(of: Map, days: Days) -> tuple[list[Line], Line | None]:
    mapping = places.province_mapping(of.day)
    grouped: dict[int, list[Raw]] = defaultdict(list)
    for row in _rows("debt_by_province", days.parameters()):
        grouped[mapping.get(row[0], 0)].append(row)
    known = places.provinces(of.day)
    lines = [_line(area, None, _by_bucket(grouped.get(area.id, []))) for area in known]
    here = {area.id for area in known}
    rest = [row for key, rows in grouped.items() if key not in here for row in rows]
    return lines, _line(None, None, _by_bucket(rest)) if rest else None


def _communes(area: AreaFact, days: Days) -> tuple[list[Line], Line | None]:
    placed = places.commune_mapping(map_of(area).day)
    table = places.facility_table()
    stations = stations_of(area.id)
    grouped: dict[int, list[Raw]] = defaultdict(list)
    for row in _rows("debt_by_facility", {**days.parameters(), "facilities": sorted(stations)}):
        place = placed.get(table[row[0]].area_id)
        grouped[(place.commune_id if place is not None else None) or 0].append(row)
    unplaced = grouped.pop(0, [])
    # communes without a station that ever owed or recorded anything stay out: there are hundreds
    known = places.areas(sorted(grouped))
    lines = [_line(found, None, _by_bucket(grouped[found.id])) for found in known]
    return lines, _line(None, None, _by_bucket(unplaced)) if unplaced else None


def _facilities(ids: Collection[int], days: Days) -> dict[int, Line]:
    grouped: dict[int, list[Raw]] = defaultdict(list)
    for row in _rows("debt_by_facility", {**days.parameters(), "facilities": sorted(ids)}):
        grouped[row[0]].append(row)
    table = places.facility_table()
    return {key: _line(None, table[key], _by_bucket(rows)) for key, rows in sorted(grouped.items()) if key in table}


Buckets = Mapping[int, tuple[Owed, dict[Gap, date]]]


def _by_bucket(rows: Iterable[Raw]) -> Buckets:
    """Rows of a group: sums by age bucket, and the oldest day of each gap in it."""
    sums: dict[int, list[Owed]] = defaultdict(list)
    oldest: dict[int, dict[Gap, date]] = defaultdict(dict)
    for row in rows:
        bucket = row[1]
        sums[bucket].append(Owed(*row[2 : 2 + _SUMS]))
        for gap, day in zip(GAPS, row[2 + _SUMS :], strict=True):
            if day is not None and day < oldest[bucket].get(gap, date.max):
                oldest[bucket][gap] = day
    return {bucket: (total(parts), oldest[bucket]) for bucket, parts in sums.items()}


def _line(area: AreaFact | None, row: FacilityRow | None, found: Buckets) -> Line:
    ages: dict[Gap, Ages] = {}
    for gap in GAPS:
        counts = [getattr(found[b][0], gap) if b in found else 0 for b in range(len(BUCKETS))]
        days = [found[b][1][gap] for b in found if gap in found[b][1]]
        ages[gap] = Ages((counts[0], counts[1], counts[2], counts[3]), min(days, default=None))
    return Line(area, row, total(sums for sums, _ in found.values()), ages)


def _sum(area: AreaFact, lines: list[Line]) -> Line:
    ages: dict[Gap, Ages] = {}
    for gap in GAPS:
        counts = [sum(line.ages[gap].buckets[bucket] for line in lines) for bucket in range(len(BUCKETS))]
        days = [day for line in lines if (day := line.ages[gap].oldest) is not None]
        ages[gap] = Ages((counts[0], counts[1], counts[2], counts[3]), min(days, default=None))
    return Line(area, None, total(line.sums for line in lines), ages)


def _rows(name: str, parameters: Any) -> list[Raw]:
    with connection.cursor() as cursor:
        cursor.execute(load("analytics", name), parameters)
        return list(cursor.fetchall())


def above(actor: Actor, area: AreaFact) -> list[AreaFact]:
    """What lies above an area and is the actor's to read, the widest first."""
    steps = [*reversed(places.path(area.id)[1:])] if area.level else []
    country = places.area(COUNTRY_ID)
    found = [country, *steps] if country is not None and area.level else steps
    return [step for step in found if step.level != DISTRICT and may_see_area(actor, step.id)]
