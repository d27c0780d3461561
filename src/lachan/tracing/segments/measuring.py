"""Who was near long enough: pieces gathered by person in a table of their own, joined and measured; compiled.

What a rule means by time is :mod:`lachan.tracing.engine.joining`'s to say; who has one piece only, as most have, is
measured without it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from lachan.tracing.engine import joining
from lachan.tracing.engine.joining import BY_DAY
from lachan.tracing.segments.kernels import DAY, WORDS, among, ranges, stays
from lachan.tracing.segments.pointers import u64

_DAY_S = 86_400
_PERSON = np.uint64((1 << 29) - 1)
_CLOSED = np.uint64(1 << 30)
_MIX = np.uint64(0x9E3779B97F4A7C15)


@njit(cache=True, nogil=True)
def contacts(
    entries: Any, first: Any, day0: Any, persons: Any, t_from: Any, t_to: Any, closed_only: bool, mode: Any, need: Any
) -> Any:  # fmt: skip
    """Others whose time with these persons (one human being) within the span reaches ``need`` seconds.

    Returns their persons, and a matrix [n, 4] of first, last, seconds, place of the longest piece; in no order.
    """
    own = stays(entries, first, day0, persons, t_from, t_to)
    runs = ranges(entries, first, day0, own, t_from, t_to)
    most = 0
    for run in range(len(runs)):
        if not closed_only or own[runs[run, 0], 3]:
            most += runs[run, 3] - runs[run, 2]
    size = 16
    while size < 2 * most:
        size *= 2
    bits = np.uint64(64 - int(np.log2(size)))
    slots = np.zeros(size, np.int32)  # number of the contact + 1
    who = np.empty(most, np.int64)
    head, tail = np.empty(most, np.int32), np.empty(most, np.int32)
    begins, ends = np.empty(most, np.int64), np.empty(most, np.int64)
    stay_of, after = np.empty(most, np.int32), np.empty(most, np.int32)
    people, n = 0, 0
    for run in range(len(runs)):
        stay, entry = runs[run, 0], entries[runs[run, 1]]
        if closed_only and not own[stay, 3]:
            continue
        words, midnight = u64(entry[WORDS]), entry[DAY] * _DAY_S
        low, high = max(own[stay, 1], t_from), min(own[stay, 2], t_to)
        for row in range(runs[run, 2], runs[run, 3]):
            word = words[row]
            begin = midnight + np.int64(word >> np.uint64(47))
            end = min(begin + np.int64((word >> np.uint64(31)) & np.uint64(0xFFFF)), high)
            begin = max(begin, low)
            if begin >= end or (closed_only and not word & _CLOSED):
                continue
            person = word & _PERSON
            slot = np.int64((person * _MIX) >> bits)
            while slots[slot] and who[slots[slot] - 1] != np.int64(person):
                slot = (slot + 1) & (size - 1)
            begins[n], ends[n], stay_of[n], after[n] = begin, end, stay, -1
            if not slots[slot]:
                who[people], head[people] = np.int64(person), n
                people += 1
                slots[slot] = people
            else:
                after[tail[slots[slot] - 1]] = n
            tail[slots[slot] - 1] = n
            n += 1
    return _settled(people, who, head, begins, ends, stay_of, after, own, persons, mode, need)


@njit(cache=True, nogil=True)
def _settled(
    people: Any, who: Any, head: Any, begins: Any, ends: Any, stay_of: Any, after: Any, own: Any, persons: Any,
    mode: Any, need: Any,
) -> Any:  # fmt: skip
    found = np.empty(people, np.int64)
    facts = np.empty((people, 4), np.int64)
    room = np.empty((4, 64), np.int64)
    n = 0
    for contact in range(people):
        at = head[contact]
        begin, end = begins[at], ends[at]
        if after[at] < 0 and (mode != BY_DAY or begin // _DAY_S == (end - 1) // _DAY_S):
            first, last, seconds, place = begin, end, end - begin, own[stay_of[at], 0]
        else:
            count = 0
            while at >= 0:
                if count == room.shape[1]:
                    wider = np.empty((4, 2 * count), np.int64)
                    wider[:, :count] = room
                    room = wider
                room[0, count], room[1, count], room[2, count] = begins[at], ends[at], own[stay_of[at], 0]
                count += 1
                at = after[at]
            first, last = room[0, :count].min(), room[1, :count].max()
            seconds = joining.measure(room[0], room[1], count, mode, room[3])
            place = 0
            if seconds >= need:
                place = joining.longest(room[0], room[1], room[2], count, room[3])[1]
        if seconds >= need and not among(persons, who[contact]):
            found[n] = who[contact]
            facts[n, 0], facts[n, 1], facts[n, 2], facts[n, 3] = first, last, seconds, place
            n += 1
    return found[:n], facts[:n]


@njit(cache=True, nogil=True)
def second(
    entries: Any, first: Any, day0: Any, found: Any, facts: Any, persons: Any, latent: Any, t_to: Any,
    closed_only: bool, mode: Any, need: Any, number_of: Any,
) -> Any:  # fmt: skip
    """Contacts of those found (``contacts`` of the case, in order), each from its first exposure + latent to the end.

    ``number_of``: zeros, one a person of the store, given back as zeros. Returns persons, a matrix [n, 5] of first and
    last over all of them, seconds and place with whom the most were spent, and the row of that one (of equals the
    first).
    """
    for person in persons:
        number_of[person] = -1
    for person in found:
        number_of[person] = -1
    who, best = np.empty(1024, np.int64), np.empty((1024, 5), np.int64)
    n = 0
    one = np.empty(1, np.int64)
    for via in range(len(found)):
        if facts[via, 0] + latent >= t_to:
            continue
        one[0] = found[via]
        others, measured = contacts(entries, first, day0, one, facts[via, 0] + latent, t_to, closed_only, mode, need)
        if n + len(others) > len(who):
            who, best = _grown(who, best, n, 2 * (n + len(others)))
        for row in range(len(others)):
            at = number_of[others[row]]
            if at < 0:
                continue
            if at == 0:
                n += 1
                at = n
                number_of[others[row]] = at
                who[at - 1] = others[row]
                best[at - 1, 0], best[at - 1, 1], best[at - 1, 2] = measured[row, 0], measured[row, 1], -1
            best[at - 1, 0] = min(best[at - 1, 0], measured[row, 0])
            best[at - 1, 1] = max(best[at - 1, 1], measured[row, 1])
            if measured[row, 2] > best[at - 1, 2]:
                best[at - 1, 2], best[at - 1, 3], best[at - 1, 4] = measured[row, 2], measured[row, 3], via
    for person in persons:
        number_of[person] = 0
    for person in found:
        number_of[person] = 0
    for at in range(n):
        number_of[who[at]] = 0
    return who[:n], best[:n]


@njit(cache=True, nogil=True)
def _grown(who: Any, best: Any, n: Any, size: Any) -> Any:
    wider, larger = np.empty(size, np.int64), np.empty((size, 5), np.int64)
    wider[:n], larger[:n] = who[:n], best[:n]
    return wider, larger


@njit(cache=True, nogil=True)
def ordered(keys: Any) -> Any:
    """The order that sorts keys (0 or more): thrown into as many even buckets, since pseudonyms are spread evenly."""
    n = len(keys)
    low, high = keys.min(), keys.max()
    scale = (n - 1) / max(float(high - low), 1.0)  # a product never decreases: rounding keeps the order
    starts = np.zeros(n + 2, np.int32)
    bucket = np.empty(n, np.int32)
    for row in range(n):
        bucket[row] = np.int32((keys[row] - low) * scale)
        starts[bucket[row] + 2] += 1
    for at in range(2, n + 2):
        starts[at] += starts[at - 1]
    order = np.empty(n, np.int32)
    for row in range(n):
        order[starts[bucket[row] + 1]] = row
        starts[bucket[row] + 1] += 1
    for at in range(n):
        begin, end = starts[at], starts[at + 1]
        if end - begin > 32:
            part = order[begin:end].copy()
            order[begin:end] = part[np.argsort(keys[part])]
        else:
            for row in range(begin + 1, end):
                moved, slot = order[row], row
                while slot > begin and keys[order[slot - 1]] > keys[moved]:
                    order[slot] = order[slot - 1]
                    slot -= 1
                order[slot] = moved
    return order


@njit(cache=True, nogil=True)
def lines(found: Any, facts: Any, base: Any, extra: Any) -> Any:
    """Matrix [5, n] sorted by subject: subject, first, last, seconds, place."""
    n = len(found)
    made = np.empty((5, n), np.int64)
    if n == 0:
        return made
    subjects = np.empty(n, np.int64)
    for row in range(n):
        subjects[row] = base[found[row]] if found[row] < len(base) else extra[found[row] - len(base)]
    order = ordered(subjects)
    for row in range(n):
        at = order[row]
        made[0, row] = subjects[at]
        for column in range(4):
            made[1 + column, row] = facts[at, column]
    return made
