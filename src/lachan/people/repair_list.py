"""The repair list with what a person needs to decide: the record, what is wrong, what was probably meant.

Numbers and contacts are open in memory: log the look before showing them in full.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.sealing import blind, seal, unseal
from lachan.kernel.statements import load
from lachan.people import identifiers, repair
from lachan.people.facts import PersonFacts
from lachan.people.intake import UNIQUE_SYSTEMS
from lachan.people.matching import UnusableRecordError, decide, from_dict
from lachan.people.names import search_form
from lachan.people.queries import IdentifierFacts, contacts_of, identifiers_of, persons, persons_in
from lachan.people.records import records_of, written_birth
from lachan.people.repair import CITIZEN_ID, OLD_ID, Held, Other, Proposal
from lachan.people.search import days_of
from lachan.people.verification import rules
from lachan.people.verification.queries import state_of

NOTE_CONTEXT: Final = "people_repairnote.sealed"
MOST: Final = 5_000  # persons looked at in one call: the largest sheet
PRINT_BYTES: Final = 8
_NAMES_A_QUERY: Final = 200  # the statement answers with 2,000 rows at most


class Note(NamedTuple):
    """What came of asking. ``kind``: asked, confirmed, not_reached, moved."""

    kind: str
    actor_id: UUID
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody on the repair list. ``number``: the one the list is about, empty when there is none."""

    person: PersonFacts
    held: Held
    number: IdentifierFacts | None
    phones: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    note: Note | None

    @property
    def safe(self) -> list[Proposal]:
        return repair.safe_only(self.proposals)

    @property
    def print(self) -> bytes:
        return print_of(self.held)


class NewNote(NamedTuple):
    """A note to write. ``id`` of the caller's making: the same again is not written twice."""

    person_id: UUID
    kind: str
    text: str = ""
    id: UUID | None = None


def lines(ids: Sequence[UUID], *, today: date) -> list[Line]:
    """Those of ``ids`` that are there, in order; a merged record as the one it became. Ten queries however many.

    ValueError for more than ``MOST``.
    """
    if len(ids) > MOST:
        raise ValueError(f"{len(ids)} persons at once; the limit is {MOST}")
    found = persons(ids)
    people = list({found[i].id: found[i] for i in ids if i in found}.values())
    if not people:
        return []
    keys = [person.id for person in people]
    numbers, contacts, notes = identifiers_of(keys), contacts_of(keys), notes_of(keys)
    held = {person.id: held_by(person, numbers.get(person.id, ())) for person in people}
    near = _near(people, held, today)
    return [
        Line(
            person,
            held[person.id],
            main_number(numbers.get(person.id, ())),
            tuple(value for kind, value in contacts.get(person.id, ()) if kind == "phone"),
            tuple(repair.propose(held[person.id], near.get(person.id, ()), today=today)),
            notes.get(person.id),
        )
        for person in people
    ]


def held_by(person: PersonFacts, numbers: Iterable[IdentifierFacts]) -> Held:
    """The record as proposals are made from it."""
    values = tuple((number.system, number.value) for number in numbers if number.system in (CITIZEN_ID, OLD_ID))
    return Held(person.name, person.sex, written_birth(person), values)


def main_number(numbers: Iterable[IdentifierFacts]) -> IdentifierFacts | None:
    """The number a repair is about: the citizen id, well formed first, else the old one."""
    order = {CITIZEN_ID: 0, OLD_ID: 2}
    known = [number for number in numbers if number.system in order]
    return min(
        known,
        key=lambda number: order[number.system] + (not identifiers.check(number.system, number.value).ok),
        default=None,
    )


def print_of(held: Held) -> bytes:
    """A keyed print of the four fields, equal as long as nobody changed them; it tells nobody what they are."""
    text = "\x1f".join((held.name, held.sex, held.born, *itertools.chain.from_iterable(sorted(held.numbers))))
    return blind("repair_print", text)[:PRINT_BYTES]


def notes_of(ids: Sequence[UUID]) -> dict[UUID, Note]:
    """The latest note of each person; one query."""
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("people", "latest_repair_notes"), [list(ids)])
        return {
            person_id: Note(kind, actor_id, at, unseal(sealed, NOTE_CONTEXT) if sealed else "")
            for person_id, kind, actor_id, at, sealed in cursor.fetchall()
        }


def add_notes(notes: Sequence[NewNote], *, actor_id: UUID, now: datetime) -> None:
    """Write down what came of asking; one statement. The caller has checked that these people are the actor's."""
    if not notes:
        return
    columns = [
        [note.person_id for note in notes],
        [note.id or new_id() for note in notes],
        [note.kind for note in notes],
        [seal(note.text[:2_000], NOTE_CONTEXT) if note.text else None for note in notes],
    ]
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("people", "insert_repair_notes"), [actor_id, now, *columns])


class Described(NamedTuple):
    """Somebody as a list describes them; ``numbers``: (system, value)."""

    name: str
    born: str
    numbers: tuple[tuple[str, str], ...]


def by_number(asked: Sequence[Described]) -> list[UUID | None]:
    """The one person who holds a number of each; None where nobody or several do. One query."""
    wanted = [{blind(*number) for number in item.numbers} for item in asked]
    blinds = sorted(set().union(*wanted)) if wanted else []
    holders: dict[bytes, set[UUID]] = defaultdict(set)
    if blinds:
        with hot_cursor() as cursor:
            arrays.execute(cursor, load("people", "holders_of_any"), [blinds])
            for found, person_id in cursor.fetchall():
                holders[bytes(found)].add(person_id)
    people = [set().union(*(holders.get(number, set()) for number in numbers)) for numbers in wanted]
    return [next(iter(found)) if len(found) == 1 else None for found in people]


def by_name_and_birth(asked: Sequence[Described], areas: Collection[int] | None) -> list[list[PersonFacts]]:
    """Who bears the name, marks aside, and was born on the day (or in the year, where that is all), within ``areas``
    (None: anywhere): possible, never certain. One query for a thousand."""
    found: list[list[PersonFacts]] = [[] for _ in asked]
    described = [
        (index, search_form(item.name), days) for index, item in enumerate(asked) if (days := days_of(item.born))
    ]
    for start in range(0, len(described), _NAMES_A_QUERY):
        part = described[start : start + _NAMES_A_QUERY]
        columns = [[i for i, _, _ in part], [name for _, name, _ in part],
                   [days[0] for _, _, days in part], [days[1] for _, _, days in part]]  # fmt: skip
        with hot_cursor() as cursor:
            arrays.execute(cursor, load("people", "persons_by_name_and_birth"), columns)
            for position, *facts in cursor.fetchall():
                person = PersonFacts(*facts)
                if areas is None or person.residence_id in areas:
                    found[position].append(person)
    return found


def open_by_name(areas: Collection[int], name: str, *, limit: int = 50) -> list[tuple[UUID, str, datetime, int | None]]:
    """(person, group, since, residence) of open items whose name holds these words, in any order; one query.

    For communes and districts: everybody on their lists is looked through.
    """
    words = [f"%{_plain(word)}%" for word in search_form(name).split()[:8]]
    if not words or not areas:
        return []
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("people", "open_repairs_by_name"), [sorted(areas), words, limit])
        return [(row[0], row[1], row[2], row[3]) for row in cursor.fetchall()]


def _plain(word: str) -> str:
    """For LIKE: nothing of what was typed is a pattern."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def note_id(*parts: object) -> UUID:
    """The same id for the same note, so that work that is done again writes nothing twice."""
    return uuid5(UUID(int=0), "|".join(str(part) for part in parts))


def _near(people: Sequence[PersonFacts], held: Mapping[UUID, Held], today: date) -> dict[UUID, list[Other]]:
    """Records that may say something about these: holders of the number probably meant, namesakes born the same day,
    guardians. Six queries."""
    wanted = {
        person.id: {
            blind(item.to_system, item.after)
            for item in repair.propose(held[person.id], today=today)
            if item.after and item.to_system in UNIQUE_SYSTEMS
        }
        for person in people
    }
    beside: dict[UUID, set[UUID]] = defaultdict(set)
    household: set[tuple[UUID, UUID]] = set()
    asked = [person for person in people if person.birth_date is not None]
    with hot_cursor() as cursor:
        blinds = sorted(set().union(*wanted.values()))
        if blinds:
            arrays.execute(cursor, load("people", "persons_by_blind"), [blinds])
            holders = {bytes(found): person_id for found, person_id, _system, trusted in cursor.fetchall() if trusted}
            for person_id, numbers in wanted.items():
                beside[person_id] |= {holders[number] for number in numbers if number in holders}
        if asked:
            days = [person.birth_date for person in asked]
            names = [search_form(person.name) for person in asked]
            columns = [list(range(len(asked))), names, days, days]
            arrays.execute(cursor, load("people", "persons_by_name_and_birth"), columns)
            for position, other_id, *_facts in cursor.fetchall():
                beside[asked[position].id].add(other_id)
        arrays.execute(cursor, load("people", "guardians_between"), [[person.id for person in people]])
        for person_id, guardian_id in cursor.fetchall():
            beside[person_id].add(guardian_id)
            household.add((person_id, guardian_id))
        others = persons_in(cursor, set().union(*beside.values()))
    return _compared(people, beside, others, household)


def _compared(
    people: Sequence[PersonFacts],
    beside: Mapping[UUID, set[UUID]],
    others: Mapping[UUID, PersonFacts],
    household: set[tuple[UUID, UUID]],
) -> dict[UUID, list[Other]]:
    """Each pair judged by the matcher; records are read once however often they stand beside somebody."""
    pairs = [
        (person, others[i])
        for person in people
        for i in sorted(beside.get(person.id, ()))
        if i in others and others[i].id != person.id
    ]
    if not pairs:
        return {}
    involved = list({facts.id: facts for pair in pairs for facts in pair}.values())
    written = records_of(involved)
    numbers = identifiers_of([facts.id for facts in involved])
    states = state_of({other.id for _, other in pairs})
    found: dict[UUID, list[Other]] = defaultdict(list)
    for person, other in pairs:
        try:
            decision = decide(from_dict(written[person.id]), from_dict(written[other.id]))
        except UnusableRecordError:
            continue
        standing = states.get(other.id)
        found[person.id].append(
            Other(
                other.id,
                held_by(other, numbers.get(other.id, ())),
                decision.decision,
                decision.reasons,
                (person.id, other.id) in household,
                standing is not None and standing.state == rules.RIGHT,
            )
        )
    return found
