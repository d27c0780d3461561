"""Statements count what a person with a list would: each case by hand, then a register of chance by plain loops."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

import numpy as np
import pytest

from lachan.forecasting.demand import source
from lachan.forecasting.demand.cohorts import HALF, Cohorts, Schedule
from lachan.forecasting.demand.facts import AHEAD, PAST, REST
from lachan.forecasting.demand.ground import ground_of
from lachan.forecasting.demand.source import Weeks
from lachan.forecasting.engines.demand.steps import Course

from .conftest import ABDALA, AS_OF, PFIZER, Home, counted, day, dose, homes, person, put_off

WEEKS = Weeks(AS_OF)
ADULT = date(1980, 1, 1)
ASTRA = 1


def counts(home: Home) -> Counter[tuple[int, ...]]:
    """Rows of a commune: (kind, number, week due, product, week come) of both statements."""
    asked = {
        "areas": [home.area], "since": WEEKS.since, "as_of": AS_OF, "ahead": WEEKS.ahead, "rest": REST,
        "seen": day(-1),
        "ages": [5, 18], "booster_age": source.booster_age(AS_OF),
    }  # fmt: skip
    found: Counter[tuple[int, ...]] = Counter()
    for name in ("demand_first", "demand_next"):
        for row in source._rows(name, asked):
            found[row[2:7]] += row[7]
    return found


def week(when: date) -> int:
    return -1 if when < WEEKS.since else (when - WEEKS.since).days // 7


@pytest.mark.slow
def test_every_kind_of_person_once(db: None, reference: None) -> None:
    [home] = homes(1)
    person("adult waits", ADULT, home.area)
    person("dead", ADULT, home.area, died_on=day(3))
    person("merged", ADULT, home.area, merged_into=UUID(int=1))
    put_off(person("never", ADULT, home.area), "contraindicated", day(400))
    put_off(person("rests", ADULT, home.area), "deferred", day(REST - 1))
    put_off(person("rested", ADULT, home.area), "deferred", day(REST))
    person("unknown age", None, home.area)
    person("turned five", date(2021, 4, 20), home.area)
    person("five soon", AS_OF.replace(year=2021) + timedelta(days=10), home.area)
    person("five too late", WEEKS.ahead.replace(year=2021) + timedelta(days=1), home.area)
    first = person("came first", ADULT, home.area)
    dose(first, 1, PFIZER, day(8), home.station, due=day(-13))
    long_ago = person("long done", ADULT, home.area)
    dose(long_ago, 1, PFIZER, day(400), home.station, due=day(379))
    dose(long_ago, 2, PFIZER, day(370), home.station, due=day(280), completes=True)
    child = person("no booster under 18", date(2012, 1, 1), home.area)
    dose(child, 1, PFIZER, day(400), home.station, due=day(379))
    dose(child, 2, PFIZER, day(370), home.station, due=day(280), completes=True)
    voided = person("voided", ADULT, home.area)
    dose(voided, 1, PFIZER, day(20), home.station, due=day(-1), status="voided")
    early = person("too early", ADULT, home.area)
    dose(early, 1, PFIZER, day(400), home.station, due=day(10))
    dose(early, 2, PFIZER, day(30), home.station, due=None, completes=True)
    today = person("came today", ADULT, home.area)
    dose(today, 1, PFIZER, day(-1), home.station, due=day(-22))
    last = PAST - 1
    assert counts(home) == Counter({
        (2, 1, -1, 0, -1): 4,  # waits, rested, unknown age, voided: first doses have been open for years
        (1, 1, week(date(2026, 4, 20)), 0, -1): 1,
        (1, 1, PAST + 1, 0, -1): 1,
        (2, 1, -1, PFIZER, week(day(8))): 1,
        (2, 1, -1, PFIZER, last): 1,  # came today: out of the line
        (PFIZER, 2, PAST + 1, 0, -1): 1,
        (PFIZER, 2, PAST + 3, 0, -1): 1,
        (PFIZER, 0, -1, 0, -1): 1,  # the booster of who was done long ago
        (PFIZER, 2, week(day(30)), PFIZER, week(day(30))): 1,
    })  # fmt: skip


@pytest.mark.slow
def test_a_register_of_chance_against_plain_loops(db: None, reference: None) -> None:
    rng = np.random.default_rng(4)
    [home] = homes(1)
    expected: Counter[tuple[int, ...]] = Counter()
    for number in range(120):
        who = person(number, ADULT, home.area)
        product = int(rng.choice([ASTRA, PFIZER]))
        gap = 56 if product == ASTRA else 21
        first = day(int(rng.integers(1, 200)))
        due = first + timedelta(days=gap)
        dose(who, 1, product, first, home.station, due=due)
        if week(first) >= 0:
            expected[2, 1, -1, product, week(first)] += 1
        second = first + timedelta(days=int(rng.integers(gap, gap + 60)))
        if second > AS_OF:
            if due <= WEEKS.ahead:
                expected[product, 2, week(due), 0, -1] += 1
            continue
        given = int(rng.choice([product, PFIZER]))
        booster = second + timedelta(days=92)
        dose(who, 2, given, second, home.station, due=booster, completes=True)
        if week(second) >= 0:
            expected[product, 2, week(due), given, week(second)] += 1
        if booster <= WEEKS.ahead:
            expected[given, 0, week(booster), 0, -1] += 1
    assert counts(home) == expected


def schedule() -> Schedule:
    courses = (Course("astra", 0, 2, 56, 92), Course("pfizer", 1, 2, 21, 92), Course("abdala", 2, 3, 14))
    return Schedule((ASTRA, PFIZER, ABDALA), courses, (18, 5, 18))


def test_steps_are_found_by_product_and_number() -> None:
    made = schedule()
    assert [made.steps[made.step(product, number)].code for product, number in [(0, 1), (1, 2), (1, 0), (2, 3)]] == [
        "astra_1", "pfizer_2", "pfizer_3", "abdala_3",
    ]  # fmt: skip
    assert made.step(2, 0) == -1  # no booster
    assert made.step(0, 3) == made.step(0, 2)


def test_nobody_is_lost_when_products_are_shared_out() -> None:
    made = schedule()
    cohorts = Cohorts(made, 2)
    cohorts.add([
        (0, 1, 1, 3, -1, -1, 50),  # 5 to 17 years: Pfizer alone
        (0, 2, 1, -1, 0, 4, 30), (0, 2, 1, -1, 1, 5, 10), (0, 2, 1, 12, -1, -1, 200),  # adults, to come
        (1, 0, 2, 2, 0, 6, 8), (1, 0, 2, 1, -1, -1, 5),  # second AstraZeneca
        (1, 2, 3, 0, -1, -1, 7),  # third Abdala, of which nobody had one lately
        (1, 0, 1, 2, -1, -1, 9),  # younger than any product allows
    ])  # fmt: skip
    cohorts.divide(np.random.default_rng(1))
    step = made.step
    assert cohorts.due[0, step(1, 1), 3] == 50
    assert cohorts.ahead[0, :, 0].sum() == 200
    assert 110 < cohorts.ahead[0, step(0, 1), 0] < 180  # three of four chose it
    assert cohorts.ahead[0, step(2, 1), 0] == 0
    assert cohorts.due[1, step(0, 2)].tolist()[1:3] == [5, 8]
    assert cohorts.due[1, step(2, 3), 0] == 7
    taken, waited, waiting = cohorts.tables(slice(0, 2), PAST)
    assert waiting.sum() == 50 + 5 + 7
    weight = 0.5 ** (np.arange(PAST)[::-1] / HALF)
    assert taken[0, step(0, 1), -1] == pytest.approx(30 * weight[4])  # in line since before the weeks looked at
    assert waited[0, step(0, 1), -1] == pytest.approx(30 * weight[:5].sum())
    assert taken.sum() == pytest.approx(30 * weight[4] + 10 * weight[5] + 8 * weight[6])
    assert (taken <= waited).all()


@pytest.mark.slow
def test_people_come_where_they_came_before_else_where_their_neighbours_go(db: None, reference: None) -> None:
    here, there, _ = homes()
    for number in range(3):
        who = person(number, ADULT, here.area)
        dose(who, 1, PFIZER, day(30 + number), there.station if number else here.station, due=day(9))
    counted()
    ground = source.served_ground(ground_of(AS_OF), AS_OF)
    at = {area: number for number, area in enumerate(ground.area_ids)}
    assert ground.place(here.area) == at[there.area]
    assert ground.place(here.area, here.station) == at[here.area]
    assert ground.place(there.area) == at[there.area]
    assert ground.place(987_654) == -1
    cohorts = Cohorts(source.schedule_on(AS_OF)[0], len(ground.area_ids))
    assert cohorts.schedule.products == (PFIZER,)
    assert source.count(cohorts, ground, [here.area], AS_OF, AS_OF) == 0
    cohorts.divide(np.random.default_rng(1))
    second = cohorts.schedule.step(0, 2)
    waiting = cohorts.tables(slice(0, len(at)), PAST)[2].sum(axis=-1)
    assert (waiting[at[here.area], second], waiting[at[there.area], second]) == (1, 2)
    assert cohorts.ahead.shape[-1] == AHEAD
