"""Pieces of evidence about one case become its lines, whatever the pieces are made of."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import numpy as np
from numba import njit

from lachan.tracing.engine.joining import MODES, SHIFT, longest, measure, needed
from lachan.tracing.engine.shapes import VISIT, Bytes, Lines, Longs, Pieces, Rule

PLACE_BITS: Final = (1 << SHIFT) - 1


def settle(pieces: Pieces, *, window: tuple[int, int], rule: Rule, always: Collection[int] = ()) -> Lines:
    """The contacts of one case: F1 lines, sorted by contact.

    ``window``: closed-open UNIX seconds; pieces are clipped to it. A piece with a known distance beyond the rule's does
    not count; under ``closed_only`` a stay counts in a closed space only, other evidence as it is. ``always``: kinds of
    evidence (household, class ...) that make a contact whatever the minutes.
    """
    start = np.maximum(pieces.start, window[0])
    end = np.minimum(pieces.end, window[1])
    keep = end > start
    # compared in the width of the column, so that 1.1 m is within 1.1 m
    keep &= ~(pieces.distance > np.float32(rule.max_distance_m))
    if rule.closed_only:
        keep &= (pieces.kind != VISIT) | (pieces.closed != 0)
    if not keep.all():
        start, end = start[keep], end[keep]
        pieces = Pieces._make(column[keep] for column in pieces)
    order = np.argsort(pieces.other)
    forced = np.zeros(len(order), np.uint8)
    for kind in always:
        forced |= pieces.kind == kind
    source = (pieces.kind.astype(np.int64) << SHIFT) | (pieces.place & PLACE_BITS)
    contact, first, last, seconds, of = _settled(
        pieces.other[order], start[order], end[order], source[order], forced[order], MODES[rule.sum], needed(rule)
    )
    return lines_of(contact, first, last, seconds, of, level=1)


def lines_of(
    contact: Longs, first: Longs, last: Longs, seconds: Longs, source: Longs, *, level: int, via: Longs | None = None
) -> Lines:
    """Lines of one level, without a score yet; ``source`` as :data:`joining.SHIFT` packs it."""
    count = len(contact)
    kind: Bytes = (source >> SHIFT).astype(np.uint8)
    return Lines(
        contact=contact,
        level=np.full(count, level, np.uint8),
        first=first,
        last=last,
        seconds=seconds,
        place=source & PLACE_BITS,
        kind=kind,
        score=np.zeros(count, np.float32),
        via=np.zeros(count, np.int64) if via is None else via,
    )


@njit(cache=True, nogil=True)
def _settled(
    other: Any, start: Any, end: Any, source: Any, forced: Any, mode: int, need: int
) -> tuple[Any, Any, Any, Any, Any]:
    count = len(other)
    room = np.empty(count, np.int64)
    out = np.empty((5, count), np.int64)
    found = 0
    i = 0
    while i < count:
        j = i
        first, last, whatever = start[i], end[i], False
        while j < count and other[j] == other[i]:
            first, last = min(first, start[j]), max(last, end[j])
            whatever = whatever or forced[j] != 0
            j += 1
        seconds = measure(start[i:j], end[i:j], j - i, mode, room)
        if seconds >= need or whatever:
            out[0, found], out[1, found], out[2, found], out[3, found] = other[i], first, last, seconds
            out[4, found] = longest(start[i:j], end[i:j], source[i:j], j - i, room)[1]
            found += 1
        i = j
    return (
        out[0, :found].copy(),
        out[1, :found].copy(),
        out[2, :found].copy(),
        out[3, :found].copy(),
        out[4, :found].copy(),
    )
