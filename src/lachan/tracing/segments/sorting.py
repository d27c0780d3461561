"""Sorting of a day's words by place and by person: counted into place first, then only short runs are sorted."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

_PERSON = np.uint64((1 << 29) - 1)


@njit(cache=True, nogil=True)
def by_place(words: Any, index: Any, places: Any) -> Any:
    """Words sorted by (place, word), where each place begins (one more than places), its longest stay in seconds."""
    starts = np.zeros(places + 1, np.uint32)
    for at in index:
        starts[at + 1] += np.uint32(1)
    for at in range(places):
        starts[at + 1] += starts[at]
    free = starts.copy()
    found = np.empty(len(words), np.uint64)
    longest = np.zeros(places, np.uint16)
    for row in range(len(words)):
        at = index[row]
        word = words[row]
        found[free[at]] = word
        free[at] += np.uint32(1)
        stay = np.uint16((word >> np.uint64(31)) & np.uint64(0xFFFF))
        if stay > longest[at]:
            longest[at] = stay
    for at in range(places):
        begin, end = np.int64(starts[at]), np.int64(starts[at + 1])
        if end - begin > 1:
            found[begin:end].sort()
    return starts, found, longest


@njit(cache=True, nogil=True)
def by_person(words: Any, blocks: Any, shift: Any) -> Any:
    """Where each block of persons begins (one more than blocks), and numbers of words sorted by person."""
    starts = np.zeros(blocks + 1, np.uint32)
    for word in words:
        starts[np.int64((word & _PERSON) >> np.uint64(shift)) + 1] += np.uint32(1)
    for at in range(blocks):
        starts[at + 1] += starts[at]
    free = starts.copy()
    rows = np.empty(len(words), np.uint32)
    for row, word in enumerate(words):
        its = np.int64((word & _PERSON) >> np.uint64(shift))
        rows[free[its]] = np.uint32(row)
        free[its] += np.uint32(1)
    for block in range(blocks):
        begin, end = np.int64(starts[block]), np.int64(starts[block + 1])
        if end - begin > 64:
            keys = np.empty(end - begin, np.uint64)
            for slot in range(begin, end):
                number = np.int64(rows[slot])
                keys[slot - begin] = ((words[number] & _PERSON) << np.uint64(32)) | np.uint64(number)
            keys.sort()
            for slot in range(begin, end):
                rows[slot] = np.uint32(keys[slot - begin] & np.uint64(0xFFFFFFFF))
        else:
            for unsorted in range(begin + 1, end):
                moved, to = rows[unsorted], unsorted
                person = words[moved] & _PERSON
                while to > begin and (words[rows[to - 1]] & _PERSON) > person:
                    rows[to] = rows[to - 1]
                    to -= 1
                rows[to] = moved
    return starts, rows
