"""Both administrative maps: every residence counts in one province of each, and nothing is lost on the way."""

from __future__ import annotations

from datetime import date

import pytest

from lachan.analytics import maps
from lachan.analytics.maps import Map, map_of, map_on, on_map, residences_of, stations_of
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _country(db: None, reference: None) -> None:
    maps.forget()


def province(code: str, of: Map) -> int:
    found = places.area_at(code, 1, of.day)
    assert found is not None
    return found.id


def test_the_map_changes_on_the_first_of_july_2025() -> None:
    assert (map_on(date(2025, 6, 30)), map_on(date(2025, 7, 1))) == (Map.OF_2021, Map.OF_2025)
    assert [len(places.provinces(of.day)) for of in Map] == [63, 34]


@pytest.mark.parametrize("of", list(Map))
def test_every_commune_of_either_map_is_a_residence_of_one_province(of: Map) -> None:
    seen: dict[int, int] = {}
    for found in places.provinces(of.day):
        for residence in residences_of(found.id):
            assert residence not in seen, f"{residence} in two provinces"
            seen[residence] = found.id
    communes = {area.id for day in Map for area in places.communes(COUNTRY_ID, day.day)}
    assert communes <= seen.keys()


@pytest.mark.parametrize("of", list(Map))
def test_every_station_stands_in_one_province_of_either_map(of: Map) -> None:
    found = [station for area in places.provinces(of.day) for station in stations_of(area.id)]
    assert len(found) == len(set(found)) == len(places.facility_table())
    assert len(stations_of(COUNTRY_ID)) == len(found)


def test_a_merged_province_holds_what_made_it() -> None:
    new = province("79", Map.OF_2025)  # TP Hồ Chí Minh with Bình Dương and Bà Rịa - Vũng Tàu
    inside = residences_of(new)
    assert {province(code, Map.OF_2021) for code in ("79", "74", "77")} <= inside
    assert province("75", Map.OF_2021) not in inside


def test_the_same_place_on_the_other_map() -> None:
    old, new = province("01", Map.OF_2021), province("01", Map.OF_2025)
    assert (on_map(old, Map.OF_2025), on_map(new, Map.OF_2021)) == (places.area(new), places.area(old))
    merged = province("79", Map.OF_2025)
    assert on_map(merged, Map.OF_2021) is None
    quan_1 = places.area_at("760", 2, Map.OF_2021.day)
    assert quan_1 is not None
    assert on_map(quan_1.id, Map.OF_2025) is None
    assert map_of(quan_1) is Map.OF_2021
    assert on_map(0, Map.OF_2021) is None


def test_a_commune_holds_the_communes_that_became_it_whole() -> None:
    sai_gon = places.area_at("26740", 3, Map.OF_2025.day)
    assert sai_gon is not None
    inside = residences_of(sai_gon.id)
    placed = places.commune_mapping(Map.OF_2025.day)
    assert inside == {key for key, place in placed.items() if place.commune_id == sai_gon.id}
    assert sai_gon.id in inside
