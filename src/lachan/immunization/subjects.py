"""Whom the commands of a slice are about: looked up, locked, and looked up again after a merge among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from lachan.immunization.batch import Batch, Item
from lachan.kernel import locks
from lachan.kernel.commands import LostRace, Worked
from lachan.people.facts import PersonRef, Resolved
from lachan.people.merging.queries import merges_in
from lachan.people.operations import resolve_in
from lachan.people.queries import became_part, persons_in


class _Asked(NamedTuple):
    """A person named by a command: its own, or the other one of two."""

    place: int
    field: str
    ref: PersonRef


@cache
def _naming(body: Any) -> tuple[str, ...]:
    """The fields by which bodies of this kind name people; looked up once a kind, a slice holds hundreds of one."""
    return tuple(field for field in ("person", "other") if field in body.__struct_fields__)


def find(batch: Batch, items: Iterable[tuple[int, Item]]) -> dict[int, Worked]:
    """Give each item its person, and the other one where it names two, under their locks; what names nobody is refused
    or held."""
    found = list(items)
    asked = [
        _Asked(index, field, ref) for index, item in found for field in _naming(item.body.__class__)
        if (ref := getattr(item.body, field)) is not None
    ]  # fmt: skip
    done = _find_merges(batch, found)
    merges = [item.merge for _, item in found if item.merge is not None]
    if not asked and not merges:
        return done
    by_index = dict(found)
    answers = _resolve(batch, [one.ref for one in asked])
    for one, resolved in zip(asked, answers, strict=True):
        item = by_index[one.place]
        _give(item, one.field, resolved)
        if resolved.person is None and one.place not in done:
            refusal = item.hold if resolved.reason == "person_unknown" else item.refuse
            done[one.place] = refusal(resolved.reason or "person_unknown", **(resolved.params or {}))
    known = {r.person.id for r in answers if r.person}
    locks.lock(batch.cursor, "person", known.union(*((merge.survivor_id, merge.going_id) for merge in merges)))
    _still_theirs(batch.cursor, known)
    return done


def find_again(batch: Batch, items: Sequence[Item]) -> None:
    """After a merge, an un-merge or a correction of a person: who the commands still to come are about now.

    Everybody concerned is locked already: a merge names both records.
    """
    ids = {r.person.id for item in items for r in (item.resolved, item.other) if r is not None and r.person is not None}
    ids |= {ref.id for item in items if (ref := getattr(item.body, "person", None)) is not None and ref.id is not None}
    if not ids:
        return
    now = persons_in(batch.cursor, ids)
    for item in items:
        for field in ("person", "other"):
            ref, before = getattr(item.body, field, None), item.other if field == "other" else item.resolved
            if ref is not None and before is not None and before.person is not None:
                person = now.get(ref.id or before.person.id, before.person)
                _give(item, field, before._replace(person=person))


def _resolve(batch: Batch, refs: list[PersonRef]) -> list[Resolved]:
    if not refs:
        return []
    return resolve_in(batch.cursor, refs, actor_id=batch.actor.id, now=batch.now, today=batch.today)


def _give(item: Item, field: str, resolved: Resolved) -> None:
    if field == "other":
        item.other = resolved
    else:
        item.resolved = resolved


def _find_merges(batch: Batch, found: Sequence[tuple[int, Item]]) -> dict[int, Worked]:
    asking = [(index, item) for index, item in found if "merge_id" in type(item.body).__struct_fields__]
    if not asking:
        return {}
    merges = merges_in(batch.cursor, {item.body.merge_id for _, item in asking})
    people = persons_in(batch.cursor, {merge.survivor_id for merge in merges.values()})
    done = {}
    for index, item in asking:
        item.merge = merges.get(item.body.merge_id)
        if item.merge is None:
            done[index] = item.refuse("merge_unknown", field="merge_id")
        else:
            item.resolved = Resolved(people[item.merge.survivor_id])
    return done


def _still_theirs(cursor: psycopg.Cursor[Any], ids: set[UUID]) -> None:
    """Whoever became part of another record between the look-up and the lock is looked up again, with the slice."""
    if ids and became_part(cursor, ids):
        raise LostRace
