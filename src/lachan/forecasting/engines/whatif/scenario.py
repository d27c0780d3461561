"""What a scenario says: whom, from when, which virus, which measures, which doses, from where it starts."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from lachan.forecasting.engines.whatif.assumptions import (
    Assumption,
    BadScenario,
    ByAge,
    Floats,
    Range,
    Value,
    catalogue,
    raw,
)

AGES: Final = (0, 5, 12, 18, 30, 40, 50, 60, 70, 80)  # years in which the bands begin; the last is open
SETTINGS: Final = ("home", "school", "work", "other")
NATION: Final = Path(__file__).resolve().parents[2] / "data" / "vietnam_ages.csv"
OLDEST: Final = 100
MOST_DAYS: Final = 730
MOST_DRAWS: Final = 2000


NONE: Final = Range(0.0, 0.0)
GIVEN: Final = "given with the scenario"


@dataclass(frozen=True)
class Variant:
    """A virus; ranges as `variant_fields` of the catalogue tell them. `imports_from`: first day of importations."""

    name: str
    r0: Range
    generation_days: Range
    severity: Range
    escape_infection: Range
    escape_severe: Range
    reinfects: Range
    share: Range
    imported_per_day: Range = NONE
    imports_from: date | None = None
    own: frozenset[str] = frozenset()  # fields the scenario set itself
    source: str = ""  # of the others; none where all are the scenario's


@dataclass(frozen=True)
class Measure:
    """Contacts of a setting (or `all`) are reduced by a share from `since` to `until`, both days included; None: open.

    Two measures on one day multiply: what is left of 0.5 and 0.2 is 0.5 × 0.8.
    """

    setting: str
    reduction: Range
    since: date | None = None
    until: date | None = None
    name: str = ""


@dataclass(frozen=True)
class Doses:
    """Doses by number (1, 2, 3), age band and day: counts [3, A, T] from `first` on, given ones and planned ones."""

    first: date
    counts: Floats


@dataclass(frozen=True)
class Start:
    """Where it starts. `cases` [T]: reported cases a day, the last one being the day before the start; without them
    `infections_per_day`. `rt`: people infected by one on the first day, else what cases say (or R0 and measures)."""

    cases: Floats | None = None
    infections_per_day: Range | None = None
    rt: Range | None = None


@dataclass(frozen=True)
class Scenario:
    """One course to look at. people [A] by the bands that begin with `ages`; `values` overrides the catalogue;
    `matrix` {setting: contacts [A, A] a person of the row a day} where somebody has measured ones."""

    name: str
    start: date
    days: int = 120
    draws: int = 400
    ages: tuple[int, ...] = AGES
    people: Floats = field(default_factory=lambda: national_people(AGES))
    values: Mapping[str, Value] = field(default_factory=dict)
    variants: tuple[Variant, ...] = field(default_factory=lambda: (variant("delta"),))
    measures: tuple[Measure, ...] = ()
    doses: Doses | None = None
    begin: Start = field(default_factory=Start)
    matrix: Mapping[str, Floats] = field(default_factory=dict)
    matrix_source: str = ""

    def value(self, name: str) -> Value:
        return self.values[name] if name in self.values else catalogue()[name].default

    def range(self, name: str) -> Range:
        found = self.value(name)
        if not isinstance(found, Range):
            raise BadScenario(f"{name}: a number or [low, high] is needed")
        return found

    def by_age(self, name: str) -> ByAge:
        found = self.value(name)
        if not isinstance(found, ByAge):
            raise BadScenario(f"{name}: values by age are needed")
        return found

    def mean_ages(self) -> Floats:
        """The age [A] that stands for each band: its middle, of the last one its beginning plus 5."""
        ends = (*self.ages[1:], self.ages[-1] + 10)
        return np.array([(first + end) / 2.0 for first, end in zip(self.ages, ends, strict=True)])

    def bands(self) -> tuple[str, ...]:
        """Names of the bands: `0-4`, …, `80+`."""
        closed = [f"{first}-{after - 1}" for first, after in zip(self.ages, self.ages[1:], strict=False)]
        return (*closed, f"{self.ages[-1]}+")

    def assumptions(self) -> tuple[Assumption, ...]:
        """Everything assumed, as it is to be read: catalogue, variants, measures, start, what the model leaves out."""
        told = [
            Assumption(
                entry.field,
                "-" if (value := self.value(entry.field)) is None else value.said(),
                entry.unit,
                entry.field in self.values,
                entry.en,
                entry.vi,
                GIVEN if entry.field in self.values else entry.source,
            )
            for entry in catalogue().values()
            if not (entry.field.startswith("contacts.") and self.matrix)
        ]
        told += self._of_variants() + self._of_course()
        left_out = [row for row in raw()["structure"] if not (row["field"] == "contacts.pattern" and self.matrix)]
        told += [
            Assumption(row["field"], "", "", False, row["en"], row["vi"], "structure of the model") for row in left_out
        ]
        return tuple(told)

    def _of_variants(self) -> list[Assumption]:
        fields = raw()["variant_fields"]
        told = []
        for entry in self.variants:
            for name, row in fields.items():
                own = name in entry.own or not entry.source
                said, source = getattr(entry, name).said(), GIVEN if own else entry.source
                told.append(
                    Assumption(f"variants.{entry.name}.{name}", said, row["unit"], own, row["en"], row["vi"], source)
                )
        return told

    def _of_course(self) -> list[Assumption]:
        def own(field: str, said: str, unit: str, en: str, vi: str, source: str = GIVEN) -> None:
            told.append(Assumption(field, said, unit, True, en, vi, source))

        told: list[Assumption] = []
        for at, entry in enumerate(self.measures):
            said = f"{entry.reduction.said()} {entry.since or '…'} to {entry.until or '…'}"
            en, vi = entry.name or "contacts reduced", entry.name or "giảm tiếp xúc"
            own(f"measures.{at}", said, f"share of contacts, {entry.setting}", en, vi)
        if self.matrix:
            unit = "contacts a person a day"
            own("contacts.matrix", ", ".join(self.matrix), unit, "who meets whom", "ai gặp ai", self.matrix_source)
        source = "by age as given, or the nation's ages of World Population Prospects 2019"
        own("people", f"{self.people.sum():,.0f}", "people", "population", "dân số", source)
        if self.doses is not None:
            sums = self.doses.counts.sum(axis=(1, 2))
            said = ", ".join(f"{at}: {count:,.0f}" for at, count in enumerate(sums, 1))
            own("doses", said, "doses by number", "doses given and planned", "số mũi đã và sẽ tiêm")
        if self.begin.rt is not None:
            own("start.rt", self.begin.rt.said(), "people infected by one", "R at the start", "R lúc bắt đầu")
        return told


def variant(name: str, **changed: Range) -> Variant:
    """A variant of the catalogue (`delta`, `omicron`, `original`), with some of its ranges replaced."""
    known = raw()["variants"]
    if name not in known:
        raise BadScenario(f"variants: {name!r} is unknown; known are {', '.join(known)}; of another give every field")
    facts = {key: Range(*value) for key, value in known[name].items() if isinstance(value, list)}
    return variant_of(name, facts | changed, own=frozenset(changed), source=known[name]["source"])


def variant_of(
    name: str,
    ranges: Mapping[str, Range],
    *,
    imports_from: date | None = None,
    own: frozenset[str] = frozenset(),
    source: str = "",
) -> Variant:
    """A variant from its ranges by field; without a share it is all there is, without importations none come."""
    whole = {"share": Range(1.0, 1.0), "imported_per_day": NONE, **ranges}
    return Variant(
        name=name,
        r0=whole["r0"],
        generation_days=whole["generation_days"],
        severity=whole["severity"],
        escape_infection=whole["escape_infection"],
        escape_severe=whole["escape_severe"],
        reinfects=whole["reinfects"],
        share=whole["share"],
        imported_per_day=whole["imported_per_day"],
        imports_from=imports_from,
        own=own,
        source=source,
    )


def national_people(ages: tuple[int, ...], total: float | None = None) -> Floats:
    """People [A] by band: the nation's five-year groups of 2020 split evenly into years, scaled to `total`."""
    with NATION.open(encoding="utf-8", newline="") as handle:
        groups = [(int(row["age_from"]), float(row["people"])) for row in csv.DictReader(handle)]
    years = np.zeros(OLDEST + 5)
    for first, count in groups:
        years[first : first + 5] += count / 5.0
    ends = (*ages[1:], len(years))
    people = np.array([years[first:end].sum() for first, end in zip(ages, ends, strict=True)])
    return people if total is None else people * (total / people.sum())
