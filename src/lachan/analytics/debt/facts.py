"""What the debt meter tells the rooms above: frozen figures, no names of persons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, NamedTuple

from lachan.places.facts import AreaFact, FacilityRow

BUCKETS: Final = ((0, 1), (2, 7), (8, 30), (31, None))
"""Ages of a gap in days, both ends included; the last is open."""

Gap = Literal["missing", "unmatched", "unsigned", "held", "refused"]
ENTERED: Final[tuple[Gap, ...]] = ("missing", "held", "refused")  # what keeps a dose from being recorded
GAPS: Final[tuple[Gap, ...]] = ("missing", "unmatched", "unsigned", "held", "refused")


class Owed(NamedTuple):
    """Doses of a facility and day, or a sum of such.

    ``given``: by tally, of sessions that have one. ``recorded``: doses that count. ``matched``: of them, those of
    people the population register confirms. ``missing``: on paper, neither recorded nor explained. ``surplus``: beyond
    the tally. ``untallied``: sessions (not doses) closed without a tally. ``held``, ``refused``: doses sent and
    standing in a worklist. ``untraced``: of the missing, those that not even stand there: on paper only. ``signed``: of
    the recorded, those the head of the facility has signed: only they give a certificate for a border.
    """

    given: int = 0
    recorded: int = 0
    matched: int = 0
    missing: int = 0
    explained: int = 0
    surplus: int = 0
    untallied: int = 0
    held: int = 0
    refused: int = 0
    untraced: int = 0
    signed: int = 0

    @property
    def unmatched(self) -> int:
        return self.recorded - self.matched

    @property
    def unsigned(self) -> int:
        return self.recorded - self.signed

    @property
    def known(self) -> int:
        """Every dose known of: recorded, or on paper and still missing."""
        return self.recorded + self.missing

    @property
    def gap(self) -> int:
        """Doses somebody has to do something about, each once."""
        return self.untraced + self.held + self.refused + self.unmatched


def total(parts: Iterable[Owed]) -> Owed:
    rows = list(parts)
    return Owed(*(sum(column) for column in zip(*rows, strict=True))) if rows else Owed()


@dataclass(frozen=True, slots=True)
class Ages:
    """Of one gap: doses by age bucket, and the day of the oldest; None: there is none."""

    buckets: tuple[int, int, int, int]
    oldest: date | None


@dataclass(frozen=True, slots=True)
class Line:
    """The meter of an area or a facility over the days asked for."""

    area: AreaFact | None
    facility: FacilityRow | None
    sums: Owed
    ages: dict[Gap, Ages]

    @property
    def name(self) -> str:
        return self.facility.name if self.facility else self.area.full_name if self.area else ""

    @property
    def oldest(self) -> date | None:
        """The oldest day with doses missing, held or refused; people not matched and doses not signed are lists of
        their own."""
        days = [self.ages[gap].oldest for gap in ENTERED]
        return min((day for day in days if day is not None), default=None)


@dataclass(frozen=True, slots=True)
class Meter:
    """An area's meter with the lines below it. ``as_of``: everything recorded before is in it; None: never counted."""

    area: AreaFact
    whole: Line
    lines: tuple[Line, ...]
    unplaced: Line | None  # stations whose commune was divided and waits for review
    as_of: datetime | None


class DayLine(NamedTuple):
    """One day of a facility."""

    day: date
    sums: Owed
