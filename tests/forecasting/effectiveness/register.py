"""A register whose effectiveness is known: people of three provinces, their doses, tests and infections, laid into the
tables in a few statements; and the same counted again person by person and day by day."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection

from lachan.forecasting.effectiveness.cells import AGES
from lachan.forecasting.effectiveness.facts import span_of
from lachan.forecasting.engines.effectiveness.states import STATES
from lachan.immunization.rules.bands import age_band, years_between
from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.places import queries as places

AS_OF = date(2026, 5, 5)  # a Tuesday: the weeks counted end two days before
SPAN = span_of(AS_OF)
DAYS = [SPAN.since + timedelta(days=at) for at in range(7 * SPAN.weeks)]
DISEASE = "covid-19"
TRUTH = dict(zip([state.code for state in STATES], (0, 0, 0.5, 0.6, 0.85, 0.7, 0.5, 0.6, 0.9, 0.75), strict=True))
LONG_AGO = date(2021, 1, 1)
BY_DAY = timedelta(days=1)


@dataclass
class One:
    """A person and everything the register has of them. ``doses``: (day, number, completes, known from, until)."""

    id: UUID
    commune: int | None
    province: int  # its column
    born: date | None
    known: date = LONG_AGO
    since: date | None = None  # of the residence
    died: date | None = None
    sure: bool = True
    merged: bool = False
    doses: list[tuple[date, int, bool, datetime, datetime | None]] = field(default_factory=list)
    # (measure, fact, day, known from, until)
    facts: list[tuple[str, UUID, date, datetime, datetime | None]] = field(default_factory=list)

    def test(self, rng: np.random.Generator, day: date, positive: bool, since: datetime | None = None) -> None:
        fact, since = new_id(rng), since or moment(day)
        for measure in ("tests", "positives")[: 1 + positive]:
            self.facts.append((measure, fact, day, since, None))

    def say(self, rng: np.random.Generator, measure: str, day: date) -> None:
        self.facts.append((measure, new_id(rng), day, moment(day), None))

    def dose(self, day: date, number: int, completes: bool, until: datetime | None = None) -> None:
        self.doses.append((day, number, completes, moment(day), until))


def new_id(rng: np.random.Generator) -> UUID:
    return UUID(bytes=rng.bytes(16), version=4)


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)  # noon in Việt Nam


def state_on(one: One, day: date) -> int:
    """The index of the state, said in words: what the latest dose of that day was, and how long ago."""
    had = [dose for dose in one.doses if dose[0] <= day and _stands(dose[3], dose[4])]
    if not had:
        return 0
    completing = [number for _day, number, completes, *_ in had if completes]
    step = 1 if not completing else 3 if max(dose[1] for dose in had) > min(completing) else 2
    ago = (day - (min(had)[0] if step == 1 else max(had)[0])).days
    return next(
        at for at, state in enumerate(STATES)
        if state.dose == step and state.since <= ago and (state.until is None or ago < state.until)
    )  # fmt: skip


MIDNIGHT = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 17, tzinfo=UTC)  # in Việt Nam


def _stands(since: datetime, until: datetime | None) -> bool:
    return since < MIDNIGHT and (until is None or until >= MIDNIGHT)


def simulated(people: int, seed: int) -> list[One]:
    """Half a year in three provinces: vaccinated at different times, infected the less the better protected."""
    rng = np.random.default_rng(seed)
    provinces = [area.id for area in places.provinces(AS_OF)][:3]
    communes = [places.communes(province, AS_OF)[0].id for province in provinces]
    made = []
    for _ in range(people):
        at = int(rng.integers(3))
        one = One(new_id(rng), communes[at], at, date(1940, 1, 1) + timedelta(days=int(rng.integers(31_000))))
        if rng.random() < 0.7:
            day = SPAN.since + timedelta(days=int(rng.integers(-220, 150)))
            for number in range(1, 1 + int(rng.choice([1, 2, 3], p=[0.15, 0.45, 0.4]))):
                one.dose(day, number, number == 2)
                day += timedelta(days=28 if number == 1 else 110)
        one.doses = [dose for dose in one.doses if dose[0] < AS_OF]
        _half_a_year(one, rng)
        made.append(one)
    return made


def _half_a_year(one: One, rng: np.random.Generator) -> None:
    """Infection once, tests of other causes meanwhile."""
    states = [state_on(one, day) for day in DAYS]
    effect = np.array([TRUTH[STATES[at].code] for at in states])
    wave = 1.0 + 0.8 * np.sin(np.arange(len(DAYS)) / 25.0 + one.province)
    ill = np.flatnonzero(rng.random(len(DAYS)) < 0.0045 * wave * (1 - effect))
    last = len(DAYS) if not len(ill) else int(ill[0])
    for at in np.flatnonzero(rng.random(last) < 0.006):
        one.test(rng, DAYS[at], positive=False)
    if len(ill):
        one.test(rng, DAYS[last], positive=True)
        one.say(rng, "cases", DAYS[last])
        if rng.random() < 0.1:
            one.say(rng, "severe", DAYS[last] + 4 * BY_DAY)


def odd(seed: int) -> list[One]:
    """People on whom a rule is easily got wrong."""
    rng = np.random.default_rng(seed)
    province = places.provinces(AS_OF)[0].id
    commune, mid = places.communes(province, AS_OF)[0].id, SPAN.since + 80 * BY_DAY

    def one(**more: Any) -> One:
        return One(new_id(rng), **{"commune": commune, "province": 0, "born": date(1980, 6, 1), **more})

    leap, born_in = one(born=date(2008, 2, 29)), one(born=mid)  # 18 on 1 March of a common year
    moved, came = one(since=mid), one(known=mid)
    died, nowhere, ageless = one(died=mid), one(commune=None, province=-1), one(born=None)
    doubtful, merged = one(sure=False), one(merged=True)
    before, single, triple, voided, late = (one() for _ in range(5))
    for person in (leap, born_in, moved, came, died, nowhere, ageless, doubtful, merged):
        person.test(rng, mid + 5 * BY_DAY, positive=False)
    came.test(rng, mid, positive=True)  # entered because of the test: infected before being followed
    doubtful.test(rng, mid + 9 * BY_DAY, positive=True)
    before.test(rng, SPAN.since - 200 * BY_DAY, positive=True)
    before.test(rng, mid, positive=False)
    single.dose(mid, 1, completes=True)
    single.dose(mid + 60 * BY_DAY, 2, completes=False)
    for number in (1, 2, 3):
        triple.dose(mid + 21 * number * BY_DAY, number, completes=number == 3)
    voided.dose(mid, 1, completes=False, until=moment(mid + 30 * BY_DAY))
    voided.dose(mid + 40 * BY_DAY, 1, completes=False, until=moment(AS_OF + 3 * BY_DAY))
    late.test(rng, mid, positive=True, since=moment(AS_OF + BY_DAY))  # not known yet
    for person in (single, triple, voided, late):
        person.test(rng, mid + 100 * BY_DAY, positive=False)
        person.test(rng, mid + 101 * BY_DAY, positive=False)
    false_negative, reported = one(), one()
    false_negative.test(rng, mid - 5 * BY_DAY, positive=False)
    false_negative.test(rng, mid, positive=True)
    false_negative.test(rng, mid + 9 * BY_DAY, positive=True)
    reported.say(rng, "probable", mid - 40 * BY_DAY)  # a clinician's word: infected, but no test
    reported.test(rng, mid, positive=True)
    reported.test(rng, mid + 90 * BY_DAY, positive=False)
    return [
        leap, born_in, moved, came, died, nowhere, ageless, doubtful, merged, before, single, triple, voided, late,
        false_negative, reported,
    ]  # fmt: skip


# into the tables


def lay(people: list[One]) -> None:
    """Everybody with doses, tests and cases. Three statements."""
    rows = [
        (p.id, "Người", "nguoi", "F", p.born, p.commune, p.since, "known" if p.sure else "provisional", p.died,
         people[0].id if p.merged else None, datetime(p.known.year, p.known.month, p.known.day, 5, tzinfo=UTC))
        for p in people
    ]  # fmt: skip
    doses = [
        (p.id, _dose_id(p, at), *dose[:3], dose[3], "active" if dose[4] is None else "voided")
        for p in people for at, dose in enumerate(p.doses)
    ]  # fmt: skip
    ended = [(p.id, _dose_id(p, at), dose[4]) for p in people for at, dose in enumerate(p.doses) if dose[4] is not None]
    facts = [
        (p.id, _entry_id(fact[1], fact[0]), fact[1], fact[0], fact[2], p.commune or 0,
         age_band(p.born, fact[2]), fact[3], fact[4])
        for p in people for fact in p.facts
    ]  # fmt: skip
    with hot_cursor() as cursor:
        for text, table in ((_PERSONS, rows), (_DOSES, doses), (_ENDED, ended), (_FACTS, facts)):
            if table:
                arrays.execute(cursor, text, [list(column) for column in zip(*table, strict=True)])
    with connection.cursor() as cursor:
        for table in ("people_person", "immunization_dose", "analytics_epidemicentry"):
            cursor.execute(f"ANALYZE {table}")


def _dose_id(one: One, at: int) -> UUID:
    return UUID(bytes=hashlib.md5(one.id.bytes + bytes([at])).digest())


def _entry_id(fact: UUID, measure: str) -> UUID:
    return UUID(bytes=hashlib.md5(fact.bytes + measure.encode()).digest())


_PERSONS = """
INSERT INTO people_person (id, name, search_name, sex, birth_date, residence_id, residence_since, status, died_on,
    merged_into, created_at, birth_precision, occupation, nationality)
SELECT p.*, 'D', '', 'VN'
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::date[], %s::int[], %s::date[], %s::text[], %s::date[],
            %s::uuid[], %s::timestamptz[]) AS p"""
_DOSES = """
INSERT INTO immunization_dose (person_id, id, given_on, dose_number, completes, recorded_at, status, actor_id,
    happened_at, product_id, lot_number, age_band, sex, site, route, source, country, rules_version, command_id)
SELECT d.*, d.id, d.since, 2, 'A1', 30, 'F', '', '', 'here', 'VN', 'x', d.id
FROM unnest(%s::uuid[], %s::uuid[], %s::date[], %s::smallint[], %s::bool[], %s::timestamptz[], %s::text[])
     AS d (person_id, id, given_on, number, completes, since, status)"""
_ENDED = """
INSERT INTO immunization_dosecorrection (person_id, id, dose_id, kind, reason, actor_id, happened_at, recorded_at)
SELECT d.person_id, d.id, d.id, 'void', 'x', d.id, d.at, d.at
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[]) AS d (person_id, id, at)"""
_FACTS = """
INSERT INTO analytics_epidemicentry (person_id, id, fact_id, measure, day, area_id, age_band, since, until, weight,
    disease, sex, vaccinated)
SELECT e.*, 1, 'covid-19', 'F', 0
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::date[], %s::int[], %s::smallint[], %s::timestamptz[],
            %s::timestamptz[]) AS e"""


# counted again


Counts = dict[tuple[int, int, int, int], float]


@dataclass
class Again:
    """The cells by (week, age, place, state), counted the long way."""

    positive: Counts
    severe: Counts
    negative: Counts
    cases: Counts
    person_days: Counts
    before: int = 0


def counted_again(people: list[One]) -> Again:
    found = Again(*(defaultdict(float) for _ in range(5)))
    for one in people:
        if not one.merged:
            _tests_of(one, found)
            _days_of(one, found)
    return found


def _ill_on(one: One) -> date | None:
    days = [
        day
        for measure, _fact, day, since, until in one.facts
        if measure in ("positives", "cases", "probable") and day <= SPAN.until and _stands(since, until)
    ]
    return min(days, default=None)


def _cell(one: One, day: date) -> tuple[int, int, int, int]:
    age = 0
    if one.born is not None and day >= one.born:
        age = bisect_right(AGES, years_between(one.born, day))
    return (day - SPAN.since).days // 7, age, one.province, state_on(one, day)


def _grave(one: One, ill: date) -> bool:
    days = [fact[2] for fact in one.facts if fact[0] in ("severe", "deaths") and _stands(*fact[3:])]
    return any(-7 <= (day - ill).days <= 60 for day in days)


def _tests_of(one: One, found: Again) -> None:
    if not one.sure:
        return
    standing = [fact for fact in one.facts if _stands(fact[3], fact[4])]
    positive = {fact for measure, fact, *_ in standing if measure == "positives"}
    first = min((day for measure, _fact, day, *_ in standing if measure == "positives"), default=None)
    ill = _ill_on(one)
    negative: dict[int, list[tuple[str, date]]] = defaultdict(list)
    for measure, fact, day, *_ in standing:
        if measure != "tests" or not SPAN.since <= day <= SPAN.until:
            continue
        if fact in positive:
            if day == first and ill is not None and (day - ill).days <= 14:
                found.positive[_cell(one, day)] = found.positive[_cell(one, day)] + 1
                found.severe[_cell(one, day)] += _grave(one, ill)
        elif ill is None or (ill - day).days > 21:
            negative[(day - SPAN.since).days // 91].append((hashlib.md5(str(fact).encode()).hexdigest(), day))
    for drawn in negative.values():
        found.negative[_cell(one, min(drawn)[1])] += 1


def _days_of(one: One, found: Again) -> None:
    if not one.sure:
        return
    ill = _ill_on(one)
    begins = max(day for day in (SPAN.since, one.known + BY_DAY, one.since, one.born) if day is not None)
    if ill is not None and ill < begins:
        found.before += 1
        return
    for day in DAYS:
        if day >= begins and (one.died is None or day <= one.died) and (ill is None or day <= ill):
            cell = _cell(one, day)
            found.person_days[cell] += 1
            found.cases[cell] += day == ill
