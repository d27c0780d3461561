"""The officers' line list: people under watch in the reader's areas, filtered, sorted, page by page; and the clocks of
the cases that put them there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.people import search
from lachan.people.facts import PersonFacts
from lachan.people.names import search_form
from lachan.people.queries import persons_in
from lachan.places import queries as places
from lachan.surveillance.cases import queries as cases
from lachan.surveillance.cases.rows import CaseRow
from lachan.tracing.lists.queries import CaseLine, lines_of
from lachan.tracing.work.rules import HERE

PAGE: Final = 50
MOST_COUNTED: Final = 10_000  # beyond that "more than"
MOST_FOUND: Final = 50  # people of one name
MOST_AWAY: Final = 2_000
PORTION: Final = 500  # rows a step of an export
CLOCK_DAYS: Final = 14
MOST_CLOCKED: Final = 1_000  # cases of an area whose medians are shown
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = UUID(int=(1 << 128) - 1)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the list is narrowed to. ``state``: of the watch, empty for all; ``reached``, ``quarantined``, ``tested``:
    None for either; ``overdue``: a task of theirs stands open since before today; ``area_id``: a commune, district or
    province."""

    state: str = "open"
    level: int | None = None
    disease: str = ""
    area_id: int | None = None
    reached: bool | None = None
    quarantined: bool | None = None
    tested: bool | None = None
    overdue: bool = False
    since: date | None = None
    sort: str = "listed"


class Line(NamedTuple):
    """Somebody under watch; ``late``: a task of theirs stands open since before today."""

    person_id: UUID
    id: UUID
    disease: str
    level: int
    area_id: int | None
    area_from: str
    since: date
    until: date
    quarantine: str
    score: float
    links: int
    state: str
    release_reason: str
    listed_at: datetime
    reached_at: datetime | None
    quarantined_at: datetime | None
    tested_at: datetime | None
    late: bool

    def overdue(self, now: datetime) -> bool:
        """Late, or for a day on the list and still not reached by anybody."""
        return self.late or (self.state == "open" and self.reached_at is None and (now - self.listed_at).days >= 1)


After = tuple[Any, UUID]
# sort -> (what of a line the next page goes on from, where the first page begins)
_SORTS: Final[dict[str, tuple[str, After]]] = {
    "listed": ("listed_at", (datetime(9000, 1, 1, tzinfo=UTC), _LAST)),
    "score": ("score", (float("inf"), _LAST)),
    "until": ("until", (date(1900, 1, 1), UUID(int=0))),
}
SORTS: Final = tuple(_SORTS)


def areas_of(actor: Actor, area_id: int | None, verb: str = "contact.read") -> list[int] | None:
    """Areas the actor's list is of: theirs, narrowed to one and what lies in it; None for the whole nation."""
    mine = scopes.area_ids(actor, verb)
    if area_id is None:
        return None if mine is None else sorted(mine)
    inside = places.areas_under(area_id)
    return sorted(inside if mine is None else inside & mine)


def page(
    actor: Actor, wish: Wish, now: datetime, *, after: After | None = None, limit: int = PAGE
) -> tuple[list[Line], After | None]:
    """A page, and where the next one goes on (None: it was the last). Two statements."""
    column, begin = _SORTS[wish.sort]
    value, line_id = after or begin
    asked = _asked(actor, wish, now) | dict.fromkeys(("listed_at", "score", "until"))
    asked |= {column: value, "after_id": line_id, "most": limit + 1}
    with hot_cursor() as cursor:
        # a plan for what is asked now: with the areas known, whether they are few decides which index carries it
        cursor.execute(load("tracing", "watches_overdue" if wish.overdue else "watches_listed"), asked, prepare=False)
        found = _read(cursor, now)
    shown = found[:limit]
    return shown, (getattr(shown[-1], column), shown[-1].id) if len(found) > limit else None


def _read(cursor: psycopg.Cursor[Any], now: datetime) -> list[Line]:
    """What the cursor found, and which of it is late: asked of these few alone, whatever else lies undone."""
    rows = cursor.fetchall()
    asked = {"people": [row[0] for row in rows], "watches": [row[1] for row in rows], "today": _today(now)}
    cursor.execute(load("tracing", "late_watches"), asked, prepare=False)
    late = {row[0] for row in cursor.fetchall()}
    return [Line._make((*row, row[1] in late)) for row in rows]


def counted(actor: Actor, wish: Wish, now: datetime) -> int:
    """How many fit; ``MOST_COUNTED`` + 1 says more than that. One statement."""
    with hot_cursor() as cursor:
        asked = _asked(actor, wish, now) | {"most": MOST_COUNTED + 1}
        statement = "overdue_counted" if wish.overdue else "watches_counted"
        cursor.execute(load("tracing", statement), asked, prepare=False)
        return int(cursor.fetchall()[0][0])


def every(actor: Actor, wish: Wish, now: datetime, most: int) -> Iterator[list[Line]]:
    """All of a list up to ``most`` lines, a portion at a time; each in a transaction of its own."""
    after: After | None = None
    left = most
    while left > 0:
        found, after = page(actor, wish, now, after=after, limit=min(PORTION, left))
        if found:
            yield found
        left -= len(found)
        if after is None:
            return


def by_name(actor: Actor, text: str, now: datetime) -> list[tuple[Line, PersonFacts]]:
    """People under watch in the actor's areas of this name, or who hold this number: those who live there, and those
    who are watched there though they live elsewhere. Five statements, of a number a few more."""
    asked = search.read(text)
    areas = areas_of(actor, None)
    if asked.kind == "name":
        found = {person.id for person in search.by_name(actor, asked.wanted, limit=MOST_FOUND).persons}
    elif asked.numbers:
        found = {person.id for person in search.by_number(actor, asked.numbers, now=now)}
    else:
        return []
    words = search_form(asked.wanted.name).split() if asked.kind == "name" else []
    with hot_cursor() as cursor:
        if words and areas is not None:
            found |= _away(cursor, areas, words)
        cursor.execute(
            load("tracing", "watches_of_people"),
            {"people": sorted(found), "areas": areas, "most": MOST_FOUND},
            prepare=False,
        )
        lines = _read(cursor, now)
        people = persons_in(cursor, {line.person_id for line in lines})
    return [(line, people[line.person_id]) for line in lines if line.person_id in people]


def _away(cursor: psycopg.Cursor[Any], areas: Sequence[int], words: Sequence[str]) -> set[UUID]:
    """Of those watched here who live elsewhere, whose name holds words that begin like these."""
    cursor.execute(load("tracing", "watched_away"), {"areas": list(areas), "most": MOST_AWAY}, prepare=False)
    people = persons_in(cursor, [row[0] for row in cursor.fetchall()])
    return {
        asked for asked, person in people.items()
        if all(any(part.startswith(word) for part in search_form(person.name).split()) for word in words)
    }  # fmt: skip


def named(lines: Collection[Line]) -> dict[UUID, PersonFacts]:
    """Who they are; whoever shows it logs the look. One statement, two where a record was merged."""
    with hot_cursor() as cursor:
        return persons_in(cursor, {line.person_id for line in lines})


def _today(now: datetime) -> date:
    return now.astimezone(HERE).date()


def _asked(actor: Actor, wish: Wish, now: datetime) -> dict[str, Any]:
    since = datetime.combine(wish.since, datetime.min.time(), HERE) if wish.since is not None else _EVER
    return {
        "areas": areas_of(actor, wish.area_id), "state": wish.state, "level": wish.level, "disease": wish.disease,
        "reached": wish.reached, "quarantined": wish.quarantined, "tested": wish.tested, "since": since,
        "today": _today(now), "sort": wish.sort,
    }  # fmt: skip


class Clocks(NamedTuple):
    """Medians in seconds, None where nothing is known yet: result to case, case to list, and from the list until nine
    of ten F1 were reached, were in quarantine, were tested; how many cases came that far; contacts in all."""

    cases: int
    to_case: float | None
    to_list: float | None
    to_reached: float | None
    to_quarantine: float | None
    to_test: float | None
    reached: int
    quarantined: int
    tested: int
    f1: int
    f2: int


def clocks(actor: Actor, now: datetime, area_id: int | None = None) -> Clocks:
    """Of the cases of the actor's areas in the last fourteen days (of an area the latest 1,000 at most); no names."""
    areas, since = areas_of(actor, area_id, "outbreak.read"), now - timedelta(days=CLOCK_DAYS)
    ids = None if areas is None else [row.id for row in _latest_cases(areas, since)]
    with hot_cursor() as cursor:
        cursor.execute(load("tracing", "clocks_of_cases"), {"since": since, "cases": ids}, prepare=False)
        return Clocks(*cursor.fetchall()[0])


def _latest_cases(areas: Sequence[int], since: datetime) -> Iterator[CaseRow]:
    before: cases.Before | None = None
    for _ in range(MOST_CLOCKED // cases.MOST):
        found = cases.open_cases(areas, cases.Filter("all"), before=before, limit=cases.MOST)
        yield from (row for row in found if row.recorded_at >= since)
        if len(found) < cases.MOST or found[-1].recorded_at < since:
            return
        before = (found[-1].recorded_at, found[-1].id)


def case_page(
    actor: Actor, disease: str, *, area_id: int | None = None, before: cases.Before | None = None, limit: int = PAGE
) -> tuple[list[tuple[CaseRow, CaseLine | None]], cases.Before | None]:
    """Cases of the actor's areas with the line of each, the latest first; where the next page goes on."""
    areas = areas_of(actor, area_id, "case.read")
    found = cases.open_cases(areas, cases.Filter("all", disease), before=before, limit=limit + 1)
    shown = found[:limit]
    known = lines_of([row.id for row in shown])
    rest = (shown[-1].recorded_at, shown[-1].id) if len(found) > limit else None
    return [(row, known.get(row.id)) for row in shown], rest


class Link(NamedTuple):
    """Somebody on the list of a case, or who was."""

    level: int
    grade: str
    rule: str
    first_exposure: datetime
    last_exposure: datetime
    seconds: int
    kind: str
    rank: int
    score: float
    state: str
    release_reason: str
    listed_at: datetime


def link_between(case_id: UUID, person_id: UUID) -> Link | None:
    """The line of a case's list about one person; None when they never were on it. One statement."""
    with hot_cursor() as cursor:
        cursor.execute(load("tracing", "link_between"), [person_id, case_id])
        row = cursor.fetchone()
    return Link(*row) if row is not None else None
