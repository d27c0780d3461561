"""What pieces of evidence about two people come to: joined on the instant, counted once, measured as a rule asks."""

from __future__ import annotations

from math import ceil
from typing import Any, Final

import numpy as np
from numba import njit

from lachan.tracing.engine.shapes import Rule

DAY: Final = 86_400
SINGLE: Final = 0
BY_DAY: Final = 1
WINDOW: Final = 2
MODES: Final = {"single": SINGLE, "day": BY_DAY, "window": WINDOW}
SHIFT: Final = 59  # a source is kind << SHIFT | place: pieces of one source are joined to find the longest
FEW: Final = 16  # pieces sorted by insertion; more by numpy's merge sort


def needed(rule: Rule) -> int:
    """Whole seconds that reach the rule; at least one, since an overlap of no time is none."""
    return max(1, ceil(round(rule.min_minutes * 60, 6)))


def days(number: float) -> int:
    """Seconds in that many days."""
    return round(number * DAY)


@njit(cache=True, nogil=True)
def _order(key: Any, first: Any, count: int, into: Any) -> None:
    """Positions of ``count`` pieces by (key, first), into ``into``."""
    if count <= FEW:
        for i in range(count):
            j = i
            while j > 0 and (
                key[into[j - 1]] > key[i] or (key[into[j - 1]] == key[i] and first[into[j - 1]] > first[i])
            ):
                into[j] = into[j - 1]
                j -= 1
            into[j] = i
        return
    by_first = np.argsort(first[:count], kind="mergesort")
    by_key = np.argsort(key[:count][by_first], kind="mergesort")
    for i in range(count):
        into[i] = by_first[by_key[i]]


@njit(cache=True, nogil=True)
def longest(start: Any, end: Any, source: Any, count: int, order: Any) -> tuple[int, int]:
    """(seconds, source) of the longest piece, those of one source joined where they touch or overlap. Of equals the one
    that begins first, then the lower source. ``order`` is room for ``count`` positions."""
    _order(source, start, count, order)
    best, best_start, best_source = -1, 0, 0
    i = 0
    while i < count:
        row = order[i]
        here, begun, until = source[row], start[row], end[row]
        i += 1
        while i < count and source[order[i]] == here and start[order[i]] <= until:
            until = max(until, end[order[i]])
            i += 1
        length = until - begun
        if length > best or (length == best and begun < best_start):
            best, best_start, best_source = length, begun, here
    return best, best_source


@njit(cache=True, nogil=True)
def measure(start: Any, end: Any, count: int, mode: int, order: Any) -> int:
    """Seconds by the rule's measure of ``count`` pieces (closed-open, none empty), the same instant counted once.

    ``mode``: :data:`SINGLE` the longest joined piece, :data:`BY_DAY` the largest sum in one day of UTC,
    :data:`WINDOW` the total.
    """
    _order(start, end, count, order)
    total, most, day_sum, day = 0, 0, 0, -(1 << 62)
    i = 0
    while i < count:
        begun, until = start[order[i]], end[order[i]]
        i += 1
        while i < count and start[order[i]] <= until:
            until = max(until, end[order[i]])
            i += 1
        total += until - begun
        if mode == SINGLE:
            most = max(most, until - begun)
        elif mode == BY_DAY:
            while begun < until:
                today = begun // DAY
                if today != day:
                    day, day_sum = today, 0
                cut = min(until, (today + 1) * DAY)
                day_sum += cut - begun
                most = max(most, day_sum)
                begun = cut
    return total if mode == WINDOW else most
