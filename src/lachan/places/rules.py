"""Kinds of areas and the naming and layout that follow from them. Pure."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from lachan.kernel.text import fold

COUNTRY_ID = 1
COUNTRY, PROVINCE, DISTRICT, COMMUNE = 0, 1, 2, 3
STATION_FIRST_ID = 100_000


class Kind(NamedTuple):
    vi: str
    en: str
    prefix: str  # the words before the name


# Law on the Organisation of Local Government 2015, art. 2 (three levels), and 2025, art. 1 (two levels, special zones).
KINDS = {
    "country": Kind("Quốc gia", "Country", ""),
    "municipality": Kind("Thành phố trực thuộc trung ương", "Municipality", "Thành phố "),
    "province": Kind("Tỉnh", "Province", "Tỉnh "),
    "municipal_city": Kind("Thành phố thuộc thành phố", "Municipal city", "Thành phố "),
    "provincial_city": Kind("Thành phố thuộc tỉnh", "Provincial city", "Thành phố "),
    "town": Kind("Thị xã", "District-level town", "Thị xã "),
    "urban_district": Kind("Quận", "Urban district", "Quận "),
    "district": Kind("Huyện", "District", "Huyện "),
    "ward": Kind("Phường", "Ward", "Phường "),
    "township": Kind("Thị trấn", "Township", "Thị trấn "),
    "commune": Kind("Xã", "Commune", "Xã "),
    "special_zone": Kind("Đặc khu", "Special zone", "Đặc khu "),
}


def full_name(kind: str, name: str) -> str:
    """``("ward", "Bến Nghé")`` -> ``"Phường Bến Nghé"``."""
    return KINDS[kind].prefix + name


def name_en(name: str) -> str:
    """The name without diacritics: ``"Đạ M'ri"`` -> ``"Da M'ri"``."""
    plain = unicodedata.normalize("NFD", name).replace("đ", "d").replace("Đ", "D")
    return "".join(c for c in plain if not unicodedata.combining(c))


def search_form(text: str) -> str:
    """Folded, ward numbers without leading zeros: ``"Phường 05"`` -> ``"phuong 5"``. The list writes 05, people 5."""
    words = (word.lstrip("0") if word.isdigit() and len(word) < 3 else word for word in fold(text).split())
    return " ".join(words)


def station_code(commune_code: str) -> str:
    """Code of the health station of a commune of 2021; it stays when the commune merges."""
    return f"TYT{commune_code}"


def station_id(commune_code: str) -> int:
    """Id of that station, for ever: stations 100000 + commune code, hospitals from 200000."""
    return STATION_FIRST_ID + int(commune_code)


def station_name(kind: str, name: str) -> str:
    """``("ward", "Bến Nghé")`` -> ``"Trạm Y tế phường Bến Nghé"``."""
    return f"Trạm Y tế {KINDS[kind].prefix.lower()}{name}"
