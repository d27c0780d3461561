"""A file of CSV as lines that each stand for themselves: one quote too many spoils its line and not the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

READ: Final = 1 << 24  # bytes at a time
LONGEST: Final = 1 << 20  # bytes of a line
QUOTE: Final = ord('"')
NEWLINE: Final = ord("\n")


class Block(NamedTuple):
    """``first``: the number of its first line in the file; ``open_quotes``: lines in which a quote is not closed. They
    are empty here, so that no cell ever runs over a line and every line keeps its number."""

    first: int
    lines: bytes
    open_quotes: list[int]


def whole_lines(path: Path, heading: int) -> Iterator[Block]:
    """The lines of a file behind its heading of so many bytes; OSError where one is too long."""
    first, rest = 2, b""  # rest: the beginning of a line that was not read to its end
    with path.open("rb") as file:
        file.seek(heading)
        while True:
            read = file.read(READ)
            block = rest + read
            cut = block.rfind(b"\n") + 1 if read else len(block)
            block, rest = block[:cut], block[cut:]
            if len(rest) > LONGEST:
                raise OSError(f"a line is longer than {LONGEST} bytes")
            if block:
                yield _sound(first, block)
                first += block.count(b"\n")
            if not read:
                return


def _sound(first: int, lines: bytes) -> Block:
    if b'"' not in lines:
        return Block(first, lines, [])
    letters = np.frombuffer(lines, np.uint8)
    ends = np.append(np.flatnonzero(letters == NEWLINE), len(letters))
    quotes = np.searchsorted(np.flatnonzero(letters == QUOTE), ends)
    odd = np.flatnonzero(np.diff(quotes, prepend=0) % 2)
    if not len(odd):
        return Block(first, lines, [])
    starts = np.append(0, ends[:-1] + 1)
    parts, at = [], 0
    for row in odd.tolist():
        parts.append(lines[at : int(starts[row])])
        at = int(ends[row])
    return Block(first, b"".join([*parts, lines[at:]]), (first + odd).tolist())
