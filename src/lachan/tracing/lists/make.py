"""Lists of some cases at once, in one transaction: evidence, lines, links, watches, work and messages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

from lachan.access.actors import Actor
from lachan.kernel import journal
from lachan.surveillance.cases.queries import case_facts
from lachan.tracing.lists import links, stays, telling, watches
from lachan.tracing.lists.found import Found, find
from lachan.tracing.lists.requests import Asked
from lachan.tracing.work.planning import follow_watches

ACTOR: Final = Actor.system("tracing")


class Made(NamedTuple):
    """What a round did: lists written, people newly listed, people released from a list."""

    lists: int
    listed: int
    released: int

    def plus(self, other: Made) -> Made:
        return Made(self.lists + other.lists, self.listed + other.listed, self.released + other.released)


NOTHING: Final = Made(0, 0, 0)


def make(cursor: psycopg.Cursor[Any], asked: Sequence[Asked], *, now: datetime) -> Made:
    """Work out these cases' lists in the caller's transaction, with everything that follows from them.

    A case that is none any more keeps its line, withdrawn; who was listed for it alone is released, with the reason.
    """
    facts = case_facts(cursor, [one.case_id for one in asked])
    traced = [one for one in asked if one.case_id in facts and facts[one.case_id].classification in watches.TRACED]
    found = find(cursor, {one.case_id: facts[one.case_id] for one in traced}, actor_id=ACTOR.id, now=now)
    gone = [one for one in asked if one.case_id not in found]
    changed = links.write(cursor, asked, found, now=now)
    links.write_lines(cursor, traced, found, gone=[one.case_id for one in gone], now=now)
    stays.write(cursor, found, gone=[one.case_id for one in gone], now=now)
    followed = _follow(cursor, asked, found, changed, now)
    journal.append(cursor, _entries(asked, found, changed, now))
    telling.tell(cursor, followed, now=now)
    return Made(len(asked), len(changed.listed), len(changed.released))


def _follow(
    cursor: psycopg.Cursor[Any],
    asked: Sequence[Asked],
    found: dict[UUID, Found],
    changed: links.Changed,
    now: datetime,
) -> list[watches.Followed]:
    """Watches of everybody whose links changed, and of the cases themselves, disease by disease; then their work."""
    followed: list[watches.Followed] = []
    for disease in sorted({one.disease for one in asked}):
        people: Collection[UUID] = changed.people(disease) | {one.person_id for one in asked if one.disease == disease}
        followed += watches.follow(cursor, people, disease, changed.reasons, now=now)
    follow_watches(cursor, [one.change for one in followed], now=now)
    return followed


def _entries(
    asked: Sequence[Asked], found: dict[UUID, Found], changed: links.Changed, now: datetime
) -> list[journal.Entry]:
    """One row a list, one a person newly listed or released: never who the case is."""
    entries = [
        journal.Entry("list.made", one.case_id, now, ACTOR.id, found[one.case_id].told(one.what))
        if one.case_id in found
        else journal.Entry("list.withdrawn", one.case_id, now, ACTOR.id, "{}")
        for one in asked
    ]
    entries += [journal.Entry("contact.listed", line.person_id, now, ACTOR.id, line.told()) for line in changed.listed]
    return entries + [
        journal.Entry("contact.released", gone.person_id, now, ACTOR.id, gone.told()) for gone in changed.released
    ]
