"""Families: who lives with whom. Couples of near age, their children, the old with their grown children.

Shapes, not statistics: the point is shared addresses, surnames and telephones, as a matcher meets them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lachan.synth.numbers import Ints

MARRIED = 0.8  # of men from 23, women from 21
AT_HOME = 0.7  # of the unmarried from 18 to 24
WITH_CHILDREN = 0.6  # of the unmarried from 60, who live with a grown child


class Households(NamedTuple):
    """Per person, in household order: household number and the places of husband and wife in it (-1: none)."""

    order: Ints  # position in the input of the k-th person
    household: Ints
    father: Ints  # of persons in the home of their parents; positions in household order
    mother: Ints
    single: NDArray[np.bool_]  # lives without a couple: nobody's parent


def form(rng: np.random.Generator, age: NDArray[np.float64], male: NDArray[np.bool_]) -> Households:
    """Households of the persons with these ages (years) and sexes; couples first, then adults on their own."""
    size = len(age)
    husbands, wives = _couples(rng, age, male)
    home = np.full(size, -1)
    role = np.zeros(size, dtype=np.int64)  # husband 0, wife 1, their elders 2, their children 3, alone 4
    home[husbands] = home[wives] = np.arange(len(husbands))
    role[wives] = 1
    free = home < 0
    young = free & ((age < 18) | ((age < 25) & (rng.random(size) < AT_HOME)))
    old = free & (age >= 60) & (rng.random(size) < WITH_CHILDREN)
    if len(wives):
        by_age = np.argsort(age[wives], kind="stable")
        for members, gap, spread, rank in ((young, 27.0, 5.0, 3), (old, -27.0, 4.0, 2)):
            who = np.flatnonzero(members)
            distance = np.clip(rng.normal(gap, spread, len(who)), -42, 43)
            if rank == 3:
                distance = np.clip(distance, 17, 43)
            home[who] = by_age[_near(rng, age[wives][by_age], age[who] + distance)]
            role[who] = rank
    alone = np.flatnonzero(home < 0)
    role[alone] = 4
    home[alone] = len(husbands) + np.arange(len(alone)) // 2
    order = np.lexsort((-age, role, home))
    place = np.empty(size, dtype=np.int64)
    place[order] = np.arange(size)
    child = (role == 3)[order]
    ordered_home = home[order]
    couple = np.where(child, ordered_home, 0)
    father = np.where(child, place[husbands][couple], -1) if len(wives) else np.full(size, -1)
    mother = np.where(child, place[wives][couple], -1) if len(wives) else np.full(size, -1)
    return Households(order, ordered_home, father, mother, (role == 4)[order])


def _couples(rng: np.random.Generator, age: NDArray[np.float64], male: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Positions of husbands and wives, paired by rank of age (with some play), wives some three years younger."""
    size = len(age)
    willing = rng.random(size) < MARRIED
    men = np.flatnonzero(male & (age >= 23) & willing)
    women = np.flatnonzero(~male & (age >= 21) & willing)
    pairs = min(len(men), len(women))
    men = rng.permutation(men)[:pairs]
    women = rng.permutation(women)[:pairs]
    men = men[np.argsort(age[men] + rng.normal(0, 2, pairs), kind="stable")]
    women = women[np.argsort(age[women] + rng.normal(0, 2, pairs), kind="stable")]
    return men, women


def _near(rng: np.random.Generator, ordered: NDArray[np.float64], wanted: NDArray[np.float64]) -> Ints:
    """Places in ``ordered`` near the wanted values, spread so that one family does not take every child."""
    reach = max(1, len(ordered) // 60)
    place = np.searchsorted(ordered, wanted) + rng.integers(-reach, reach + 1, len(wanted))
    return np.clip(place, 0, len(ordered) - 1)
