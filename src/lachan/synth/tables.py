"""Real frequencies, read once: names, ages and sexes, places, telephone prefixes."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from lachan.people.names import search_form
from lachan.synth.plan import AS_OF

Floats = NDArray[np.float64]
REGIONS = ("north", "central", "south")

# Middle and given names are not independent: drawn independently, two random people would share a full name 4.8e-5 of
# the time, while whole names share it about 1.3e-5 to 2e-5. This part of all names is drawn from the flattest joint
# distribution that keeps both shares (frequent middle names with rare given names and the reverse).
FLAT_SHARE = 0.48


@dataclass(frozen=True)
class NameTables:
    """Surnames by region and the joint table of middle and given names by sex, as cumulative shares."""

    surnames: list[list[str]]
    surnames_folded: list[list[str]]
    surname_steps: list[Floats]
    middles: dict[str, list[str]]
    givens: dict[str, list[str]]
    joint_steps: dict[str, Floats]

    def tail(self, sex: str, code: int) -> str:
        """Middle and given name of a cell of the joint table."""
        middle, given = divmod(code, len(self.givens[sex]))
        return f"{self.middles[sex][middle]} {self.givens[sex][given]}".strip()


@dataclass(frozen=True)
class Places:
    """Communes of the planned provinces in columns, and cumulative shares of the people living there."""

    ids: NDArray[np.int64]
    codes: list[str]
    addresses: list[str]
    province: NDArray[np.int64]  # position in province_codes
    province_ids: NDArray[np.int64]  # the province's area id
    region: NDArray[np.int64]  # position in REGIONS
    steps: Floats
    province_codes: list[str]
    province_steps: Floats


def _rows(package: str, name: str) -> list[dict[str, str]]:
    text = (resources.files(package) / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def steps(weights: NDArray[np.float64]) -> Floats:
    """Cumulative shares; a uniform number's place among them is the draw."""
    total = np.cumsum(weights / weights.sum())
    total[-1] = 1.0
    return total


@cache
def ages() -> tuple[NDArray[np.int64], list[str], Floats]:
    """(lower age of the five-year band, sex, cumulative share) of each cell of the age pyramid."""
    lower, sexes, weights = [], [], []
    for row in _rows("lachan.people", "age_sex.csv"):
        for sex, column in (("M", "male"), ("F", "female")):
            lower.append(int(row["age_from"]))
            sexes.append(sex)
            weights.append(float(row[column]))
    return np.array(lower), sexes, steps(np.array(weights))


@cache
def names() -> NameTables:
    """The name tables; the joint tables have some 150,000 cells a sex."""
    surnames = defaultdict(list)
    for row in _rows("lachan.people", "surnames.csv"):
        surnames[row["region"]].append((row["name"], float(row["percent"])))
    parts: dict[str, dict[str, list[tuple[str, float]]]] = {}
    for part in ("middle", "given"):
        parts[part] = defaultdict(list)
        for row in _rows("lachan.people", f"{part}_names.csv"):
            parts[part][row["sex"]].append((row["name"], float(row["weight"])))
    return NameTables(
        surnames=[[name for name, _ in surnames[region]] for region in REGIONS],
        surnames_folded=[[search_form(name) for name, _ in surnames[region]] for region in REGIONS],
        surname_steps=[steps(np.array([share for _, share in surnames[region]])) for region in REGIONS],
        middles={sex: [name for name, _ in parts["middle"][sex]] for sex in "MF"},
        givens={sex: [name for name, _ in parts["given"][sex]] for sex in "MF"},
        joint_steps={sex: steps(joint(parts["middle"][sex], parts["given"][sex]).ravel()) for sex in "MF"},
    )


def joint(middles: list[tuple[str, float]], givens: list[tuple[str, float]]) -> Floats:
    """Shares of (middle, given) pairs: a mixture of independence and the flattest table with the same margins."""
    p = np.array([weight for _, weight in middles])
    q = np.array([weight for _, weight in givens])
    p, q = p / p.sum(), q / q.sum()
    flat = np.maximum(p[:, None] / len(q) + q[None, :] / len(p) - 1 / (len(p) * len(q)), 0)
    table: Floats = (1 - FLAT_SHARE) * np.outer(p, q) + FLAT_SHARE * flat / flat.sum()
    for row, (middle, _) in enumerate(middles):
        for column, (given, _) in enumerate(givens):
            if given in middle.split():  # nobody is called Thị Lan Lan
                table[row, column] = 0
    return table


@cache
def places(province: str = "") -> Places:
    """Communes of :data:`AS_OF`, of one province or of all; KeyError when the code names no province."""
    day = AS_OF.isoformat()
    every = _rows("lachan.places", "areas.csv")
    code_of = {row["id"]: (row["level"], row["code"]) for row in every}
    first = {row["id"]: row for row in every}
    # a parent is named by the row it had first; its row of this day has the same level and code
    rows = {
        (row["level"], row["code"]): row
        for row in every
        if row["valid_from"] <= day and (not row["valid_to"] or day < row["valid_to"])
    }
    provinces = [row for row in rows.values() if row["level"] == "1"]
    position = {row["id"]: place for place, row in enumerate(provinces)}
    if province and province not in {row["code"] for row in provinces}:
        raise KeyError(province)
    communes = []
    for row in rows.values():
        if row["level"] == "3" and row["population"]:
            district = rows[code_of[row["parent"]]]
            home = rows[code_of[district["parent"]]]
            if not province or home["code"] == province:
                communes.append((row, district, home))
    return Places(
        ids=np.array([int(row["id"]) for row, _, _ in communes]),
        codes=[row["code"] for row, _, _ in communes],
        addresses=[f"{_called(row)}, {_called(district)}, {home['name']}" for row, district, home in communes],
        province=np.array([position[home["id"]] for _, _, home in communes]),
        province_ids=np.array([int(first[first[row["parent"]]["parent"]]["id"]) for row, _, _ in communes]),
        # regions 1 to 3 are the north, 4 and 5 the centre, 6 to 8 the highlands and the south
        region=np.array([np.searchsorted((4, 6), int(home["region"]), "right") for _, _, home in communes]),
        steps=steps(np.array([float(row["population"]) for row, _, _ in communes])),
        province_codes=[row["code"] for row in provinces],
        province_steps=steps(np.array([float(row["population"]) for row in provinces])),
    )


def _called(row: dict[str, str]) -> str:
    """An area as a card writes it: its name, with its kind where the name is a number."""
    if row["name"].isdigit():
        return f"{'Quận' if row['level'] == '2' else 'Phường'} {row['name']}"
    return row["name"]


@cache
def phone_prefixes() -> list[str]:
    """Three-digit mobile prefixes of all operators."""
    text = (resources.files("lachan.people") / "data" / "identifier_formats.json").read_text(encoding="utf-8")
    operators: dict[str, list[str]] = json.loads(text)["phone"]["operators"]
    return sorted(prefix for prefixes in operators.values() for prefix in prefixes)
