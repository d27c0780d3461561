"""The loops over visits, compiled: own stays of a person, everybody who was there, their time together.

Tables come as ``entries``, a row a table, sorted by day: the columns named by the constants below; ``first[d]`` is the
first entry of day ``day0 + d``, one more than days. Times are UNIX seconds, spans closed-open, persons dense numbers.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from lachan.tracing.segments.pointers import i64, u16, u32, u64

DAY, WORDS, PLACES, N_PLACES, STARTS, LONGEST, BLOCKS, N_BLOCKS, ROWS, SHIFT = range(10)
ENTRY: Final = 10

_DAY_S = 86_400
_LONGEST_S = 43_200
_PERSON = np.uint64((1 << 29) - 1)
_CLOSED = np.uint64(1 << 30)
_PROVISIONAL = np.uint64(1 << 29)

STAY: Final = 5  # columns of a stay: place, t_in, t_out, closed, provisional


@njit(cache=True, nogil=True)
def span(first: Any, day0: Any, begin: Any, end: Any) -> Any:
    """Entries of the days from ``begin`` to ``end`` (days since 1970, both included)."""
    days = len(first) - 1
    low = min(max(begin - day0, 0), days)
    high = min(max(end + 1 - day0, low), days)
    return first[low], first[high]


@njit(cache=True, nogil=True)
def _rows_of(entry: Any, person: Any) -> Any:
    """Where in the index of a table the rows of this person begin and end."""
    block = person >> entry[SHIFT]
    if block >= entry[N_BLOCKS]:
        return 0, 0
    words, blocks, rows = u64(entry[WORDS]), u32(entry[BLOCKS]), u32(entry[ROWS])
    begin, stop = np.int64(blocks[block]), np.int64(blocks[block + 1])
    high = stop
    while begin < high:
        middle = (begin + high) >> 1
        if np.int64(words[np.int64(rows[middle])] & _PERSON) < person:
            begin = middle + 1
        else:
            high = middle
    end = begin
    while end < stop and np.int64(words[np.int64(rows[end])] & _PERSON) == person:
        end += 1
    return begin, end


@njit(cache=True, nogil=True)
def stays(entries: Any, first: Any, day0: Any, persons: Any, t_from: Any, t_to: Any) -> Any:
    """Stays of these persons that share a second with the span, sorted by ``t_in``: an int64 matrix [n, STAY]."""
    low, high = span(first, day0, (t_from - _LONGEST_S) // _DAY_S, (t_to - 1) // _DAY_S)
    most = 0
    for at in range(low, high):
        for person in persons:
            begin, end = _rows_of(entries[at], person)
            most += end - begin
    found = np.empty((most, STAY), np.int64)
    n = 0
    for at in range(low, high):
        entry = entries[at]
        words, rows, places, starts = u64(entry[WORDS]), u32(entry[ROWS]), i64(entry[PLACES]), u32(entry[STARTS])
        for person in persons:
            begin, end = _rows_of(entry, person)
            for slot in range(begin, end):
                row = np.int64(rows[slot])
                word = words[row]
                t_in = entry[DAY] * _DAY_S + np.int64(word >> np.uint64(47))
                t_out = t_in + np.int64((word >> np.uint64(31)) & np.uint64(0xFFFF))
                if t_in >= t_to or t_out <= t_from:
                    continue
                found[n, 0] = places[_place_of(starts, entry[N_PLACES], row)]
                found[n, 1], found[n, 2] = t_in, t_out
                found[n, 3] = 1 if word & _CLOSED else 0
                found[n, 4] = 1 if word & _PROVISIONAL else 0
                n += 1
    return _by_begin(found[:n])


@njit(cache=True, nogil=True)
def _by_begin(found: Any) -> Any:
    if len(found) > 64:
        return found[np.argsort(found[:, 1])]
    for row in range(1, len(found)):
        slot = row
        while slot > 0 and found[slot - 1, 1] > found[slot, 1]:
            for column in range(STAY):
                kept = found[slot, column]
                found[slot, column] = found[slot - 1, column]
                found[slot - 1, column] = kept
            slot -= 1
    return found


@njit(cache=True, nogil=True)
def _place_of(starts: Any, places: Any, row: Any) -> Any:
    """The number of the place a row lies in: the last that begins at or before it."""
    low, high = 0, places
    while high - low > 1:
        middle = (low + high) >> 1
        if np.int64(starts[middle]) <= row:
            low = middle
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def find_place(entry: Any, place: Any) -> Any:
    """The number of a place in a table, -1 where nobody was."""
    places, n = i64(entry[PLACES]), entry[N_PLACES]
    low, high = 0, n
    while low < high:
        middle = (low + high) >> 1
        if places[middle] < place:
            low = middle + 1
        else:
            high = middle
    return low if low < n and places[low] == place else -1


@njit(cache=True, nogil=True)
def first_from(words: Any, low: Any, high: Any, since: Any) -> Any:
    """The first of these rows that began at or after ``since``, seconds from midnight of their day."""
    if since <= 0:
        return low
    if since >= _DAY_S:
        return high
    key = np.uint64(since) << np.uint64(47)
    while low < high:
        middle = (low + high) >> 1
        if words[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def ranges(entries: Any, first: Any, day0: Any, own: Any, t_from: Any, t_to: Any) -> Any:
    """Runs of rows that may overlap with each stay, clipped to the span: matrix [n, 4] of stay, entry, begin, end."""
    most = 0
    for stay in range(len(own)):
        low, high = span(first, day0, (own[stay, 1] - _LONGEST_S) // _DAY_S, own[stay, 2] // _DAY_S)
        most += high - low
    found = np.empty((most, 4), np.int64)
    n = 0
    for stay in range(len(own)):
        begin, end = max(own[stay, 1], t_from), min(own[stay, 2], t_to)
        if begin >= end:
            continue
        low, high = span(first, day0, (begin - _LONGEST_S) // _DAY_S, (end - 1) // _DAY_S)
        for at in range(low, high):
            entry = entries[at]
            place = find_place(entry, own[stay, 0])
            if place < 0:
                continue
            words, starts = u64(entry[WORDS]), u32(entry[STARTS])
            midnight = entry[DAY] * _DAY_S
            row, last = np.int64(starts[place]), np.int64(starts[place + 1])
            row = first_from(words, row, last, begin - np.int64(u16(entry[LONGEST])[place]) + 1 - midnight)
            last = first_from(words, row, last, end - midnight)
            if row < last:
                found[n, 0], found[n, 1], found[n, 2], found[n, 3] = stay, at, row, last
                n += 1
    return found[:n]


@njit(cache=True, nogil=True)
def pieces(entries: Any, own: Any, runs: Any, persons: Any, t_from: Any, t_to: Any) -> Any:
    """Overlaps of others with these stays: matrix [n, 5] of person, begin, end, place, closed. Sharing a second with
    the span, not clipped to it."""
    most = 0
    for run in range(len(runs)):
        most += runs[run, 3] - runs[run, 2]
    found = np.empty((most, 5), np.int64)
    n = 0
    for run in range(len(runs)):
        stay, entry = runs[run, 0], entries[runs[run, 1]]
        words, midnight = u64(entry[WORDS]), entry[DAY] * _DAY_S
        for row in range(runs[run, 2], runs[run, 3]):
            word = words[row]
            begin = midnight + np.int64(word >> np.uint64(47))
            end = min(begin + np.int64((word >> np.uint64(31)) & np.uint64(0xFFFF)), own[stay, 2])
            begin = max(begin, own[stay, 1])
            person = np.int64(word & _PERSON)
            if begin >= end or begin >= t_to or end <= t_from or among(persons, person):
                continue
            found[n, 0], found[n, 1], found[n, 2], found[n, 3] = person, begin, end, own[stay, 0]
            found[n, 4] = 1 if own[stay, 3] and word & _CLOSED else 0
            n += 1
    return found[:n]


@njit(cache=True, nogil=True)
def among(persons: Any, person: Any) -> bool:
    """Whether it is one of the few."""
    for one in persons:  # noqa: SIM110  compiled: a generator would not be
        if one == person:
            return True
    return False


@njit(cache=True, nogil=True)
def at_place(entries: Any, first: Any, day0: Any, place: Any, t_from: Any, t_to: Any) -> Any:
    """Visits of a place that share a second with the span: matrix [n, 5] of person, t_in, t_out, closed,
    provisional."""
    whole = np.empty((1, STAY), np.int64)
    whole[0, 0], whole[0, 1], whole[0, 2] = place, t_from, t_to
    runs = ranges(entries, first, day0, whole, t_from, t_to)
    most = 0
    for run in range(len(runs)):
        most += runs[run, 3] - runs[run, 2]
    found = np.empty((most, 5), np.int64)
    n = 0
    for run in range(len(runs)):
        entry = entries[runs[run, 1]]
        words, midnight = u64(entry[WORDS]), entry[DAY] * _DAY_S
        for row in range(runs[run, 2], runs[run, 3]):
            word = words[row]
            t_in = midnight + np.int64(word >> np.uint64(47))
            t_out = t_in + np.int64((word >> np.uint64(31)) & np.uint64(0xFFFF))
            if t_out <= t_from:
                continue
            found[n, 0], found[n, 1], found[n, 2] = np.int64(word & _PERSON), t_in, t_out
            found[n, 3] = 1 if word & _CLOSED else 0
            found[n, 4] = 1 if word & _PROVISIONAL else 0
            n += 1
    return found[:n]
