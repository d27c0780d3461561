"""The same dose entered by two stations: searched for, and settled by a person."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.outcomes import ACCEPTED, REFUSED, Outcome
from lachan.kernel.statements import load

# Two doses of one product this near were not meant: the shortest interval of any product is three weeks. A dose entered
# a second time often bears the day of entry.
DAYS_APART: Final = 14
PAGE: Final = 20_000  # persons looked at in one transaction


def find_dose_pairs(*, now: datetime) -> int:
    """Search all doses for pairs that may be one dose; how many are new. Pages of persons, each a transaction."""
    found, after = 0, UUID(int=0)
    while True:
        with hot_cursor() as cursor:
            cursor.execute(load("immunization", "page_of_dosed_persons"), [after, PAGE])
            row = cursor.fetchone()
            if row is None:
                return found
            cursor.execute(load("immunization", "find_dose_pairs"), [now, after, row[0], DAYS_APART])
            found, after = found + cursor.rowcount, row[0]


def keep_both(person_id: UUID, pair_id: UUID, *, reason: str, actor_id: UUID, now: datetime) -> Outcome:
    """Somebody looked and says: both doses were given. Refused: ``reason_missing``, ``pair_unknown``.

    The other answer is ``dose.void`` of one of them; the pair is then no longer one. The caller has checked that the
    pair is the actor's.
    """
    said = reason.strip()[:2_000]
    if len(said) < 3:
        return Outcome(REFUSED, "reason_missing")
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "keep_dose_pair"), [now, actor_id, said, person_id, pair_id])
        row = cursor.fetchone()
        if row is None:
            return Outcome(REFUSED, "pair_unknown")
        body = msgspec.json.encode({"first": row[0], "second": row[1]}).decode()
        journal.append(cursor, [journal.Entry("dose.both_kept", person_id, now, actor_id, body)])
    return Outcome(ACCEPTED, None, pair_id)
