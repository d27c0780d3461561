"""What is counted as what, and how two counts are compared. Pure: no ORM, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

MOST_LISTED: Final = 20  # differences named in a finding; the count says how many there are


class Sums(NamedTuple):
    """Doses, and people by what they have: a first dose, a complete primary series; booster doses.

    A person has one dose that counts under a number and one that completes: ``first`` and ``completed`` count people.
    ``boosters`` counts doses: doses that complete nothing although their number reaches the count the product's own
    series asks for (a third Pfizer, a second dose after Janssen, a fourth after three Abdala).
    """

    doses: int = 0
    first: int = 0
    completed: int = 0
    boosters: int = 0

    def plus(self, other: Sums) -> Sums:
        return Sums(*(a + b for a, b in zip(self, other, strict=True)))


def total(parts: Iterable[Sums]) -> Sums:
    doses = first = completed = boosters = 0
    for part in parts:
        doses, first = doses + part.doses, first + part.first
        completed, boosters = completed + part.completed, boosters + part.boosters
    return Sums(doses, first, completed, boosters)


class Difference(NamedTuple):
    """One row that is not equal; None: it is missing on that side."""

    key: tuple[Any, ...]
    kept: Any
    found: Any


@dataclass
class Comparison:
    """What comparing two counts gave: rows compared, how many differ, and the first of them."""

    rows: int = 0
    wrong: int = 0
    listed: list[Difference] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        return not self.wrong

    def differs(self, key: tuple[Any, ...], kept: Any, found: Any) -> None:
        self.wrong += 1
        if len(self.listed) < MOST_LISTED:
            self.listed.append(Difference(key, kept, found))

    def __str__(self) -> str:
        if self.equal:
            return f"{self.rows} rows"
        shown = "; ".join(
            f"{', '.join(map(str, entry.key))}: kept {entry.kept}, found {entry.found}" for entry in self.listed[:3]
        )
        return f"{self.wrong} of {self.rows} rows differ: {shown}"


Row = tuple[tuple[Any, ...], Any]


def compare_sorted(kept: Iterator[Row], found: Iterator[Row]) -> Comparison:
    """Compare two streams of (key, value) sorted by key, in constant memory. A key twice on one side differs too."""
    result = Comparison()
    left, right = next(kept, None), next(found, None)
    while left is not None or right is not None:
        result.rows += 1
        if right is None or (left is not None and left[0] < right[0]):
            assert left is not None
            result.differs(left[0], left[1], None)
            left = next(kept, None)
        elif left is None or right[0] < left[0]:
            result.differs(right[0], None, right[1])
            right = next(found, None)
        else:
            if left[1] != right[1]:
                result.differs(left[0], left[1], right[1])
            left, right = next(kept, None), next(found, None)
    return result


def compare(kept: Mapping[tuple[Any, ...], Any], found: Mapping[tuple[Any, ...], Any]) -> Comparison:
    """The same for sums that fit into memory."""
    return compare_sorted(iter(sorted(kept.items())), iter(sorted(found.items())))
