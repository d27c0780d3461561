"""The log of looks at named persons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg

from lachan.access.actors import Actor
from lachan.kernel import arrays, journal
from lachan.kernel.database import within
from lachan.kernel.errors import Forbidden
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load

SERVED: Final = "served at the door"  # purpose of looking at someone who presented a document
MOST_LOOKS: Final = 1_000


def log_looks(
    actor: Actor,
    person_ids: Sequence[UUID],
    purpose: str,
    what: str,
    now: datetime,
    cursor: psycopg.Cursor[Any] | None = None,
) -> None:
    """Log that the actor looked at these persons' records: two statements however many.

    ``purpose`` is what the actor stated (:data:`SERVED` at the door), ``what`` the part of the record ("page",
    "identifier"); neither may carry personal data. Call it in the transaction that reads, before showing anything.
    """
    purpose, what = purpose.strip()[:200], what.strip()[:80]
    if not purpose:
        raise Forbidden("Looking at a person's record needs a purpose.")
    if len(person_ids) > MOST_LOOKS:
        raise ValueError(f"{len(person_ids)} looks at once; the limit is {MOST_LOOKS}")
    if not person_ids:
        return
    ids = [new_id() for _ in person_ids]
    body = json.dumps({"purpose": purpose, "what": what}, ensure_ascii=False)
    with within(cursor) as cursor:
        arrays.execute(cursor, load("access", "log_looks"), [actor.id, purpose, what, now, list(person_ids), ids])
        journal.append(cursor, [journal.Entry("person.looked", one, now, actor.id, body) for one in person_ids])
