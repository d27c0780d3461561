"""Pairs of doses that may be one, as somebody looks at them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load

MOST: Final = 50
_TOP: Final = (datetime(9000, 1, 1, tzinfo=UTC), UUID(int=(1 << 128) - 1))


class PairedDose(NamedTuple):
    """One of the two."""

    id: UUID
    product_id: int
    lot_number: str
    dose_number: int
    given_on: date
    facility_id: int | None
    source: str
    recorded_at: datetime


class DosePair(NamedTuple):
    """Two doses of one person that may be one; the earlier day first."""

    id: UUID
    person_id: UUID
    found_at: datetime
    first: PairedDose
    second: PairedDose

    @property
    def before(self) -> tuple[datetime, UUID]:
        return self.found_at, self.id


def open_dose_pairs(
    facilities: Sequence[int] | None,
    areas: Sequence[int] | None,
    *,
    person_id: UUID | None = None,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 25,
) -> list[DosePair]:
    """Open pairs, newest first, of doses at ``facilities`` or of people of ``areas`` (None: the nation). One query."""
    at, pair_id = before or _TOP
    asked: dict[str, Any] = {
        "facilities": None if facilities is None else list(facilities), "areas": list(areas or ()), "before": at,
        "person_id": person_id,
        "before_id": pair_id, "most": min(limit, MOST),
    }  # fmt: skip
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "open_dose_pairs"), asked)
        rows = cursor.fetchall()
    return [DosePair(row[0], row[1], row[2], PairedDose(*row[3:11]), PairedDose(*row[11:])) for row in rows]


def dose_days(person_ids: Iterable[UUID]) -> dict[UUID, set[date]]:
    """Days with a dose that counts, by person. One query."""
    found: dict[UUID, set[date]] = defaultdict(set)
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("immunization", "dose_days"), [list(person_ids)])
        for person_id, given_on in cursor.fetchall():
            found[person_id].add(given_on)
    return found
