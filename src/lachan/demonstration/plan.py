"""Who goes where, and when, in the demonstration: the same on every machine for the same people and seed."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

from django.db import connection

from lachan.access.operations.demo import COMMUNE
from lachan.immunization.rules.facts import VIETNAM
from lachan.people.facts import PersonFacts
from lachan.places import queries as places
from lachan.places.facts import FacilityRow

# Ids of the demonstration derive from it: seeding twice adds nothing.
SPACE = UUID("3d3f0f3a-7a5b-5e0e-9d0f-6c616368616e")
HISTORY_DAYS = 180  # how far back the campaign began
# Districts of the story's province whose people come to its station: enough for a queue all day.
STORY_DISTRICTS = ("760", "761", "764", "765", "766", "768", "770", "773")
# Products of the story with their share; intervals are the rules' own.
PRODUCTS = (("pfizer", 0.5), ("astrazeneca", 0.3), ("moderna", 0.12), ("verocell", 0.08))
LEAST_INTERVAL = {"pfizer": 21, "astrazeneca": 56, "moderna": 28, "verocell": 21}
BOOSTER_AFTER_DAYS = 95  # three calendar months and some days


class Dose(NamedTuple):
    """A dose of the story."""

    person: UUID
    station: FacilityRow
    product: str
    at: datetime


class Country(NamedTuple):
    """People by the station they go to: one station a district, and the story's own."""

    stations: dict[int, FacilityRow]
    people: dict[int, list[PersonFacts]]
    story: FacilityRow


def uuid_for(*parts: object) -> UUID:
    """The id of a thing of the story, always the same."""
    return uuid5(SPACE, "|".join(str(part) for part in parts))


def country() -> Country:
    """Everybody the demonstration has, at the station of their district; the story's station takes its own district."""
    story = places.facilities_by_code([f"TYT{COMMUNE}"])[f"TYT{COMMUNE}"]
    by_district: dict[int, FacilityRow] = {}
    for facility in places.facility_table().values():
        if facility.kind == "station" and facility.district_id is not None:
            by_district.setdefault(facility.district_id, facility)
    areas = places.atlas().areas
    for district_id in by_district:
        if areas[district_id].code in STORY_DISTRICTS:
            by_district[district_id] = story
    people: dict[int, list[PersonFacts]] = defaultdict(list)
    for person in _everybody():
        home = areas.get(person.residence_id or 0)
        station = by_district.get(home.district_id or 0) if home is not None else None
        if station is not None:
            people[station.id].append(person)
    stations = {facility.id: facility for facility in by_district.values() if facility.id in people}
    return Country(stations, people, story)


def _everybody() -> list[PersonFacts]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name, sex, birth_date, birth_precision, residence_id, died_on, status, merged_into"
            " FROM people_person WHERE merged_into IS NULL AND died_on IS NULL ORDER BY id LIMIT 1000000"
        )
        return [PersonFacts(*row) for row in cursor.fetchall()]


def past_doses(land: Country, today: date) -> list[Dose]:
    """Doses given before today, in the order of their days: two thirds of adults complete, some boosted, some once."""
    doses: list[Dose] = []
    for station_id, people in land.people.items():
        station = land.stations[station_id]
        for person in people:
            doses += _course(person, station, today)
    return sorted(doses, key=lambda dose: dose.at)


def _course(person: PersonFacts, station: FacilityRow, today: date) -> list[Dose]:
    rng = random.Random(person.id.int)
    age = today.year - person.birth_date.year if person.birth_date else 40
    wish = rng.random()
    if age < 13 or wish > (0.92 if age >= 50 else 0.86 if age >= 19 else 0.7):
        return []
    product = "pfizer" if age < 19 else rng.choices([p for p, _ in PRODUCTS], [share for _, share in PRODUCTS])[0]
    # the old and the cities first, as it was
    early = 20 if age >= 60 else 0
    day = today - timedelta(days=HISTORY_DAYS + early - int(rng.betavariate(1.6, 1.8) * HISTORY_DAYS))
    doses: list[Dose] = []
    gap = LEAST_INTERVAL[product] + int(rng.expovariate(1 / 6))
    for step in range(3):
        if day >= today or (step == 2 and (age < 19 or rng.random() > 0.5)):
            break
        doses.append(Dose(person.id, station, product, _moment(rng, day)))
        if rng.random() < 0.04:
            break
        day += timedelta(days=gap if step == 0 else BOOSTER_AFTER_DAYS + int(rng.expovariate(1 / 12)))
    return doses


def _moment(rng: random.Random, day: date) -> datetime:
    """Working hours, more in the morning."""
    hour = 7.5 + rng.betavariate(1.3, 2.0) * 9.5
    return datetime.combine(day, time(int(hour), int(hour % 1 * 60), rng.randrange(60)), VIETNAM)


def waiting_today(land: Country, vaccinated: dict[UUID, tuple[int, date, str]], today: date) -> dict[int, list[Dose]]:
    """Who may come today, by station: first doses still missing, second and booster doses that are due."""
    coming: dict[int, list[Dose]] = defaultdict(list)
    for station_id, people in land.people.items():
        station = land.stations[station_id]
        for person in people:
            rng = random.Random(person.id.int ^ today.toordinal())
            product = _product_due(person, vaccinated.get(person.id), today, rng)
            if product is not None:
                coming[station_id].append(Dose(person.id, station, product, datetime.now(VIETNAM)))
        random.Random(station_id).shuffle(coming[station_id])
    return coming


def _product_due(person: PersonFacts, had: tuple[int, date, str] | None, today: date, rng: random.Random) -> str | None:
    age = today.year - person.birth_date.year if person.birth_date else 40
    if age < 13:
        return None
    if had is None:
        return "pfizer" if age < 19 else rng.choices([p for p, _ in PRODUCTS], [share for _, share in PRODUCTS])[0]
    number, latest, product = had
    days = (today - latest).days
    if number == 1 and days >= LEAST_INTERVAL.get(product, 28):
        return product
    if number == 2 and days >= BOOSTER_AFTER_DAYS and age >= 19:
        return product
    return None


def batches(doses: Sequence[Dose], size: int = 1_000) -> list[Sequence[Dose]]:
    """Doses in calls, in order."""
    return [doses[start : start + size] for start in range(0, len(doses), size)]
