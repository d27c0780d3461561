"""The answers of the reads, as documented in the API file. Dates ISO 8601, times with offset, codes of the GSO."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec


class Answer(msgspec.Struct, kw_only=True, gc=False):
    """Absent and null mean the same: not known."""


class Words(Answer):
    """A text in both languages."""

    vi: str
    en: str


class Outcome(Answer, omit_defaults=True):
    """What came of one command. `record_id` is what it made: a person, a dose, an encounter."""

    id: UUID
    status: Literal["accepted", "duplicate", "refused", "held"]
    record_id: UUID | None
    reason: str = ""
    params: dict[str, Any] = {}
    message: Words | None = None


class Outcomes(Answer):
    """One outcome a command, in the order sent."""

    outcomes: list[Outcome]


class Fault(Answer):
    """One part of a call that is not as this file says."""

    field: str
    problem: str


class Problem(Answer, omit_defaults=True):
    """RFC 9457: why a whole call was not carried out. `type` is stable; `detail` says what to do."""

    type: str
    title: str
    status: int
    detail: str
    field: str = ""
    faults: list[Fault] = []


class Area(Answer):
    """A province (level 1), district (2) or commune (3) in one period; `valid_to` is the first day it no longer was."""

    code: str
    level: int
    name: str
    full_name: str
    name_en: str
    kind: Words
    parent_code: str | None
    province_code: str | None
    valid_from: date
    valid_to: date | None
    lat: float | None
    lon: float | None
    population: int | None


class AreaPage(Answer):
    items: list[Area]
    next: str | None


class Facility(Answer):
    """A station or hospital. The codes are those of the commune it stands in as registered."""

    code: str
    name: str
    kind: str
    address: str
    commune_code: str | None
    province_code: str | None
    opened_on: date
    closed_on: date | None


class FacilityPage(Answer):
    items: list[Facility]
    next: str | None


class Session(Answer):
    """A vaccination session. `lots`: today's default lot of each product, by product key."""

    id: UUID
    facility: str
    date: date
    part: str
    status: Literal["planned", "open", "closed", "cancelled"]
    capacity: int
    lots: dict[str, str]
    opened_at: datetime | None
    closed_at: datetime | None


class SessionPage(Answer):
    items: list[Session]
    next: str | None


class StockLot(Answer):
    """A lot at a facility, in doses. `balance` = `received` - `used` + `adjusted`; below zero: more was given than is
    known to have come. `use_by`: last day of what has been thawed there."""

    facility: str
    product: str
    lot: str
    expires_on: date | None
    use_by: date | None
    received: int
    used: int
    adjusted: int
    balance: int


class StockPage(Answer):
    items: list[StockLot]
    next: str | None


class Vial(Answer):
    """An open vial. `automatic`: nobody said it was opened; a dose was drawn."""

    id: UUID
    facility: str
    session_id: UUID
    product: str
    lot: str
    doses: int
    drawn: int
    wasted: int
    opened_at: datetime
    limit_at: datetime
    automatic: bool


class Vials(Answer):
    items: list[Vial]


class ProductRule(Answer):
    """What a product asks for between two dates: youngest age in years, doses, days between them."""

    valid_from: date
    valid_to: date | None
    min_age: int
    primary_doses: int
    min_interval_days: int | None
    max_interval_days: int | None
    components: int
    reference: str


class MixingRule(Answer):
    """Whether another product may follow in the primary series. `to` null: any other."""

    to: str | None
    allowed: bool
    min_interval_days: int | None
    max_interval_days: int | None
    valid_from: date
    valid_to: date | None
    reference: str


class Product(Answer):
    """A vaccine product with its dated rules, past ones too. `facts`: platform, codes, storage, vial sizes."""

    key: str
    name: str
    short_name: str
    facts: dict[str, Any]
    rules: list[ProductRule]
    mixing: list[MixingRule]


class BoosterRule(Answer):
    """How long after the primary series a booster may follow."""

    valid_from: date
    valid_to: date | None
    min_months: int
    min_days: int
    min_age: int | None
    max_doses: int | None
    reference: str


class Products(Answer):
    items: list[Product]
    boosters: list[BoosterRule]


class ScreeningForm(Answer):
    """A screening form in force from a day to a day, for ages in years. `items` are asked in order."""

    code: str
    reference: str
    valid_from: date
    valid_to: date | None
    min_age: int
    max_age: int | None
    title: Words
    items: list[dict[str, Any]]


class ScreeningForms(Answer):
    items: list[ScreeningForm]


class Identifier(Answer):
    """A number a person holds, masked: the first and last digits."""

    system: str
    masked: str
    trusted: bool


class Residence(Answer):
    """Where a person lives: the code and full address of the area as registered."""

    code: str
    address: str


class Person(Answer):
    """A person. `birth_date` is written to the precision known: YYYY, YYYY-MM or YYYY-MM-DD."""

    id: UUID
    name: str
    sex: Literal["M", "F", "U"]
    birth_date: str | None
    residence: Residence | None
    status: Literal["known", "provisional"]
    died_on: date | None
    identifiers: list[Identifier]


class Correction(Answer):
    """Why a dose no longer counts; an amended one names the dose that replaced it, a duplicate the one that stands."""

    kind: Literal["void", "amend", "duplicate"]
    replacement_id: UUID | None
    reason: str
    at: datetime


class Dose(Answer):
    """A dose given, here, elsewhere or abroad. A corrected one stays, with its correction."""

    id: UUID
    product: str
    lot: str
    dose_number: int
    given_on: date
    given_at: datetime
    facility: str | None
    session_id: UUID | None
    site: str
    route: str
    source: Literal["here", "elsewhere", "abroad"]
    country: str
    status: Literal["active", "voided", "amended", "set_aside"]
    completes: bool
    next_due_on: date | None
    recorded_at: datetime
    correction: Correction | None


class Doses(Answer):
    """All doses of a person by day, corrected ones too."""

    person_id: UUID
    items: list[Dose]


class Found(Answer):
    """Someone found by a number, with the doses, so that the desk needs one call."""

    person: Person
    doses: list[Dose]


class FoundPersons(Answer):
    """Who holds the number: nobody, one, or several where an old number was given out twice."""

    items: list[Found]


class Sums(Answer):
    """Doses of some people: all of them, first doses, doses that completed a primary series, and those beyond one."""

    doses: int
    first: int
    completed: int
    boosters: int


class CoverageArea(Answer):
    """Doses of the residents of an area, wherever given; `today`: doses given in it on the day asked for."""

    code: str
    name: str
    population: int | None
    sums: Sums
    today: int


class CoverageAreas(Answer):
    """Areas of one map by code, exact at this moment. With `unassigned` (communes that were split and wait for review,
    residence not known) the totals are whole."""

    on: date
    map: Literal["2021", "2025"]
    items: list[CoverageArea]
    unassigned: Sums
    unassigned_today: int


class CoverageFacility(Answer):
    """Doses given at a facility: on the day, the day before, and the 28 days that end with it."""

    facility: str
    name: str
    today: int
    yesterday: int
    recent: int


class CoverageFacilities(Answer):
    """Facilities that gave doses in the last 28 days, the busiest of the day first."""

    on: date
    items: list[CoverageFacility]


class CoverageProduct(Answer):
    """Doses of one product by their number: first, second, third, fourth and later."""

    product: str
    numbers: tuple[int, int, int, int]
    doses: int
    completed: int


class CoverageProducts(Answer):
    """Products, the commonest first."""

    items: list[CoverageProduct]


class CoverageAge(Answer):
    """Doses by age on the day of the dose; `from_age` is the band's first year, -1: birth date not known."""

    from_age: int
    female: Sums
    male: Sums
    unknown: Sums


class CoverageAges(Answer):
    """Age bands, youngest first."""

    items: list[CoverageAge]
