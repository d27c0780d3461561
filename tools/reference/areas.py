"""Administrative areas as they were and are: one row per (level, code, valid_from).

Sources: snapshots of the statistics office's list 2019-12 to 2025-03, the units of 2025-07-01 and the changes of
2026-04-30; the units of 2021-11-01 check them and name the provinces' regions. Periods are half open: a row ends on the
day its successor begins.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from files import Row, read_csv

REFORM = "2025-07-01"  # provinces 63 -> 34, districts abolished
COUNTED = "2021-11-01"  # the day the full list of 2021 is checked against

# Words before the name, as key of lachan.places.rules.KINDS; by level because a city may stand on two levels.
KINDS = {
    1: {"thành phố": "municipality", "tỉnh": "province"},
    2: {"thành phố": "provincial_city", "thị xã": "town", "quận": "urban_district", "huyện": "district"},
    3: {"phường": "ward", "thị trấn": "township", "xã": "commune", "đặc khu": "special_zone"},
}

Key = tuple[int, str, str]  # level, code, valid_from


@dataclass
class Area:
    level: int
    code: str
    parent_code: str
    kind: str
    name: str
    valid_from: str
    valid_to: str
    region: str = ""
    lat: float | None = None
    lon: float | None = None
    population: int | None = None
    id: int = 0

    @property
    def key(self) -> Key:
        return self.level, self.code, self.valid_from

    def valid(self, day: str) -> bool:
        return self.valid_from <= day and (not self.valid_to or day < self.valid_to)


def fold(text: str) -> str:
    """Lower case, no diacritics, đ as d: tone-mark spelling differs between the sources and years."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def split_name(level: int, full_name: str, type_vi: str) -> tuple[str, str]:
    """('Thị Trấn  Thổ Tang', ...) -> ('township', 'Thổ Tang').

    The words in the name win over the type column, which lags behind in six rows of the snapshots.
    """
    clean = " ".join(unicodedata.normalize("NFC", full_name).split())
    for prefix, kind in KINDS[level].items():
        if clean.lower().startswith(prefix + " "):
            return kind, clean[len(prefix) + 1 :]
    raise SystemExit(f"no kind for {full_name!r} ({type_vi})")


class Atlas:
    """All rows, findable by code and date."""

    def __init__(self, rows: Iterable[Area]) -> None:
        self.rows = sorted(rows, key=lambda area: (area.valid_from, area.level, area.code))
        self.versions: dict[tuple[int, str], list[Area]] = defaultdict(list)
        for area in self.rows:
            self.versions[area.level, area.code].append(area)

    def at(self, level: int, code: str, day: str) -> Area | None:
        return next((area for area in self.versions.get((level, code), ()) if area.valid(day)), None)

    def on(self, day: str, level: int | None = None) -> list[Area]:
        return [area for area in self.rows if area.valid(day) and level in (None, area.level)]

    def parent(self, area: Area, day: str) -> Area | None:
        if area.level == 0:
            return None
        level = area.level - 1
        if area.level == 3 and len(area.parent_code) == 2:
            level = 1  # since the reform communes stand directly under provinces
        return self.at(level, area.parent_code, day)

    def province(self, area: Area, day: str) -> Area:
        while area.level > 1:
            parent = self.parent(area, day)
            if parent is None:
                raise SystemExit(f"{area.key} has no parent on {day}")
            area = parent
        return area


def from_row(row: Row, valid_from: str, valid_to: str) -> Area:
    level = int(row["level"])
    kind, name = split_name(level, row["full_name"], row["type_vi"])
    return Area(level, row["code"], row["parent_code"], kind, name, valid_from, valid_to)


def read_history(shared: Path) -> list[Area]:
    rows = read_csv(shared / "admin/unit_history_2019_2025.csv")
    return [from_row(row, row["valid_from"], row["valid_to"]) for row in rows]


def read_present(shared: Path) -> list[Area]:
    """Units of July 2025 and, for the eleven changed in April 2026, the row that follows."""
    present = {row["code"]: from_row(row, REFORM, "") for row in read_csv(shared / "admin/units_2025-07-01.csv")}
    later = []
    for change in read_csv(shared / "admin/changes_2026-04-30.csv"):
        old = present[change["code"]]
        kind, name = split_name(old.level, change["full_name_after"], "")
        if fold(f"{change['full_name_before']}") != fold(split_prefix(old) + old.name):
            raise SystemExit(f"{old.code} is called {old.name}, the change says {change['full_name_before']}")
        old.valid_to = change["effective"]
        later.append(Area(old.level, old.code, old.parent_code, kind, name, change["effective"], ""))
    return [*present.values(), *later]


def split_prefix(area: Area) -> str:
    return next(prefix for prefix, kind in KINDS[area.level].items() if kind == area.kind) + " "


def municipal_cities(atlas: Atlas) -> None:
    """A city under a municipality (Thủ Đức, Thủy Nguyên) is not a provincial city."""
    for area in atlas.rows:
        parent = atlas.parent(area, area.valid_from)
        if area.kind == "provincial_city" and parent and parent.kind == "municipality":
            area.kind = "municipal_city"


def regions(shared: Path, atlas: Atlas) -> None:
    """Region 1 to 8 on provinces. A province of 2025 keeps the region of the old province whose code it took."""
    by_code = {row["code"]: row["region_id"] for row in read_csv(shared / "admin/units_2021-11-01.csv")}
    for area in atlas.rows:
        if area.level == 1:
            area.region = by_code[area.code]


# The source's point of đặc khu Trường Sa lies on a platform off the coast; this is the island of Trường Sa Lớn.
MOVED_POINTS = {"22736": (8.6433, 111.92)}


def points(shared: Path, atlas: Atlas) -> None:
    """Commune points of 2025; a province gets the area-weighted mean of its communes, far islands left out."""
    sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for row in read_csv(shared / "geo/ward_points_2025.csv"):
        lat, lon, size = float(row["lat"]), float(row["lon"]), float(row["area_km2"])
        lat, lon = MOVED_POINTS.get(row["ward_code"], (lat, lon))
        for area in atlas.versions[3, row["ward_code"]]:
            if area.valid_from >= REFORM:
                area.lat, area.lon = lat, lon
        if lon < 110.0:
            for period, code in (("old", row["province_code_2021_main"]), ("new", row["province_code_2025"])):
                total = sums[period, code]
                total[0] += lat * size
                total[1] += lon * size
                total[2] += size
    for area in atlas.rows:
        if area.level == 1:
            total = sums["new" if area.valid_from >= REFORM else "old", area.code]
            area.lat, area.lon = round(total[0] / total[2], 4), round(total[1] / total[2], 4)


def check_counts(shared: Path, atlas: Atlas) -> None:
    expected = {
        COUNTED: {1: 63, 2: 705, 3: 10_599},
        REFORM: {1: 34, 3: 3_321},
        "2026-04-30": {1: 34, 3: 3_321},
    }
    for day, counts in expected.items():
        found = Counter(area.level for area in atlas.on(day) if area.level)
        if found != Counter(counts):
            raise SystemExit(f"{day}: expected {counts}, found {dict(found)}")
    listed = {(int(row["level"]), row["code"]): row for row in read_csv(shared / "admin/units_2021-11-01.csv")}
    for area in atlas.on(COUNTED):
        if not area.level:
            continue
        row = listed.pop((area.level, area.code))
        if fold(row["full_name"]) != fold(split_prefix_2021(area) + area.name):
            raise SystemExit(f"{area.key}: {area.name!r} is {row['full_name']!r} in the list of {COUNTED}")
        if area.parent_code != (row["parent_code"] or "00"):
            raise SystemExit(f"{area.key}: parent {area.parent_code}, the list says {row['parent_code']}")
    if listed:
        raise SystemExit(f"missing on {COUNTED}: {sorted(listed)[:5]}")


def split_prefix_2021(area: Area) -> str:
    return "thành phố " if area.kind == "municipal_city" else split_prefix(area)


def number(atlas: Atlas, ledger: list[Row]) -> None:
    """Give every row its id. The written table is the ledger: a key once given keeps its number for ever, new keys
    get the next free ones in order of date, level and code. A key that disappeared from the sources is an error,
    because facts may already point at it."""
    given = {(int(row["level"]), row["code"], row["valid_from"]): int(row["id"]) for row in ledger}
    lost = given.keys() - {area.key for area in atlas.rows}
    if lost:
        raise SystemExit(f"areas with an id are gone from the sources: {sorted(lost)[:5]}")
    free = max(given.values(), default=0) + 1
    for area in atlas.rows:
        if area.key in given:
            area.id = given[area.key]
        else:
            area.id, free = free, free + 1


def build(shared: Path, ledger: list[Row]) -> Atlas:
    country = Area(0, "00", "", "country", "Việt Nam", "2019-12-01", "")
    rows = [*read_history(shared), *read_present(shared)]
    for area in rows:
        area.parent_code = area.parent_code or "00"
    atlas = Atlas([country, *rows])
    municipal_cities(atlas)
    regions(shared, atlas)
    points(shared, atlas)
    check_counts(shared, atlas)
    number(atlas, ledger)
    return atlas
