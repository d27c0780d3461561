"""A file of CSV as lines that each stand for themselves: one quote too many spoils its line and not the rest."""

from __future__ import annotations

import os
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
    lines: bytes | memoryview
    open_quotes: list[int]


def whole_lines(path: Path, heading: int) -> Iterator[Block]:
    """The lines of a file behind its heading of so many bytes; OSError where one is too long."""
    first, at, size = 2, heading, READ
    with path.open("rb") as file:
        while read := os.pread(file.fileno(), size, at):
            last = len(read) < size
            cut = read.rfind(b"\n") + 1
            if len(read) - cut > LONGEST:
                raise OSError(f"a line is longer than {LONGEST} bytes")
            if last:
                cut = len(read)
            if not cut:  # a longer piece holds a whole line, or is too long
                size *= 2
                continue
            yield _sound(first, read, cut)
            first += read.count(b"\n", 0, cut)
            at += cut  # the beginning of a line that was not read to its end is read again


def _sound(first: int, read: bytes, cut: int) -> Block:
    if read.find(b'"', 0, cut) < 0:
        return Block(first, memoryview(read)[:cut], [])
    lines = read[:cut]
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
