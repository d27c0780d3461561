"""Making one record of two, and two of one again, in the caller's transaction and under its locks of both persons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from lachan.kernel import arrays, events, journal, movers
from lachan.kernel.ids import new_id
from lachan.kernel.movers import Move
from lachan.kernel.statements import load
from lachan.people.facts import PERSONS_CHANGED, PersonChanged, PersonFacts
from lachan.people.merging.queries import Merge, MergeProblem
from lachan.people.verification.notes import note_changes


def merge_in(
    cursor: psycopg.Cursor[Any],
    survivor: PersonFacts,
    going: PersonFacts,
    *,
    reason: str,
    evidence: Sequence[str],
    actor_id: UUID,
    now: datetime,
) -> UUID:
    """Everything of ``going`` becomes ``survivor``'s; the id of the merge, by which it can be undone.

    The going id keeps answering as the survivor. What the rooms above have to say against it they say before.
    """
    merge_id = new_id()
    kept = movers.move_all(cursor, Move(going.id, survivor.id, actor_id, now, reason))
    cursor.execute(
        load("people", "insert_merge"),
        [
            merge_id, survivor.id, going.id, reason, _json(list(evidence)), actor_id, now, survivor.residence_id,
            going.residence_id,
        ],
    )  # fmt: skip
    if kept:
        columns = [list(kept), [_json(value) for value in kept.values()]]
        arrays.execute(cursor, load("people", "insert_merged_rows"), [merge_id, *columns])
    body = {"merge": str(merge_id), "survivor": str(survivor.id), "going": str(going.id)}
    _tell(cursor, "person.merged", body, {survivor.id: "grown", going.id: "merged"}, actor_id, now)
    return merge_id


def unmerge_in(
    cursor: psycopg.Cursor[Any], merge: Merge, named: set[UUID], *, reason: str, actor_id: UUID, now: datetime
) -> set[UUID]:
    """The record that went comes out again, with what was its own and the later facts ``named``; ids of what went.

    Raises :class:`MergeProblem` when somebody undid it meanwhile.
    """
    cursor.execute(load("people", "undo_merge"), [now, actor_id, reason, merge.id])
    if not cursor.rowcount:
        raise MergeProblem("merge_undone", {})
    cursor.execute(load("people", "merged_rows"), [merge.id])
    kept = {name: msgspec.json.decode(value) if isinstance(value, str) else value for name, value in cursor.fetchall()}
    move = Move(merge.going_id, merge.survivor_id, actor_id, now, reason)
    went = movers.back_all(cursor, move, kept, named)
    body = {"merge": str(merge.id), "survivor": str(merge.survivor_id), "going": str(merge.going_id)}
    _tell(cursor, "person.unmerged", body, {merge.survivor_id: "parted", merge.going_id: "returned"}, actor_id, now)
    return went


def _tell(
    cursor: psycopg.Cursor[Any], verb: str, body: dict[str, str], kinds: dict[UUID, str], actor_id: UUID, now: datetime
) -> None:
    """The journal of both records, the state with the register, and the rooms above."""
    told = _json(body)
    journal.append(cursor, [journal.Entry(verb, person_id, now, actor_id, told) for person_id in kinds])
    note_changes(cursor, kinds, now=now)
    events.publish(cursor, PERSONS_CHANGED, [PersonChanged(person_id, kind) for person_id, kind in kinds.items()])


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
