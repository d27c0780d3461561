"""Makes src/lachan/people/matching/data/communes.tsv: which commune of today a commune of before July 2025 lies in.

    python tools/reference/build_commune_successors.py <directory of the administrative lists>

Reads units_2021-11-01.csv, units_2025-07-01.csv and map_ward_2025-03_to_2025-07.csv; takes codes, names and successors
(facts) and writes names in search form, one block a district, so that the table stays small and a difference readable.
"""

import csv
import sys
from collections import defaultdict
from pathlib import Path

from lachan.people.matching.communes import TABLE, unit_key
from lachan.people.names import search_form


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _name(full_name: str) -> str:
    kind, base = unit_key(full_name)
    return f"{kind}.{base}" if kind else base


def build(source: Path) -> str:
    """The text of the table: blocks of today's communes by province, then blocks of the older ones by district."""
    units = {row["code"]: row for row in _rows(source / "units_2021-11-01.csv")}
    successors: dict[str, list[str]] = defaultdict(list)
    # (province, district, commune code, commune), all names in search form
    older: set[tuple[str, str, str, str]] = set()
    for row in _rows(source / "map_ward_2025-03_to_2025-07.csv"):
        if row["old_ward_code"]:
            successors[row["old_ward_code"]].append(row["new_ward_code"])
            province = search_form(units[row["old_province_code"]]["name"])
            older.add((province, _name(row["old_district"]), row["old_ward_code"], _name(row["old_ward"])))
    for code, row in units.items():
        if row["level"] == "3":
            district = units[row["parent_code"]]
            province = search_form(units[district["parent_code"]]["name"])
            older.add((province, _name(district["full_name"]), code, _name(row["full_name"])))

    lines = [
        "# Made by tools/reference/build_commune_successors.py. =province of today, -province and district of before"
    ]
    today = _rows(source / "units_2025-07-01.csv")
    provinces = {row["code"]: search_form(row["name"]) for row in today if row["level"] == "1"}
    for code, name in sorted(provinces.items()):
        lines.append(f"={name}")
        lines += [
            f"{r['code']}\t{_name(r['full_name'])}" for r in today if r["level"] == "3" and r["parent_code"] == code
        ]
    block = ("", "")
    for province, district, code, name in sorted(older):
        if (province, district) != block:
            block = (province, district)
            lines.append(f"-{province}\t{district}")
        lines.append(f"{code}\t{name}\t{' '.join(successors.get(code, []))}".rstrip("\t"))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(build(Path(sys.argv[1])), encoding="utf-8")
