"""What belongs to a store: which file answers for which day, and which transactions of the truth it has seen.

One small file, replaced as a whole: readers have the state before or the state after, never a mixture. Files it names
are never changed; those it no longer names are removed by whoever writes next.
"""

from __future__ import annotations

import fcntl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from lachan.tracing.segments.files import stamp, write_whole

NAME: Final = "manifest.json"
LOCK: Final = "writer.lock"


class Snapshot(NamedTuple):
    """Which transactions were over when something was read, as PostgreSQL's ``pg_snapshot`` says it."""

    xmin: int
    xmax: int
    running: frozenset[int]

    @classmethod
    def of(cls, text: str) -> Snapshot:
        """From ``xmin:xmax:running,…``. ValueError when it is not one."""
        xmin, xmax, running = text.split(":")
        return cls(int(xmin), int(xmax), frozenset(int(xid) for xid in running.split(",") if xid))

    def sees(self, xid: int) -> bool:
        """Whether what that transaction wrote was read."""
        return xid < self.xmin or (xid < self.xmax and xid not in self.running)


NOTHING: Final = "0:0:"  # the snapshot that has seen nothing


class Sealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One day. ``snapshot``: of the read of the truth; ``sealed_at``: UNIX seconds."""

    file: str
    rows: int
    snapshot: str
    sealed_at: int


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``origin``: the database this was made from; ``lineage``: who numbered the people, new when they are numbered
    anew; ``people``: file of the people; ``serial``: goes into names of files, so that none is used twice."""

    origin: str = ""
    lineage: str = ""
    serial: int = 0
    people: str = ""
    days: dict[int, Sealed] = {}


def read(folder: Path) -> tuple[Manifest, tuple[int, int, int] | None]:
    """The manifest and what changes when it is replaced; an empty one where there is none or it is damaged: then
    everything is made from the truth again."""
    path = folder / NAME
    try:
        with open(path, "rb") as file:
            found = stamp(path.stat())
            total, _, content = file.read().partition(b"\n")
        if int(total, 16) != zlib.crc32(content):
            return Manifest(), found
        return msgspec.json.decode(content, type=Manifest), found
    except FileNotFoundError:
        return Manifest(), None
    except (OSError, ValueError, msgspec.DecodeError):
        return Manifest(), None


def write(folder: Path, manifest: Manifest) -> None:
    """Let it hold from now on, then remove what it no longer names. Only by whoever holds the lock."""
    content = msgspec.json.encode(manifest)
    write_whole(folder / NAME, lambda file: file.write(b"%08x\n" % zlib.crc32(content) + content))
    named = {NAME, LOCK, manifest.people, *(day.file for day in manifest.days.values())}
    for path in folder.iterdir():
        if path.name not in named:
            path.unlink(missing_ok=True)


@contextmanager
def writing(folder: Path) -> Iterator[Manifest]:
    """One writer at a time, of all processes; gives the manifest as it is now."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(folder / LOCK, "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield read(folder)[0]
