"""A file, or a choice on a page, becomes a sheet: every row read, matched with a person, compared, and kept for review.

Nothing about people changes here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.exchange.models import Sheet
from lachan.exchange.tables import headings, keys, rows, store, workbook
from lachan.exchange.tables.keys import Key
from lachan.exchange.tables.rows import Change, Content, Fault
from lachan.exchange.tables.store import Row
from lachan.exchange.tables.workbook import Line, UnreadableFileError
from lachan.kernel.ids import new_id
from lachan.people import repair_list
from lachan.people.facts import PersonFacts
from lachan.people.names import search_form
from lachan.people.queries import IdentifierFacts, identifiers_of, persons
from lachan.people.repair import Held, Proposal
from lachan.people.repair_list import Described

VERB: Final = "repair.sheet"  # whose areas a row may be about
NOTED: Final = frozenset({"confirmed", "not_reached", "moved"})
MOST_BULK: Final = 500  # people whose records change by one choice
_FIELD: Final = {"name": "name", "sex": "sex", "birth_date": "born", "number": "id"}


def stage(content: bytes, *, actor: Actor, area_id: int, now: datetime, today: date) -> tuple[UUID, bool]:
    """(sheet, whether it was there before). The same file for the same place is the same sheet, whatever its name.

    Raises :class:`UnreadableFileError` for a file that cannot be worked with.
    """
    wanted = store.sheet_id(area_id, content)
    known = store.sheet(wanted)
    if known is not None and known.state in ("staged", "committing", "done"):
        return wanted, True
    contents = read(content, today)
    found = compared(contents, actor=actor)
    sheet = Sheet(
        id=wanted, kind="excel", area_id=area_id, actor_id=actor.id, state="staged", rows=len(found), created_at=now
    )
    store.save(sheet, found)
    return wanted, False


def stage_proposals(
    chosen: Sequence[tuple[UUID, bytes, Sequence[Proposal]]], *, actor: Actor, area_id: int, now: datetime
) -> UUID:
    """Accepted proposals as a sheet of their own: (person, print of the record that was shown, proposals)."""
    if len(chosen) > MOST_BULK:
        raise ValueError(f"{len(chosen)} people at once; the limit is {MOST_BULK}")
    found = []
    for number, (person_id, seen, proposals) in enumerate(chosen, 1):
        content = Content("", number, {}, changes=as_changes(proposals), way="key")
        found.append(Row(number, "change" if content.changes else "same", content, person_id, seen))
    sheet = Sheet(
        id=new_id(), kind="bulk", area_id=area_id, actor_id=actor.id, state="staged", rows=len(found), created_at=now
    )
    store.save(sheet, found)
    return sheet.id


def as_changes(proposals: Sequence[Proposal]) -> list[Change]:
    """Proposals as differences, one a field."""
    found: dict[str, Change] = {}
    for item in proposals:
        field = _FIELD.get(item.field)
        if field and item.after is not None and field not in found:
            found[field] = Change(field, item.before, item.after, item.to_system, item.system)
    return list(found.values())


def read(content: bytes, today: date) -> list[Content]:
    """Rows of a file; sheets without headings of ours are left aside as long as one has them."""
    found: list[Content] = []
    seen_heads = False
    for lines in workbook.read(content):
        heads = headings.find([line.cells for line in lines])
        if heads is None:
            continue
        seen_heads = True
        found += [_read(line, heads.places, today) for line in lines[heads.line + 1 :]]
    if not seen_heads:
        raise UnreadableFileError("file_no_heads")
    found = [content for content in found if content.typed.keys() - {"number"}]
    if not found:
        raise UnreadableFileError("file_empty")
    if len(found) > workbook.MOST_ROWS:
        raise UnreadableFileError("file_too_many_rows", most=workbook.MOST_ROWS)
    return found


def _read(line: Line, places: Mapping[str, int], today: date) -> Content:
    return rows.read(line.sheet, line.number, places, line.cells, today)


def compared(contents: Sequence[Content], *, actor: Actor) -> list[Row]:
    """Every row with its person and what it would change; eight queries and one for each 200 names without a key."""
    known = [keys.read(content.key) if content.key else None for content in contents]
    found = _matched(contents, known, actor)
    ids = list({row.person_id for row in found if row.person_id})
    people, numbers = persons(ids), identifiers_of(ids)
    scope = scopes.area_ids(actor, VERB)
    for row, key in zip(found, known, strict=True):
        person = people.get(row.person_id) if row.person_id else None
        if person is None:
            continue
        row.person_id = person.id
        if scope is not None and person.residence_id not in scope:
            row.state, row.person_id = "error", None
            row.content.faults = [Fault("", "not_yours")]
            continue
        compare(row, person, numbers.get(person.id) or _numbers_of(person), key)
    _twice(found)
    before = store.done_before({row.hash for row in found if row.state == "change"})
    for row in found:
        if row.state == "change" and row.hash in before:
            row.state, row.reason = "same", "before"
    return found


def _numbers_of(person: PersonFacts) -> list[IdentifierFacts]:
    """Of a record that was merged since the sheet was made: asked for under the id that stays."""
    return identifiers_of([person.id]).get(person.id, [])


def compare(row: Row, person: PersonFacts, numbers: Sequence[IdentifierFacts], key: Key | None) -> None:
    """Work out anew what a row would change, and mark it so."""
    held = repair_list.held_by(person, numbers)
    main = repair_list.main_number(numbers)
    content = row.content
    row.seen = repair_list.print_of(held)
    content.faults = rows.faults_of(content, key)
    content.changes, moved = rows.differences(content, held, (main.system, main.value) if main else None, key)
    row.hash = store.row_hash(person.id, content)
    row.reason = ""
    if content.faults:
        row.state = "error"
    elif moved:
        row.state, row.reason, content.because = "moved", "moved", {"fields": moved}
    elif content.changes or content.result in NOTED:
        row.state = "change"
    else:
        row.state, row.reason = "same", "nothing"


def _matched(contents: Sequence[Content], known: Sequence[Key | None], actor: Actor) -> list[Row]:
    """The person of each row: by its key, else by its number; by name and birth date only as possible."""
    found = [Row(number, "error", content) for number, content in enumerate(contents, 1)]
    described = [_described(content) for content in contents]
    without = []
    for row, key in zip(found, known, strict=True):
        if key is not None:
            row.person_id, row.content.way = key.person_id, "key"
        elif row.content.key:
            row.content.faults = [*row.content.faults, Fault("key", "key_changed")]
        else:
            without.append(row.number - 1)
    holders = repair_list.by_number([described[index] for index in without])
    nameless = []
    for index, holder in zip(without, holders, strict=True):
        if holder is not None:
            found[index].person_id, found[index].content.way = holder, "number"
        else:
            nameless.append(index)
    areas = scopes.area_ids(actor, VERB)
    for index, candidates in zip(
        nameless, repair_list.by_name_and_birth([described[index] for index in nameless], areas), strict=True
    ):
        row = found[index]
        if row.content.faults:
            continue
        if candidates:
            row.state, row.reason = "possible", "perhaps"
            row.content.candidates, row.content.way = [person.id for person in candidates[:10]], "name"
        else:
            row.content.faults = [Fault("", "nobody")]
    return found


def _described(content: Content) -> Described:
    numbers = ((content.system, content.number),) if content.number else ()
    return Described(content.name, content.born, numbers)


def _twice(found: Sequence[Row]) -> None:
    """The same person in two rows of one file is an error in both, also when neither has a number."""
    groups: dict[object, list[Row]] = defaultdict(list)
    for row in found:
        content = row.content
        marks: set[object] = set()
        if row.person_id is not None:
            marks.add(row.person_id)
        if content.number and (row.person_id is None or any(change.field == "id" for change in content.changes)):
            marks.add((content.system, content.number))
        if row.person_id is None and content.name and content.born:
            marks.add((search_form(content.name), content.born))
        for mark in marks:
            groups[mark].append(row)
    for group in groups.values():
        if len(group) > 1:
            for row, other in zip(group, [*group[1:], group[0]], strict=True):
                row.state = "error"
                where = f"{other.content.sheet} {other.content.line}".strip()
                if not any(fault.code == "twice" for fault in row.content.faults):
                    row.content.faults = [*row.content.faults, Fault("", "twice", {"other": where})]


def held_of(person_ids: Sequence[UUID]) -> dict[UUID, Held]:
    """The records as they are now, by the id asked for; two queries."""
    people = persons(person_ids)
    numbers = identifiers_of([person.id for person in people.values()])
    return {asked: repair_list.held_by(person, numbers.get(person.id, ())) for asked, person in people.items()}
