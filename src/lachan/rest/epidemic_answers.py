"""The answers of the epidemic's figures."""

from __future__ import annotations

from datetime import date

from lachan.rest.answers import Answer, Words


class Indicator(Answer):
    """What a figure means. `kind`: `count` (of facts on a day), `stock` (what there is on a day), `derived` (made of
    others). `basis`: the day a fact is counted on. `sources`: the tables it is counted from."""

    id: str
    kind: str
    unit: str
    name: Words
    definition: Words
    basis: Words
    numerator: str
    denominator: str | None
    sources: list[str]


class Indicators(Answer):
    """Every figure of the epidemic."""

    items: list[Indicator]


class AreaSeries(Answer):
    """A measure of an area, one number a day."""

    code: str
    name: str
    measure: str
    values: list[int]


class Series(Answer):
    """`first` is the day of the first value. `as_of`: as known at the end of that day; null: as known now."""

    disease: str
    first: date
    last: date
    as_of: date | None
    items: list[AreaSeries]


class Figure(Answer):
    """A figure of a day, of the day before, and of 28 days, the day the last one. Null: cannot be said."""

    id: str
    unit: str
    value: float | None
    before: float | None
    spark: list[float | None]


class Figures(Answer):
    """An area on a day."""

    code: str
    name: str
    day: date
    as_of: date | None
    items: list[Figure]


class AgeCount(Answer):
    """A count by whom it is of. `vaccinated` at the time, doses of the last 14 days left out: 0 not, 1 begun, 2
    completed, 3 with a further dose. `age_band`: its lowest year, -1 not known."""

    age_band: int
    sex: str
    vaccinated: int
    count: int


class EpidemicAges(Answer):
    """A measure of an area over days."""

    code: str
    measure: str
    first: date
    last: date
    items: list[AgeCount]
