"""A row of a sheet: what it says, and how that differs from the record; pure decisions over facts handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, Protocol
from uuid import UUID

import msgspec

from lachan.exchange.tables import cells
from lachan.people import identifiers
from lachan.people.names import fold_tone_marks
from lachan.people.repair import CITIZEN_ID, Held

FIELDS: Final = ("name", "sex", "born", "id")


class Key(Protocol):
    """What a row's key knows of the cells as they were written."""

    def untouched(self, field: str, value: str) -> bool:
        """Whether the cell still holds what was written into it."""


class Fault(msgspec.Struct, frozen=True):
    """What is wrong in a cell: column, code of the sentence, and what fills it (never what stands in the cell)."""

    column: str
    code: str
    params: dict[str, Any] = {}


class Change(msgspec.Struct, frozen=True):
    """One field, before and after, as people read it. ``system``: of the number after (``id`` only)."""

    field: str
    before: str
    after: str
    system: str = ""
    before_system: str = ""
    doubt: str = ""


class Content(msgspec.Struct):
    """A row as staged; it is sealed as a whole. ``line``: (sheet, line) in the file. ``typed``: cells as text, for the
    file of rows to be corrected."""

    sheet: str
    line: int
    typed: dict[str, str]
    name: str = ""
    born: str = ""
    sex: str = ""
    number: str = ""
    system: str = ""
    ends: bool = False
    result: str = ""
    note: str = ""
    key: str = ""
    doubt: str = ""
    faults: list[Fault] = []
    changes: list[Change] = []
    candidates: list[UUID] = []
    way: str = ""  # how the person was found: key, number, name
    because: dict[str, Any] = {}  # what fills the sentence of the row's own reason


def read(sheet: str, line: int, places: Mapping[str, int], row: Sequence[object], today: date) -> Content:
    """A line of a file as a row: every cell read, every fault named with its column."""

    def cell(column: str) -> object:
        place = places.get(column)
        return row[place] if place is not None and place < len(row) else None

    typed = {column: cells.text(cell(column)) for column in places}
    found = Content(sheet, line, {column: value for column, value in typed.items() if value})
    faults = []
    for field, read_cell in (
        ("name", cells.name(cell("name"))),
        ("sex", cells.sex(cell("sex"))),
        ("born", cells.birth(cell("born"), today)),
        ("result", cells.result(cell("result"))),
    ):
        setattr(found, field, read_cell.value)
        if read_cell.fault:
            faults.append(Fault(field, read_cell.fault))
    number = cells.number(cell("id"))
    found.number, found.system, found.ends, found.doubt = number.value, number.system, number.ends, number.doubt
    if number.fault:
        faults.append(Fault("id", number.fault))
    found.note, found.key = typed.get("note", "")[:500], typed.get("key", "")
    faults += [Fault(column, "too_long") for column, value in typed.items() if len(value) > cells.LONGEST]
    found.faults = faults
    return found


def as_written(held: Held, number: tuple[str, str] | None) -> dict[str, str]:
    """The fields of a record as they stand in a sheet; the key keeps prints of these."""
    return {"name": held.name, "sex": held.sex, "born": held.born, "id": number[1] if number else ""}


def differences(
    row: Content, held: Held, number: tuple[str, str] | None, key: Key | None
) -> tuple[list[Change], list[str]]:
    """(what the row would change, fields that both the team and somebody else changed meanwhile).

    A cell that still holds what was written into it changes nothing, whatever the record is now; an empty one never
    does. A field that was changed on both sides to the same is no difference.
    """
    now = as_written(held, number)
    wanted = {"name": row.name, "sex": row.sex, "born": row.born, "id": row.number}
    changes: list[Change] = []
    moved: list[str] = []
    for field in FIELDS:
        after, before = wanted[field], now[field]
        if field == "id" and row.ends:
            after = ""
        elif not after or after == before or _holds(field, after, row.system, held):
            continue
        if field == "name" and fold_tone_marks(after) == fold_tone_marks(before):
            continue
        if after == before or (key is not None and _untouched(row, field, after, key, bool(changes))):
            continue
        if key is not None and not key.untouched(field, before):
            moved.append(field)
        system, before_system = (row.system, number[0] if number else "") if field == "id" else ("", "")
        changes.append(Change(field, before, after, system, before_system, row.doubt if field == "id" else ""))
    return changes, moved


def faults_of(row: Content, key: Key | None) -> list[Fault]:
    """Faults of the cells somebody wrote into: what was wrong when the sheet left is known already."""
    return [
        fault
        for fault in row.faults
        if key is None or fault.column not in FIELDS or not key.untouched(fault.column, row.typed.get(fault.column, ""))
    ]


def _untouched(row: Content, field: str, after: str, key: Key, at_work: bool) -> bool:
    """As it was written, by its meaning or letter by letter. A malformed number is read with its zero put back: that
    counts as soon as the team has worked on the row."""
    if key.untouched(field, after):
        return True
    worked_on = at_work or row.result == "mended"
    return key.untouched(field, row.typed.get(field, "")) and not (row.doubt and field == "id" and worked_on)


def _holds(field: str, value: str, system: str, held: Held) -> bool:
    """A number the record has already, beside the one the list is about."""
    return field == "id" and (system, value) in held.numbers


def changes_of(found: Sequence[Change]) -> dict[str, Any]:
    """Differences as ``changes`` of ``person.amend``. The number that stood there ends when one of its system takes its
    place, or when it was malformed; a well-formed old number stays beside the new citizen id."""
    body: dict[str, Any] = {}
    for change in found:
        if change.field == "id":
            ended = change.before_system and (
                not change.after
                or change.before_system == change.system
                or not identifiers.check(change.before_system, change.before).ok
            )
            if change.after:
                body["add_identifiers"] = [{"system": change.system or CITIZEN_ID, "value": change.after}]
            if ended:
                body["end_identifiers"] = [{"system": change.before_system, "value": change.before}]
        else:
            body["birth_date" if change.field == "born" else change.field] = change.after
    return body


def backwards(found: Sequence[Change]) -> list[Change]:
    """The same differences the other way round. A malformed number does not come back: nothing would find it."""
    back = []
    for change in found:
        before, system = change.before, change.before_system
        if change.field == "id" and before and not identifiers.check(system, before).ok:
            before, system = "", ""
        if before or change.field == "id":
            back.append(Change(change.field, change.after, before, system, change.system))
    return back
