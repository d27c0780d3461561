"""A person's way through a session: at the door, not vaccinated after all, going home. Reactions: ``reactions``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from lachan.immunization.batch import Batch, Item
from lachan.immunization.operations.doses import active_doses
from lachan.immunization.rules.facts import VIETNAM
from lachan.immunization.rules.series import position
from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.commands import Worked
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load


class EncounterRow(NamedTuple):
    """What decisions need of an encounter."""

    id: UUID
    dosed_at: datetime | None
    released: bool
    dose_id: UUID | None
    screening_outcome: str | None

    def vaccinated_before(self, at: datetime) -> bool:
        """A form of before the dose may come after it: each desk sends its own day when it has a line again."""
        return self.dosed_at is not None and self.dosed_at <= at


Encounters = dict[tuple[UUID, UUID], EncounterRow]
Planned = dict[UUID, tuple[Any, ...]]


def encounters_of(batch: Batch, items: list[Item]) -> Encounters:
    """Encounters by (person, session); one query."""
    pairs = {(item.person.id, item.session.id) for item in items if item.session is not None}
    if not pairs:
        return {}
    arrays.execute(batch.cursor, load("immunization", "encounters_of"), columns(list(pairs)))
    return {
        (person, session): EncounterRow(encounter, dosed, released is not None, dose, outcome)
        for person, session, encounter, dosed, released, dose, outcome in batch.cursor.fetchall()
    }


def expected_encounters(batch: Batch, items: list[Item]) -> tuple[Encounters, Planned]:
    """As :func:`encounters_of`, with one planned for a person without it (paper first, door later), at the time of the
    fact. What is planned is made by :func:`make_encounters` once a fact in it was accepted."""
    known = encounters_of(batch, items)
    planned: Planned = {}
    for item in items:
        if item.session is None or (item.person.id, item.session.id) in known:
            continue
        person_id, session, encounter_id = item.person.id, item.session, new_id()
        known[person_id, session.id] = EncounterRow(encounter_id, None, False, None, None)
        planned[encounter_id] = (
            encounter_id, person_id, session.id, session.facility_id, item.command.happened_at, None
        )  # fmt: skip
    return known, planned


def make_encounters(batch: Batch, planned: Planned, used: Iterable[UUID]) -> None:
    """Write those of the planned encounters in which something happened."""
    rows = [planned[encounter_id] for encounter_id in used if encounter_id in planned]
    if rows:
        arrays.execute(
            batch.cursor, load("immunization", "insert_arrivals"), [batch.actor.id, batch.now, *columns(rows)]
        )


def record_arrivals(batch: Batch, items: list[Item]) -> list[Worked]:
    """Someone is at the door. Arriving twice is one arrival; a dead person or a closed session is questioned."""
    known = encounters_of(batch, items)
    history = active_doses(batch, {item.person.id for item in items})
    rows, done = [], []
    for item in items:
        person, session = item.person, item.session
        assert session is not None
        on = item.command.happened_at.astimezone(VIETNAM).date()
        if person.died_on is not None and person.died_on < on:
            done.append(item.refuse("person_dead", given_on=str(on), died_on=str(person.died_on)))
            continue
        if session.status == "closed" and (session.closed_at is None or item.command.happened_at > session.closed_at):
            done.append(item.refuse("session_closed", session_on=str(session.date)))
            continue
        number = position(batch.catalogue, history[person.id], on).number
        before = known.get((person.id, session.id))
        if before is None:
            before = known[person.id, session.id] = EncounterRow(new_id(), None, False, None, None)
            rows.append((before.id, person.id, session.id, session.facility_id, item.command.happened_at, number))
            batch.record("person.arrived", person.id, item.command.happened_at, f'{{"session":"{session.id}"}}')
        done.append(item.accept(before.id, person_id=str(person.id), dose_number=number))
    if rows:
        arrays.execute(
            batch.cursor, load("immunization", "insert_arrivals"), [batch.actor.id, batch.now, *columns(rows)]
        )
    return done


def record_not_given(batch: Batch, items: list[Item]) -> list[Worked]:
    """Not vaccinated, and why: a record equal to a dose."""
    known, planned = expected_encounters(batch, items)
    rows, done = [], []
    changes: dict[UUID, tuple[Any, ...]] = {}
    for item in items:
        body, person = item.body, item.person
        encounter = _encounter(known, item)
        if encounter is not None and encounter.vaccinated_before(item.command.happened_at):
            done.append(item.refuse("already_vaccinated_in_session"))
            continue
        record = new_id()
        at = item.command.happened_at
        rows.append(
            (
                record, person.id, at, item.session and item.session.id, encounter and encounter.id,
                item.facility and item.facility.id, body.reason, body.note,
            )
        )  # fmt: skip
        if encounter is not None:
            changes[encounter.id] = (person.id, encounter.id, at, body.reason)
        batch.record("dose.not_given", person.id, at, _json(reason=body.reason))
        done.append(item.accept(record))
    _write(batch, "insert_not_given", rows, "not_given_encounters", changes, planned)
    return done


def record_releases(batch: Batch, items: list[Item]) -> list[Worked]:
    """The person goes home. Before the observation is over it is allowed, and kept as what it is."""
    known, planned = expected_encounters(batch, items)
    changes, done = [], []
    for item in items:
        encounter = _encounter(known, item)
        assert encounter is not None
        if not encounter.released:
            changes.append((item.person.id, encounter.id, item.command.happened_at))
            assert item.session is not None
            known[item.person.id, item.session.id] = encounter._replace(released=True)
            batch.record(
                "person.released", item.person.id, item.command.happened_at, _json(encounter=str(encounter.id))
            )
        done.append(item.accept(encounter.id))
    if changes:
        make_encounters(batch, planned, [change[1] for change in changes])
        arrays.execute(batch.cursor, load("immunization", "release_encounters"), columns(changes))
    return done


def _encounter(known: Encounters, item: Item) -> EncounterRow | None:
    return None if item.session is None else known[item.person.id, item.session.id]


def _write(
    batch: Batch, insert: str, rows: list[Any], update: str, changes: dict[UUID, tuple[Any, ...]], planned: Planned
) -> None:
    """``changes``: one an encounter, for an update takes any of two rows that meet the same one."""
    if rows:
        arrays.execute(batch.cursor, load("immunization", insert), [batch.actor.id, batch.now, *columns(rows)])
    if changes:
        make_encounters(batch, planned, changes)
        arrays.execute(batch.cursor, load("immunization", update), columns(list(changes.values())))


def _json(**body: str) -> str:
    return msgspec.json.encode(body).decode()
