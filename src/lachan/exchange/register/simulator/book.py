"""What the simulated register knows: for each number a digest of name, sex and birth date. A file that is mapped.

Sixteen bytes a number, sorted, so a hundred million people take 1.6 GB of disk and a batch of a thousand is one binary
search. No names stand in it; that is no protection (numbers can be counted through), it is only small.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lachan.exchange.register.contract import Item
from lachan.people.names import fold_tone_marks

ENTRY = np.dtype([("number", "<u8"), ("says", "<u8")])
Entries = NDArray[np.void]


class Entry(NamedTuple):
    """A citizen as the register has them; ``birth_date`` as written, ``YYYY[-MM[-DD]]``."""

    number: str
    name: str
    sex: str
    birth_date: str


class BookError(Exception):
    """The file is no book of this simulator; the message says what to do."""


def key_of(number: str) -> int:
    return int.from_bytes(hashlib.blake2b(number.encode(), digest_size=8).digest(), "little")


def digest_of(name: str, sex: str, birth_date: str) -> int:
    """Case, spaces, the composing of marks and their older placement (Hòa, Hoà) make no difference; marks do."""
    plain = " ".join(fold_tone_marks(name).casefold().split())
    told = f"{plain}\x1f{sex}\x1f{birth_date}"
    return int.from_bytes(hashlib.blake2b(told.encode(), digest_size=8).digest(), "little")


def write(path: Path, entries: Iterable[Entry]) -> int:
    """Make a book; returns how many numbers it holds. The first entry of a number counts."""
    numbers, says = [], []
    for entry in entries:
        numbers.append(key_of(entry.number))
        says.append(digest_of(entry.name, entry.sex, entry.birth_date))
    keys, first = np.unique(np.array(numbers, dtype="<u8"), return_index=True)
    found = np.empty(len(keys), dtype=ENTRY)
    found["number"], found["says"] = keys, np.array(says, dtype="<u8")[first]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.save(file, found)
    return len(found)


def read(path: Path) -> Entries:
    """The book, mapped from its file; :class:`BookError` when it is none."""
    try:
        found: Entries = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise BookError(f"{path} cannot be read as a register ({error}); make one with lachan register serve") from None
    if found.dtype != ENTRY:
        raise BookError(f"{path} is no register; make one with lachan register serve")
    return found


def judge(book: Entries, items: Sequence[Item]) -> NDArray[np.bool_]:
    """Whether each person stands in the book as asked."""
    wanted = np.array([key_of(item.id) for item in items], dtype="<u8")
    said = np.array([digest_of(item.name, item.sex, item.birth_date) for item in items], dtype="<u8")
    if not len(book):
        return np.zeros(len(items), dtype=bool)
    place = np.minimum(np.searchsorted(book["number"], wanted), len(book) - 1)
    entry = book[place]
    right: NDArray[np.bool_] = (entry["number"] == wanted) & (entry["says"] == said)
    return right
