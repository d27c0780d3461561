"""What the results that stand make of persons, told by whoever changed them: in the same transaction, at its end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from lachan.surveillance.cases.book import CaseBook
from lachan.surveillance.facts import CaseChanged


def reconsider(
    cursor: psycopg.Cursor[Any], pairs: Collection[tuple[UUID, str]], *, actor_id: UUID, now: datetime
) -> list[CaseChanged]:
    """Decide anew about every (person, disease) given; what changed, as it was published (``CASES_CHANGED``).

    Reads the results that stand, so a result just recorded, corrected or withdrawn counts as it is now. The caller
    holds the locks of these persons. The number of statements does not depend on the number of pairs.
    """
    if not pairs:
        return []
    book = CaseBook(cursor, {person_id for person_id, _ in pairs}, actor_id=actor_id, now=now)
    book.settle(pairs)
    return book.write()
