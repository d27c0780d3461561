"""Everybody who was anywhere: subjects (63-bit pseudonyms) and their dense numbers, shared by all days of a store.

A number never changes while the store's lineage lasts: new people are added behind. Found through open addressing with
linear steps: ``slots`` hold number + 1, 0 is free; three quarters are taken at most.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from lachan.tracing.engine.shapes import Longs
from lachan.tracing.segments.layout import PEOPLE_MOST

_MIX: Final = np.uint64(0x9E3779B97F4A7C15)


class People(NamedTuple):
    """``subjects[i]`` is the subject of number i."""

    subjects: Longs
    slots: NDArray[np.uint32]

    def find(self, subjects: Longs) -> Longs:
        """Their numbers, -1 for one that is not here."""
        found: Longs = _find(self.subjects, self.slots, subjects)
        return found

    def extended(self, subjects: Longs) -> People:
        """With those added that were not here, in their order. ValueError beyond 536 million, or for one below 0."""
        if len(subjects) and subjects.min() < 0:
            raise ValueError("a subject is a positive number")
        missing = subjects[self.find(subjects) < 0]
        if not len(missing):
            return self
        _, first = np.unique(missing, return_index=True)
        together = np.concatenate([self.subjects, missing[np.sort(first)]])
        if len(together) >= PEOPLE_MOST:
            raise ValueError(f"a store holds {PEOPLE_MOST:,} people at most")
        return People(together, _slots(together))


def nobody() -> People:
    return People(np.empty(0, np.int64), np.zeros(4, np.uint32))


def _slots(subjects: Longs) -> NDArray[np.uint32]:
    slots = np.zeros(len(subjects) * 4 // 3 + 4, np.uint32)
    _place(subjects, slots)
    return slots


@njit(cache=True, nogil=True, inline="always")
def slot_of(subject: Any, size: Any) -> Any:
    """Where the search for a subject begins."""
    return np.int64((((np.uint64(subject) * _MIX) >> np.uint64(32)) * np.uint64(size)) >> np.uint64(32))


@njit(cache=True, nogil=True)
def _place(subjects: Any, slots: Any) -> None:
    for number in range(len(subjects)):
        at = slot_of(subjects[number], len(slots))
        while slots[at]:
            at = at + 1 if at + 1 < len(slots) else 0
        slots[at] = np.uint32(number + 1)


@njit(cache=True, nogil=True)
def _find(subjects: Any, slots: Any, wanted: Any) -> Any:
    found = np.full(len(wanted), -1, np.int64)
    for row in range(len(wanted)):
        at = slot_of(wanted[row], len(slots))
        while slots[at]:
            number = np.int64(slots[at]) - 1
            if subjects[number] == wanted[row]:
                found[row] = number
                break
            at = at + 1 if at + 1 < len(slots) else 0
    return found
