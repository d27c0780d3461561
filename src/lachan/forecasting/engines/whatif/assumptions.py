"""What a scenario assumes: `data/assumptions.json`, every entry with unit, default, bounds and source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
DATA: Final = Path(__file__).resolve().parent / "data"


class BadScenario(ValueError):
    """A scenario cannot be simulated: names the field, what is wrong with it and what to write instead."""


@dataclass(frozen=True, slots=True)
class Range:
    """A value known only roughly: drawn evenly between its ends, the same draw for every scenario compared."""

    low: float
    high: float

    def at(self, u: Floats) -> Floats:
        """Values for draws `u` in [0, 1]."""
        return self.low + u * (self.high - self.low)

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2.0

    def said(self) -> str:
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class ByAge:
    """A value by year of age: straight lines between the ages given, flat beyond them."""

    ages: tuple[float, ...]
    values: tuple[float, ...]

    def at(self, ages: Floats) -> Floats:
        return np.interp(ages, self.ages, self.values)

    def at_log(self, ages: Floats) -> Floats:
        """The same with straight lines between logarithms: risks that grow by a factor a year."""
        return np.asarray(np.exp(np.interp(ages, self.ages, np.log(np.maximum(self.values, 1e-12)))))

    def said(self) -> str:
        return ", ".join(f"{age:g}: {value:g}" for age, value in zip(self.ages, self.values, strict=True))


Value = Range | ByAge | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One assumption of the catalogue. kind: `range` | `by_age` | `optional` (a range or nothing)."""

    field: str
    kind: str
    unit: str
    default: Value
    least: float
    most: float
    en: str
    vi: str
    source: str


@dataclass(frozen=True, slots=True)
class Assumption:
    """What one scenario assumes, for the page: `said` the value in figures, `own` whether the scenario set it."""

    field: str
    said: str
    unit: str
    own: bool
    en: str
    vi: str
    source: str


@lru_cache(maxsize=1)
def raw() -> Mapping[str, Any]:
    """The whole file: assumptions, variants, variant_fields, structure, notes, measures."""
    return MappingProxyType(json.loads((DATA / "assumptions.json").read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Entry]:
    """Every assumption by its field, in the order of the file."""
    entries = {}
    for row in raw()["assumptions"]:
        empty = Entry(row["field"], row["kind"], row["unit"], None, row["least"], row["most"], "", "", "")
        entries[row["field"]] = Entry(
            row["field"], row["kind"], row["unit"], value_of(empty, row["default"]), row["least"], row["most"],
            row["en"], row["vi"], row["source"],
        )  # fmt: skip
    return MappingProxyType(entries)


def value_of(entry: Entry, given: Any) -> Value:
    """Read a value as JSON has it: a number, [low, high], or {age: value}; BadScenario names field and bounds."""
    if given is None and entry.kind == "optional":
        return None
    if entry.kind == "by_age":
        return _by_age(entry, given)
    return range_of(entry.field, given, entry.least, entry.most, entry.unit)


def range_of(field: str, given: Any, least: float, most: float, unit: str) -> Range:
    """A number or [low, high] within bounds."""
    if _number(given):
        low = high = float(given)
    elif isinstance(given, list) and len(given) == 2 and all(_number(end) for end in given):
        low, high = float(given[0]), float(given[1])
    else:
        raise BadScenario(f"{field}: {given!r} is not a value; write a number or [low, high] in {unit}")
    if low > high:
        raise BadScenario(f"{field}: [{low:g}, {high:g}] goes down; write [low, high]")
    if low < least or high > most:
        raise BadScenario(f"{field}: {given!r} is outside {least:g} to {most:g} {unit}")
    return Range(low, high)


def _by_age(entry: Entry, given: Any) -> ByAge:
    if _number(given):
        given = {"0": given}
    if not isinstance(given, dict) or not given:
        raise BadScenario(
            f'{entry.field}: {given!r} is not by age; write {{"10": value, "30": value, …}} in {entry.unit}'
        )
    try:
        points = sorted((float(age), float(value)) for age, value in given.items())
    except (TypeError, ValueError):
        raise BadScenario(f"{entry.field}: ages and values are numbers, {given!r} is not") from None
    for age, value in points:
        if not (0 <= age <= 120 and entry.least <= value <= entry.most):
            raise BadScenario(
                f"{entry.field}: {age:g}: {value:g} is outside ages 0 to 120 or {entry.least:g} to {entry.most:g}"
            )
    return ByAge(tuple(age for age, _ in points), tuple(value for _, value in points))


def _number(given: Any) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool) and bool(np.isfinite(given))
