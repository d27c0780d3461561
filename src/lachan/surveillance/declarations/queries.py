"""What people said of their health, read list-first: the diary for whoever watches over somebody, lists for staff."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.sealing import unseal
from lachan.kernel.statements import load
from lachan.people.self_service import contacts
from lachan.people.self_service.rules import contact_of
from lachan.surveillance.declarations.operations import SEALED
from lachan.surveillance.rules.risk import CLASSES

_HEARD: Final = frozenset({"staff", "partner"})  # somebody who answers for it wrote down what was said


class DiaryDay(NamedTuple):
    """What a person said on one day: of several declarations the latest, and the highest class among them.

    ``symptoms``: codes to the day they began, "" where it was not said. ``temperature`` in °C, ``spo2`` in %. ``own``:
    the person's own word is among them: signed in, proved by a code to a contact of their record, or said to staff.
    Where it is not, somebody who knows a name, a birth date and a number may have spoken: that nothing is felt is to be
    confirmed. What such a voice feels is added to the person's own word and takes nothing away from it.
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
    own: bool


def diary(person_ids: Collection[UUID], since: date) -> dict[UUID, list[DiaryDay]]:
    """Days on which each of these persons declared, from ``since`` on, oldest first; two queries.

    Every kind counts: whoever declared at a door was heard that day. Persons who said nothing have no entry.
    """
    if not person_ids:
        return {}
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("surveillance", "declaration_diary"), [list(person_ids), since])
        rows = cursor.fetchall()
        own = _own(cursor, [(row[0], row[2], *row[9:]) for row in rows])
    found: dict[UUID, dict[date, DiaryDay]] = defaultdict(dict)
    for person_id, day, declaration_id, at, kind, answers, temperature, spo2, risk, *_speaker in rows:
        before = found[person_id].get(day)
        felt = dict(parsed(answers).get("symptoms") or {})
        mine = declaration_id in own
        found[person_id][day] = DiaryDay(
            day, at, declaration_id, kind, felt if mine or before is None else before.symptoms | felt,
            temperature if temperature is not None or before is None else before.temperature,
            spo2 if spo2 is not None or before is None else before.spo2,
            CLASSES[max(risk, CLASSES.index(before.risk) if before else 0)], before.times + 1 if before else 1,
            mine or (before is not None and before.own),
        )  # fmt: skip
    return {person_id: list(days.values()) for person_id, days in found.items()}


def _own(cursor: psycopg.Cursor[Any], said: Collection[tuple[UUID, UUID, str, bool, bytes | None]]) -> set[UUID]:
    """Those declarations of (person, declaration, source, proved, sealed) that are the person's own word. One query."""
    own: set[UUID] = set()
    typed: dict[UUID, contacts.Held] = {}
    for person_id, declaration_id, source, proved, sealed in said:
        secret = json.loads(unseal(sealed, SEALED)) if proved and sealed is not None else {}
        if source in _HEARD or (proved and "contact" not in secret):  # without a contact: signed in to a record
            own.add(declaration_id)
        elif proved and (contact := contact_of(secret["contact"])) is not None:
            typed[declaration_id] = (person_id, contact)
    held = contacts.have(cursor, set(typed.values()))
    return own | {declaration_id for declaration_id, asked in typed.items() if asked in held}


def missed(person_ids: Collection[UUID], since: date, until: date) -> dict[UUID, list[date]]:
    """Days from ``since`` to ``until``, both included, on which a person said nothing; one query.

    Everybody asked for has an entry, empty for whoever missed no day.
    """
    said = {person_id: {one.day for one in days} for person_id, days in diary(person_ids, since).items()}
    days = [since + timedelta(days=step) for step in range((until - since).days + 1)]
    return {person_id: [day for day in days if day not in said.get(person_id, ())] for person_id in person_ids}


def parsed(stored: Any) -> dict[str, Any]:
    """Answers as a table gives them: Django's connection hands JSON over as text, a bare one as objects."""
    return json.loads(stored) if isinstance(stored, str) else dict(stored)
