"""What people said of their health, read list-first: the diary for whoever watches over somebody, lists for staff."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load

RISKS = ("low", "watch", "high")  # by the number a table keeps


class DiaryDay(NamedTuple):
    """What a person said on one day: of several declarations the latest, and the highest class among them.

    ``symptoms``: codes to the day they began, "" where it was not said. ``temperature`` in °C, ``spo2`` in %.
    """

    day: date
    at: datetime
    declaration_id: UUID
    kind: str
    symptoms: dict[str, str]
    temperature: float | None
    spo2: int | None
    risk: str
    times: int


def diary(person_ids: Collection[UUID], since: date) -> dict[UUID, list[DiaryDay]]:
    """Days on which each of these persons declared, from ``since`` on, oldest first; one query.

    Every kind counts: whoever declared at a door was heard that day. Persons who said nothing have no entry.
    """
    if not person_ids:
        return {}
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("surveillance", "declaration_diary"), [list(person_ids), since])
        rows = cursor.fetchall()
    found: dict[UUID, dict[date, DiaryDay]] = defaultdict(dict)
    for person_id, day, declaration_id, at, kind, answers, temperature, spo2, risk in rows:
        before = found[person_id].get(day)
        said = parsed(answers)
        found[person_id][day] = DiaryDay(
            day, at, declaration_id, kind, dict(said.get("symptoms") or {}),
            temperature if temperature is not None or before is None else before.temperature,
            spo2 if spo2 is not None or before is None else before.spo2,
            RISKS[max(risk, RISKS.index(before.risk) if before else 0)], before.times + 1 if before else 1,
        )  # fmt: skip
    return {person_id: list(days.values()) for person_id, days in found.items()}


def missed(person_ids: Collection[UUID], since: date, until: date) -> dict[UUID, list[date]]:
    """Days from ``since`` to ``until``, both included, on which a person said nothing; one query.

    Everybody asked for has an entry, empty for whoever missed no day.
    """
    said = diary(person_ids, since)
    days = [since + timedelta(days=step) for step in range((until - since).days + 1)]
    return {
        person_id: [day for day in days if day not in {one.day for one in said.get(person_id, ())}]
        for person_id in person_ids
    }


def parsed(stored: Any) -> dict[str, Any]:
    """Answers as a table gives them: Django's connection hands JSON over as text, a bare one as objects."""
    return json.loads(stored) if isinstance(stored, str) else dict(stored)
