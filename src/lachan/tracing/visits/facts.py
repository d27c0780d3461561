"""The shapes of visits. Times are UNIX seconds, places are venue ids, people are pseudonyms or what stands for them."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple
from uuid import UUID

IN: Final = "in"
OUT: Final = "out"
STAY: Final = "stay"
What = Literal["in", "out", "stay"]

# how the scan came about; stands in tracing_visit.source
DEVICE_CARD: Final = 1  # a card read by a device at the door
DEVICE_CODE: Final = 2  # the person's own code read by a device
PHONE_SIGNED_IN: Final = 3  # the poster scanned by a telephone signed in to the person's record
PHONE_TYPED: Final = 4  # the poster scanned by a telephone with a number typed once, checked by nobody
STAFF: Final = 5  # entered by staff
IMPORTED: Final = 6
SOURCES: Final = (DEVICE_CARD, DEVICE_CODE, PHONE_SIGNED_IN, PHONE_TYPED, STAFF, IMPORTED)


class VisitIn(NamedTuple):
    """A scan at a door, ready to be judged. Exactly one of ``person`` and ``number`` (blind index of an identity
    number) says whose. ``what``: ``in``, ``out``, or ``stay`` with both times known; ``until`` goes with ``stay``."""

    place_id: int
    at: int
    what: What
    person: UUID | None = None
    number: bytes | None = None
    source: int = DEVICE_CARD
    until: int | None = None


class Stay(NamedTuple):
    """A stay as it is recorded. ``seen``: the last scan at that venue, as far as it is remembered."""

    place_id: int
    t_in: int
    t_out: int
    seen: int
    provisional: bool
    source: int
