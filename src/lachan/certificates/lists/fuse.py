"""A binary fuse filter: "no" for certain, or "perhaps", in 18 bits per hash (Graf and Lemire, "Binary Fuse Filters:
Fast and Smaller Than Xor Filters", 2022, arXiv:2201.01174).

Each hash has three cells in neighbouring segments; the cells are chosen so that their xor is the hash's fingerprint.
They are found by peeling: a cell that only one hash left uses decides that hash last. Numpy peels all such cells of a
moment at once, which is why a million hashes take a second and not a minute.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lachan.certificates.lists.hashes import Words

MOST_HASHES: Final = 10_000_000
MOST_LENGTH: Final = 65_536  # of a segment: an offset fits 16 bits
MOST_CELLS: Final = 1 << 24
MOST_TRIES: Final = 64
LEAST_LENGTH: Final = 4
SEEDS: Final = 0x7FFFFFFF  # a mask: seeds have 31 bits

Cells = NDArray[np.uint16]
Positions = NDArray[np.int64]


class Layout(NamedTuple):
    """Where a hash may lie: ``segments`` of ``length`` cells in which its first cell may be, and two more."""

    length: int
    segments: int

    @property
    def cells(self) -> int:
        return (self.segments + 2) * self.length if self.segments else 0


class Built(NamedTuple):
    """Cells for exactly the hashes given, and the seed with which they came out."""

    seed: int
    layout: Layout
    cells: Cells


def scatter(values: NDArray[np.uint32], seed: int) -> NDArray[np.uint32]:
    """The low 32 bits of ``values * (2 * seed + 1)``. The values are parts of SHA-256, so already even; the seed only
    has to make another filter, of which multiplying is the cheapest way in both languages."""
    return values * np.uint32(2 * seed + 1 & 0xFFFFFFFF)


def layout_for(count: int) -> Layout:
    """Segments for so many hashes, by the formulas of the paper (section 3.2, arity 3)."""
    if count == 0:
        return Layout(LEAST_LENGTH, 0)
    length = min(1 << math.floor(math.log(count) / math.log(3.33) + 2.25), MOST_LENGTH)
    factor = max(1.125, 0.875 + 0.25 * math.log(1_000_000) / math.log(max(count, 2)))
    return Layout(length, max(math.ceil(round(count * factor) / length) - 2, 1))


def look_up(words: Words, seed: int, layout: Layout, cells: Cells) -> NDArray[np.bool_]:
    """For each hash whether it is perhaps within."""
    if not layout.segments:
        return np.zeros(len(words), np.bool_)
    first, second, third, prints = places(words, seed, layout)
    # take() with clip skips the check of bounds: places() cannot leave the cells
    found = cells.take(first, mode="clip")
    found ^= cells.take(second, mode="clip")
    found ^= cells.take(third, mode="clip")
    hits: NDArray[np.bool_] = found == prints
    return hits


def places(words: Words, seed: int, layout: Layout) -> tuple[Positions, Positions, Positions, Cells]:
    """The three cells of each hash, and its fingerprint."""
    mask = np.uint32(layout.length - 1)
    half = np.uint32(16)
    begin = (scatter(words[:, 0], seed).astype(np.uint64) * np.uint64(layout.segments)) >> np.uint64(32)
    start = begin.astype(np.int64) * layout.length
    last = scatter(words[:, 3], seed)
    return (
        start + ((scatter(words[:, 1], seed) >> half) & mask),
        start + layout.length + ((scatter(words[:, 2], seed) >> half) & mask),
        start + 2 * layout.length + (last & mask),
        (last >> half).astype(np.uint16),
    )


def build(words: Words, seed: int) -> Built:
    """Cells for these hashes, none of them twice. The same hashes and seed give the same cells, on any machine.

    ValueError for too many hashes, and when no seed fits, which happens to lists with a hash in them twice.
    """
    if len(words) > MOST_HASHES:
        raise ValueError(f"{len(words)} hashes, a filter holds at most {MOST_HASHES}")
    layout = layout_for(len(words))
    for attempt in range(MOST_TRIES if len(words) else 0):
        tried = (seed + attempt) & SEEDS
        first, second, third, prints = places(words, tried, layout)
        peeled = _peel((first, second, third), layout.cells)
        if peeled is not None:
            return Built(tried, layout, _fill((first, second, third), prints, peeled, layout.cells))
    if len(words):
        raise ValueError("no filter could be made of these hashes; is one of them there twice?")
    return Built(seed & SEEDS, layout, np.zeros(0, np.uint16))


Round = tuple[Positions, Positions]  # which hashes were peeled, and at which cell each


def _peel(three: tuple[Positions, Positions, Positions], size: int) -> list[Round] | None:
    """Rounds in which every hash is the only one left in some cell; None when hashes hold each other fast."""
    count = len(three[0])
    users = sum(np.bincount(column, minlength=size) for column in three)
    assert isinstance(users, np.ndarray)
    # the xor of the numbers of a cell's hashes is the number of the last one left
    left = np.zeros(size, np.int64)
    for column in three:
        np.bitwise_xor.at(left, column, np.arange(count))
    rounds: list[Round] = []
    alone = np.flatnonzero(users == 1)
    peeled = 0
    while len(alone):
        hashes, chosen = np.unique(left[alone], return_index=True)
        rounds.append((hashes, alone[chosen]))
        peeled += len(hashes)
        touched = np.concatenate([column[hashes] for column in three])
        np.subtract.at(users, touched, 1)
        np.bitwise_xor.at(left, touched, np.tile(hashes, 3))
        alone = np.unique(touched[users[touched] == 1])
    return rounds if peeled == count else None


def _fill(three: tuple[Positions, Positions, Positions], prints: Cells, rounds: list[Round], size: int) -> Cells:
    """From the last hash peeled to the first: its own cell takes what the other two lack. Within a round no hash uses
    another's own cell (it was alone there)."""
    cells = np.zeros(size, np.uint16)
    first, second, third = three
    for hashes, own in reversed(rounds):
        cells[own] = prints[hashes] ^ cells[first[hashes]] ^ cells[second[hashes]] ^ cells[third[hashes]]
    return cells
