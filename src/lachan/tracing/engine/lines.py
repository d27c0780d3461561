"""A file of CSV as lines that each stand for themselves: one quote too many spoils its line and not the rest."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

import numpy as np

READ: Final = 1 << 22  # bytes at a time
LONGEST: Final = 1 << 20  # bytes of a line
QUOTE: Final = ord('"')
NEWLINE: Final = ord("\n")


class WholeLines(io.RawIOBase):
    """The lines of a file behind its heading. A line in which a quote is not closed is handed on empty and noted in
    ``open_quotes`` with its number, so that no cell ever runs over a line and every line keeps its number."""

    def __init__(self, path: Path, heading: int) -> None:
        self._file = path.open("rb")
        self._file.seek(heading)
        self._rest = b""  # the beginning of a line that was not read to its end
        self._ready = memoryview(b"")
        self._line = 2
        self.open_quotes: list[tuple[int, str]] = []

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._ready:
            block = self._file.read(READ)
            if not block and not self._rest:
                return b""
            whole = self._rest + block
            cut = whole.rfind(b"\n") + 1 if block else len(whole)
            self._rest = whole[cut:]
            if len(self._rest) > LONGEST:
                raise OSError(f"a line is longer than {LONGEST} bytes")
            self._ready = memoryview(self._sound(whole[:cut]))
        taken = bytes(self._ready[: size if size >= 0 else None])
        self._ready = self._ready[len(taken) :]
        return taken

    def readinto(self, buffer: Any) -> int:
        taken = self.read(len(buffer))
        buffer[: len(taken)] = taken
        return len(taken)

    def _sound(self, lines: bytes) -> bytes:
        count = lines.count(b"\n")
        if b'"' in lines:
            letters = np.frombuffer(lines, np.uint8)
            ends = np.append(np.flatnonzero(letters == NEWLINE), len(letters))
            quotes = np.searchsorted(np.flatnonzero(letters == QUOTE), ends)
            odd = np.flatnonzero(np.diff(quotes, prepend=0) % 2)
            if len(odd):
                starts = np.append(0, ends[:-1] + 1)
                parts, at = [], 0
                for row in odd.tolist():
                    parts.append(lines[at : int(starts[row])])
                    at = int(ends[row])
                self.open_quotes += [(self._line + row, "has a quote that is not closed") for row in odd.tolist()]
                lines = b"".join([*parts, lines[at:]])
                if not lines.endswith(b"\n"):
                    lines += b"\n"  # an end of the file that is nothing but such a line is a line all the same
        self._line += count
        return lines

    def close(self) -> None:
        self._file.close()
        super().close()
