"""Write the product's own tables of facts from the reference data.

    python tools/reference/build.py --shared ../shared

Writes the same bytes every time. See README.md beside this file for sources, licences and known gaps.
"""

import argparse
from collections import Counter
from pathlib import Path

import areas
import hospitals
import people
import population
import successors
import tiles
import vaccines
from files import read_csv, write_csv

PROJECT = Path(__file__).resolve().parents[2]
AREA_COLUMNS = (
    "id",
    "level",
    "code",
    "parent",
    "kind",
    "name",
    "valid_from",
    "valid_to",
    "region",
    "lat",
    "lon",
    "population",
)


def build_places(shared: Path, target: Path) -> None:
    written = target / "areas.csv"
    atlas = areas.build(shared, read_csv(written) if written.exists() else [])
    links = successors.build(shared, atlas)
    population.build(shared, atlas, links)
    rows = []
    for area in sorted(atlas.rows, key=lambda row: row.id):
        parent = atlas.parent(area, area.valid_from)
        rows.append(
            (
                area.id,
                area.level,
                area.code,
                parent.id if parent else None,
                area.kind,
                area.name,
                area.valid_from,
                area.valid_to,
                area.region,
                area.lat,
                area.lon,
                area.population,
            )
        )
    write_csv(written, AREA_COLUMNS, rows)
    write_csv(
        target / "successors.csv",
        ("old", "new", "extent", "review", "reference"),
        [(link.old.id, link.new.id, link.extent, int(link.review), link.reference) for link in links],
    )
    write_csv(target / "tiles.csv", tiles.COLUMNS, tiles.build(atlas))
    write_csv(target / "hospitals.csv", hospitals.COLUMNS, hospitals.build(shared, atlas))
    found = Counter(
        link.reference.split("/")[-1] if link.reference.startswith("list:") else "documented" for link in links
    )
    print(f"{len(rows)} areas, {len(links)} successors {dict(found)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True, help="folder that holds reference-data")
    parser.add_argument("--into", type=Path, default=PROJECT, help="checkout to write into, this one by default")
    arguments = parser.parse_args()
    shared = arguments.shared / "reference-data"
    if not shared.is_dir():
        raise SystemExit(f"no reference-data folder in {shared.parent}")
    build_places(shared, arguments.into / "src/lachan/places/data")
    vaccines.build(shared, arguments.into / "src/lachan/immunization/data")
    people.build(shared, arguments.into / "src/lachan/people/data")


if __name__ == "__main__":
    main()
