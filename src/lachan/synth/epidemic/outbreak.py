"""The outbreak day by day: who is where, who catches it, who is tested; then the telephones of those found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import numpy as np

from lachan.synth.epidemic import course as courses
from lachan.synth.epidemic.course import NEVER, Course, Tests
from lachan.synth.epidemic.days import Stays, crowding, lay_out, without
from lachan.synth.epidemic.plan import DAY, Outbreak
from lachan.synth.epidemic.population import Flags, Floats, Folk, Int32s, Places, settle
from lachan.synth.epidemic.spread import FAR, HOME, Exposures, Homes, caught, exposures, homes_of, housemates, meetings
from lachan.synth.numbers import Ints, mix

SAMPLE: Final = 400  # people whose infections are played to find how much an hour near somebody costs
UPLOADED: Final = 14  # days before the sample that a case's telephone gives
HEARD: Final = 0.8  # of meetings both telephones could record, those they did
SCREENED: Final = 0.8  # of a case's household, those who are sampled

EachDay = Callable[[Stays, Places], None]


class Encounters(NamedTuple):
    """A row a record on the telephone of a case: ``one`` is the case. Metres."""

    one: Int32s
    other: Int32s
    start: Ints
    end: Ints
    distance: Floats


class Told(NamedTuple):
    """The whole outbreak. ``seeds``: the imported; ``beta``: infections an hour near the average person at the peak."""

    plan: Outbreak
    folk: Folk
    places: Places
    course: Course
    tests: Tests
    seeds: Int32s
    beta: float

    def infected(self) -> Int32s:
        """Everybody who was ever infected, in order of time."""
        who = np.flatnonzero(self.course.infected < NEVER)
        return who[np.lexsort((who, self.course.infected[who]))].astype(np.int32)

    def cases(self) -> Int32s:
        """Everybody a laboratory called positive before the end of the last day, rightly or not, in order of time."""
        last = self.plan.first_second + self.plan.days * DAY
        who = np.flatnonzero(self.course.result < last)
        return who[np.lexsort((who, self.course.result[who]))].astype(np.int32)


def play(plan: Outbreak, each_day: EachDay) -> Told:
    """Play the outbreak; ``each_day`` gets every day's stays as they happened, in order."""
    folk, places = settle(plan)
    homes = homes_of(folk)
    beta = calibrate(plan, folk, places, homes)
    rng = np.random.default_rng([plan.seed, 31])
    course = courses.healthy(plan.people)
    seeds = rng.choice(plan.people, min(plan.seeds, plan.people), replace=False).astype(np.int32)
    at = plan.first_second + rng.integers(0, DAY, len(seeds))
    tests = [courses.infect(plan, rng, course, seeds, at)]
    for day in range(plan.days):
        tests += _day_of_tests(plan, rng, course, homes, day)
        stays = without(lay_out(plan, folk, places, day), course.isolated)
        chances = exposures(plan, rng, places, homes, stays, course, day)
        new = caught(rng, chances, course, beta)
        _note(course, new)
        tests.append(courses.infect(plan, rng, course, new.exposed, new.at))
        each_day(stays, places)
    whole = Tests._make(np.concatenate(column) for column in zip(*tests, strict=True))
    last = plan.first_second + plan.days * DAY
    whole = Tests._make(column[whole.sampled < last] for column in whole)
    return Told(plan, folk, places, course, whole, seeds, beta)


def calibrate(plan: Outbreak, folk: Folk, places: Places, homes: Homes) -> float:
    """The beta at which a few hundred people, infected one beside the other on the first day, infect R each in the
    mean, with tests and isolation as they will be; everybody else susceptible."""
    rng = np.random.default_rng([plan.seed, 37])
    course = courses.healthy(plan.people)
    who = rng.choice(plan.people, min(SAMPLE, plan.people), replace=False).astype(np.int32)
    courses.infect(plan, rng, course, who, plan.first_second + rng.integers(0, DAY, len(who)), even=True)
    pairs, hazards = [], []
    last = int((course.ends[who].max() - plan.first_second) // DAY)
    for day in range(1, min(last, 16) + 1):
        stays = without(lay_out(plan, folk, places, day), course.isolated)
        chances = exposures(plan, rng, places, homes, stays, course, day)
        pairs.append(chances.infector.astype(np.int64) * plan.people + chances.exposed)
        hazards.append(chances.hazard)
    _, part = np.unique(np.concatenate(pairs), return_inverse=True)
    each = np.bincount(part, np.concatenate(hazards))
    low, high = 0.0, 1e4
    for _ in range(60):
        beta = (low + high) / 2
        if -np.expm1(-beta * each).sum() < plan.r * len(who):
            low = beta
        else:
            high = beta
    return high


def encounters(told: Told) -> Iterator[Encounters]:
    """What the telephones of cases give when they are found, day by day: each meeting once."""
    plan, course, folk = told.plan, told.course, told.folk
    who = np.zeros(plan.people, dtype=bool)
    who[told.cases()] = True
    who &= folk.app
    homes = homes_of(folk)
    for day in range(plan.days):
        base = plan.first_second + day * DAY
        able = who & (course.sampled < base + (UPLOADED + 1) * DAY) & (course.isolated > base)
        if not able.any():
            continue
        stays = without(lay_out(plan, folk, told.places, day), course.isolated)
        near = crowding(stays, told.places)
        parts = [_evening(plan, homes, folk, course, able, day)]
        for met in meetings(plan, stays, able, day):
            close = near[met.place]
            # of two cases, the meeting is on both telephones
            rows = folk.app[met.other] & (met.chance < FAR * close) & ~(able[met.other] & (met.other < met.one))
            rows &= _dice(plan, met.one, met.other, day) < HEARD
            metres = np.where(met.chance < close, 0.4 + 1.6 * met.chance / close, 2.0 + 3 * met.chance / close)
            parts.append(Encounters._make(c[rows] for c in (met.one, met.other, met.start, met.end, metres)))
        yield Encounters._make(np.concatenate(column) for column in zip(*parts, strict=True))


def _evening(plan: Outbreak, homes: Homes, folk: Folk, course: Course, able: Flags, day: int) -> Encounters:
    """Meetings at home, where telephones lie a metre apart."""
    base = plan.first_second + day * DAY
    begun, ended = (base + int(hour * 3_600) for hour in HOME)
    who = np.flatnonzero(able & (course.isolated > ended)).astype(np.int32)
    one, other = housemates(homes, who)
    kept = (one != other) & folk.app[other] & (course.isolated[other] > ended) & ~(able[other] & (other < one))
    kept &= _dice(plan, one, other, day) < HEARD
    size = int(kept.sum())
    return Encounters(one[kept], other[kept], np.full(size, begun), np.full(size, ended), np.ones(size))


def _dice(plan: Outbreak, one: Int32s, other: Int32s, day: int) -> Floats:
    bits = mix(one.astype(np.int64) * plan.people + other, plan.seed * 7_919 + day)
    found: Floats = (bits >> np.uint64(11)).astype(np.float64) / 2.0**53
    return found


def _note(course: Course, new: Exposures) -> None:
    course.infector[new.exposed] = new.infector
    course.place[new.exposed] = new.place
    course.recorded[new.exposed] = new.recorded


def _day_of_tests(plan: Outbreak, rng: np.random.Generator, course: Course, homes: Homes, day: int) -> list[Tests]:
    """Samples that follow from this day's results: households in one pool each; and people tested for other reasons."""
    base = plan.first_second + day * DAY
    found = np.flatnonzero((course.result >= base) & (course.result < base + DAY))
    parts = []
    if len(found):
        _, first = np.unique(homes.of[found], return_index=True)  # of those found in one household, one
        of, member = housemates(homes, found[first].astype(np.int32))
        home, part = np.unique(homes.of[of], return_inverse=True)
        goes = (course.result[member] == NEVER) | (course.result[member] >= base + DAY)
        goes &= rng.random(len(member)) < SCREENED
        at = course.result[of] + (rng.uniform(0.3, 1.0, len(home)) * DAY).astype(np.int64)[part]
        pool = homes.of[of].astype(np.int64) + day * plan.people
        parts.append(courses.take(plan, rng, course, member[goes], at[goes], pool[goes]))
    others = np.flatnonzero((rng.random(plan.people) < courses.OTHER_TESTS) & (course.result == NEVER)).astype(np.int32)
    at = base + rng.integers(7 * 3_600, 17 * 3_600, len(others))
    parts.append(courses.take(plan, rng, course, others, at, np.full(len(others), -1)))
    return parts
