"""The report of a day and of a round, drawn from the records: no number in it is typed.

Appendices 5 (day) and 6 (end of a round) of Decision 3588/QD-BYT. The reference data at hand name the two appendices
but do not print them; the headings here (doses by product, number, age and sex; not vaccinated by reason; screening;
reactions; stock by lot; wastage) are recalled from the practice of such reports and from the form in use since, and
want a look at the printed original.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load

MOST_DAYS: Final = 200  # of one report
MOST_FACILITIES: Final = 1_500  # the largest province has fewer
_SEVERITY: Final = {1: "mild", 2: "moderate", 3: "severe"}


class DoseHeading(NamedTuple):
    """Doses under one heading cannot be told apart."""

    product_id: int
    number: int
    band: int
    sex: str


class LotLine(NamedTuple):
    """The stock book of a lot over the days, in doses. ``other``: returns, transfers out, counts; signed."""

    product_id: int
    number: str
    expires_on: date | None
    opening: int
    received: int
    used: int
    wasted: int
    other: int

    @property
    def closing(self) -> int:
        return self.opening + self.received - self.used - self.wasted + self.other

    @property
    def wastage(self) -> float | None:
        """Percent of the doses taken from vials that went into nobody; None: none was taken."""
        taken = self.used + self.wasted
        return 100 * self.wasted / taken if taken else None


class SessionLine(NamedTuple):
    """A session held. ``tally``: doses on paper, None when nobody has entered them; ``vials`` likewise."""

    id: UUID
    facility_id: int
    date: date
    part: str
    status: str
    staff: list[dict[str, Any]]
    opened_at: datetime | None
    closed_at: datetime | None
    tally: int | None
    vials: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """Facilities over days, both ends included."""

    first: date
    last: date
    doses: dict[DoseHeading, int]
    lots_used: dict[tuple[int, str], int]
    arrived: int
    screened: dict[str, int]
    not_given: dict[str, int]
    reactions: dict[str, int]
    lots: list[LotLine]
    sessions: list[SessionLine]

    @property
    def given(self) -> int:
        return sum(self.doses.values())

    @property
    def wasted(self) -> int:
        return sum(line.wasted for line in self.lots)

    @property
    def wastage(self) -> float | None:
        taken = sum(line.used for line in self.lots) + self.wasted
        return 100 * self.wasted / taken if taken else None

    @property
    def tallied(self) -> int | None:
        """Doses on paper; None while any session that was held has no tally."""
        counts = [session.tally for session in self.sessions]
        return None if not counts or None in counts else sum(count or 0 for count in counts)

    @property
    def staff(self) -> list[tuple[str, str]]:
        """(desk, name) of everyone who was at a desk, each once."""
        return sorted({(entry.get("desk", ""), entry.get("name", "")) for s in self.sessions for entry in s.staff})


def report(facilities: Sequence[int], first: date, last: date) -> Report:
    """The report of facilities; seven statements. ValueError for more facilities or days than one report may have."""
    if len(facilities) > MOST_FACILITIES or not 0 <= (last - first).days < MOST_DAYS:
        raise ValueError("a report of too many facilities or days")
    asked = {
        "facilities": list(facilities),
        "first": first,
        "last": last,
        "from": datetime.combine(first, time(), VIETNAM),
        "until": datetime.combine(last + timedelta(days=1), time(), VIETNAM),
    }
    doses: Counter[DoseHeading] = Counter()
    lots_used: Counter[tuple[int, str]] = Counter()
    with hot_cursor() as cursor:

        def rows(name: str) -> list[tuple[Any, ...]]:
            cursor.execute(load("immunization", name), asked)
            return cursor.fetchall()

        for product, number, band, sex, lot, count in rows("report_doses"):
            doses[DoseHeading(product, number, band, sex)] += count
            lots_used[product, lot] += count
        tallies = {row[0]: _json(row[1]) for row in rows("report_tallies")}
        sessions = [_session(row, tallies.get(row[0])) for row in rows("report_sessions")]
        screened = _screened(cursor, [session.id for session in sessions])
        return Report(
            first,
            last,
            dict(sorted(doses.items())),
            dict(sorted(lots_used.items())),
            sum(screened.values()),
            {outcome: count for outcome, count in screened.items() if outcome},
            dict(rows("report_not_given")),
            {_SEVERITY[gravest]: count for gravest, count in rows("report_reactions")},
            [LotLine(*row) for row in rows("report_stock")],
            sessions,
        )


def _screened(cursor: psycopg.Cursor[Any], sessions: list[UUID]) -> dict[str, int]:
    arrays.execute(cursor, load("immunization", "report_encounters"), [sessions])
    return {outcome or "": count for outcome, count in cursor.fetchall()}


def _session(row: tuple[Any, ...], lines: list[dict[str, Any]] | None) -> SessionLine:
    vials = None if lines is None or all(line["vials"] is None for line in lines) else 0
    if vials is not None and lines is not None:
        vials = sum(line["vials"] or 0 for line in lines)
    tally = None if lines is None else sum(line["doses"] for line in lines)
    return SessionLine._make((*row[:5], _json(row[5]) or [], *row[6:], tally, vials))


def _json(stored: Any) -> Any:
    return msgspec.json.decode(stored) if isinstance(stored, str) else stored
