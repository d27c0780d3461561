"""Stays, encounters and cases in columns, people and places as numbers in the order of their names."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lachan.tracing.engine.shapes import Bytes, Longs

Ints = NDArray[np.int32]
Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
NO_TIME: Final = np.iinfo(np.int64).max  # a case that was never isolated


class Visits(NamedTuple):
    """A row a stay. ``t_in``, ``t_out``: closed-open UNIX seconds; ``closed``: 1 where it is known to have been in a
    closed space."""

    person: Ints
    place: Ints
    t_in: Longs
    t_out: Longs
    closed: Bytes


class Encounters(NamedTuple):
    """A row an encounter, in either direction. ``distance``: metres, NaN where nobody knows."""

    a: Ints
    b: Ints
    start: Longs
    end: Longs
    distance: Doubles


class Cases(NamedTuple):
    """A row a case; one person may have several. ``rule``: which of the rules given is this case's, by its anchor;
    ``isolated``: :data:`NO_TIME` where there was none."""

    person: Ints
    anchor: Longs
    isolated: Longs
    rule: Bytes


def window(cases: Cases, row: int, days_before: int, days_after: int, *, cut: bool) -> tuple[int, int]:
    """The window of a case in seconds, closed-open; empty (end not after start) when isolation came before it."""
    anchor = int(cases.anchor[row])
    end = anchor + days_after
    return anchor - days_before, min(end, int(cases.isolated[row])) if cut else end
