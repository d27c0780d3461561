"""Which records are worth comparing. Pure: rows in, pairs of positions out.

Comparing all with all is out of reach, so records meet in blocks of equal keys. The keys follow the ways in which one
person gets two records: the name written otherwise on the same date, day and
month exchanged, only the year known, one person of a household written twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from lachan.people.matching import person_names
from lachan.people.matching.person_names import Names, name_of

# A block this large holds strangers with a common name; it is divided by commune instead of compared whole.
MOST_IN_BLOCK = 150


class Row(NamedTuple):
    """What is read of every person."""

    id: UUID
    search_name: str
    birth_date: date | None
    residence_id: int | None


def pairs(rows: Sequence[Row]) -> set[tuple[int, int]]:
    """Positions of rows of one year of birth that share a key and whose names are near."""
    blocks: dict[Hashable, list[int]] = defaultdict(list)
    for position, row in enumerate(rows):
        for key in keys(row):
            blocks[key].append(position)
    found: set[tuple[int, int]] = set()
    for members in blocks.values():
        if len(members) > 1:
            for group in _divided(members, rows):
                found.update(_near(group, rows, found))
    return found


def keys(row: Row) -> Iterator[Hashable]:
    """The blocks a row belongs to. 1 January stands for "only the year is known", so it names nobody by itself."""
    words = row.search_name.split(" ")
    first, last = words[0], words[-1]
    ends = (first, last) if first <= last else (last, first)  # family name first or last
    born = row.birth_date
    yield "h", row.search_name, row.residence_id
    if born is None:
        return
    if born.day == 1 and born.month == 1:
        yield "y", ends, row.residence_id
        return
    yield "d", born, ends
    if row.residence_id is not None:
        yield "r", born, row.residence_id
    if born.day <= 12 and born.day != born.month:
        yield "s", row.search_name, frozenset((born.day, born.month))


def _divided(members: list[int], rows: Sequence[Row]) -> Iterable[list[int]]:
    if len(members) <= MOST_IN_BLOCK:
        return [members]
    parts: dict[int | None, list[int]] = defaultdict(list)
    for position in members:
        parts[rows[position].residence_id].append(position)
    return [part[:MOST_IN_BLOCK] for part in parts.values() if len(part) > 1]


def _near(members: list[int], rows: Sequence[Row], known: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for index, first in enumerate(members):
        for second in members[index + 1 :]:
            if (first, second) not in known and names_near(rows[first].search_name, rows[second].search_name):
                yield first, second


def names_near(first: str, second: str) -> bool:
    """Whether two folded names could be one person's; the whole names decide later."""
    if first == second:
        return True
    one, other = name_of(first), name_of(second)
    return one is not None and other is not None and person_names.compare(one, other) is not Names.DIFFER


def groups(rows: Iterable[tuple[bytes, Row]], most: int = 12) -> Iterator[list[Row]]:
    """Rows in order of a shared number or telephone, in groups of one; a telephone of a whole office is left out."""
    current: bytes | None = None
    group: list[Row] = []
    for key, row in rows:
        if key != current:
            if 1 < len(group) <= most:
                yield group
            current, group = key, []
        group.append(row)
    if 1 < len(group) <= most:
        yield group
