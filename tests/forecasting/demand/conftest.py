"""A small made-up register: people of two provinces, some doses each, stock here and there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

import numpy as np
import pytest
from django.db import connection

from lachan.immunization.models import Dose, Lot, NotGiven, Product, Stock
from lachan.people.models import Person
from lachan.places import queries as places

from ...conftest import NAMESPACE

AS_OF = date(2026, 5, 3)
NOW = datetime(2026, 5, 3, 20, 30, tzinfo=UTC)
MAP = date(2026, 4, 30)
PFIZER, ABDALA = 2, 8


def day(ago: int) -> date:
    return AS_OF - timedelta(days=ago)


def noon(when: date) -> datetime:
    return datetime.combine(when, time(5), UTC)


@dataclass(frozen=True)
class Home:
    """A commune of the map in force, with a station that stands in it."""

    area: int
    province: int
    station: int


def homes(count: int = 3) -> list[Home]:
    """Communes with a station: the first two of one province, the others of the next ones."""
    mapping = places.commune_mapping(MAP)
    of_commune: dict[int, int] = {}
    for row in places.facility_table().values():
        placed = mapping.get(row.area_id)
        if row.kind == "station" and placed and placed.commune_id:
            of_commune.setdefault(placed.commune_id, row.id)
    found: list[Home] = []
    for at, province in enumerate(places.provinces(MAP)):
        here = [Home(c.id, province.id, of_commune[c.id]) for c in places.communes(province.id, MAP)
                if c.id in of_commune]  # fmt: skip
        found += here[: 2 if at == 0 else 1]
        if len(found) >= count:
            return found[:count]
    raise AssertionError("no stations")


def person(key: object, born: date | None, home: int, **more: Any) -> UUID:
    made = uuid5(NAMESPACE, f"demand {key}")
    Person.objects.create(
        id=made, name="x", search_name="x", sex="F", birth_date=born, residence_id=home, created_at=NOW, **more
    )
    return made


def dose(
    who: UUID, number: int, product: int, given: date, station: int | None, *, due: date | None, **more: Any
) -> None:
    facts: dict[str, Any] = {"completes": False, "status": "active"} | more
    Dose.objects.create(
        id=uuid5(NAMESPACE, f"dose {who} {number} {facts['status']}"), person_id=who, actor_id=who,
        happened_at=noon(given), recorded_at=noon(given), product_id=product, lot_number="L", dose_number=number,
        given_on=given, facility_id=station, age_band=18, sex="F", next_due_on=due, rules_version="1",
        command_id=who, **facts,
    )  # fmt: skip


def put_off(who: UUID, reason: str, when: date) -> None:
    NotGiven.objects.create(
        person_id=who, actor_id=who, happened_at=noon(when), recorded_at=noon(when), reason=reason
    )  # fmt: skip


def stock(station: int, product: int, number: str, doses: int, expires: date | None, **lot: Any) -> int:
    made, _ = Lot.objects.get_or_create(
        product=Product.objects.get(id=product), number=number, defaults={"expires_on": expires} | lot
    )
    Stock.objects.create(facility_id=station, lot_id=made.id, received=doses)
    return int(made.id)


def counted() -> None:
    """The counters, as the doses' own transactions would have left them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO analytics_coverage"
            " (facility_id, day, residence_id, product_id, dose_number, age_band, sex, doses, completed)"
            " SELECT d.facility_id, d.given_on, p.residence_id, d.product_id, d.dose_number, 18, 'F', count(*), 0"
            " FROM immunization_dose d JOIN people_person p ON p.id = d.person_id"
            " WHERE d.status = 'active' AND d.facility_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5"
        )
        cursor.execute(
            "INSERT INTO analytics_coverageprovince (province_id, product_id, dose_number, slot, doses, completed)"
            " SELECT 0, product_id, dose_number, 0, sum(doses), 0 FROM analytics_coverage GROUP BY 2, 3"
        )


def many(home: Home, count: int, seed: int) -> None:
    """People who had Pfizer three weeks and more ago and come for the second dose, half of them each week."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        first = day(int(rng.integers(22, 22 + 70)))
        who = person(f"{home.area} {seed} {number}", date(1980, 1, 1), home.area)
        due = first + timedelta(days=21)
        dose(who, 1, PFIZER, first, home.station, due=due)
        came = due + timedelta(days=7 * int(rng.geometric(0.5)) - 4)
        if came <= AS_OF:
            dose(who, 2, PFIZER, came, home.station, due=came + timedelta(days=92), completes=True)


@pytest.fixture
def register(db: None, reference: None) -> list[Home]:
    """Three communes, people and stock in each."""
    found = homes()
    for seed, home in enumerate(found):
        many(home, 40, seed)
    stock(found[0].station, PFIZER, "FULL", 600, day(-300))
    stock(found[1].station, PFIZER, "FEW", 6, day(-300))
    stock(found[2].station, PFIZER, "OLD", 12, day(-4))
    counted()
    return found
