"""People whose cards are to be looked at again, for a reason that is not in the journal of doses and people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import psycopg

from lachan.kernel import arrays
from lachan.kernel.statements import load

Cause = Literal["dose", "signature", "correction", "person", "renewal", "key", "asked"]


def touch(cursor: psycopg.Cursor[Any], person_ids: Collection[UUID], *, cause: Cause, now: datetime) -> None:
    """Have the follower look at these people's cards, in the caller's transaction; one statement."""
    if person_ids:
        arrays.execute(cursor, load("certificates", "touch_people"), [cause, now, sorted(set(person_ids))])
