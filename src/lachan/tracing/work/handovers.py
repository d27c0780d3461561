"""One record, responsibility moves: a place offers somebody to another, which accepts, or returns them with a reason.

Until it accepts, the first place answers for the person, so that nobody is on two lists or on none.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from lachan.access import scopes
from lachan.immunization.batch import Batch, Item
from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.commands import Worked
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.tracing.work.watchbook import WatchBook, WatchRow, elsewhere


class HandoverRow(NamedTuple):
    """An offer as it stands. ``state``: offered, accepted, returned, withdrawn (the watch was over before)."""

    person_id: UUID
    id: UUID
    watch_id: UUID
    from_area_id: int
    to_area_id: int
    state: str
    reason: str
    offered_at: datetime
    offered_by: UUID
    answer: str
    answered_at: datetime | None
    answered_by: UUID | None


def handovers_of(cursor: Any, ids: list[UUID]) -> list[HandoverRow]:
    """Offers of these people, the latest first. One statement."""
    arrays.execute(cursor, load("tracing", "handovers_of"), [ids])
    return [HandoverRow(*row) for row in cursor.fetchall()]


def offer(batch: Batch, items: list[Item]) -> list[Worked]:
    """Offer people to other places."""
    book = WatchBook(batch, items)
    ids = sorted({item.person.id for item in items})
    standing = {row.watch_id for row in handovers_of(batch.cursor, ids) if row.state == "offered"}
    rows: list[tuple[Any, ...]] = []

    def step(item: Item, watch: WatchRow) -> Worked:
        to = item.body.to_area_id
        if places.area(to) is None:
            return item.refuse("area_unknown_here", field="to_area_id")
        if to == watch.area_id:
            return item.refuse("handover_to_itself", field="to_area_id", place=places.address(to))
        if watch.id in standing:
            return item.refuse("handover_offered")
        standing.add(watch.id)
        record = new_id()
        rows.append((watch.person_id, record, watch.id, watch.area_id, to, item.body.reason))
        _record(batch, item, "contact.offered", watch.id, {"handover": record, "from": watch.area_id, "to": to})
        return item.accept(record)

    done = book.each(items, step)
    if rows:
        statement = load("tracing", "offer_handovers")
        arrays.execute(batch.cursor, statement, [batch.now, batch.actor.id, *columns(rows)])
    return done


def accept(batch: Batch, items: list[Item]) -> list[Worked]:
    """Responsibility moves: the watch, its open tasks and whatever is written about it from now on."""
    done, taken = _answered(batch, items, "accepted")
    if taken:
        moves = columns([(found.person_id, found.watch_id, found.to_area_id) for found in taken])
        arrays.execute(batch.cursor, load("tracing", "move_watches"), [batch.now, *moves])
        arrays.execute(batch.cursor, load("tracing", "tasks_change_hands"), moves)
    return done


def give_back(batch: Batch, items: list[Item]) -> list[Worked]:
    """Not taken, with the reason: nothing has moved, the place that offered reads why."""
    return _answered(batch, items, "returned")[0]


def _answered(batch: Batch, items: list[Item], state: str) -> tuple[list[Worked], list[HandoverRow]]:
    """What came of each item, and the offers that were answered, written with the reason where one is given."""
    ids = sorted({item.person.id for item in items})
    known = {row.id: row for row in handovers_of(batch.cursor, ids)}
    done: list[Worked] = []
    answered: list[HandoverRow] = []
    for item in items:
        found = _standing(batch, item, known)
        if isinstance(found, Worked):
            done.append(found)
            continue
        known[found.id] = found._replace(state=state, answer=getattr(item.body, "reason", ""))
        answered.append(known[found.id])
        said = {"handover": found.id, "from": found.from_area_id, "to": found.to_area_id}
        _record(batch, item, f"contact.{state}", found.watch_id, said)
        done.append(item.accept(found.id))
    if answered:
        rows = columns([(found.person_id, found.id, found.state, found.answer) for found in answered])
        arrays.execute(batch.cursor, load("tracing", "answer_handovers"), [batch.now, batch.actor.id, *rows])
    return done, answered


def _standing(batch: Batch, item: Item, known: dict[UUID, HandoverRow]) -> HandoverRow | Worked:
    """The offer the item answers, or why it cannot be answered."""
    found = known.get(item.body.handover_id)
    if found is None or found.person_id != item.person.id:
        return item.refuse("handover_unknown", field="handover_id")
    if not scopes.area_in_scope(batch.actor, found.to_area_id, item.command.verb):
        return elsewhere(item, found.to_area_id)
    if found.state != "offered":
        return item.refuse("handover_answered")
    return found


def _record(batch: Batch, item: Item, verb: str, watch_id: UUID, said: dict[str, Any]) -> None:
    body = msgspec.json.encode({"watch": watch_id, **said}).decode()
    batch.record(verb, item.person.id, item.command.happened_at, body)
