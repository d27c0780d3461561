"""Whom to call first: lists are ranked by how likely an infection is, and capped at what a commune can call.

The seconds, each worth less the more of a crowd one was, in open air, and so on, brought into [0, 1): it orders a
list and is no probability. Each factor is 1 where nothing is known. Nothing is cut off at long times: on real contacts
a rule that called an hour as good as a day found less than minutes alone. What is found of real contacts in 50 calls is
measured by ``bench/tracing_recall.py``.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from lachan.tracing.engine.columns import Bools
from lachan.tracing.engine.shapes import ENCOUNTER, HOUSEHOLD, VISIT, Floats, Lines, Longs

HALF: Final = 3600.0  # seconds whose score is one half
ROOM: Final = 10.0  # others in a place at a time beside whom one is surely near
OPEN_AIR: Final = 0.4  # against a closed space
VACCINATED: Final = 0.6
NEGATIVE: Final = 0.5  # a test after the exposure
POSITIVE: Final = 3.0
SECOND: Final = 0.2  # an F2 against an F1
NEAR: Final = 1.5  # measured nearness, or one roof, against a shared place


def score(
    lines: Lines,
    *,
    crowd: Floats | None = None,
    closed: Floats | None = None,
    vaccinated: Bools | None = None,
    tested: Longs | None = None,
) -> Floats:
    """A weight a line, higher first. Arrays are as long as the lines; NaN where nobody knows.

    ``crowd``: others at the place at a time; ``closed``: share of closed space, 1 for a room; ``tested``: 1 positive,
    -1 negative since the exposure, 0 unknown.
    """
    weight = lines.seconds.astype(np.float64)
    place = lines.kind == VISIT
    if crowd is not None:
        # of a crowd only some are near: the chance falls as one over the crowd, less steeply since people cluster
        thin = np.sqrt(ROOM / np.maximum(np.nan_to_num(crowd, nan=ROOM), ROOM))
        weight = np.where(place, weight * thin, weight)
    if closed is not None:
        share = np.nan_to_num(closed, nan=1.0)
        weight = np.where(place, weight * (OPEN_AIR + (1 - OPEN_AIR) * share), weight)
    near = (lines.kind == ENCOUNTER) | (lines.kind == HOUSEHOLD)
    weight = np.where(near, weight * NEAR, weight)
    if vaccinated is not None:
        weight = np.where(vaccinated, weight * VACCINATED, weight)
    if tested is not None:
        weight = weight * np.where(tested > 0, POSITIVE, np.where(tested < 0, NEGATIVE, 1.0))
    weight = np.where(lines.level == 2, weight * SECOND, weight)
    ranked: Floats = (weight / (weight + HALF)).astype(np.float32)
    return ranked


def order(lines: Lines) -> Longs:
    """Rows of the lines as they are called: by level, score, then contact, so that it is always the same."""
    return np.lexsort((lines.contact, -lines.score, lines.level))


def capped(lines: Lines, most: int) -> tuple[Longs, Longs]:
    """(rows to call in order, rows beyond what can be called, in order)."""
    rows = order(lines)
    return rows[:most], rows[most:]
