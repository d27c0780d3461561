"""Backward from cases to where they caught it: places and events shared by more of them than so popular a place shows.

A case's source window is [onset - 14 d, onset - 2 d] (Endo et al. 2020: two weeks cover nearly every
incubation, the last two days are those in which it could already infect others itself). If a share s of all people was
at a place, a case who went to d different places, where people on average go to m, is expected there with
1 - (1 - s)^(d / m): a market that half the town visits must be shared by more than half the cases to say anything.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from scipy.special import gammainc

from lachan.tracing.chains.shapes import DAY, Days, Longs, Weights

SOURCE_FROM: Final = 14.0  # days before onset
SOURCE_TO: Final = 2.0
FEWEST: Final = 2  # cases that make a place shared


class Stays(NamedTuple):
    """Where cases were, a row a stay: number of the case, place, closed-open UNIX seconds."""

    case: Longs
    place: Longs
    start: Longs
    end: Longs


class Popularity(NamedTuple):
    """How many different people were at each place (or event) in the time looked at, cases included.

    ``stratum``: where people come from when that is known, e.g. their commune: a case is compared with its own
    neighbours. All 0 where it is not. Sorted by (stratum, place). ``people``: how many there are by stratum, those who
    were anywhere at all.
    """

    place: Longs
    visitors: Longs
    stratum: Longs
    people: Longs


class Shared(NamedTuple):
    """Places by evidence, the strongest first. ``cases``: different cases there in their source windows; ``expected``:
    how many so popular a place shows anyway; ``p``: chance of at least that many; ``q``: after correction for all the
    places looked at (Benjamini and Hochberg); ``first``, ``last``: ends of those cases' stays."""

    place: Longs
    cases: Longs
    expected: Weights
    p: Weights
    q: Weights
    first: Longs
    last: Longs


def in_source_window(stays: Stays, onset: Days) -> Stays:
    """The stays clipped to each case's own window; ``onset`` in days since 1970 by number of the case."""
    low = (onset[stays.case] - SOURCE_FROM) * DAY
    high = (onset[stays.case] - SOURCE_TO) * DAY
    start, end = np.maximum(stays.start, low), np.minimum(stays.end, high)
    kept = start < end  # NaN onsets fall out
    return Stays(stays.case[kept], stays.place[kept], start[kept].astype(np.int64), end[kept].astype(np.int64))


def shared(
    stays: Stays, popularity: Popularity, *, stratum: Longs | None = None, fewest: int = FEWEST, most: int = 100
) -> Shared:
    """Which places the cases share beyond their popularity, at most ``most``; stays as of :func:`in_source_window`.

    ``stratum``: of each case by its number, as in ``popularity``. A place nobody counted visitors of is taken to have
    had these cases and nobody else.
    """
    home = np.zeros(int(stays.case.max(initial=-1)) + 1, dtype=np.int64) if stratum is None else stratum
    pairs = np.unique(np.column_stack([stays.case, stays.place]), axis=0)
    case, place = pairs[:, 0], pairs[:, 1]
    places, found = np.unique(place, return_counts=True)
    expected = _expected(case, places, found, home, popularity)
    # P(Poisson(expected) >= found): the number of different cases varies less, so that this errs on the careful side
    chance = gammainc(found, expected)
    # every place with visitors was looked at, also those no case went to
    tested = max(len(np.unique(popularity.place)), len(places))
    corrected = _benjamini_hochberg(chance, tested)
    first, last = _ends(stays, places)
    order = np.lexsort((places, -found, chance))
    order = order[found[order] >= fewest][:most]
    return Shared(
        places[order], found[order], expected[order], chance[order], corrected[order], first[order], last[order]
    )


def event_of(place: Longs, start: Longs) -> Longs:
    """A number for (place, day of UTC), to look for events in the same way; :func:`place_of` takes it apart."""
    found: Longs = place * 65_536 + start // DAY
    return found


def place_of(event: Longs) -> tuple[Longs, Longs]:
    """(place, first second of the day) of event numbers."""
    return event // 65_536, event % 65_536 * DAY


def popularity_of(person: Longs, place: Longs, stratum: Longs | None = None) -> Popularity:
    """Different people at each place from everybody's visits; ``stratum`` of each visit's person."""
    home = np.zeros(len(place), dtype=np.int64) if stratum is None else stratum
    people = np.unique(np.column_stack([home, place, person]), axis=0)
    keys, visitors = np.unique(people[:, :2], axis=0, return_counts=True)
    each = np.unique(people[:, ::2], axis=0)[:, 0]
    return Popularity(keys[:, 1], visitors.astype(np.int64), keys[:, 0], np.bincount(each))


def _expected(case: Longs, places: Longs, found: Longs, home: Longs, popularity: Popularity) -> Weights:
    """Cases expected at each of ``places``, summed over the cases of each stratum."""
    expected = np.zeros(len(places))
    known = np.zeros(len(places), dtype=bool)
    strata = home[case]
    for stratum in np.unique(strata).tolist():
        own = popularity.stratum == stratum
        at, visitors = popularity.place[own], popularity.visitors[own]
        if not len(at):
            continue
        people = int(popularity.people[stratum])
        index = np.clip(np.searchsorted(at, places), 0, len(at) - 1)
        there = at[index] == places
        away = np.log1p(-np.minimum(np.where(there, visitors[index], 0) / people, 1 - 1e-9))
        went, cases = np.unique(np.unique(case[strata == stratum], return_counts=True)[1], return_counts=True)
        busy = went * people / int(visitors.sum())
        expected += -np.expm1(np.outer(away, busy)) @ cases
        known |= there
    alone = len(case) * found / max(int(popularity.visitors.sum()), int(found.sum()), 1)
    return np.maximum(expected, np.where(known, 1e-12, alone))


def _benjamini_hochberg(chance: Weights, tested: int) -> Weights:
    order = np.argsort(chance, kind="stable")
    stepped = chance[order] * tested / np.arange(1, len(chance) + 1)
    corrected = np.empty(len(chance))
    corrected[order] = np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1.0)
    return corrected


def _ends(stays: Stays, places: Longs) -> tuple[Longs, Longs]:
    at = np.searchsorted(places, stays.place)
    first = np.full(len(places), np.iinfo(np.int64).max)
    last = np.full(len(places), np.iinfo(np.int64).min)
    np.minimum.at(first, at, stays.start)
    np.maximum.at(last, at, stays.end)
    return first, last
