"""What the public may see of small numbers: pure.

A number of one to four is hidden, and with it as many others as it takes that it follows neither from a total nor from
the rest, on whichever of the pages. Zero is shown: it is nobody. Which numbers go with the small ones is decided by
the order in which they are given (fewest people first), never by the numbers: who knows that the smallest goes learns
by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LEAST: Final = 5
SLACK: Final = 2


@dataclass(frozen=True, slots=True)
class Concealed:
    """Whether the whole, each part, and each piece of each part is hidden."""

    whole: bool
    parts: tuple[bool, ...]
    pieces: tuple[tuple[bool, ...], ...]


def conceal(pieces: Sequence[Sequence[int]]) -> Concealed:
    """Of a whole (the nation), its parts (provinces) and their pieces (communes): what must be hidden.

    The whole is the sum of the parts and a part of its pieces; each is shown somewhere, so all are decided together. A
    part goes when it is small or its pieces would follow from it. Pieces of hidden parts are known to add up to what is
    missing in the whole: together they must leave each other open as pieces of one part must.
    """
    totals = [sum(part) for part in pieces]
    alone = [protect(part) for part in pieces]
    parts = [found is None or 0 < total < LEAST for found, total in zip(alone, totals, strict=True)]
    must = tuple(parts)
    rest = [at for at, total in enumerate(totals) if total and not parts[at]]
    while any(parts):
        together = _together(pieces, parts, must)
        if together is not None:
            break
        if not rest:
            return Concealed(True, tuple(total > 0 for total in totals), _all(pieces))
        parts[rest.pop(0)] = True
    else:
        together = {}
    return Concealed(
        0 < sum(totals) < LEAST,
        tuple(parts),
        tuple(tuple(together[at] if at in together else alone[at] or ()) for at in range(len(pieces))),
    )


def protect(values: Sequence[int], forced: Sequence[bool] | None = None) -> list[bool] | None:
    """Which of these are hidden when their sum is known; None: even all of them would follow from it."""
    found = [0 < value < LEAST for value in values]
    if forced is not None:
        found = [one or other for one, other in zip(found, forced, strict=True)]
    rest = [at for at, value in enumerate(values) if value and not found[at]]
    while any(found) and not safe([value for value, gone in zip(values, found, strict=True) if gone]):
        if not rest:
            return None
        found[rest.pop(0)] = True
    return found


def safe(gone: Sequence[int]) -> bool:
    """Whether numbers of which only the sum is known leave each other open: at least two, and ``SLACK`` away from all
    being one and from all small ones being four. One away is not enough: who sees that a third number was taken in
    knows what the first two must have been."""
    count, total = len(gone), sum(gone)
    highest = total if max(gone) >= LEAST else (LEAST - 1) * count - SLACK
    return count >= 2 and count + SLACK <= total <= highest


def _together(
    pieces: Sequence[Sequence[int]], parts: Sequence[bool], must: Sequence[bool]
) -> dict[int, list[bool]] | None:
    """Pieces of the hidden parts: at least one of each, or the part would follow from its pieces. Of a part that is
    hidden only to protect others all of them: what is left would say how little those are. None: it cannot be."""
    chosen = [at for at, gone in enumerate(parts) if gone]
    forced: list[bool] = []
    for at in chosen:
        small = [0 < value < LEAST for value in pieces[at]]
        if not must[at]:
            small = [value > 0 for value in pieces[at]]
        elif not any(small):
            small[next(index for index, value in enumerate(pieces[at]) if value)] = True
        forced += small
    found = protect([value for at in chosen for value in pieces[at]], forced)
    if found is None or len(chosen) < 2:
        return None
    answer, start = {}, 0
    for at in chosen:
        answer[at] = found[start : start + len(pieces[at])]
        start += len(pieces[at])
    return answer


def _all(pieces: Sequence[Sequence[int]]) -> tuple[tuple[bool, ...], ...]:
    return tuple(tuple(value > 0 for value in part) for part in pieces)
