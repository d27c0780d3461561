"""Is this the same commune? Across spellings, abbreviations and the mergers of July 2025.

A commune code alone does not say: the lists before and after July 2025 use the same digits for different places. So a
code counts only together with its time (a district is named, or the record is older), and the name is read first.
"""

import functools
from pathlib import Path
from typing import Final

import msgspec

from lachan.people.names import search_form

TABLE: Final = Path(__file__).with_name("data") / "communes.tsv"
MERGER: Final = "2025-07-01"  # ISO dates compare as text

# Words before the name of a unit, in search form, and the one letter they become. Longest first.
_KINDS: Final = (
    ("thi tran ", "t"), ("dac khu ", "k"), ("thanh pho ", "c"), ("phuong ", "p"), ("huyen ", "h"), ("thi xa ", "s"),
    ("quan ", "q"), ("tinh ", "v"), ("xa ", "x"), ("tt. ", "t"), ("tp. ", "c"), ("tx. ", "s"), ("p. ", "p"),
    ("x. ", "x"), ("h. ", "h"), ("q. ", "q"), ("t. ", "v"), ("tt.", "t"), ("tp.", "c"), ("tx.", "s"), ("tp ", "c"),
    ("tt ", "t"), ("tx ", "s"), ("p.", "p"), ("x.", "x"), ("h.", "h"), ("q.", "q"),
)  # fmt: skip
# Provinces that changed their name or are seldom written in full.
_SAME_PROVINCE: Final = {
    "thua thien hue": "hue",
    "hcm": "ho chi minh",
    "tphcm": "ho chi minh",
    "sai gon": "ho chi minh",
}
_FOLD = str.maketrans({"y": "i", "'": None, "-": " ", ".": None, ",": None})


class Place(msgspec.Struct, frozen=True):
    """One written address, resolved as far as it goes. `older` and `today` hold commune codes of the two lists.

    `before` says which list the writer used. Several codes: the writing leaves it open. None: not in our table.
    """

    before: bool
    commune: str
    district: str
    province: str
    older: frozenset[str]
    today: frozenset[str]


_NONE: Final[frozenset[str]] = frozenset()


@functools.lru_cache(maxsize=32768)
def unit_key(written: str) -> tuple[str, str]:
    """Kind letter (empty where not written) and folded name: `"TT. Kiến Đức"` -> `("t", "kien duc")`."""
    plain = search_form(written)
    for word, letter in _KINDS:
        if plain.startswith(word):
            rest = plain[len(word) :].strip()
            if rest:
                return letter, rest.translate(_FOLD)
    return "", plain.translate(_FOLD)


def _province(written: str) -> str:
    name = unit_key(written)[1]
    return _SAME_PROVINCE.get(name, name)


class Communes:
    """The packaged lists, found by name or by code. Reading them takes about 50 ms; `packaged()` does it once."""

    def __init__(self, text: str) -> None:
        self._older: dict[tuple[str, str], list[tuple[str, str, str]]] = {}  # (province, name) -> kind, district, code
        self._today: dict[tuple[str, str], list[tuple[str, str]]] = {}  # (province, name) -> kind, code
        self._successors: dict[str, frozenset[str]] = {}
        province = district = ""
        before = False
        for line in text.splitlines():
            mark, rest = line[0], line[1:]
            if mark == "=":
                province, before = _province(rest), False
            elif mark == "-":
                province, _, district = rest.partition("\t")
                province, district, before = _province(province), district.rpartition(".")[2], True
            elif mark != "#":
                code, name, *later = line.split("\t")
                kind, _, base = name.rpartition(".")
                if before:
                    self._older.setdefault((province, base), []).append((kind, district, code))
                    self._successors[code] = frozenset(later[0].split()) if later else _NONE
                else:
                    self._today.setdefault((province, base), []).append((kind, code))

    def place(self, commune: str, code: str, district: str, province: str, recorded: str) -> Place | None:
        """The place an address names; None without a commune. Empty strings for what is not written.

        `recorded` is the ISO day of writing or empty; an address with a district is of before the mergers.
        """
        if not commune and not code:
            return None
        kind, name = unit_key(commune)
        part = unit_key(district)[1] if district else ""
        land = _province(province) if province else ""
        before = bool(part) or bool(recorded and recorded < MERGER)
        if before:
            older = self._find_older(kind, name, part, land)
            if not older and code in self._successors:
                older = frozenset((code,))
            today = frozenset().union(*(self._successors.get(c, _NONE) for c in older)) if older else _NONE
            return Place(True, name, part, land, older, today)
        rows = self._today.get((land, name), ())
        fitting = [row for row in rows if row[0] == kind] if kind else rows
        found = frozenset(row[1] for row in (fitting or rows))
        return Place(False, name, part, land, _NONE, found or (frozenset((code,)) if code and not name else _NONE))

    def _find_older(self, kind: str, name: str, district: str, province: str) -> frozenset[str]:
        rows = self._older.get((province, name), [])
        if district:
            rows = [row for row in rows if row[1] == district]
        fitting = [row for row in rows if row[0] == kind] if kind else rows
        return frozenset(row[2] for row in (fitting or rows))


@functools.lru_cache(maxsize=1)
def packaged() -> Communes:
    """The lists shipped with this package."""
    return Communes(TABLE.read_text(encoding="utf-8"))


def same_commune(a: Place | None, b: Place | None) -> bool | None:
    """True when both addresses name one commune (or one lies in the other's successor); None when one says nothing."""
    if a is None or b is None:
        return None
    if a.before and b.before and a.older and b.older:
        return bool(a.older & b.older)
    if a.before != b.before and a.today and b.today:
        return bool(a.today & b.today)
    if not a.before and not b.before and a.today and b.today:
        return bool(a.today & b.today)
    if a.commune != b.commune or not a.commune:
        return False
    same_district = a.district == b.district or not (a.district and b.district)
    return same_district and (a.province == b.province or not (a.province and b.province) or a.before != b.before)
