"""What an infection does to one person: incubation, symptoms, when others can catch it, tests, isolation."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from scipy.special import gammaincinv

from lachan.synth.epidemic.plan import DAY, Outbreak
from lachan.synth.epidemic.population import Flags, Floats, Int32s
from lachan.synth.numbers import Ints

NEVER: Final = np.iinfo(np.int64).max
INCUBATION: Final = (4.84, 1.136)  # gamma: mean 5.5 days, sd 2.5
BEFORE_ONSET: Final = 2.5  # days from which on others catch it
AFTER_ONSET: Final = 8.0
LATENT: Final = 1.0  # days after infection in which nobody does
PEAK: Final = -0.3  # days from onset
SPREAD: Final = 2.4
WITHOUT_SYMPTOMS: Final = 0.6  # as infectious as others
DETECTABLE: Final = 2.0  # days after infection
TO_TEST: Final = (2.0, 0.9)  # gamma: onset to sample, mean 1.8 days
TO_RESULT: Final = (2.0, 0.35)  # gamma: sample to result, mean 0.7 days
TO_ISOLATION: Final = 0.15  # days from result
OTHER_TESTS: Final = 0.0004  # of all people and day, for other reasons


class Course(NamedTuple):
    """A row a person of the population; ``NEVER`` where something does not happen.

    ``onset``: also of those without symptoms the middle of their infection; ``factor``: how infectious beside others.
    """

    infected: Ints
    infector: Int32s  # -1: imported, or never infected
    place: Int32s  # -1: at home or imported
    recorded: Flags  # both stays of the infection were scanned
    onset: Ints
    symptoms: Flags
    begins: Ints
    ends: Ints
    factor: Floats
    result: Ints
    sampled: Ints
    isolated: Ints


class Tests(NamedTuple):
    """Samples of one lot. ``pool``: number of the pool (-1: alone); ``positive``: what the laboratory says."""

    person: Int32s
    sampled: Ints
    result: Ints
    positive: Flags
    pool: Ints


def healthy(size: int) -> Course:
    """Nobody is ill."""
    never = np.full(size, NEVER)
    nobody = np.full(size, -1, dtype=np.int32)
    no = np.zeros(size, dtype=bool)
    return Course(
        never, nobody, nobody.copy(), no, never.copy(), no.copy(), never.copy(), np.zeros(size, np.int64),
        np.zeros(size), never.copy(), never.copy(), never.copy(),
    )  # fmt: skip


def infect(
    plan: Outbreak, rng: np.random.Generator, course: Course, who: Int32s, at: Ints, *, even: bool = False
) -> Tests:
    """Begin an infection of these people (each once) at these seconds; their own tests. ``even``: how infectious they
    are by quantiles and not by chance, for means of a few."""
    size = len(who)
    onset = at + (np.maximum(rng.gamma(*INCUBATION, size), 1.0) * DAY).astype(np.int64)
    symptoms = rng.random(size) >= plan.asymptomatic
    order = rng.permutation(size)
    draw = (order + 0.5) / max(size, 1) if even else rng.random(size)
    factor = gammaincinv(plan.k, draw) / plan.k * np.where(symptoms, 1.0, WITHOUT_SYMPTOMS)
    course.infected[who] = at
    course.onset[who] = onset
    course.symptoms[who] = symptoms
    course.begins[who] = np.maximum(at + int(LATENT * DAY), onset - int(BEFORE_ONSET * DAY))
    course.ends[who] = onset + int(AFTER_ONSET * DAY)
    course.factor[who] = factor
    goes = np.flatnonzero(symptoms & (rng.random(size) < plan.tested))
    sampled = onset[goes] + (rng.gamma(*TO_TEST, len(goes)) * DAY).astype(np.int64)
    return take(plan, rng, course, who[goes], sampled, np.full(len(goes), -1))


def take(plan: Outbreak, rng: np.random.Generator, course: Course, who: Int32s, sampled: Ints, pool: Ints) -> Tests:
    """Sample these people; a positive result isolates. A pool is positive when one of its samples is, and then opened:
    its people wait as long again."""
    size = len(who)
    ill = (sampled - np.where(course.infected[who] == NEVER, sampled, course.infected[who])) >= DETECTABLE * DAY
    ill &= sampled < course.ends[who] + 4 * DAY
    positive = np.where(ill, rng.random(size) < plan.sensitivity, rng.random(size) >= plan.specificity)
    wait = rng.gamma(*TO_RESULT, size) * DAY
    if (pool >= 0).any():
        pooled = pool >= 0
        _, part = np.unique(pool[pooled], return_inverse=True)
        longest = np.zeros(int(part.max()) + 1)
        np.maximum.at(longest, part, wait[pooled])
        opened = np.bincount(part, positive[pooled]) > 0
        wait[pooled] = longest[part] * np.where(opened[part], 1.6, 1.0)
    result = sampled + wait.astype(np.int64)
    new = positive & (result < course.result[who])
    course.result[who[new]] = result[new]
    course.sampled[who[new]] = sampled[new]
    course.isolated[who[new]] = result[new] + int(TO_ISOLATION * DAY)
    return Tests(who, sampled, result, positive, pool)


def strength(course: Course, who: Int32s, at: Ints) -> Floats:
    """How infectious these people are at these seconds, 1 for the average person at the peak; 0 outside their time."""
    days = (at - course.onset[who]) / DAY
    found: Floats = course.factor[who] * np.exp(-(((days - PEAK) / SPREAD) ** 2) / 2)
    found[(at < course.begins[who]) | (at >= course.ends[who])] = 0.0
    return found
