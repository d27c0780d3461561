"""The shapes everything in tracing speaks: a rule, pieces of evidence, lines of a list. Times are UNIX seconds."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

Longs = NDArray[np.int64]
Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

VISIT: Final = 0
ENCOUNTER: Final = 1
HOUSEHOLD: Final = 2
CLASS: Final = 3
WORKPLACE: Final = 4
VEHICLE: Final = 5
INTERVIEW: Final = 6
KINDS: Final = ("visit", "encounter", "household", "class", "workplace", "vehicle", "interview")


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every dated legal rule compiles into, and what ``lachan trace run --rule FILE`` takes.

    The window of a case is [anchor - days_before, anchor + days_after], cut at its isolation when ``end`` says so.
    Minutes: of the longest piece (``single``), the largest sum within one calendar day of UTC (``day``), or the total
    (``window``). Distances in metres; an encounter without one counts. ``latent_days``: from an exposure until whoever
    was exposed can infect others.
    """

    id: str
    days_before: float
    days_after: float
    end: Literal["isolated_at"] | None = None
    min_minutes: float
    sum: Literal["single", "day", "window"]
    max_distance_m: float
    closed_only: bool = False
    levels: Literal[1, 2] = 1
    latent_days: float = 0.0


class Pieces(NamedTuple):
    """Evidence that others were with one person, a row a piece, not yet clipped or joined.

    ``other``: the contact; ``start``, ``end``: closed-open seconds; ``place``: venue or group, 0 for none; ``kind``: as
    in :data:`KINDS`; ``closed``: 1 in a closed space; ``distance``: metres, NaN where nobody knows.
    """

    other: Longs
    start: Longs
    end: Longs
    place: Longs
    kind: Bytes
    closed: Bytes
    distance: Floats


class Lines(NamedTuple):
    """Contacts of one case that reach the rule, a row a person, sorted by contact.

    ``first``, ``last``: ends of the clipped evidence; ``seconds``: the measure the rule asks for; ``place`` and
    ``kind``: of the longest piece; ``via``: the F1 of an F2 (the one with the most seconds), 0 for an F1.
    """

    contact: Longs
    level: Bytes
    first: Longs
    last: Longs
    seconds: Longs
    place: Longs
    kind: Bytes
    score: Floats
    via: Longs
