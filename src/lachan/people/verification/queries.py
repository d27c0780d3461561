"""Reads about where people stand with the population register. Names and numbers are never among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.people.verification import rules
from lachan.people.verification.notes import Standing, standings_of
from lachan.places import queries as places

MOST_ITEMS = 500  # of a page
_BEFORE_ALL = (datetime(1, 1, 1, tzinfo=UTC), UUID(int=0))


class RepairItem(NamedTuple):
    """Somebody whose record a commune has to mend."""

    person_id: UUID
    group: str  # no_id | malformed_id | wrong
    since: datetime
    residence_id: int | None


class Change(NamedTuple):
    """A state somebody came into. ``cause``: registered, data (the record changed), asked, answer, taken_back,
    unreadable."""

    at: datetime
    state: str
    cause: str


def state_of(ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """Where each of these persons stands; ids without a row (unknown, or an alias of another record) are left out."""
    with hot_cursor() as cursor:
        return standings_of(cursor, sorted(set(ids)))


def history(person_id: UUID) -> list[Change]:
    """How a person's state came about, the latest first; two queries."""
    with hot_cursor() as cursor:
        now = standings_of(cursor, [person_id]).get(person_id)
        if now is None:
            return []
        cursor.execute(load("people", "changes_of"), [person_id])
        ended = cursor.fetchall()
    found: list[Change] = []
    if now.state == rules.WAITING and now.asked_at is not None:
        found.append(Change(now.asked_at, rules.WAITING, "asked"))
    for before, after, _since, asked_at, at, cause in ended:
        found.append(Change(at, after, cause))
        if before == rules.WAITING and asked_at is not None:
            found.append(Change(asked_at, rules.WAITING, "asked"))
    first = ended[-1] if ended else None
    state, since = (first[0], first[2]) if first is not None else (now.state, now.since)
    # a question keeps the moment it was owed from, so the first state is the one from before it was sent
    found.append(Change(since, rules.NOT_SENT if state == rules.WAITING else state, "registered"))
    return found


def open_repairs(
    areas: Iterable[int] | None, group: str, after: tuple[datetime, UUID] | None = None, limit: int = 50
) -> list[RepairItem]:
    """A page of one group's open items, the oldest first. ``areas``: ids of any level (:func:`access.scopes.area_ids`),
    None for the nation; ``after``: (since, person_id) of the last item of the page before. One query, two when some
    areas are whole provinces and others not. ValueError for another group.
    """
    if group not in rules.OPEN:
        raise ValueError(f"{group!r} is no group of the repair list; they are {', '.join(rules.OPEN)}")
    most = max(1, min(limit, MOST_ITEMS))
    since, person_id = after or _BEFORE_ALL
    provinces, communes = _split(areas)
    found: list[RepairItem] = []
    with hot_cursor() as cursor:
        for name, ids in (("open_repairs_of_provinces", provinces), ("open_repairs_of_communes", communes)):
            if ids:
                arrays.execute(cursor, load("people", name), [ids, group, since, person_id, most, most])
                found += [RepairItem(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda item: (item.since, item.person_id))[:most]


def repair_counts(areas: Iterable[int] | None) -> dict[int, dict[str, int]]:
    """Open items by commune of residence and group, exact; communes without any are left out. One query, answered from
    an index alone: about 10 ms for 100,000 open items. For the nation's sums see ``figures``."""
    found: dict[int, dict[str, int]] = {}
    with hot_cursor() as cursor:
        if areas is None:
            cursor.execute(load("people", "repair_counts_everywhere"))
        else:
            arrays.execute(cursor, load("people", "repair_counts"), [sorted(set(areas))])
        for residence_id, state, count in cursor.fetchall():
            found.setdefault(residence_id, {})[state] = count
    return found


def _split(areas: Iterable[int] | None) -> tuple[Sequence[int], Sequence[int]]:
    """(whole provinces, areas outside them): a whole province is one place in its index, its communes are hundreds."""
    known = places.atlas().areas
    if areas is None:
        return [0, *sorted(area.id for area in known.values() if area.level == 1)], []
    wanted = set(areas)
    provinces = {area_id for area_id in wanted if area_id in known and known[area_id].level == 1}
    rest = [area_id for area_id in wanted if area_id in known and known[area_id].province_id not in provinces]
    return sorted(provinces), sorted(area_id for area_id in rest if area_id not in provinces and known[area_id].level)
