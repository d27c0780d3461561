"""Names, ages and identifier formats for a made-up population with true frequencies."""

from collections import defaultdict
from pathlib import Path

from files import read_csv, read_json, write_csv, write_json

REGIONS = ("north", "central", "south")


def surnames(shared: Path) -> list[tuple[str, str, float]]:
    """National shares for the frequent surnames; the rest of 100 % goes to the sample's rarer ones in proportion."""
    listed: dict[str, dict[str, float]] = defaultdict(dict)
    for row in read_csv(shared / "names/surnames_national_share.csv"):
        listed[row["region"]][row["surname"]] = float(row["weight_percent"])
    sample = {row["surname"]: int(row["count"]) for row in read_csv(shared / "names/surnames_sample.csv")}
    known = {name for shares in listed.values() for name in shares}
    rare = {name: count for name, count in sample.items() if name not in known and len(name) > 1}
    rows = []
    for region in REGIONS:
        shares = dict(listed[region])
        left = 100.0 - sum(shares.values())
        total = sum(rare.values())
        shares.update({name: left * count / total for name, count in rare.items()})
        rows += [(region, name, round(share, 5)) for name, share in sorted(shares.items(), key=lambda x: (-x[1], x[0]))]
    return rows


def name_parts(shared: Path, part: str) -> list[tuple[str, str, int]]:
    rows = read_csv(shared / f"names/{part}_names_sample.csv")
    return sorted(((row["sex"], row["name"], int(row["count"])) for row in rows), key=lambda x: (x[0], -x[2], x[1]))


def ages(shared: Path) -> list[tuple[int, int, int]]:
    rows = read_csv(shared / "population/vn_age_sex_2020_wpp2019.csv")
    return [(int(row["age_group"].split("-")[0].rstrip("+")), int(row["male"]), int(row["female"])) for row in rows]


def phone_prefixes(operators: dict[str, list[str]]) -> dict[str, list[str]]:
    """Operator -> three-digit prefixes, ranges such as '032-039' opened up."""
    opened: dict[str, list[str]] = {}
    for operator, prefixes in operators.items():
        opened[operator] = []
        for prefix in prefixes:
            first, _, last = prefix.partition("-")
            opened[operator] += [f"{number:03d}" for number in range(int(first), int(last or first) + 1)]
    return opened


def identifier_formats(shared: Path) -> dict[str, object]:
    facts = read_json(shared / "forms/identifier_formats.json")
    provinces = [f"0{row['old_code']}" for row in read_csv(shared / "admin/map_province_63_to_34.csv")]
    century_sex = {f"{1900 + 100 * step}": {"M": 2 * step, "F": 2 * step + 1} for step in range(5)}
    return {
        "citizen_id": {
            "pattern": facts["cccd"]["regex"],
            "provinces": provinces,
            "century_sex": century_sex,
            "reference": "Nghị định 137/2015/NĐ-CP, điều 13; Thông tư 59/2021/TT-BCA, điều 4",
        },
        "old_id": {"pattern": facts["cmnd"]["regex"]},
        "insurance": {"pattern": facts["bhyt"]["regex"], "short_pattern": r"^\d{10}$"},
        "phone": {"pattern": facts["phone"]["regex"], "operators": phone_prefixes(facts["phone"]["operators"])},
    }


def build(shared: Path, target: Path) -> None:
    write_csv(target / "surnames.csv", ("region", "name", "percent"), surnames(shared))
    write_csv(target / "middle_names.csv", ("sex", "name", "weight"), name_parts(shared, "middle"))
    write_csv(target / "given_names.csv", ("sex", "name", "weight"), name_parts(shared, "given"))
    write_csv(target / "age_sex.csv", ("age_from", "male", "female"), ages(shared))
    write_json(target / "identifier_formats.json", identifier_formats(shared))
