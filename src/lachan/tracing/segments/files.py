"""Files of columns: written whole or not at all, checked when they are opened, mapped into memory.

A file: 8 bytes of magic with the version of the form, the length of the head (u32) and its CRC-32, the head in JSON,
then the columns, each at a multiple of 64 bytes. The head names every column with its type, its length and the BLAKE2b
of its bytes. Numbers are little-endian.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from struct import Struct
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MAGIC: Final = b"LACHSEG1"
_START: Final = Struct("<8sII")
_ALIGN: Final = 64
_HEAD_MOST: Final = 1 << 20
TYPES: Final = ("<u8", "<i8", "<u4", "<u2")


class Corrupt(Exception):
    """A file of the store is damaged or missing. ``day``: days since 1970 of the segment, -1 for one all days need."""

    def __init__(self, day: int, why: str) -> None:
        super().__init__(f"{'people' if day < 0 else np.datetime64(day, 'D')}: {why}")
        self.day, self.why = day, why


def write_whole(path: Path, writing: Callable[[Any], None]) -> None:
    """The file is there with everything ``writing`` wrote, on disk, or as it was before."""
    passing = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with open(passing, "wb") as file:
        writing(file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(passing, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_columns(path: Path, facts: Mapping[str, Any], columns: Mapping[str, NDArray[Any]]) -> None:
    """A file of these columns; ``facts``: what else the head says, JSON values."""
    contents = [np.ascontiguousarray(column) for column in columns.values()]
    named = [
        {"name": name, "type": column.dtype.str, "n": len(column), "sum": _sum(column)}
        for name, column in zip(columns, contents, strict=True)
    ]
    head = json.dumps({**facts, "columns": named}, separators=(",", ":")).encode()

    def writing(file: Any) -> None:
        file.write(_START.pack(MAGIC, len(head), zlib.crc32(head)) + head)
        for column in contents:
            file.write(b"\0" * (-file.tell() % _ALIGN))
            file.write(column.data)

    write_whole(path, writing)


class Columns:
    """An open file of columns, mapped privately: what is changed in memory never reaches the disk."""

    def __init__(self, path: Path, day: int) -> None:
        """Corrupt when it is missing, cut, of another form, or its head is damaged; the columns' bytes are not read."""
        self.path, self._day = path, day
        try:
            with open(path, "rb") as file:
                self.stamp = stamp(os.fstat(file.fileno()))
                self.size = os.fstat(file.fileno()).st_size
                self._mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        except (OSError, ValueError) as error:
            raise Corrupt(day, f"cannot be opened: {type(error).__name__}") from None
        self.head = self._read_head()
        self.columns: dict[str, NDArray[Any]] = {}
        at = self._begins
        for named in self.head["columns"]:
            at += -at % _ALIGN
            kind, n = np.dtype(named["type"]), int(named["n"])
            if at + n * kind.itemsize > self.size:
                raise Corrupt(day, "is cut short")
            self.columns[named["name"]] = np.frombuffer(self._mapped, kind, n, at)
            at += n * kind.itemsize
        if at != self.size:
            raise Corrupt(day, "is longer than its head says")

    def _read_head(self) -> dict[str, Any]:
        if self.size < _START.size:
            raise Corrupt(self._day, "is cut short")
        magic, length, total = _START.unpack_from(self._mapped)
        if magic != MAGIC:
            raise Corrupt(self._day, "is of another form")
        self._begins = _START.size + length
        if length > _HEAD_MOST or self._begins > self.size:
            raise Corrupt(self._day, "is cut short")
        head = self._mapped[_START.size : self._begins]
        if zlib.crc32(head) != total:
            raise Corrupt(self._day, "has a damaged head")
        found: dict[str, Any] = json.loads(head)
        if any(named["type"] not in TYPES or named["n"] < 0 for named in found["columns"]):
            raise Corrupt(self._day, "has a column of another form")
        return found

    def verify(self) -> None:
        """Read everything as it is on the disk now; Corrupt when a byte differs from what was written."""
        try:
            with open(self.path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
                if len(mapped) != self.size:
                    raise Corrupt(self._day, "is cut short")
                at = self._begins
                for named in self.head["columns"]:
                    at += -at % _ALIGN
                    length = int(named["n"]) * np.dtype(named["type"]).itemsize
                    with memoryview(mapped) as whole, whole[at : at + length] as part:
                        differs = _sum(part) != named["sum"]
                    if differs:
                        raise Corrupt(self._day, f"column {named['name']} is damaged")
                    at += length
        except (OSError, ValueError) as error:
            raise Corrupt(self._day, f"cannot be read: {type(error).__name__}") from None

    def as_it_was(self) -> bool:
        """Whether the file is still the one that was opened, untouched since."""
        try:
            return stamp(self.path.stat()) == self.stamp
        except OSError:
            return False


def stamp(found: os.stat_result) -> tuple[int, int, int]:
    """What changes when a file is replaced, written to, or cut."""
    return found.st_ino, found.st_size, found.st_mtime_ns


def _sum(content: Any) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
