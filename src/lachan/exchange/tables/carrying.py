"""Sheets carried out: in slices, each row one ``person.amend``, resumable after a stop at any point, and taken back.

The command of a row has an id made from sheet and row. Whoever goes on after a stop sends the rows of the broken slice
again and gets the outcomes of the first time: nothing is lost, nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

from lachan.access.actors import Actor
from lachan.exchange.tables import keys, rows, staging, store
from lachan.exchange.tables.rows import Change
from lachan.exchange.tables.staging import NOTED
from lachan.exchange.tables.store import Row, SheetFacts
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command, known_outcomes, outcome_of
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, Outcome
from lachan.people import repair_list
from lachan.people.queries import identifiers_of, persons
from lachan.people.repair import Held
from lachan.people.repair_list import NewNote

SLICE: Final = 250
VERB: Final = "person.amend"


class Progress(NamedTuple):
    """How far a sheet is."""

    done: int
    refused: int
    left: int


def confirm(sheet_id: UUID, reason: str, *, actor: Actor, now: datetime) -> bool:
    """From review to being carried out, by this actor and for this reason; False when it was not under review.

    A sheet that is done goes on when rows of it were looked at again meanwhile.
    """
    return store.mark(
        sheet_id, "committing", when=("staged", "done"), confirmed_at=now, confirmed_by=actor.id,
        sealed=store.sealed_reason(reason),
    )  # fmt: skip


def carry_out(sheet_id: UUID, *, actor: Actor, now: datetime, slices: int | None = None) -> Progress:
    """Go on with a confirmed sheet, ``slices`` slices or to the end. May be called by several at once, and again."""
    sheet = store.sheet(sheet_id)
    if sheet is None or sheet.state != "committing" or sheet.confirmed_at is None:
        return Progress(0, 0, 0)
    done = refused = 0
    while slices is None or slices > 0:
        part = store.rows_of(sheet_id, ("change",), limit=SLICE)
        if not part:
            store.mark(sheet_id, "done", when=("committing",), finished_at=now)
            break
        _slice(sheet, part, actor, now)
        done += sum(row.state == "done" for row in part)
        refused += sum(row.state != "done" for row in part)
        slices = None if slices is None else slices - 1
    found = store.sheet(sheet_id)
    if found is not None and found.state == "committing" and not found.left:
        store.mark(sheet_id, "done", when=("committing",), finished_at=now)
    return Progress(done, refused, found.left if found else 0)


def _slice(sheet: SheetFacts, part: list[Row], actor: Actor, now: datetime) -> None:
    current = staging.held_of([row.person_id for row in part if row.person_id])
    same = {
        row.number
        for row in part
        if row.person_id in current and repair_list.print_of(current[row.person_id]) == row.seen
    }
    # a print that differs: somebody else changed the record, or we did before we were stopped
    before = known_outcomes([command_id(sheet.id, row) for row in part if row.number not in same])
    ready: list[Row] = []
    for row in part:
        if row.number in same or command_id(sheet.id, row) in before:
            ready.append(row)
        else:
            row.state, row.reason = "moved", "moved"
    sent = [row for row in ready if row.content.changes]
    commands = [_command(sheet, row) for row in sent]
    for row in ready:
        row.state = "done"
    for row, outcome in zip(sent, execute(commands, actor=actor, now=now) if commands else [], strict=True):
        if not succeeded(outcome):
            row.state, row.reason = "refused", outcome.reason or ""
            row.content.because = {**(outcome.params or {})}
    done = [row for row in ready if row.state == "done"]
    _note(sheet, done, actor, now)
    after = staging.held_of([row.person_id for row in done if row.person_id])
    for row in done:
        held = after.get(row.person_id) if row.person_id else None
        row.seen = repair_list.print_of(held) if held is not None else row.seen
    store.update(sheet.id, part)


def _note(sheet: SheetFacts, done: Sequence[Row], actor: Actor, now: datetime) -> None:
    """What came of asking, as the team wrote it; a row without a result leaves no note."""
    notes = [
        NewNote(
            row.person_id,
            row.content.result if row.content.result in NOTED else "asked",
            row.content.note,
            repair_list.note_id(sheet.id, row.number),
        )
        for row in done
        if row.person_id and (row.content.result or row.content.note)
    ]
    repair_list.add_notes(notes, actor_id=actor.id, now=sheet.confirmed_at or now)


def command_id(sheet_id: UUID, row: Row, what: str = "") -> UUID:
    """The id of a row's command: the same whenever the row is sent."""
    return uuid5(sheet_id, f"{row.number}|{row.hash.hex()}|{what}")


def _command(sheet: SheetFacts, row: Row) -> Command:
    body = _body(row, row.content.changes, sheet.reason)
    assert sheet.confirmed_at is not None
    return Command(command_id(sheet.id, row), VERB, sheet.confirmed_at, body)


def _body(row: Row, changes: Sequence[Change], reason: str) -> dict[str, Any]:
    return {"person": {"id": str(row.person_id)}, "changes": rows.changes_of(changes), "reason": reason}


def succeeded(outcome: Outcome) -> bool:
    """Accepted now, or the first time this command was sent."""
    first = (outcome.params or {}).get("first") if outcome.status is DUPLICATE else None
    return outcome.status is ACCEPTED or first == ACCEPTED


def undo(sheet_id: UUID, reason: str, *, actor: Actor, now: datetime) -> Progress:
    """Take back what a sheet changed, by second corrections, where nobody has changed it since; 30 days long.

    A malformed number does not come back. Asked again, what was taken back stays so.
    """
    sheet = store.sheet(sheet_id)
    if sheet is None or sheet.state != "done" or sheet.confirmed_at is None:
        return Progress(0, 0, 0)
    back = refused = after = 0
    while part := store.rows_of(sheet_id, ("done",), after=after, limit=SLICE):
        after = part[-1].number
        current = staging.held_of([row.person_id for row in part if row.person_id])
        chosen = []
        for row in part:
            held = current.get(row.person_id) if row.person_id else None
            changes = rows.backwards(row.content.changes)
            if changes and held is not None and _stands(held, row.content.changes):
                chosen.append((row, changes))
            elif changes and (known := outcome_of(command_id(sheet_id, row, "undo"))) and known.status is ACCEPTED:
                row.state, back = "undone", back + 1  # we were stopped after it
            elif changes:
                row.reason = "changed_since"
        commands = [
            Command(command_id(sheet_id, row, "undo"), VERB, sheet.confirmed_at, _body(row, changes, reason))
            for row, changes in chosen
        ]
        for (row, _), outcome in zip(chosen, execute(commands, actor=actor, now=now) if commands else [], strict=True):
            if succeeded(outcome):
                row.state, back = "undone", back + 1
            else:
                row.reason, refused = outcome.reason or "", refused + 1
        store.update(sheet_id, part)
    return Progress(back, refused, 0)


def _stands(held: Held, changes: Sequence[Change]) -> bool:
    """Whether every field still is as the sheet left it."""
    now = {"name": held.name, "sex": held.sex, "born": held.born}
    return all(
        (change.system, change.after) in held.numbers or not change.after
        if change.field == "id"
        else now[change.field] == change.after
        for change in changes
    )


def leave_out(sheet_id: UUID, numbers: Sequence[int]) -> int:
    """Rows that are not to be carried out; how many."""
    found = store.rows_of(sheet_id, ("change", "moved", "possible"), numbers=numbers, limit=len(numbers))
    for row in found:
        row.state = "left_out"
    store.update(sheet_id, found)
    return len(found)


def take(sheet_id: UUID, numbers: Sequence[int]) -> int:
    """Rows whose record moved, or that were left out: looked at again and to be carried out as they stand now."""
    found = store.rows_of(sheet_id, ("moved", "left_out"), numbers=numbers, limit=len(numbers))
    kept = [row for row in found if row.person_id is not None]
    ids = [row.person_id for row in kept if row.person_id is not None]
    people = persons(ids)
    values = identifiers_of([person.id for person in people.values()])
    for row in kept:
        person = people.get(row.person_id) if row.person_id else None
        if person is None:
            continue
        key = keys.read(row.content.key) if row.content.key else None
        wanted = row.content.changes if not row.content.typed else None
        staging.compare(row, person, values.get(person.id, []), key)
        if wanted is not None:  # of a page, not of a file: what was accepted stands
            row.content.changes, row.state, row.reason = wanted, "change", ""
        elif row.state == "moved":
            row.state, row.reason = "change", ""
    store.update(sheet_id, kept)
    return len(kept)


def choose(sheet_id: UUID, number: int, person_id: UUID) -> bool:
    """Who a row found by name is about: one of those it may be."""
    found = store.rows_of(sheet_id, ("possible",), numbers=[number], limit=1)
    if not found or person_id not in found[0].content.candidates:
        return False
    row, person = found[0], persons([person_id]).get(person_id)
    if person is None:
        return False
    row.person_id = person.id
    staging.compare(row, person, identifiers_of([person.id]).get(person.id, []), None)
    store.update(sheet_id, [row])
    return True
