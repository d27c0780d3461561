"""Questions as the rooms above ask them, and how many queries they cost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lachan.places import queries

NOV_2021, REFORM, NOW = date(2021, 11, 1), date(2025, 7, 1), date(2026, 5, 1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


def _id(code: str, level: int, on: date) -> int:
    area = queries.area_at(code, level, on)
    assert area is not None
    return area.id


@pytest.mark.usefixtures("fresh")
def test_areas_cost_two_queries_per_process_facilities_one(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        hanoi = _id("01", 1, NOV_2021)
    with django_assert_num_queries(0):
        queries.areas_under(hanoi)
        queries.province_mapping(NOW)
        queries.commune_mapping(NOW)
        queries.communes(hanoi, NOV_2021)
        queries.tiles(NOW)
        queries.search("ben nghe", NOV_2021)
    with django_assert_num_queries(1):
        queries.facility_table()
    with django_assert_num_queries(0):
        queries.facilities_in(hanoi)
        queries.search_facilities("bach mai")


def test_areas_come_in_the_order_asked_and_unknown_ones_are_left_out() -> None:
    assert [area.id for area in queries.areas([5, 2, 999_999, 3])] == [5, 2, 3]
    assert queries.area(999_999) is None
    assert queries.areas_under(999_999) == frozenset()
    assert queries.address(999_999) == ""
    assert queries.area_at("99999", 3, NOW) is None


def test_nothing_is_known_before_the_first_list() -> None:
    assert queries.area_at("01", 1, date(2019, 11, 30)) is None
    assert queries.provinces(date(2019, 11, 30)) == []


def test_the_district_name_of_a_commune_depends_on_the_day() -> None:
    commune = _id("09367", 3, date(2020, 1, 1))  # Phường Đông Ngàn; Từ Sơn became a city in 2021
    assert "Thị xã Từ Sơn" in queries.address(commune, date(2021, 10, 31))
    assert "Thành phố Từ Sơn" in queries.address(commune, NOV_2021)
    assert "Thành phố Từ Sơn" in queries.address(commune)
    assert "Thành phố Từ Sơn" in queries.address(commune, NOW)  # nearest day of its own period


def test_under_a_new_province_lie_its_old_ones_and_today_its_communes() -> None:
    new = _id("79", 1, NOW)
    assert len(queries.communes(new, NOW)) == 168
    old = {_id(code, 1, NOV_2021) for code in ("79", "74", "77")}
    assert old <= queries.areas_under(new)
    assert queries.areas_under(new, NOV_2021) & {province.id for province in queries.provinces(NOV_2021)} == old


def test_a_district_holds_the_communes_merged_within_it() -> None:
    district = _id("001", 2, NOV_2021)
    inside = queries.areas_under(district)
    assert _id("00010", 3, NOV_2021) in inside  # Nguyễn Trung Trực, merged in 2025
    assert _id("00037", 3, NOV_2021) not in inside  # Hoàn Kiếm's
    assert len(queries.facilities_in(district)) == 17


def test_facilities_of_a_commune_of_today_are_those_of_the_communes_it_was_made_of() -> None:
    ba_dinh = _id("00004", 3, NOW)
    names = {row.name for row in queries.facilities(queries.facilities_in(ba_dinh))}
    assert "Trạm Y tế phường Trúc Bạch" in names


def test_a_merged_province_holds_no_other_ones() -> None:
    assert not queries.areas_under(_id("74", 1, NOV_2021)) & queries.areas_under(_id("79", 1, NOV_2021))


@pytest.mark.parametrize(
    ("text", "on", "first"),
    [
        ("ben nghe", NOV_2021, "Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh"),
        ("Phường 5, Quận 3, Hồ Chí Minh", NOV_2021, "Phường 05, Quận 3, Thành phố Hồ Chí Minh"),
        ("hoa binh", NOV_2021, "Tỉnh Hoà Bình"),
        ("hòa bình, vĩnh long", NOV_2021, "Xã Hòa Bình, Huyện Trà Ôn, Tỉnh Vĩnh Long"),
        ("00004", NOV_2021, "Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội"),
        ("00004", NOW, "Phường Ba Đình, Thành phố Hà Nội"),
        ("dong nai", NOW, "Thành phố Đồng Nai"),
        ("dong nai", REFORM, "Tỉnh Đồng Nai"),
    ],
)
def test_search_needs_no_accents(text: str, on: date, first: str) -> None:
    found = queries.search(text, on)
    assert found
    assert queries.address(found[0].id, on) == first


def test_search_stays_inside_what_it_is_given_and_within_its_limit() -> None:
    hue = _id("46", 1, NOV_2021)
    found = queries.search("phuong", NOV_2021, levels=(3,), within=hue, limit=7)
    assert len(found) == 7
    assert {area.id for area in found} <= queries.areas_under(hue)
    assert queries.search("", NOV_2021) == []
    assert queries.search("không có nơi này", NOV_2021) == []


def test_facilities_by_code_and_name() -> None:
    found = queries.facilities_by_code(["TYT26740", "BV01001", "nothing"])
    assert {code: row.name for code, row in found.items()} == {
        "TYT26740": "Trạm Y tế phường Bến Nghé",
        "BV01001": "Bệnh viện Bạch Mai",
    }
    station = found["TYT26740"]
    assert queries.facility(station.id) == station
    assert queries.facilities([station.id, 1]) == [station]
    assert queries.search_facilities("phuong ben nghe")[0] == station
    assert queries.search_facilities("BV01001")[0].name == "Bệnh viện Bạch Mai"
    assert queries.search_facilities("ben nghe", within=_id("01", 1, NOV_2021)) == []
    assert queries.search_facilities(" ") == []


@pytest.mark.parametrize(("on", "count"), [(NOV_2021, 63), (REFORM, 34), (NOW, 34)])
def test_tile_maps_show_every_province_once_and_both_archipelagos(on: date, count: int) -> None:
    tiles = queries.tiles(on)
    assert len({(tile.col, tile.row) for tile in tiles}) == len(tiles) == count + 2
    shown = [tile.province_id for tile in tiles if tile.part == "province"]
    assert sorted(shown) == sorted(province.id for province in queries.provinces(on))
    islands = {tile.name: tile for tile in tiles if tile.part == "islands"}
    assert islands["Hoàng Sa"].province_id == _id("48", 1, on)
    assert islands["Trường Sa"].province_id == _id("56", 1, on)
    for tile in islands.values():
        (home,) = [t for t in tiles if t.province_id == tile.province_id and t.part == "province"]
        assert tile.row == home.row


def test_every_commune_of_today_has_a_point_and_every_province_a_centre() -> None:
    for area in (*queries.atlas().on(NOW, 3), *queries.provinces(NOW), *queries.provinces(NOV_2021)):
        assert area.lat is not None
        assert area.lon is not None
        assert 6 < area.lat < 24
        assert 102 < area.lon < 118
