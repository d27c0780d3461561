"""Figures: exact on both maps, within the actor's grants, and by a fixed number of statements."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.analytics import queries
from lachan.analytics.facts import AreaTable
from lachan.analytics.maps import Map, on_map, residences_of
from lachan.analytics.rules import Sums, total
from lachan.kernel.errors import Forbidden, Problem
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID

from .conftest import COMMUNES, TODAY, Campaign

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAY = date(2021, 10, 1)
NumQueries = Callable[[int], AbstractContextManager[Any]]


def whole(table: AreaTable) -> Sums:
    return total(row.sums for row in table.rows).plus(table.unassigned)


def holder(role: Role, area_id: int | None = None, facility_id: int | None = None) -> Actor:
    return Actor(uuid4(), "user", "tests", (GrantFact(role, facility_id, area_id),))


@pytest.fixture
def some(campaign: Campaign) -> Campaign:
    """Doses of residents of three provinces, of a commune that was divided in 2025, and of one of the map of 2025."""
    for commune in COMMUNES:
        for day in (DAY - timedelta(days=30), DAY):
            campaign.dose(person := campaign.person(commune), day, at=commune)
        campaign.dose(person, DAY + timedelta(days=30), at=commune)
    campaign.dose(campaign.person(divided(campaign)), DAY)
    _lives_in(campaign, campaign.person(), campaign.area("26740", 3, Map.OF_2025.day))  # phường Sài Gòn
    return campaign


def _lives_in(campaign: Campaign, person: Any, area_id: int) -> None:
    """Someone whose residence was recorded on the map of 2025, with a dose given before."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET residence_id = %s WHERE id = %s", [area_id, person])
    campaign.dose(person, DAY)


def province(campaign: Campaign, code: str, of: Map) -> int:
    return campaign.area(code, 1, of.day)


def divided(campaign: Campaign) -> str:
    """Code of a commune of TP Hồ Chí Minh, outside Quận 1, that became parts of several."""
    placed = places.commune_mapping(Map.OF_2025.day)
    inside = places.communes(province(campaign, "79", Map.OF_2021), Map.OF_2021.day)
    quan_1 = campaign.area("760", 2)
    return next(area.code for area in inside if placed[area.id].commune_id is None and area.district_id != quan_1)


@pytest.mark.parametrize("of", list(Map))
def test_provinces_and_communes_add_up_to_the_nation_on_either_map(some: Campaign, of: Map) -> None:
    nation = queries.picture(some.actor, COUNTRY_ID, DAY, of)
    assert nation.residents.doses == 11
    provinces = queries.coverage_by_province(some.actor, of, DAY)
    assert whole(provinces) == nation.residents
    assert provinces.unassigned == Sums()
    assert sum(row.today for row in provinces.rows) == nation.today.doses == 5
    communes = queries.coverage_by_commune(some.actor, COUNTRY_ID, DAY, of)
    assert whole(communes) == nation.residents
    assert len(communes.rows) == {Map.OF_2021: 10_599, Map.OF_2025: 3_321}[of]


@pytest.mark.parametrize("of", list(Map))
def test_communes_add_up_to_each_province_and_the_divided_await_review(some: Campaign, of: Map) -> None:
    for row in queries.coverage_by_province(some.actor, of, DAY).rows:
        communes = queries.coverage_by_commune(some.actor, row.area.id, DAY)
        assert whole(communes) == row.sums, row.area.name
        assert sum(entry.today for entry in communes.rows) + communes.unassigned_today == row.today
        if row.sums.doses:
            assert queries.picture(some.actor, row.area.id, DAY).residents == row.sums
    city = queries.coverage_by_commune(some.actor, province(some, "79", of), DAY)
    # on the map of 2025 the divided commune; on that of 2021 the one who lives in a commune made of several
    assert city.unassigned.doses == 1


def test_a_picture_has_28_days_with_the_day_last(some: Campaign) -> None:
    picture = queries.picture(some.actor, COUNTRY_ID, DAY + timedelta(days=1))
    assert (len(picture.days), picture.days[-1].day) == (28, DAY + timedelta(days=1))
    assert (picture.today.doses, picture.yesterday.doses) == (0, 5)
    assert sum(row.sums.doses for row in picture.days) == 5  # thirty days before is not in it
    city = province(some, "79", Map.OF_2025)
    given = queries.picture(some.actor, COUNTRY_ID, DAY, Map.OF_2025).given
    assert given[city][DAY] == 3
    assert sum(days.get(DAY, 0) for days in given.values()) == 5


def test_district_commune_and_facility(some: Campaign) -> None:
    quan_1, ben_nghe = some.area("760", 2), some.area("26740")
    station = places.facilities_by_code([some.station("26740")])[some.station("26740")]
    # phường Sài Gòn of 2025 was made of communes of Quận 1 alone: its residents are the district's too
    for area_id, residents in ((quan_1, 4), (ben_nghe, 3)):
        picture = queries.picture(some.actor, area_id, DAY)
        assert (picture.residents.doses, picture.today.doses) == (residents, 3)
    facility = queries.facility_picture(some.actor, station.id, DAY)
    assert (facility.residents.doses, facility.today.doses, facility.area.id) == (4, 3, ben_nghe)
    rows = queries.by_facility(some.actor, quan_1, DAY)
    assert [(row.facility.id, row.today, row.yesterday, row.recent) for row in rows] == [(station.id, 3, 0, 3)]
    with pytest.raises(Problem, match="Facilities are listed"):
        queries.by_facility(some.actor, COUNTRY_ID, DAY)


@pytest.mark.parametrize("place", ["nation", "2021", "2025", "district", "facility"])
def test_products_and_ages_hold_the_same_doses_as_the_picture(some: Campaign, place: str) -> None:
    facility = None
    if place == "nation":
        area_id = COUNTRY_ID
    elif place == "district":
        area_id = some.area("760", 2)
    elif place == "facility":
        code = some.station("26740")
        facility = places.facilities_by_code([code])[code]
        area_id = facility.area_id
    else:
        area_id = province(some, "79", Map(place))
    if facility:
        picture = queries.facility_picture(some.actor, facility.id, TODAY)
    else:
        picture = queries.picture(some.actor, area_id, TODAY)
    expected, facility_id = picture.residents, facility.id if facility else None
    products = queries.by_product(some.actor, area_id, facility_id)
    assert [row.name for row in products] == ["Pfizer"]
    assert sum(row.doses for row in products) == expected.doses > 0
    assert sum(row.completed for row in products) == expected.completed
    ages = queries.by_age(some.actor, area_id, facility_id)
    assert total(row.all for row in ages) == expected
    assert {row.band for row in ages if row.all.doses} == {40}


def test_what_comes_live_is_what_the_picture_says(some: Campaign) -> None:
    live = queries.live(some.actor, COUNTRY_ID, DAY, Map.OF_2021)
    assert (live.today.doses, sum(live.by_province.values())) == (5, 5)
    opened = some.command(
        "session.open", session_id=str(new_id()), facility=some.station("26740"), date=TODAY.isoformat(), capacity=100
    )
    assert some.send(opened)[0].status is ACCEPTED
    assert queries.sessions(some.actor, COUNTRY_ID, TODAY) == (1, 1)
    assert queries.sessions(some.actor, some.area("760", 2), TODAY) == (1, 1)
    assert queries.sessions(some.actor, some.area("01", 1), TODAY) == (0, 0)
    assert queries.latest_day(TODAY) == DAY + timedelta(days=30)
    assert queries.latest_day(date(2021, 1, 1)) is None


def test_each_sees_as_far_as_the_grant_reaches(some: Campaign) -> None:
    city, other, quan_1 = some.area("79", 1), some.area("01", 1), some.area("760", 2)
    officer = holder(Role.PROVINCE_OFFICER, city)
    assert queries.home_area(officer) == city
    assert queries.picture(officer, city, DAY).residents.doses == 5
    new_city = on_map(city, Map.OF_2025)
    assert new_city is not None
    for forbidden in (COUNTRY_ID, other, new_city.id):  # the new city holds two more provinces
        with pytest.raises(Forbidden):
            queries.picture(officer, forbidden, DAY)
    with pytest.raises(Forbidden):
        queries.coverage_by_province(officer, Map.OF_2021, DAY)
    commune = holder(Role.COMMUNE_OFFICER, some.area("26740"))
    assert queries.picture(commune, some.area("26740"), DAY).residents.doses == 3
    with pytest.raises(Forbidden):
        queries.coverage_by_commune(commune, quan_1, DAY)
    head = holder(Role.HEAD, facility_id=places.facilities_by_code([some.station("26740")])[some.station("26740")].id)
    assert queries.home_area(head) == some.area("26740")
    assert queries.home_area(holder(Role.VACCINATOR, facility_id=head.grants[0].facility_id)) is None
    assert queries.home_area(holder(Role.NATIONAL_OFFICER, COUNTRY_ID)) == COUNTRY_ID


def test_what_does_not_exist_is_said(some: Campaign) -> None:
    for call in (
        lambda: queries.picture(some.actor, 999_999_999, DAY),
        lambda: queries.facility_picture(some.actor, 999_999_999, DAY),
        lambda: queries.by_product(some.actor, some.area("26740"), 1),
    ):
        with pytest.raises(Problem) as caught:
            call()
        assert caught.value.status == 404


def test_the_number_of_statements_is_fixed(some: Campaign, django_assert_num_queries: NumQueries) -> None:
    city, commune = province(some, "79", Map.OF_2025), some.area("26740")
    facility = places.facilities_by_code([some.station("26740")])[some.station("26740")].id
    queries.by_product(some.actor, COUNTRY_ID)  # the catalogue is in memory from here on
    calls: list[tuple[int, Callable[[], Any]]] = [
        (2, lambda: queries.picture(some.actor, COUNTRY_ID, DAY)),
        (2, lambda: queries.picture(some.actor, city, DAY)),
        (2, lambda: queries.picture(some.actor, commune, DAY)),
        (1, lambda: queries.facility_picture(some.actor, facility, DAY)),
        (2, lambda: queries.coverage_by_province(some.actor, Map.OF_2025, DAY)),
        # one commune of a province that was several in 2021: divided by residence
        (3, lambda: queries.coverage_by_province(some.actor, Map.OF_2021, DAY)),
        (1, lambda: queries.coverage_by_commune(some.actor, COUNTRY_ID, DAY)),
        (2, lambda: queries.coverage_by_commune(some.actor, city, DAY)),
        (1, lambda: queries.by_facility(some.actor, city, DAY)),
        (1, lambda: queries.by_product(some.actor, city)),
        (1, lambda: queries.by_age(some.actor, city)),
        (2, lambda: queries.live(some.actor, COUNTRY_ID, DAY)),
    ]
    for count, call in calls:
        with django_assert_num_queries(count):
            call()


def test_a_residence_that_is_not_known_stays_in_the_total(some: Campaign) -> None:
    nowhere = some.person(COMMUNES[0])
    _lives_in(some, nowhere, None)  # type: ignore[arg-type]
    table = queries.coverage_by_province(some.actor, Map.OF_2021, DAY)
    assert table.unassigned == Sums(1, 1, 0, 0)
    assert whole(table) == queries.picture(some.actor, COUNTRY_ID, DAY).residents
    assert residences_of(0) == frozenset()
    assert some.wrong() == []
