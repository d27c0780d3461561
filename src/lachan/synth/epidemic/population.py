"""The people of an outbreak in columns: homes from the invented population, workplaces, classes, venues nearby."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lachan.synth import people, work
from lachan.synth.epidemic.plan import Outbreak
from lachan.synth.numbers import Ints, Words
from lachan.synth.plan import CHUNK, Plan

Flags = NDArray[np.bool_]
Int32s = NDArray[np.int32]
Floats = NDArray[np.float64]

AREA: Final = 2_000  # people who share shops and markets
REGION: Final = 50  # areas that share a mall, a hospital, a bus station
CLASS: Final = 40
WORKPLACE: Final = 22  # people in the mean; many small ones, few large
AT_HOME: Final = (work.NAMES.index("Nội trợ"), work.NAMES.index(work.CHILD), work.NAMES.index(work.OLD))
PUPIL: Final = work.NAMES.index(work.PUPIL)
FARMER: Final = work.NAMES.index("Nông dân")


class Kind(NamedTuple):
    """A kind of venue. ``near``: of those there at one time, how many a person comes near to (two metres);
    ``minutes``: mean stay; ``share``: of all stays at venues; ``venues``: how many in each area (or region)."""

    name: str
    venues: int
    regional: bool
    closed: bool
    near: float
    minutes: float
    share: float


VENUES: Final = (
    Kind("market", 2, False, False, 3.0, 40, 0.26),
    Kind("shop", 9, False, True, 1.5, 15, 0.24),
    Kind("eatery", 8, False, True, 4.0, 45, 0.22),
    Kind("clinic", 1, False, True, 2.0, 60, 0.05),
    Kind("temple", 1, False, False, 3.0, 40, 0.03),
    Kind("mall", 3, True, True, 2.0, 75, 0.07),
    Kind("hospital", 1, True, True, 3.0, 150, 0.03),
    Kind("bus", 25, True, True, 5.0, 35, 0.07),
    Kind("party", 6, True, True, 20.0, 150, 0.03),
)
SCHOOL: Final = Kind("class", 0, False, True, 4.0, 270, 0.0)
OFFICE: Final = Kind("workplace", 0, False, True, 2.5, 480, 0.0)
KINDS: Final = (*VENUES, SCHOOL, OFFICE)


class Folk(NamedTuple):
    """Everybody, a row a person: ids as in the invented population, home, where they go.

    ``group``: place number of the class or workplace, -1 for neither; ``area``: number of the neighbourhood.
    """

    upper: Words
    lower: Words
    age: Int32s
    male: Flags
    commune: Int32s  # position in synth.tables.places
    household: Ints
    group: Int32s
    area: Int32s
    app: Flags


class Places(NamedTuple):
    """A row a place: its kind (position in KINDS), area and, by area, the first venue of each kind."""

    kind: Int32s
    area: Int32s
    first: NDArray[np.int32]  # (kinds of venue, areas): the first venue of that kind for people of that area


def settle(plan: Outbreak) -> tuple[Folk, Places]:
    """The people of the plan and the places they have."""
    size = plan.people
    parts = [_chunk(plan, chunk, min(CHUNK, size - chunk * CHUNK)) for chunk in range(-(-size // CHUNK))]
    upper, lower, age, male, commune, household, occupation = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    rng = np.random.default_rng([plan.seed, 11])
    order = np.lexsort((household, commune))
    area = np.empty(size, dtype=np.int32)
    area[order] = np.arange(size) // AREA
    areas = int(area.max()) + 1
    kinds, where, first = _venues(areas)
    group, more_kinds, more_areas = _groups(rng, age, occupation, area, len(kinds))
    folk = Folk(upper, lower, age, male, commune, household, group, area, rng.random(size) < plan.app)
    return folk, Places(np.concatenate([kinds, more_kinds]), np.concatenate([where, more_areas]), first)


def _chunk(plan: Outbreak, chunk: int, size: int) -> tuple[NDArray[np.generic], ...]:
    truth = people.generate(Plan(plan.seed, plan.province), chunk)
    return (
        truth.upper[:size], truth.lower[:size], truth.age[:size].astype(np.int32), truth.male[:size],
        truth.place[:size].astype(np.int32), (truth.household[:size] + chunk * 2 * CHUNK), truth.occupation[:size],
    )  # fmt: skip


def _venues(areas: int) -> tuple[Int32s, Int32s, NDArray[np.int32]]:
    """(kind, area) of every venue, and the first of each kind for each area."""
    first = np.empty((len(VENUES), areas), dtype=np.int32)
    kinds, where, at = [], [], 0
    for number, kind in enumerate(VENUES):
        units = np.arange(areas) // REGION if kind.regional else np.arange(areas)
        count = int(units.max()) + 1
        first[number] = at + units * kind.venues
        kinds.append(np.full(count * kind.venues, number, dtype=np.int32))
        where.append(np.repeat(np.arange(count) * (REGION if kind.regional else 1), kind.venues).astype(np.int32))
        at += count * kind.venues
    return np.concatenate(kinds), np.concatenate(where), first


def _groups(
    rng: np.random.Generator, age: Int32s, occupation: Ints, area: Int32s, first: int
) -> tuple[Int32s, Int32s, Int32s]:
    """(group of each person, kind of each group, area of each group); groups are places numbered from ``first``.

    Classes are of one area and age; workplaces of one area, their sizes geometric on a logarithmic scale.
    """
    size = len(age)
    group = np.full(size, -1, dtype=np.int32)
    pupil = np.flatnonzero(occupation == PUPIL)
    pupil = pupil[np.lexsort((rng.random(len(pupil)), age[pupil], area[pupil]))]
    key = area[pupil].astype(np.int64) * 200 + age[pupil]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    rank = np.arange(len(pupil)) - np.repeat(starts, np.diff(np.append(starts, len(pupil))))
    new = (rank % CLASS == 0).cumsum() - 1
    group[pupil] = first + new
    classes = int(new.max(initial=-1)) + 1
    area_of_class = area[pupil][np.flatnonzero(rank % CLASS == 0)]

    worker = np.flatnonzero(~np.isin(occupation, [*AT_HOME, PUPIL, FARMER]))
    worker = worker[np.lexsort((rng.random(len(worker)), area[worker]))]
    sizes = np.maximum(1, rng.lognormal(np.log(WORKPLACE) - 0.5, 1.0, len(worker) + 1)).astype(np.int64)
    ends = np.cumsum(sizes)
    at = np.searchsorted(ends, np.arange(len(worker)), "right")
    group[worker] = first + classes + at
    works = int(at.max(initial=-1)) + 1
    area_of_work = area[worker][np.concatenate([[0], ends])[:works]] if works else np.empty(0, np.int32)
    kinds = np.concatenate([
        np.full(classes, len(VENUES), dtype=np.int32), np.full(works, len(VENUES) + 1, dtype=np.int32),
    ])  # fmt: skip
    return group, kinds, np.concatenate([area_of_class, area_of_work]).astype(np.int32)
