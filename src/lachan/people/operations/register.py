"""Registering people, list-first: known by a number, recognised by what agrees, or new."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from lachan.kernel import arrays, journal, locks
from lachan.kernel.ids import new_id
from lachan.kernel.sealing import blind
from lachan.kernel.statements import load
from lachan.people.facts import PersonFacts, Resolved
from lachan.people.intake import (
    Intake,
    SealedNumber,
    base32,
    columns_of_contacts,
    columns_of_guardians,
    columns_of_numbers,
)
from lachan.people.matching import decide, from_dict
from lachan.people.matching.door import at_the_door
from lachan.people.queries import persons_in
from lachan.people.records import records_of
from lachan.people.verification.notes import NewPerson, note_changes, note_registered
from lachan.people.verification.rules import Held
from lachan.places import queries as places

Candidates = dict[int, list[PersonFacts]]

# Days on which the map before 1 July 2025 was last, and first, in force for this platform.
LAST_DAY_OF_OLD_MAP, FIRST_MAP = date(2025, 6, 30), date(2021, 11, 1)


def register_in(
    cursor: psycopg.Cursor[Any], intakes: Sequence[Intake], *, actor_id: UUID, now: datetime, today: date
) -> list[Resolved]:
    """Find or make the person of each intake, in the caller's transaction; one answer an intake, in order.

    In this order: the holder of a trusted number, if name or birth date agrees; a person with an equal number and all
    else near; else a new one - provisional and with a doubt for the worklist when somebody possibly is the same, or
    when the number belongs to someone else. Two different trusted numbers are never one person.
    """
    registration = _Registration(cursor, actor_id, now, today)
    return registration.run(intakes)


class _Registration:
    """One batch: what is known at its start, and the rows it collects."""

    def __init__(self, cursor: psycopg.Cursor[Any], actor_id: UUID, now: datetime, today: date) -> None:
        self.cursor, self.actor_id, self.now, self.today = cursor, actor_id, now, today
        self.holders: dict[bytes, PersonFacts] = {}
        self.made: dict[str, list[tuple[PersonFacts, Intake]]] = defaultdict(list)
        self.persons: list[tuple[Any, ...]] = []
        self.numbers: list[tuple[Any, ...]] = []
        self.contacts: list[tuple[Any, ...]] = []
        self.guardians: list[tuple[Any, ...]] = []
        self.entries: list[journal.Entry] = []
        self.new: list[NewPerson] = []
        self.touched: set[UUID] = set()  # known before, and now with a number more
        self.taken: dict[UUID, PersonFacts] = {}
        self.aliases: list[tuple[UUID, UUID]] = []

    def run(self, intakes: Sequence[Intake]) -> list[Resolved]:
        trusted = {number.blind for intake in intakes for number in intake.numbers if number.trusted}
        # two stations registering one person at once: the second waits and finds what the first made
        locks.lock(self.cursor, "blind", trusted | {key for intake in intakes if (key := _name_lock(intake))})
        self.holders = holders_of(self.cursor, trusted)
        self.taken = persons_in(self.cursor, {intake.wanted_id for intake in intakes if intake.wanted_id})
        residences = communes_by_code({intake.residence_code for intake in intakes}, self.today)
        unknown = [index for index, intake in enumerate(intakes) if self._holder(intake) is None]
        candidates = self._candidates(intakes, unknown)
        records = records_of([facts for found in candidates.values() for facts in found])
        answers = []
        for index, intake in enumerate(intakes):
            residence = residences.get(intake.residence_code)
            answers.append(
                self._known_by_id(intake)
                or self._alias(intake, self._one(intake, residence, candidates.get(index, []), records))
            )
        self._write()
        return answers

    def _known_by_id(self, intake: Intake) -> Resolved | None:
        """An id of the client's that we have already: the same person, or a mistake of the client's."""
        known = self.taken.get(intake.wanted_id) if intake.wanted_id else None
        if known is None:
            return None
        return Resolved(known) if _agrees(known, intake) else Resolved(None, "person_id_taken", {"field": "person_id"})

    def _alias(self, intake: Intake, resolved: Resolved) -> Resolved:
        """An offline device goes on using the id it chose: it stays as a record merged into the one we know."""
        person = resolved.person
        if intake.wanted_id and person is not None and person.id != intake.wanted_id:
            self.aliases.append((intake.wanted_id, person.id))
            self.taken[intake.wanted_id] = person
        elif intake.wanted_id and person is not None:
            self.taken[intake.wanted_id] = person
        return resolved

    def _one(
        self, intake: Intake, residence: int | None, candidates: list[PersonFacts], records: dict[UUID, dict[str, str]]
    ) -> Resolved:
        if intake.strict and intake.residence_code and residence is None:
            return Resolved(None, "residence_unknown", {"field": "residence_code", "code": intake.residence_code[:10]})
        holder = self._holder(intake)
        if holder is not None:
            if _agrees(holder, intake):
                return Resolved(holder)
            untrusted = intake._replace(numbers=tuple(n for n in intake.numbers if n.blind not in self.holders))
            return self._new(untrusted, residence, "provisional", "identifier_conflict", (holder.id,))
        if intake.sent.force_new:
            return self._new(intake, residence, "known")
        asked = _record(intake)
        possible = []
        near = [(facts, records[facts.id]) for facts in candidates] + [
            (facts, _record(other)) for facts, other in self.made[intake.search_name] if _same_range(other, intake)
        ]
        for facts, record in near:
            verdict = at_the_door(from_dict(record), from_dict(asked)).decision
            if verdict == "match":
                self.numbers += columns_of_numbers(facts.id, intake.numbers)
                self.contacts += columns_of_contacts(facts.id, intake.phones)
                if intake.numbers:
                    self.touched.add(facts.id)
                return Resolved(facts)
            if verdict == "possible":
                possible.append(facts.id)
        if possible:
            return self._new(intake, residence, "provisional", "possible_match", tuple(possible[:10]))
        return self._new(intake, residence, "known")

    def _holder(self, intake: Intake) -> PersonFacts | None:
        for number in intake.numbers:
            if number.trusted and number.blind in self.holders:
                return self.holders[number.blind]
        return None

    def _candidates(self, intakes: Sequence[Intake], unknown: list[int]) -> Candidates:
        """Same folded name and birth date, for those no number named; one query."""
        if not unknown:
            return {}
        asked = [(index, *intakes[index].born_range) for index in unknown]
        # someone registered with the year alone stands on its first day
        asked += [(i, day, day) for i, first, _ in asked if (day := first.replace(month=1, day=1)) != first]
        positions, first_days, last_days = zip(*asked, strict=True)
        arrays.execute(
            self.cursor,
            load("people", "persons_by_name_and_birth"),
            [list(positions), [intakes[i].search_name for i in positions], list(first_days), list(last_days)],
        )
        found: Candidates = defaultdict(list)
        for position, *facts in self.cursor.fetchall():
            found[position].append(PersonFacts(*facts))
        return found

    def _new(
        self,
        intake: Intake,
        residence: int | None,
        status: str,
        doubt: str | None = None,
        candidates: tuple[UUID, ...] = (),
    ) -> Resolved:
        person_id = intake.wanted_id or new_id()
        sent = intake.sent
        facts = PersonFacts(
            person_id, intake.name, intake.sex, intake.born, intake.precision, residence, None, status, None
        )
        self.persons.append(
            (
                person_id, intake.name, intake.search_name, intake.sex, intake.born, intake.precision, residence,
                sent.residence_since, sent.occupation[:200], sent.priority_group, sent.nationality[:2] or "VN", status,
            )
        )  # fmt: skip
        numbers = intake.numbers
        held = [Held(number.system, number.malformed, number.blind) for number in numbers]
        self.new.append(NewPerson(person_id, residence, intake.born, sent.nationality[:2] or "VN", held))
        if not any(number.trusted for number in numbers):
            numbers = (*numbers, _provisional_number(person_id))
        self.numbers += columns_of_numbers(person_id, numbers)
        self.contacts += columns_of_contacts(person_id, intake.phones)
        self.guardians += columns_of_guardians(person_id, sent.guardians)
        self.entries.append(
            journal.Entry("person.registered", person_id, self.now, self.actor_id, _body(status, residence, doubt))
        )
        self.holders |= {number.blind: facts for number in numbers if number.trusted}
        self.made[intake.search_name].append((facts, intake))
        params = {"candidates": [str(candidate) for candidate in candidates]} if candidates else None
        return Resolved(facts, None, params, doubt, candidates, created=True)

    def _write(self) -> None:
        for name, rows in (
            ("insert_persons", self.persons),
            ("insert_identifiers", self.numbers),
            ("insert_contacts", self.contacts),
        ):
            if rows:
                columns = [list(column) for column in zip(*rows, strict=True)]
                arrays.execute(self.cursor, load("people", name), [self.now, *columns])
        if self.aliases:
            columns = [list(column) for column in zip(*self.aliases, strict=True)]
            arrays.execute(self.cursor, load("people", "insert_aliases"), columns)
        if self.guardians:
            columns = [list(column) for column in zip(*self.guardians, strict=True)]
            arrays.execute(self.cursor, load("people", "insert_guardians"), columns)
        journal.append(self.cursor, self.entries)
        note_registered(self.cursor, self.new, now=self.now, today=self.today)
        note_changes(self.cursor, self.touched, now=self.now)


def communes_by_code(codes: set[str], today: date) -> dict[str, int]:
    """Area ids of commune codes, on today's map or the latest one that knows the code: papers keep the old "
    "code for years."""
    found: dict[str, int] = {}
    for on in (today, LAST_DAY_OF_OLD_MAP, FIRST_MAP):
        missing = {code for code in codes if code and code not in found}
        if missing:
            found |= {code: area.id for code, area in places.areas_at(missing, 3, on).items()}
    return found


def holders_of(cursor: psycopg.Cursor[Any], blinds: set[bytes]) -> dict[bytes, PersonFacts]:
    """Who holds each of these numbers; a number two people hold (the old one) names nobody. Two records that became one
    are one holder."""
    if not blinds:
        return {}
    arrays.execute(cursor, load("people", "persons_by_blind"), [list(blinds)])
    holders: dict[bytes, set[UUID]] = defaultdict(set)
    for found, person_id, _system, _trusted in cursor.fetchall():
        holders[bytes(found)].add(person_id)
    people = persons_in(cursor, {person_id for ids in holders.values() for person_id in ids})
    single: dict[bytes, PersonFacts] = {}
    for found, ids in holders.items():
        known = {people[person_id].id: people[person_id] for person_id in ids if person_id in people}
        if len(known) == 1:
            single[found] = next(iter(known.values()))
    return single


def _agrees(holder: PersonFacts, intake: Intake) -> bool:
    """A trusted number and either the name or the birth date: one person, one of the two was misspelt."""
    if holder.birth_date is not None and _overlaps(holder, intake):
        return True
    return (
        decide(
            from_dict({"full_name": holder.name, "dob": intake.dob}),
            from_dict({"full_name": intake.name, "dob": intake.dob}),
        ).decision
        != "no"
    )


def _overlaps(holder: PersonFacts, intake: Intake) -> bool:
    born = holder.birth_date
    assert born is not None
    first, last = intake.born_range
    if holder.birth_precision == "Y":
        return born.year == intake.born.year
    return first <= born <= last


def _name_lock(intake: Intake) -> bytes | None:
    """What two registrations of one walk-in have in common when no number of theirs can be locked."""
    if any(number.trusted for number in intake.numbers):
        return None
    return hashlib.blake2b(f"{intake.search_name}|{intake.born.year}".encode(), digest_size=8).digest()


def _same_range(one: Intake, other: Intake) -> bool:
    return one.born_range[0] <= other.born_range[1] and other.born_range[0] <= one.born_range[1]


def _record(intake: Intake) -> dict[str, str]:
    record = {"full_name": intake.name, "sex": intake.sex, "dob": intake.dob}
    record |= {number.system: number.value for number in intake.numbers}
    record |= dict(intake.phones)
    if intake.residence_code:
        record["commune_code"] = intake.residence_code
    return record


def _provisional_number(person_id: UUID) -> SealedNumber:
    """A number of ours for someone who has none: on the slip handed out, and good for finding the record again."""
    value = f"TAM-{base32(person_id.int & ((1 << 50) - 1), 10)}"
    return SealedNumber("provisional", value, blind("provisional", value), trusted=False)


def _body(status: str, residence: int | None, doubt: str | None) -> str:
    return msgspec.json.encode({"status": status, "residence_id": residence, "doubt": doubt}).decode()
