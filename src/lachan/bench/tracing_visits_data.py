"""Visits to measure with: seeded, as dense in places and people as a nation's, and as unevenly spread.

A nation of 100 million people with a million venues and 50 million visits a day, cut down: every place has 50 visits a
day on average, one in a hundred has over 670, the busiest over 4,300; a person is somewhere every second day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lachan.tracing.engine.shapes import Longs
from lachan.tracing.segments.layout import CLOSED, DAY_S, LONGEST_S, Rows

DAYS: Final = 21
VISITS_A_PERSON: Final = 10.5
VISITS_A_PLACE: Final = 1_050
FIRST_DAY: Final = (date(2026, 10, 1) - date(1970, 1, 1)).days
_BUSIEST: Final = 647.0  # times the quietest: with a Pareto tail of 1 below it, 87 times the mean
_OPEN_FROM, _OPEN_S = -3_600, 16 * 3_600  # six in the morning in Việt Nam, 16 hours


def people_of(visits: int) -> int:
    return max(2, int(visits / VISITS_A_PERSON))


def places_of(visits: int) -> int:
    return max(1, visits // VISITS_A_PLACE)


def subjects(count: int, seed: int = 1) -> Longs:
    """Different pseudonyms of 63 bits, spread as those of a keyed digest are."""
    mixed = np.arange(count, dtype=np.uint64) + np.uint64(seed << 32)
    for multiplier, shift in ((0x9E3779B97F4A7C15, 31), (0xBF58476D1CE4E5B9, 29), (0x94D049BB133111EB, 32)):
        mixed *= np.uint64(multiplier)  # each step is one to one on 64 bits
        mixed ^= mixed >> np.uint64(shift)
    return np.unique((mixed >> np.uint64(1)).astype(np.int64))


def by_day(visits: int, *, days: int = DAYS, seed: int = 1) -> Iterator[tuple[int, Rows]]:
    """(day, its visits), day by day: whoever came in on that day (UTC), each place, subject and ``t_in`` once."""
    rng = np.random.default_rng(seed)
    whose = rng.permutation(subjects(people_of(visits), seed))
    places = places_of(visits)
    busy = np.minimum(1 / (1 - (np.arange(places) + 0.5) / places), _BUSIEST)
    until = np.cumsum(busy) / busy.sum()
    closed = rng.random(places) < 0.7
    for nth in range(days):
        yield FIRST_DAY + nth, _day(rng, FIRST_DAY + nth, visits // days, whose, until, closed)


def _day(
    rng: np.random.Generator, day: int, count: int, whose: Longs, until: NDArray[np.float64], closed: NDArray[np.bool_]
) -> Rows:
    place = np.searchsorted(until, rng.random(count)).clip(max=len(until) - 1)
    person = rng.integers(0, len(whose), count)
    # two humps, before noon and in the evening
    hour = np.where(rng.random(count) < 0.5, rng.beta(2, 4, count), rng.beta(4, 2, count))
    t_in = (_OPEN_FROM + (hour * _OPEN_S).astype(np.int64)) % DAY_S
    stay = np.minimum(np.exp(rng.normal(np.log(2_400), 0.8, count)).astype(np.int64), LONGEST_S)
    _, once = np.unique((person * DAY_S + t_in) * len(until) + place, return_index=True)
    place, person, t_in, stay = place[once], person[once], t_in[once] + day * DAY_S, stay[once]
    flags = np.where(closed[place], CLOSED, 0).astype(np.uint8)
    return Rows(place.astype(np.int64) + 1, whose[person], t_in, t_in + stay, flags)
