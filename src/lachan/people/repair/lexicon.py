"""Words of Vietnamese names: which there are, for whom, and what a word was before it lost its marks."""

from __future__ import annotations

import csv
import functools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Final, NamedTuple

from lachan.people.names import fold_tone_marks, search_form

# A word that is borne this often (per cent of all) is a family name to someone who reads lists of names all day.
COMMON_PERCENT: Final = 0.25


class Lexicon(NamedTuple):
    """``families``: folded family name -> share in per cent. ``forms``: (part, folded word) -> the written form most
    people of that word have, and its share among them, 0 to 1. ``female``, ``male``: middle names only they bear."""

    families: Mapping[str, float]
    forms: Mapping[tuple[str, str], tuple[str, float]]
    words: frozenset[str]
    female: frozenset[str]
    male: frozenset[str]


@functools.cache
def lexicon() -> Lexicon:
    """The lists shipped with people (see people/data); read once, 5 ms."""
    families: dict[str, float] = defaultdict(float)
    weights: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    regions = {row["region"] for row in _rows("surnames.csv")}
    for row in _rows("surnames.csv"):
        share = float(row["percent"]) / len(regions)
        families[search_form(row["name"])] += share
        _count(weights, "family", row["name"], share)
    by_sex: dict[str, dict[str, float]] = {"M": defaultdict(float), "F": defaultdict(float)}
    for row in _rows("middle_names.csv"):
        for word in row["name"].split():
            _count(weights, "middle", word, float(row["weight"]))
            by_sex[row["sex"]][fold_tone_marks(word).lower()] += float(row["weight"])
    for row in _rows("given_names.csv"):
        _count(weights, "given", row["name"], float(row["weight"]))
    forms = {}
    for key, found in weights.items():
        form = max(found, key=lambda name: found[name])
        forms[key] = (form, found[form] / sum(found.values()))
    words = frozenset(form for found in weights.values() for form in found)
    return Lexicon(families, forms, words, _only(by_sex["F"], by_sex["M"]), _only(by_sex["M"], by_sex["F"]))


def is_family(word: str) -> bool:
    """Whether a folded word is a family name people meet every day."""
    return lexicon().families.get(word, 0.0) >= COMMON_PERCENT


def sex_of(name: str) -> str:
    """M or F where the middle name says so (Văn, Thị), else empty: given names are shared too often."""
    middles = fold_tone_marks(name).lower().split()[1:-1]
    said = {sex for word in middles for sex, known in (("F", lexicon().female), ("M", lexicon().male)) if word in known}
    return said.pop() if len(said) == 1 else ""


def _count(weights: dict[tuple[str, str], dict[str, float]], part: str, word: str, weight: float) -> None:
    weights[part, search_form(word)][fold_tone_marks(word)] += weight


def _only(these: Mapping[str, float], those: Mapping[str, float]) -> frozenset[str]:
    """Words frequent among these and as good as unknown among those: Thị, Văn. Few on purpose."""
    enough = 0.02 * sum(these.values())
    return frozenset(word for word, weight in these.items() if weight >= enough and those.get(word, 0) < weight / 50)


def _rows(file: str) -> Iterator[dict[str, str]]:
    text = (resources.files("lachan.people") / "data" / file).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
