"""Who is under watch for a disease: one row a person, whoever's contact they are, from all links that stand."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

from lachan.kernel import arrays
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load
from lachan.people.queries import persons_in
from lachan.surveillance.cases.queries import cases_of
from lachan.tracing.engine.rules import ZONE, Watching, by_id, watch_of
from lachan.tracing.lists.protection import completed, protected
from lachan.tracing.work.facts import CASE, EXTENDED, OPENED, RELEASED, WatchChange

TRACED: Final = frozenset({"confirmed", "probable"})  # classes of cases whose contacts are listed


class Link(NamedTuple):
    """A standing link of a person, as far as their watch depends on it."""

    person_id: UUID
    level: int
    last_exposure: datetime
    rule: str
    score: float
    area_id: int | None
    listed_at: datetime


class _Open(NamedTuple):
    """A watch under way."""

    person_id: UUID
    id: UUID
    level: int
    area_id: int | None
    area_from: str
    rule: str
    last_exposure: datetime
    since: date
    until: date
    quarantine: str
    links: int
    score: float


class Followed(NamedTuple):
    """A watch that changed, and what its person is told: the level, the last day of exposure, where they belong."""

    change: WatchChange
    last_exposure: datetime | None
    reason: str = ""


class _Now(NamedTuple):
    """What a watch is by the links that stand."""

    level: int
    last: datetime
    rule: str
    score: float
    links: int
    watching: Watching
    area_id: int | None
    area_from: str


def follow(
    cursor: psycopg.Cursor[Any],
    people: Collection[UUID],
    disease: str,
    reasons: Mapping[UUID, str],
    *,
    now: datetime,
) -> list[Followed]:
    """Bring the watches of these people to what their standing links say, in the caller's transaction.

    Whoever is a case themselves is no longer watched as a contact; whoever has no link left is released, with the
    reason. A watch handed over stays with the commune that took it.
    """
    ids = sorted(people)
    links: dict[UUID, list[Link]] = {}
    arrays.execute(cursor, load("tracing", "standing_links"), [ids, disease])
    for row in cursor.fetchall():
        links.setdefault(row[0], []).append(Link(*row))
    arrays.execute(cursor, load("tracing", "open_watches"), [ids, disease])
    open_now = {row[0]: _Open(*row) for row in cursor.fetchall()}
    concerned = sorted(links.keys() | open_now.keys())
    if not concerned:
        return []
    cases = cases_among(cursor, concerned, disease)
    let_go = _let_go(cursor, concerned, disease)
    wanted = _wanted(
        cursor,
        {
            person: links[person]
            for person in concerned
            if person in links
            and person not in cases
            and (person in open_now or _news(links[person], let_go.get(person)))
        },
    )
    today = now.astimezone(ZONE).date()
    followed: list[Followed] = []
    for person_id in concerned:
        watch, to_be = open_now.get(person_id), wanted.get(person_id)
        if to_be is not None and (watch is not None or to_be.watching.until >= today):
            step = _step(person_id, disease, watch, to_be, today)
            if step is not None:
                followed.append(step)
        elif watch is not None:
            what, reason = (CASE, "case") if person_id in cases else (RELEASED, reasons.get(person_id, "no_link"))
            followed.append(Followed(_closing(watch, disease, what), watch.last_exposure, reason))
    _write(cursor, followed, open_now, wanted, disease, now)
    return followed


def _let_go(cursor: psycopg.Cursor[Any], people: Sequence[UUID], disease: str) -> dict[UUID, datetime]:
    """When an officer last let each go."""
    arrays.execute(cursor, load("tracing", "let_go_by_officers"), [list(people), disease])
    return dict(cursor.fetchall())


def _news(links: Sequence[Link], let_go: datetime | None) -> bool:
    """Whether anything is known that the officer who let them go did not know."""
    return let_go is None or any(link.listed_at > let_go for link in links)


def cases_among(cursor: psycopg.Cursor[Any], people: Sequence[UUID], disease: str) -> set[UUID]:
    """Those who are a case of this disease themselves."""
    return {
        person_id
        for person_id, rows in cases_of(people, cursor).items()
        for row in rows
        if row.disease == disease and row.is_open and row.classification in TRACED
    }


def _wanted(cursor: psycopg.Cursor[Any], links: Mapping[UUID, list[Link]]) -> dict[UUID, _Now]:
    """What each watch is by its links: the strictest level, the latest end."""
    if not links:
        return {}
    persons = persons_in(cursor, links)
    complete = completed(cursor, links)
    found: dict[UUID, _Now] = {}
    for person_id, held in links.items():
        level = min(link.level for link in held)
        strict = [link for link in held if link.level == level]
        last = max(strict, key=lambda link: link.last_exposure)
        vaccinated = protected(complete.get(person_id), last.last_exposure)
        watching = max(
            (watch_of(by_id(link.rule), int(link.last_exposure.timestamp()), vaccinated, level) for link in strict),
            key=lambda one: one.until,
        )
        person = persons.get(person_id)
        home = person.residence_id if person is not None else None
        place = next((link.area_id for link in sorted(held, key=lambda x: x.listed_at) if link.area_id), None)
        found[person_id] = _Now(
            level, last.last_exposure, last.rule, max(link.score for link in held), len(held), watching,
            home or place, "residence" if home else "place",
        )  # fmt: skip
    return found


def _step(person_id: UUID, disease: str, watch: _Open | None, to_be: _Now, today: date) -> Followed | None:
    """A new watch, or one that is another now; None when nothing a person or tracer would notice changed."""
    if watch is None:
        change = _change(person_id, new_id(), disease, OPENED, to_be, to_be.area_id, today)
        return Followed(change, to_be.last)
    same = (watch.level, watch.until, watch.quarantine, watch.rule, watch.links, watch.last_exposure)
    if same == (to_be.level, to_be.watching.until, to_be.watching.quarantine, to_be.rule, to_be.links, to_be.last):
        return None
    return Followed(_change(person_id, watch.id, disease, EXTENDED, to_be, watch.area_id, watch.since), to_be.last)


def _change(
    person_id: UUID, watch_id: UUID, disease: str, what: str, to_be: _Now, area_id: int | None, since: date
) -> WatchChange:
    asked = to_be.watching
    return WatchChange(
        person_id, watch_id, disease, what, area_id, to_be.level, since, asked.until, asked.test_days,
        asked.quarantine, to_be.score,
    )  # fmt: skip


def _closing(watch: _Open, disease: str, what: str) -> WatchChange:
    return WatchChange(
        watch.person_id, watch.id, disease, what, watch.area_id, watch.level, watch.since, watch.until, (),
        watch.quarantine, watch.score,
    )  # fmt: skip


def _write(
    cursor: psycopg.Cursor[Any],
    followed: list[Followed],
    open_now: Mapping[UUID, _Open],
    wanted: Mapping[UUID, _Now],
    disease: str,
    now: datetime,
) -> None:
    rows = []
    gone = []
    for change, _, reason in followed:
        if change.what in (OPENED, EXTENDED):
            to_be = wanted[change.person_id]
            area_from = open_now[change.person_id].area_from if change.person_id in open_now else to_be.area_from
            tests = json.dumps([day.isoformat() for day in change.test_days])
            rows.append((
                change.person_id, change.watch_id, change.level, change.area_id, area_from, to_be.rule, to_be.last,
                change.since, change.until, change.quarantine, tests, to_be.links, to_be.score,
            ))  # fmt: skip
        else:
            gone.append((change.person_id, change.watch_id, change.what, reason))
    if rows:
        columns = arrays.columns(rows)
        arrays.execute(cursor, load("tracing", "write_watches"), [disease, now, now, *columns])
    if gone:
        columns = arrays.columns(gone)
        arrays.execute(cursor, load("tracing", "end_watches"), [now, *columns, columns[0]])
