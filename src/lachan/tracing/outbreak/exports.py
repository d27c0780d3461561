"""The line list and the list of cases as rows of a file: streamed, within the reader's areas, without names unless a
purpose was stated; every name that leaves the house is a logged look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from lachan.access.actors import Actor
from lachan.access.operations import log_looks
from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons
from lachan.people.records import written_birth
from lachan.places import queries as places
from lachan.surveillance.cases import queries as cases
from lachan.surveillance.cases.rows import CaseRow
from lachan.tracing.lists.queries import CaseLine
from lachan.tracing.outbreak import lines
from lachan.tracing.outbreak.lines import Line, Wish

MOST_ROWS: Final = 100_000  # of a CSV, streamed
MOST_EXCEL: Final = 20_000  # made whole before it is sent
MOST_NAMED: Final = 20_000  # each one is a look
EXPORTED: Final = "exported line list"
PURPOSES: Final = ("contact tracing", "outbreak investigation", "report to the authority above", "audit")

Row = tuple[Any, ...]
CONTACTS: Final = (
    "watch", "disease", "level", "state", "commune_code", "commune", "listed_at", "since", "until", "quarantine",
    "reached_at", "quarantined_at", "tested_at", "late", "cases", "score", "sex", "birth_year",
)  # fmt: skip
CASES: Final = (
    "case", "disease", "class", "commune_code", "commune", "onset_on", "sampled_at", "result_at", "case_at", "list_at",
    "reached_at", "quarantined_at", "tested_at", "f1", "f2", "isolated_at", "ended_at", "outcome", "rule", "sex",
    "birth_year",
)  # fmt: skip
NAMED: Final = ("person", "name", "birth_date")


def contacts(actor: Actor, wish: Wish, now: datetime, *, purpose: str, most: int) -> Iterator[list[Row]]:
    """Rows of the line list, a portion at a time, in the order of ``CONTACTS`` and, with a purpose, ``NAMED``."""
    note(actor, "contacts", purpose, now)
    for found in lines.every(actor, wish, now, _bound(purpose, most)):
        people = _people(actor, [line.person_id for line in found], purpose, now)
        yield [
            (*_contact(line, people.get(line.person_id)), *_name(people.get(line.person_id), purpose)) for line in found
        ]


def case_rows(
    actor: Actor, disease: str, area_id: int | None, now: datetime, *, purpose: str, most: int
) -> Iterator[list[Row]]:
    """Rows of cases, the latest first, in the order of ``CASES`` and, with a purpose, ``NAMED``."""
    note(actor, "cases", purpose, now)
    before: cases.Before | None = None
    left = _bound(purpose, most)
    while left > 0:
        limit = min(cases.MOST - 1, left)
        found, before = lines.case_page(actor, disease, area_id=area_id, before=before, limit=limit)
        people = _people(actor, [row.person_id for row, _ in found], purpose, now)
        yield [
            (*_case(row, line, people.get(row.person_id)), *_name(people.get(row.person_id), purpose))
            for row, line in found
        ]
        left -= len(found)
        if before is None:
            return


def note(actor: Actor, what: str, purpose: str, now: datetime) -> None:
    """That a list left the house, with names or without, in the journal."""
    told = f'{{"what":"{what}","named":{"true" if purpose else "false"}}}'
    with hot_cursor() as cursor:
        journal.append(cursor, [journal.Entry("list.exported", new_id(), now, actor.id, told)])


def _bound(purpose: str, most: int) -> int:
    return min(most, MOST_NAMED) if purpose else most


def _people(actor: Actor, ids: Sequence[Any], purpose: str, now: datetime) -> dict[Any, PersonFacts]:
    """Who they are; with a purpose they are looked at by name, and that is logged before a row leaves."""
    if purpose:
        log_looks(actor, list(dict.fromkeys(ids)), purpose, EXPORTED, now)
    return persons(ids)


def _name(person: PersonFacts | None, purpose: str) -> Row:
    if not purpose:
        return ()
    return (str(person.id), person.name, written_birth(person)) if person is not None else ("", "", "")


def _place(area_id: int | None) -> tuple[str, str]:
    area = places.area(area_id) if area_id is not None else None
    return (area.code, area.full_name) if area is not None else ("", "")


def _who(person: PersonFacts | None) -> tuple[str, int | str]:
    if person is None:
        return "U", ""
    return person.sex, person.birth_date.year if person.birth_date else ""


def _contact(line: Line, person: PersonFacts | None) -> Row:
    return (
        str(line.id), line.disease, f"F{line.level}", line.state, *_place(line.area_id), line.listed_at, line.since,
        line.until, line.quarantine, line.reached_at, line.quarantined_at, line.tested_at, line.late, line.links,
        round(line.score, 3), *_who(person),
    )  # fmt: skip


def _case(row: CaseRow, line: CaseLine | None, person: PersonFacts | None) -> Row:
    def clock(name: str) -> Any:
        return getattr(line, name) if line is not None else None

    return (
        row.code, row.disease, row.classification, *_place(row.area_id), row.onset_on, row.sampled_at, row.result_at,
        clock("case_at"), clock("list_at"), clock("reached_at"), clock("quarantined_at"), clock("tested_at"),
        clock("f1"), clock("f2"), row.isolated_at, row.ended_at, row.outcome, clock("rule"), *_who(person),
    )  # fmt: skip


def plain(value: Any) -> Any:
    """A cell as programs read it: ISO times, nothing for what is not known, 1 and 0; never a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value
