"""Whether a contact was vaccinated in time: for the order of calls, and for the length of the watch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import psycopg

from lachan.immunization.queries.published import doses_that_count

PROTECTED_AFTER: Final = timedelta(days=14)  # from the dose that completes


def completed(cursor: psycopg.Cursor[Any], people: Iterable[UUID]) -> dict[UUID, date]:
    """When each first had a dose that completes; whoever had none is left out. One query."""
    found: dict[UUID, date] = {}
    for dose in doses_that_count(cursor, sorted(people)):
        if dose.completes:
            found[dose.person_id] = min(dose.given_on, found.get(dose.person_id, dose.given_on))
    return found


def protected(since: date | None, exposed: datetime) -> bool:
    """Whether that was long enough before an exposure (UTC)."""
    return since is not None and exposed.date() - since >= PROTECTED_AFTER
