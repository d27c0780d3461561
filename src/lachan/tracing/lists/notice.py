"""What a person under watch is told of it: why in general words, until when, what to do. Never of whom.

A place, an hour or the kind of a small group (a household, a class, a vehicle) would let many people guess who the case
is. So a notice knows days and one of two general kinds; the evidence itself stays with the tracers.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.tracing.lists.watches import cases_among
from lachan.tracing.work.facts import RELEASED

OPEN: Final = "open"
Kind = Literal["place", "near"]


class Notice(NamedTuple):
    """A watch as its person reads it. Days are those of Viet Nam; ``test_days`` in order.

    ``quarantine``: facility, home or none, as the rule asks. ``area_id``: the commune answerable, None while nobody is.
    ``kind``: ``place`` when all that is known are places open to many, ``near`` for everything else. ``withdrawn_on``:
    since when it is no longer true, None while it stands.
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
    withdrawn_on: date | None


def notices_of(person_ids: Collection[UUID], now: datetime) -> dict[UUID, list[Notice]]:
    """Open watches of these persons, the strictest level first, then what was withdrawn, each until the last day the
    rule had set; persons with neither are left out. One query, one more where something was withdrawn.

    Whoever is watched again for the same disease, or is a case of it by now, is not told that nothing is to be done.
    """
    if not person_ids:
        return {}
    ids = list(person_ids)
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("tracing", "notices_of"), [ids, ids, now.astimezone(VIETNAM).date()])
        latest: dict[tuple[UUID, str], tuple[Any, ...]] = {}
        for row in cursor.fetchall():
            latest.setdefault((row[0], row[2]), row)
        gone = {key for key, row in latest.items() if row[12] == RELEASED}
        for disease in {disease for _, disease in gone}:
            ill = cases_among(cursor, [person_id for person_id, of in gone if of == disease], disease)
            gone -= {(person_id, disease) for person_id in ill}
    found: dict[UUID, list[Notice]] = defaultdict(list)
    for key, row in latest.items():
        if row[12] == OPEN or key in gone:
            found[row[0]].append(_notice(*row[1:]))
    return dict(found)


def watched(person_id: UUID, now: datetime) -> Notice | None:
    """The strictest open watch of a person."""
    return next((one for one in notices_of([person_id], now).get(person_id, ()) if one.withdrawn_on is None), None)


def _notice(
    watch_id: UUID, disease: str, level: int, first: datetime, last: datetime, since: date, until: date,
    tests: str | list[str], quarantine: str, area_id: int | None, places: bool, state: str, changed_at: datetime,
) -> Notice:  # fmt: skip
    days = json.loads(tests) if isinstance(tests, str) else tests
    return Notice(
        watch_id, disease, level, _day(first), _day(last), since, until,
        tuple(sorted(date.fromisoformat(day) for day in days)), quarantine, area_id, "place" if places else "near",
        None if state == OPEN else _day(changed_at),
    )  # fmt: skip


def _day(at: datetime) -> date:
    return at.astimezone(VIETNAM).date()
