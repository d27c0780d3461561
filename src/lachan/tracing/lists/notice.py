"""What a person under watch is told of it: why in general words, until when, what to do. Never of whom.

A place, an hour or the kind of a small group (a household, a class, a vehicle) would let many people guess who the case
is. So a notice knows days and one of two general kinds; the evidence itself stays with the tracers.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load

Kind = Literal["place", "near"]


class Notice(NamedTuple):
    """An open watch as its person reads it. Days are those of Viet Nam; ``test_days`` in order.

    ``quarantine``: facility, home or none, as the rule asks. ``area_id``: the commune answerable, None while nobody is.
    ``kind``: ``place`` when all that is known are places open to many, ``near`` for everything else.
    """

    watch_id: UUID
    disease: str
    level: int
    first_day: date
    last_day: date
    since: date
    until: date
    test_days: tuple[date, ...]
    quarantine: str
    area_id: int | None
    kind: Kind


def notices_of(person_ids: Collection[UUID]) -> dict[UUID, list[Notice]]:
    """Open watches of these persons, the strictest level first; persons without one are left out. One query."""
    if not person_ids:
        return {}
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("tracing", "notices_of"), [list(person_ids), list(person_ids)])
        rows = cursor.fetchall()
    found: dict[UUID, list[Notice]] = defaultdict(list)
    for person_id, watch_id, disease, level, first, last, since, until, tests, quarantine, area_id, places in rows:
        days = json.loads(tests) if isinstance(tests, str) else tests
        found[person_id].append(
            Notice(
                watch_id, disease, level, first.astimezone(VIETNAM).date(), last.astimezone(VIETNAM).date(), since,
                until, tuple(sorted(date.fromisoformat(day) for day in days)), quarantine, area_id,
                "place" if places else "near",
            )
        )  # fmt: skip
    return dict(found)
