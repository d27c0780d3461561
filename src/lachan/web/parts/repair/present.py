"""Records on the repair list as screens show them: what is wrong, and what would stand there instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lachan.exchange.tables import listing
from lachan.exchange.tables.rows import Change
from lachan.exchange.tables.sentences import sentence
from lachan.exchange.tables.staging import as_changes
from lachan.people.identifiers import mask
from lachan.people.repair import Proposal
from lachan.people.repair_list import Line
from lachan.people.verification.queries import RepairItem
from lachan.places import queries as places
from lachan.web.parts.people import present as people
from lachan.web.parts.people.words import SYSTEMS, shown_date
from lachan.web.parts.repair import words

_FIELDS = {"name": "name", "sex": "sex", "birth_date": "born", "number": "id"}


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody in the list."""

    line: Line
    group: Any
    since: datetime
    residence: str
    number: str
    problem: str
    after: str
    more: int
    safe: bool
    note: Any


@dataclass(frozen=True, slots=True)
class Option:
    """One way to mend a field: what would stand there and why. ``value``: its place among the proposals."""

    value: str
    after: str
    reason: str
    confidence: str
    ends: bool = False


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of a record, what it holds, and the ways to mend it; ``chosen``: the one that Enter takes."""

    key: str
    label: Any
    held: str
    options: list[Option]
    hints: list[str]
    chosen: str

    @property
    def open(self) -> bool:
        """Something is wrong with it, or nothing stands there."""
        return bool(self.options or self.hints or not self.held)


def entries(items: Sequence[RepairItem], lines: Sequence[Line]) -> list[Entry]:
    """The items in their order; those whose record went meanwhile are left out."""
    by_id = {line.person.id: line for line in lines}
    return [_entry(item, by_id[item.person_id]) for item in items if item.person_id in by_id]


def _entry(item: RepairItem, line: Line) -> Entry:
    said = listing.problems(line, item.group)
    first = next((found for found in line.proposals if found.after is not None and found.field != "person"), None)
    area = places.area(line.person.residence_id) if line.person.residence_id else None
    return Entry(
        line,
        words.GROUPS.get(item.group, item.group),
        item.since,
        area.full_name if area is not None else "",
        line.number.masked if line.number else "",
        sentence(first.reason, first.params) if first else said[0],
        listing.shown(first, full=False) if first else "",
        len(said) - 1,
        bool(line.safe),
        words.NOTES.get(line.note.kind) if line.note else "",
    )


def fields(line: Line, *, full: bool) -> list[FieldView]:
    """The four fields of the procedure, each with its proposals; uncertain ones are never chosen beforehand."""
    held = {
        "name": line.held.name,
        "sex": str(words.SEXES.get(line.held.sex, "")),
        "born": shown_date(line.held.born),
        "id": (line.number.value if full else line.number.masked) if line.number else "",
    }
    found = []
    for key in ("id", "name", "born", "sex"):
        options, hints = [], []
        for place, item in enumerate(line.proposals):
            if _FIELDS.get(item.field) != key:
                continue
            why = sentence(item.reason, item.params)
            if item.after is None:
                hints.append(why)
            else:
                options.append(Option(str(place), _after(item, full), why, item.confidence, not item.after))
        chosen = next((option.value for option in options if option.confidence != "ask"), "keep")
        label = SYSTEMS.get(line.number.system, "") if key == "id" and line.number else words.FIELDS[key]
        found.append(FieldView(key, label, held[key], options, hints, chosen))
    return found


def _after(item: Proposal, full: bool) -> str:
    if item.field == "sex":
        return str(words.SEXES.get(item.after or "", ""))
    if item.field == "birth_date":
        return shown_date(item.after or "")
    return listing.shown(item, full=full)


def merges(line: Line) -> list[tuple[UUID, str]]:
    """(other record, why) where the same person is probably there twice, or a number is somebody else's."""
    return [(item.other, sentence(item.reason, item.params)) for item in line.proposals if item.other is not None]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a row, before and after, as people read it."""

    label: Any
    before: str
    after: str
    doubt: str


def differences(changes: Sequence[Change], *, full: bool) -> list[Difference]:
    return [
        Difference(
            words.FIELDS[change.field],
            _value(change.field, change.before, full),
            _value(change.field, change.after, full),
            sentence(change.doubt) if change.doubt else "",
        )
        for change in changes
    ]


def _value(field: str, value: str, full: bool) -> str:
    if field == "born":
        return shown_date(value) if value else ""
    if field == "sex":
        return str(words.SEXES.get(value, ""))
    return mask(value) if field == "id" and not full else value


def chosen_changes(line: Line, picked: dict[str, str]) -> list[Change]:
    """The proposals picked, by field, as changes."""
    taken = [line.proposals[int(value)] for value in picked.values() if value.isdigit()]
    return as_changes([item for item in taken if item.after is not None])


def number_of(line: Line) -> tuple[str, str]:
    return (line.number.system, line.number.value) if line.number else ("", "")


def age(line: Line) -> str:
    return people.age(line.person)
