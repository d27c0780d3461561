"""Where everybody was on one day: drawn from the plan and the day alone, so that any day can be laid out again."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import numpy as np

from lachan.synth.epidemic.plan import DAY, LONGEST_STAY, Outbreak
from lachan.synth.epidemic.population import KINDS, VENUES, Flags, Floats, Folk, Int32s, Places
from lachan.synth.numbers import Ints

HOUR: Final = 3_600
ROUTINE: Final = 0.6  # of all stays, at most this share is at school and work
LOCAL: Final = 0.9  # of stays at venues, those in one's own area
HOME_FROM: Final = 21.5 * HOUR  # everybody is at home from here on
ONE_APART: Final = 120  # seconds between two places
SHORTEST: Final = 180
_STARTS: Final = np.array([6.5, 7.0, 8.0, 9.0, 10.0, 11.5, 12.0, 15.0, 16.5, 17.5, 18.0, 18.5, 19.0, 19.5, 20.0])


class Stays(NamedTuple):
    """A row a stay, sorted by place and time. ``start``, ``end``: UNIX seconds; ``recorded``: somebody scanned."""

    person: Int32s
    place: Int32s
    start: Ints
    end: Ints
    recorded: Flags


def lay_out(plan: Outbreak, folk: Folk, places: Places, day: int) -> Stays:
    """All stays of a day (from 0) as people meant them: nobody ill, nobody isolated."""
    rng = np.random.default_rng([plan.seed, 23, day])
    size = plan.people
    total = plan.visits / plan.compliance * size
    grouped = np.flatnonzero(folk.group >= 0)
    # the first of June 2021 was a Tuesday: Sundays are free, Saturdays half
    weekday = (plan.start.weekday() + day) % 7
    attendance = min(0.95, ROUTINE * total / max(len(grouped), 1)) * (1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.0)[weekday]
    attending = grouped[rng.random(len(grouped)) < attendance]
    outings = rng.poisson(max(0.0, total - min(0.95 * len(grouped), ROUTINE * total) * 5.5 / 7))
    person = np.concatenate([attending, rng.integers(0, size, outings)]).astype(np.int32)
    start, minutes, place = _outings(rng, folk, places, person[len(attending) :])
    group_start = 7.4 * HOUR + rng.normal(0, 600, len(attending))
    hours = np.array([KINDS[len(VENUES)].minutes, KINDS[len(VENUES) + 1].minutes])
    length = hours[places.kind[folk.group[attending]] - len(VENUES)]
    start = np.concatenate([group_start, start])
    minutes = np.concatenate([length + rng.normal(0, 12, len(attending)), minutes])
    place = np.concatenate([folk.group[attending], place])
    end = np.minimum(start + np.minimum(minutes * 60, LONGEST_STAY), HOME_FROM)
    return _one_place_at_a_time(plan, rng, day, person, place, start, end)


def _outings(rng: np.random.Generator, folk: Folk, places: Places, person: Int32s) -> tuple[Floats, Floats, Int32s]:
    """(second of the day, minutes, place) of outings to venues."""
    size = len(person)
    shares = np.cumsum([kind.share for kind in VENUES])
    kind = np.searchsorted(shares[:-1] / shares[-1], rng.random(size), "right")
    area = folk.area[person]
    areas = places.first.shape[1]
    away = rng.random(size) >= LOCAL
    area = np.where(away, rng.integers(0, areas, size), area)
    which = np.empty(size, dtype=np.int64)
    minutes = np.empty(size)
    for number, entry in enumerate(VENUES):
        own = np.flatnonzero(kind == number)
        which[own] = np.searchsorted(_popularity(entry.venues), rng.random(len(own)), "right")
        minutes[own] = rng.gamma(3.0, entry.minutes / 3, len(own))
    place = (places.first[kind, area] + which).astype(np.int32)
    start = _STARTS[rng.integers(0, len(_STARTS), size)] * HOUR + rng.uniform(-1_500, 1_500, size)
    return start, minutes, place


@cache
def _popularity(count: int) -> Floats:
    """Cumulative shares of the venues of one kind: the first is far ahead (Pareto, as venues of real towns are)."""
    weights = 1.0 / np.arange(1, count + 1) ** 0.9
    return np.cumsum(weights)[:-1] / weights.sum()


def _one_place_at_a_time(
    plan: Outbreak, rng: np.random.Generator, day: int, person: Int32s, place: Int32s, start: Floats, end: Floats
) -> Stays:
    """Nobody is at two places at once: a stay ends before the next begins, short remainders are left out."""
    order = np.argsort(person.astype(np.int64) * DAY + start.astype(np.int64), kind="stable")
    person, place, start, end = person[order], place[order], start[order], end[order]
    same = person[1:] == person[:-1]
    end[:-1] = np.where(same, np.minimum(end[:-1], start[1:] - ONE_APART), end[:-1])
    recorded = rng.random(len(person)) < plan.compliance
    kept = end - start >= SHORTEST
    person, place, recorded = person[kept], place[kept], recorded[kept]
    base = plan.first_second + day * DAY
    begun = start[kept].astype(np.int64)
    left = end[kept].astype(np.int64)
    order = np.argsort(place.astype(np.int64) * DAY + begun, kind="stable")
    return Stays(person[order], place[order], base + begun[order], base + left[order], recorded[order])


def without(stays: Stays, isolated: Ints) -> Stays:
    """The same day without those who are isolated; a stay they were at when it came ends there."""
    end = np.minimum(stays.end, isolated[stays.person])
    kept = end > stays.start
    return Stays(stays.person[kept], stays.place[kept], stays.start[kept], end[kept], stays.recorded[kept])


def crowding(stays: Stays, places: Places) -> Floats:
    """How likely two who are at a place at one time come near each other, by place, 0 where nobody was.

    ``near`` of the kind over how many are there at once, on the average seen by those who are there.
    """
    count = len(places.kind)
    length = (stays.end - stays.start).astype(np.float64)
    person_seconds = np.bincount(stays.place, length, minlength=count)
    opened = np.where(places.kind >= len(VENUES), 7.0, 12.0) * HOUR
    longest = np.bincount(stays.place, length**2, minlength=count) / np.maximum(person_seconds, 1)
    at_once = person_seconds / np.maximum(opened, longest)
    near = np.array([kind.near for kind in KINDS])[places.kind]
    found: Floats = np.where(person_seconds > 0, np.minimum(1.0, near / np.maximum(at_once, 1e-9)), 0.0)
    return found
