"""Which area an ended area went to, with how sure we are.

From the resolutions of 2025 and 2026 where there is a documented mapping; before that derived from the snapshots of the
statistics office's list. `review` marks what a person should look at: split communes, and every derived link that is
not simply the same code and name carried on.
"""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from areas import REFORM, Area, Atlas, fold
from files import read_csv

PROVINCES_2025 = "202/2025/QH15"
DISTRICTS_ABOLISHED = "203/2025/QH15"
# In the statistics office's list from January 2025 to the reform, but not among the official 10,035: communes merged
# away in 2020 that came back when their old district was dissolved. Kept, because records may carry these codes, and
# flagged.
EXTRA = frozenset(
    {"07693", "07732", "07744", "16387", "16411", "18448", "20176", "20674", "25102", "25174", "25177", "25186"}
)


@dataclass(frozen=True)
class Successor:
    old: Area
    new: Area
    extent: str  # full | partial
    review: bool
    reference: str  # resolution, or `list:` and how the link was derived


def by_name(old: Area, candidates: list[Area]) -> Area | None:
    found = [area for area in candidates if fold(area.name) == fold(old.name)]
    return found[0] if len(found) == 1 else None


def by_joined_name(old: Area, candidates: list[Area]) -> Area | None:
    """'Quốc Tử Giám' went into 'Văn Miếu - Quốc Tử Giám'."""
    found = [area for area in candidates if fold(old.name) in [fold(part) for part in area.name.split(" - ")]]
    return found[0] if len(found) == 1 else None


class Derivation:
    """Links inside the snapshots, 2019-12 to 2025-03."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self.started: dict[tuple[int, str], list[Area]] = defaultdict(list)
        for area in atlas.rows:
            self.started[area.level, area.valid_from].append(area)
        self.children: dict[str, list[Area]] = defaultdict(list)
        for area in atlas.rows:
            if area.level == 3 and area.valid_from < REFORM:
                self.children[area.parent_code].append(area)

    def of(self, old: Area) -> list[Successor]:
        day = old.valid_to
        same_code = next((area for area in self.started[old.level, day] if area.code == old.code), None)
        if old.level == 1 or old.level == 2:
            return self.of_large(old, same_code)
        if same_code and fold(same_code.name) == fold(old.name):
            return [Successor(old, same_code, "full", False, "list:code-kept")]
        districts = {old.parent_code, *(link.new.code for link in self.district_links(old))}
        near = [area for area in self.started[3, day] if area.parent_code in districts]
        standing = [area for area in self.atlas.on(day, 3) if area.parent_code in districts]
        province = self.atlas.province(old, old.valid_from).code
        wide = [area for area in self.started[3, day] if self.atlas.province(area, day).code == province]
        moved = by_name(old, near)
        if moved and same_code:  # the code says one place, the name another: a person decides
            return [Successor(old, area, "partial", True, "list:code-or-name") for area in (same_code, moved)]
        if moved:
            return [Successor(old, moved, "full", False, "list:name-moved")]
        if same_code:
            return [Successor(old, same_code, "full", True, "list:code-kept-renamed")]
        guess = by_joined_name(old, near) or by_name(old, standing) or by_name(old, wide)
        if guess:
            return [Successor(old, guess, "full", True, "list:name")]
        return [Successor(old, area, "full", True, "list:district") for area in self.district_now(old)]

    def of_large(self, old: Area, same_code: Area | None) -> list[Successor]:
        """Provinces keep their code; a district that lost its code went where its communes went."""
        if same_code:
            renamed = old.level == 2 and fold(same_code.name) != fold(old.name)
            return [Successor(old, same_code, "full", renamed, "list:code-kept")]
        day = old.valid_to
        codes = set()
        for child in self.children[old.code]:
            if child.valid_to == day:
                codes |= {area.parent_code for area in self.started[3, day] if area.code == child.code}
        targets = [area for code in sorted(codes) if (area := self.atlas.at(2, code, day))]
        if not targets:
            return [Successor(old, self.atlas.province(old, old.valid_from), "full", True, "list:province")]
        extent = "full" if len(targets) == 1 else "partial"
        return [Successor(old, area, extent, len(targets) > 1, "list:communes") for area in targets]

    def district_links(self, old: Area) -> list[Successor]:
        district = self.atlas.parent(old, old.valid_from)
        while district and district.valid_to and district.valid_to < old.valid_to:
            district = self.atlas.at(2, old.parent_code, district.valid_to)
        if district is None or district.valid_to != old.valid_to:
            return []
        return self.of(district)

    def district_now(self, old: Area) -> list[Area]:
        """The district a vanished commune lies in on the day after; its province when that is not one district."""
        district = self.atlas.at(2, old.parent_code, old.valid_to)
        if district:
            return [district]
        links = self.district_links(old)
        if len(links) == 1:
            return [links[0].new]
        province = self.atlas.province(old, old.valid_from)
        now = self.atlas.at(1, province.code, old.valid_to)
        if now is None:
            raise SystemExit(f"{old.key}: no area on {old.valid_to}")
        return [now]


def reform(shared: Path, atlas: Atlas) -> list[Successor]:
    """1 July 2025: wards by the resolutions' clauses, provinces 63 -> 34, districts abolished."""
    links = []
    provinces = {}
    for row in read_csv(shared / "admin/map_province_63_to_34.csv"):
        new = must(atlas.at(1, row["new_code"], REFORM), row["new_code"])
        provinces[row["old_code"]] = new
        old = must(atlas.at(1, row["old_code"], "2025-06-30"), row["old_code"])
        links.append(Successor(old, new, "full", False, PROVINCES_2025))
    islands = set()
    for row in read_csv(shared / "admin/map_ward_2025-03_to_2025-07.csv"):
        level, code = (3, row["old_ward_code"]) if row["old_ward_code"] else (2, row["old_district_code"])
        if level == 2:
            islands.add(code)
        old = must(atlas.at(level, code, "2025-06-30"), code)
        new = must(atlas.at(3, row["new_ward_code"], REFORM), row["new_ward_code"])
        if row["extent"] == "full" and row["n_successors"] != "1":
            raise SystemExit(f"{code}: full, yet {row['n_successors']} successors")
        review = row["extent"] == "partial" or code in EXTRA
        links.append(Successor(old, new, row["extent"], review, row["resolution"]))
    for district in atlas.on("2025-06-30", 2):
        if district.code not in islands:
            links.append(Successor(district, provinces[district.parent_code], "full", True, DISTRICTS_ABOLISHED))
    return links


def changes(shared: Path, atlas: Atlas) -> list[Successor]:
    links = []
    for row in read_csv(shared / "admin/changes_2026-04-30.csv"):
        old = must(atlas.at(int(row["level"]), row["code"], "2026-04-29"), row["code"])
        new = must(atlas.at(int(row["level"]), row["code"], row["effective"]), row["code"])
        links.append(Successor(old, new, "full", False, row["decree"]))
    return links


def must(area: Area | None, code: str) -> Area:
    if area is None:
        raise SystemExit(f"no area {code}")
    return area


def build(shared: Path, atlas: Atlas) -> list[Successor]:
    derivation = Derivation(atlas)
    links = [link for area in atlas.rows if area.valid_to and area.valid_to < REFORM for link in derivation.of(area)]
    links += reform(shared, atlas) + changes(shared, atlas)
    links.sort(key=lambda link: (link.old.id, link.new.id))
    ended = {area.id for area in atlas.rows if area.valid_to}
    if ended != {link.old.id for link in links}:
        raise SystemExit("an ended area has no successor")
    for link in links:
        if not link.new.valid(link.old.valid_to):
            raise SystemExit(f"{link.old.key} -> {link.new.key}: the successor is not valid on that day")
    return links
