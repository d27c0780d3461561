"""Records of the story's ward that want mending: slips of tired hands, and what the register said of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from lachan.access.operations.demo import COMMUNE, DEMO_DAY
from lachan.demonstration.plan import Country, uuid_for
from lachan.kernel import arrays
from lachan.kernel.commands import Command, outcome_of
from lachan.kernel.database import hot_cursor
from lachan.kernel.outcomes import Outcome
from lachan.kernel.statements import load
from lachan.people.facts import IdentifierIn, PersonFacts
from lachan.people.intake import SealedNumber, columns_of_numbers, sealed_number
from lachan.people.names import search_form
from lachan.people.queries import identifiers_of
from lachan.people.verification import queue
from lachan.people.verification.notes import note_changes
from lachan.places import queries as places
from lachan.places.facts import AreaFact

WRONG, WITHOUT, MALFORMED = 36, 8, 14
RESIDENTS = 120  # of the ward: fifty thousand people are five a commune
_FIRST = (datetime.fromisoformat("0001-01-01T00:00:00+00:00"), UUID(int=0))
Run = Callable[[list[Command]], list[Outcome]]


def settle_ward(now: datetime) -> None:
    """People of the story's province move into its ward, before anybody is given a dose; once."""
    ward = _ward()
    with hot_cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_person WHERE residence_id = %s", [ward.id])
        there = cursor.fetchall()[0][0]
        if there >= RESIDENTS:
            return
        cursor.execute(
            "UPDATE people_person SET residence_id = %s WHERE id IN (SELECT id FROM people_person"
            " WHERE residence_id = ANY(%s::int[]) AND residence_id <> %s AND merged_into IS NULL ORDER BY id LIMIT %s)"
            " RETURNING id",
            [ward.id, sorted(places.areas_under(ward.province_id or 0)), ward.id, RESIDENTS - there],
        )
        moved = sorted(row[0] for row in cursor.fetchall())
        _cut_short(cursor, moved[-MALFORMED * 2 :], now)
        note_changes(cursor, moved, now=now)


def _cut_short(cursor: psycopg.Cursor[Any], ids: list[UUID], now: datetime) -> None:
    """Numbers as walk-ins brought them on slips of paper: without their zero, the last nine figures, an O for a 0."""
    held = {person_id: found for person_id, found in identifiers_of(ids).items() if found}
    rows = []
    for index, (person_id, found) in enumerate(sorted(held.items())[:MALFORMED]):
        number = found[0].value
        written = (number[1:], number[3:], f"{number[:5]}{number[4:]}", number.replace("0", "O", 1), number[:11])
        cut = sealed_number(IdentifierIn("citizen_id", written[index % len(written)]), strict=False)
        if isinstance(cut, SealedNumber):
            rows += columns_of_numbers(person_id, (cut,))
    if rows:
        cursor.execute("DELETE FROM people_identifier WHERE person_id = ANY(%s::uuid[])", [[row[1] for row in rows]])
        columns = arrays.columns(rows)
        arrays.execute(cursor, load("people", "insert_identifiers"), [now, *columns])


def _ward() -> AreaFact:
    ward = places.area_at(COMMUNE, 3, DEMO_DAY)
    assert ward is not None
    return ward


def seed_repairs(land: Country, now: datetime, run: Run) -> int:
    """Slips in some records of the ward, then the register's answers; how many slips. Again adds nothing."""
    ward = _ward()
    here = sorted(person for person in land.people.get(land.story.id, []) if person.residence_id == ward.id)
    numbers = identifiers_of([person.id for person in here])
    slips = [(person, _slip(index, person)) for index, person in enumerate(here[:WRONG]) if person.birth_date]
    for person in here[WRONG : WRONG + WITHOUT]:
        ended = [{"system": n.system, "value": n.value} for n in numbers.get(person.id, []) if n.system == "citizen_id"]
        if ended:
            slips.append((person, {"end_identifiers": ended}))
    commands = [_amend(person, changes, now - timedelta(days=60)) for person, changes in slips]
    fresh = [command for command in commands if outcome_of(command.id) is None]
    run(fresh)
    if fresh:
        _ask(ward.province_id or 0, {person.id for person in here[:WRONG]}, now - timedelta(days=20))
    return len(fresh)


def _slip(index: int, person: PersonFacts) -> dict[str, Any]:
    """One of the slips of tired hands."""
    born = person.birth_date
    assert born is not None
    words = person.name.split()
    kinds: list[dict[str, Any]] = [
        {"name": person.name.upper()},
        {"sex": "F" if person.sex == "M" else "M"},
        {"birth_date": f"{born.year}-01-01"},
        {"name": " ".join(word.capitalize() for word in search_form(person.name).split())},
        {"birth_date": f"{born.year - 1}{born.isoformat()[4:]}" if born.day != 29 else str(born.year)},
        {"name": " ".join([*words[1:], words[0]])},
        {"birth_date": f"{born.year}-{born.day:02}-{born.month:02}" if born.day <= 12 else str(born.year)},
        {"name": person.name.lower(), "sex": "F" if person.sex == "M" else "M"},
    ]
    return kinds[index % len(kinds)]


def _amend(person: PersonFacts, changes: dict[str, Any], at: datetime) -> Command:
    body = {"person": {"id": str(person.id)}, "changes": changes, "reason": "Nhập lại từ danh sách giấy"}
    return Command(uuid_for("slip", person.id), "person.amend", at, body)


def _ask(province_id: int, wrong: set[UUID], now: datetime) -> None:
    """The register's answers for the province of the story: everybody is right but those."""
    after: Any = _FIRST
    while after is not None:
        claimed = queue.claim(province_id, after, 5, lambda _id, _asked: b"", now=now)
        for batch in claimed.batches:
            queue.answer(batch, [person not in wrong for person in batch.persons], now)
        after = claimed.after
