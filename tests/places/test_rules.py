"""Names that follow from a kind."""

from __future__ import annotations

import pytest

from lachan.places import rules


@pytest.mark.parametrize(
    ("kind", "name", "full", "station"),
    [
        ("ward", "Bến Nghé", "Phường Bến Nghé", "Trạm Y tế phường Bến Nghé"),
        ("township", "Lộc Thắng", "Thị trấn Lộc Thắng", "Trạm Y tế thị trấn Lộc Thắng"),
        ("commune", "Phong Niên", "Xã Phong Niên", "Trạm Y tế xã Phong Niên"),
        ("special_zone", "Phú Quốc", "Đặc khu Phú Quốc", "Trạm Y tế đặc khu Phú Quốc"),
    ],
)
def test_full_name_and_station_name(kind: str, name: str, full: str, station: str) -> None:
    assert rules.full_name(kind, name) == full
    assert rules.station_name(kind, name) == station


def test_english_name_keeps_case_and_apostrophes() -> None:
    assert rules.name_en("Đạ M'ri") == "Da M'ri"
    assert rules.name_en("Thừa Thiên Huế") == "Thua Thien Hue"


def test_ward_numbers_compare_without_leading_zeros_but_codes_keep_theirs() -> None:
    assert rules.search_form("Phường 05") == rules.search_form("phường 5") == "phuong 5"
    assert rules.search_form("00004") == "00004"
    assert rules.search_form("Hoà  Đông") == rules.search_form("Hòa Đông") == "hoa dong"


def test_stations_and_hospitals_never_share_an_id() -> None:
    assert rules.station_id("00001") == 100_001
    assert rules.station_id("99999") < 200_000
