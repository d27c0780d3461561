"""Merges: which there were, and why one may not be made or undone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.people.facts import PersonFacts
from lachan.people.queries import became_part

MOST: Final = 200
PAGE: Final = 10_000
_LATEST: Final = (datetime(9000, 1, 1, tzinfo=UTC), UUID(int=(1 << 128) - 1))


class MergeProblem(Exception):
    """Why two records cannot become one, or one two: a reason code and what fills its sentence."""

    def __init__(self, reason: str, params: dict[str, Any]) -> None:
        super().__init__(reason)
        self.reason, self.params = reason, params


class Merge(NamedTuple):
    """Two records that became one. ``status``: merged or undone; areas are the residences of then."""

    id: UUID
    survivor_id: UUID
    going_id: UUID
    status: str
    reason: str
    evidence: list[str]
    actor_id: UUID
    merged_at: datetime
    survivor_area_id: int | None
    going_area_id: int | None
    undone_at: datetime | None
    undone_by: UUID | None
    undone_reason: str

    @property
    def stands(self) -> bool:
        return self.status == "merged"


def merges_in(cursor: psycopg.Cursor[Any], ids: Iterable[UUID]) -> dict[UUID, Merge]:
    """Merges by id; one query."""
    arrays.execute(cursor, load("people", "merges_by_id"), [list(ids)])
    return {row[0]: _merge(row) for row in cursor.fetchall()}


def merges_of_in(cursor: psycopg.Cursor[Any], persons: Iterable[UUID]) -> list[Merge]:
    """The latest 200 merges in which one of these records stayed or went, undone ones too; one query."""
    ids = list(persons)
    arrays.execute(cursor, load("people", "merges_of_persons"), [ids, ids])
    return [_merge(row) for row in cursor.fetchall()]


def merge_of(merge_id: UUID) -> Merge | None:
    """One merge."""
    with hot_cursor() as cursor:
        return merges_in(cursor, [merge_id]).get(merge_id)


def kept_of(merge_id: UUID) -> dict[str, Any]:
    """What each mover kept of a merge; one query."""
    with hot_cursor() as cursor:
        cursor.execute(load("people", "merged_rows"), [merge_id])
        return {
            name: msgspec.json.decode(value) if isinstance(value, str) else value for name, value in cursor.fetchall()
        }


def merges_of(persons: Sequence[UUID]) -> list[Merge]:
    """As :func:`merges_of_in`, in a transaction of its own."""
    with hot_cursor() as cursor:
        return merges_of_in(cursor, persons)


def as_stored(ids: Iterable[UUID]) -> dict[UUID, PersonFacts]:
    """Records by id as they stand, merged ones as themselves; one query."""
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("people", "persons_by_id"), [list(ids)])
        return {row[0]: PersonFacts(*row) for row in cursor.fetchall()}


def merges(
    areas: Sequence[int] | None, status: str = "", *, before: tuple[datetime, UUID] | None = None, limit: int = 50
) -> list[Merge]:
    """Merges of people who lived in these areas (None: the nation), latest first; ``before``: (merged_at, id)."""
    at, merge_id = before or _LATEST
    with hot_cursor() as cursor:
        cursor.execute(
            load("people", "merges_in_areas"),
            {
                "areas": None if areas is None else list(areas), "status": status, "before": at, "before_id": merge_id,
                "most": min(limit, MOST),
            },
        )  # fmt: skip
        return [_merge(row) for row in cursor.fetchall()]


def in_the_way(merge: Merge, others: Iterable[Merge]) -> Merge | None:
    """The latest standing merge that built on this one: it has to be undone first.

    Numbers, sessions in common and doses set aside were decided with this merge standing; taking it out from under a
    later one would leave what that one decided without its ground.
    """
    later = [
        other for other in others
        if other.stands and other.id != merge.id and (other.merged_at, other.id) > (merge.merged_at, merge.id)
        and merge.survivor_id in (other.survivor_id, other.going_id)
    ]  # fmt: skip
    return max(later, key=lambda other: (other.merged_at, other.id), default=None)


def merged_pages() -> Iterator[set[UUID]]:
    """Ids of records that became part of others, 10,000 at a time; for recounts."""
    yield from (set(page) for page in _pages("page_of_merged"))


def standing_pages() -> Iterator[tuple[set[UUID], set[UUID]]]:
    """(records that went in merges that stand, those of them that are merged), 10,000 at a time; for recounts."""
    for page in _pages("page_of_standing_merges"):
        with hot_cursor() as cursor:
            yield set(page), became_part(cursor, page)


def _pages(statement: str) -> Iterator[list[UUID]]:
    after = UUID(int=0)
    while True:
        with hot_cursor() as cursor:
            cursor.execute(load("people", statement), [after, PAGE])
            page = [row[0] for row in cursor.fetchall()]
        if not page:
            return
        yield page
        after = page[-1]


def differing_trusted(cursor: psycopg.Cursor[Any], survivor_id: UUID, going_id: UUID) -> list[str]:
    """Systems in which each of the two has a trusted number and they differ: the going record's number ends."""
    arrays.execute(cursor, load("people", "trusted_numbers_of"), [[survivor_id, going_id]])
    held: dict[UUID, set[str]] = {survivor_id: set(), going_id: set()}
    for person_id, system in cursor.fetchall():
        held[person_id].add(system)
    return sorted(held[survivor_id] & held[going_id])  # a trusted number is one person's, so two are never equal


def _merge(row: Sequence[Any]) -> Merge:
    evidence = msgspec.json.decode(row[5]) if isinstance(row[5], str) else row[5]
    return Merge._make((*row[:5], evidence, *row[6:]))
