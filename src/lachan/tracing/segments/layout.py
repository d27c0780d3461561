"""How visits lie in memory and on disk: one 64-bit word a visit, ordered by place and time.

A word holds, from the top: seconds from midnight UTC (17 bits), length of the stay in seconds (16), closed space (1),
provisional (1), person (29: a dense number out of :mod:`people`). Words of one place are next to each other and sorted,
so that whoever was somewhere in a span of time is one run of memory: a stay lasts 12 hours at most, which turns "ended
after" into "began after".
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lachan.tracing.engine.shapes import Bytes, Longs
from lachan.tracing.segments import sorting

Words = NDArray[np.uint64]

DAY_S: Final = 86_400
LONGEST_S: Final = 43_200  # 12 hours; fits 16 bits
PEOPLE_MOST: Final = 1 << 29
CLOSED: Final = 1  # bits of flags, as the outbox of visits writes them
PROVISIONAL: Final = 2
REPLACES: Final = 4

IN_SHIFT: Final = 47
STAY_SHIFT: Final = 31
CLOSED_BIT: Final = 30
PROVISIONAL_BIT: Final = 29
ROWS_A_BLOCK: Final = 8  # visits of a block of the person index, on average


class Table(NamedTuple):
    """Visits of one UTC day that began in it. ``day``: days since 1970.

    ``words``: a visit each. ``places``: sorted, different; those of ``places[i]`` are
    ``words[starts[i]:starts[i + 1]]``; ``longest[i]``: the longest stay there, seconds. ``rows``: numbers of words,
    sorted by person; those of persons p with ``p >> shift == b`` are ``rows[blocks[b]:blocks[b + 1]]``.
    """

    day: int
    shift: int
    words: Words
    places: Longs
    starts: NDArray[np.uint32]
    longest: NDArray[np.uint16]
    blocks: NDArray[np.uint32]
    rows: NDArray[np.uint32]


COLUMNS: Final = ("words", "places", "starts", "longest", "blocks", "rows")
TYPES: Final = ("<u8", "<i8", "<u4", "<u2", "<u4", "<u4")


class Rows(NamedTuple):
    """Visits as they come. ``place``, ``subject``: any positive number; ``t_in``, ``t_out``: UNIX seconds; ``flags``:
    bits 0 closed space, 1 provisional, 2 replaces the earlier row of the same place, subject and ``t_in``."""

    place: Longs
    subject: Longs
    t_in: Longs
    t_out: Longs
    flags: Bytes

    def of(self, chosen: NDArray[np.bool_] | slice | Longs) -> Rows:
        """The chosen ones."""
        return Rows(self.place[chosen], self.subject[chosen], self.t_in[chosen], self.t_out[chosen], self.flags[chosen])


_NONE: Final = np.empty(0, np.int64)
NO_ROWS: Final = Rows(_NONE, _NONE, _NONE, _NONE, np.empty(0, np.uint8))


def joined(parts: list[Rows]) -> Rows:
    """All of them, in the order given."""
    if not parts:
        return NO_ROWS
    place, subject, t_in, t_out, flags = zip(*parts, strict=True)
    return Rows(
        np.concatenate(place), np.concatenate(subject), np.concatenate(t_in), np.concatenate(t_out),
        np.concatenate(flags),
    )  # fmt: skip


def packed(day: int, rows: Rows, person: Longs) -> Words:
    """A word each. ValueError when a stay does not begin on the day, ends before it begins, or lasts over 12 hours."""
    since = rows.t_in - day * DAY_S
    stay = rows.t_out - rows.t_in
    if len(since) and (since.min() < 0 or since.max() >= DAY_S):
        raise ValueError("a visit does not begin on the day of its segment")
    if len(stay) and (stay.min() < 0 or stay.max() > LONGEST_S):
        raise ValueError("a stay lasts less than nothing, or more than 12 hours")
    words = since.astype(np.uint64) << np.uint64(IN_SHIFT)
    words |= stay.astype(np.uint64) << np.uint64(STAY_SHIFT)
    words |= (rows.flags & np.uint8(CLOSED)).astype(np.uint64) << np.uint64(CLOSED_BIT)
    words |= ((rows.flags & np.uint8(PROVISIONAL)) >> np.uint8(1)).astype(np.uint64) << np.uint64(PROVISIONAL_BIT)
    words |= person.astype(np.uint64)
    return words


def build(day: int, rows: Rows, person: Longs, people: int) -> Table:
    """The table of these visits; ``person``: the dense number of each subject, ``people``: one above the highest."""
    words = packed(day, rows, person)
    places, index = np.unique(rows.place, return_inverse=True)
    starts, words, longest = sorting.by_place(words, index.astype(np.int64), len(places))
    shift = 0
    while (people >> shift) * ROWS_A_BLOCK > max(len(words), ROWS_A_BLOCK):
        shift += 1
    blocks, numbers = sorting.by_person(words, (people >> shift) + 1, shift)
    return Table(day, shift, words, places.astype(np.int64), starts, longest, blocks, numbers)


def unpacked(table: Table) -> tuple[Rows, Longs]:
    """The visits of a table with 0 for their subjects, and the dense number of each person."""
    words = table.words
    t_in = (words >> np.uint64(IN_SHIFT)).astype(np.int64) + table.day * DAY_S
    stay = ((words >> np.uint64(STAY_SHIFT)) & np.uint64(0xFFFF)).astype(np.int64)
    flags = ((words >> np.uint64(CLOSED_BIT)) & np.uint64(1)) | (
        ((words >> np.uint64(PROVISIONAL_BIT)) & np.uint64(1)) << np.uint64(1)
    )
    place = np.repeat(table.places, (table.starts[1:] - table.starts[:-1]).astype(np.int64))
    person = (words & np.uint64(PEOPLE_MOST - 1)).astype(np.int64)
    return Rows(place, np.zeros(len(words), np.int64), t_in, t_in + stay, flags.astype(np.uint8)), person
