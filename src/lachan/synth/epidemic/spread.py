"""Who catches it from whom on one day: at the places both are at, near each other, and at home in the evening."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from lachan.synth.epidemic.course import NEVER, Course, strength
from lachan.synth.epidemic.days import HOUR, Stays, crowding
from lachan.synth.epidemic.plan import DAY, Outbreak
from lachan.synth.epidemic.population import KINDS, Flags, Floats, Folk, Int32s, Places
from lachan.synth.numbers import Ints, mix

OPEN_AIR: Final = 0.3  # as dangerous as a closed space
HOME: Final = (21.5, 24.0)  # hours at which everybody is at home
AT_HOME: Final = 3.0  # hours of closeness an evening counts for
FAR: Final = 3.0  # telephones hear people this many times as often as they are near
PORTION: Final = 4_000_000  # pairs of stays looked at together
HOME_PLACE: Final = -1


class Meetings(NamedTuple):
    """A row a pair at one place and time; ``one`` was asked for. ``chance``: a number from 0 to 1 that belongs to the
    two, the place and the day; below the crowding of the place they were near each other."""

    one: Int32s
    other: Int32s
    place: Int32s
    start: Ints
    end: Ints
    recorded: Flags
    chance: Floats


class Homes(NamedTuple):
    """People by household: ``member[first[h] : first[h + 1]]`` live in household ``h``."""

    first: Ints
    member: Int32s
    of: Int32s


class Exposures(NamedTuple):
    """A row a chance to infect: ``hazard`` in hours of closeness to the average person at the peak."""

    infector: Int32s
    exposed: Int32s
    place: Int32s
    at: Ints
    hazard: Floats
    recorded: Flags


def homes_of(folk: Folk) -> Homes:
    """Households numbered from 0."""
    _, of = np.unique(folk.household, return_inverse=True)
    order = np.argsort(of, kind="stable")
    first = np.searchsorted(of[order], np.arange(int(of.max(initial=-1)) + 2))
    return Homes(first, order.astype(np.int32), of.astype(np.int32))


def housemates(homes: Homes, who: Int32s) -> tuple[Int32s, Int32s]:
    """Each of these people beside everybody who lives in their household, themselves as well."""
    home = homes.of[who]
    count = homes.first[home + 1] - homes.first[home]
    one = np.repeat(who, count)
    offset = np.arange(len(one)) - np.repeat(np.cumsum(count) - count, count)
    return one, homes.member[np.repeat(homes.first[home], count) + offset]


def meetings(plan: Outbreak, stays: Stays, who: Flags, day: int) -> list[Meetings]:
    """Everybody who overlaps with a stay of these people, in portions that fit into memory."""
    rows = np.flatnonzero(who[stays.person])
    if not len(rows):
        return []
    key = stays.place.astype(np.int64) * 2 * DAY + stays.start - plan.first_second - day * DAY
    low = np.searchsorted(stays.place, stays.place[rows])
    high = np.searchsorted(key, key[rows] + stays.end[rows] - stays.start[rows])
    count = high - low
    found = []
    cuts = np.flatnonzero(np.diff(np.cumsum(count) // PORTION, prepend=0))
    for own in np.split(np.arange(len(rows)), cuts):
        if not len(own):
            continue
        left = np.repeat(rows[own], count[own])
        offset = np.arange(len(left)) - np.repeat(np.cumsum(count[own]) - count[own], count[own])
        right = np.repeat(low[own], count[own]) + offset
        start = np.maximum(stays.start[left], stays.start[right])
        end = np.minimum(stays.end[left], stays.end[right])
        one, other = stays.person[left], stays.person[right]
        kept = (start < end) & (one != other)
        one, other, left, right = one[kept], other[kept], left[kept], right[kept]
        pair = np.minimum(one, other).astype(np.int64) * plan.people + np.maximum(one, other)
        bits = mix(pair ^ (stays.place[left].astype(np.int64) << 40), plan.seed * 1_000 + day)
        chance = (bits >> np.uint64(11)).astype(np.float64) / 2.0**53
        recorded = stays.recorded[left] & stays.recorded[right]
        found.append(Meetings(one, other, stays.place[left], start[kept], end[kept], recorded, chance))
    return found


def exposures(
    plan: Outbreak, rng: np.random.Generator, places: Places, homes: Homes, stays: Stays, course: Course, day: int
) -> Exposures:
    """Chances to infect on this day, by all who can and are not isolated; ``stays`` without the isolated."""
    base = plan.first_second + day * DAY
    able = (course.begins < base + DAY) & (course.ends > base) & (course.isolated > base)
    near = crowding(stays, places)
    danger = np.where(np.array([kind.closed for kind in KINDS])[places.kind], 1.0, OPEN_AIR)
    parts = [_at_home(rng, homes, course, np.flatnonzero(able).astype(np.int32), base)]
    for met in meetings(plan, stays, able, day):
        rows = np.flatnonzero(met.chance < near[met.place])
        one, start = met.one[rows], np.maximum(met.start[rows], course.begins[met.one[rows]])
        end = np.minimum(met.end[rows], course.ends[one])
        at = start + (rng.random(len(rows)) * np.maximum(end - start, 0)).astype(np.int64)
        hours = np.maximum(end - start, 0) / HOUR
        hazard = strength(course, one, at) * hours * danger[met.place[rows]]
        parts.append(Exposures(one, met.other[rows], met.place[rows], at, hazard, met.recorded[rows]))
    whole = Exposures._make(np.concatenate(column) for column in zip(*parts, strict=True))
    return Exposures._make(column[whole.hazard > 0] for column in whole)


def caught(rng: np.random.Generator, chances: Exposures, course: Course, beta: float) -> Exposures:
    """Those who catch it, each once, from the first who gives it to them; sorted by person."""
    struck = rng.random(len(chances.hazard)) < -np.expm1(-beta * chances.hazard)
    struck &= course.infected[chances.exposed] == NEVER
    rows = np.flatnonzero(struck)
    rows = rows[np.lexsort((chances.at[rows], chances.exposed[rows]))]
    rows = rows[np.flatnonzero(np.diff(chances.exposed[rows], prepend=-1))]
    return Exposures._make(column[rows] for column in chances)


def _at_home(rng: np.random.Generator, homes: Homes, course: Course, able: Int32s, base: int) -> Exposures:
    """The evening at home, with whoever lives there and is not isolated elsewhere."""
    begun, ended = base + int(HOME[0] * HOUR), base + int(HOME[1] * HOUR)
    able = able[course.isolated[able] > ended]
    one, other = housemates(homes, able)
    kept = (one != other) & (course.isolated[other] > ended)
    one, other = one[kept], other[kept]
    at = begun + (rng.random(len(one)) * (ended - begun)).astype(np.int64)
    hazard = strength(course, one, at) * AT_HOME
    return Exposures(one, other, np.full(len(one), HOME_PLACE, np.int32), at, hazard, np.ones(len(one), bool))
