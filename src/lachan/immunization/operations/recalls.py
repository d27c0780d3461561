"""Who is to be told of a recall, and what came of telling them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import psycopg

from lachan.immunization.batch import Batch, Item
from lachan.immunization.bodies.supply import ReachIn
from lachan.immunization.operations.messages import Claimed, check_before_sending
from lachan.immunization.queries.lots import reach_scope
from lachan.kernel import arrays, journal
from lachan.kernel.commands import Worked
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID

TEMPLATE: Final = "lot_recall"
LOOKED_AT_EVERY: Final = timedelta(minutes=10)  # doses given before a recall may be sent after it
MOST_RECALLS: Final = 20


def queue_recall(status_id: UUID, *, actor_id: UUID, now: datetime) -> int:
    """A message for everyone who had a dose of a recalled lot at its place; how many are new. One statement however
    many; asking again adds those whose doses came later. Nothing for what is no recall or no longer stands."""
    with hot_cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # a lot of millions: a minute, and nobody waits for it
        cursor.execute(load("immunization", "lot_status_by_id"), [status_id])
        row = cursor.fetchone()
        if row is None or row[4] != "recalled" or row[6] is not None:
            return 0
        _, lot_id, area_id, facility_id, _, _, _, number, product, _ = row
        params = json.dumps({"lot": number, "product": product}, ensure_ascii=False)
        asked = {
            "cause": status_id, "params": params, "now": now, "lot": lot_id,
            "facilities": facilities_of(area_id, facility_id),
        }  # fmt: skip
        cursor.execute(load("immunization", "queue_recall"), asked)
        count = cursor.rowcount
        cursor.execute(load("immunization", "recall_queued"), [now, status_id])
        if count:
            body = f'{{"lot":{lot_id},"messages":{count}}}'
            journal.append(cursor, [journal.Entry("messages.queued", status_id, now, actor_id, body)])
    return count


def queue_waiting_recalls(*, actor_id: UUID, now: datetime) -> int:
    """The same for every recall that was not looked at for a while; how many messages are new."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "recalls_to_queue"), [now - LOOKED_AT_EVERY, MOST_RECALLS])
        waiting = [row[0] for row in cursor.fetchall()]
    return sum(queue_recall(status_id, actor_id=actor_id, now=now) for status_id in waiting)


def facilities_of(area_id: int | None, facility_id: int | None) -> list[int] | None:
    """Facilities of a place, sorted; None for the nation, where doses without a facility count too."""
    if facility_id is not None:
        return [facility_id]
    return None if area_id in (None, COUNTRY_ID) else sorted(places.facilities_in(area_id or 0))


def reach_people(batch: Batch, items: list[Item]) -> list[Worked]:
    """Note what came of a call or visit. Someone once reached stays reached; two statements however many."""
    keys = sorted({(item.person.id, item.body.cause_id) for item in items})
    pairs = [[key[0] for key in keys], [key[1] for key in keys]]
    arrays.execute(batch.cursor, load("immunization", "messages_to_reach"), pairs)
    known = {(row[0], row[1]): row[2:] for row in batch.cursor.fetchall()}
    areas, facilities = reach_scope(batch.actor)
    rows: dict[tuple[UUID, UUID], tuple[Any, ...]] = {}
    done: list[Worked] = []
    for item in items:
        body: ReachIn = item.body
        key = (item.person.id, body.cause_id)
        found = known.get(key)
        if found is None:
            done.append(item.refuse("nothing_to_tell"))
            continue
        residence_id, facility_id, outcome = found
        mine = areas is None or residence_id in areas or facilities is None or facility_id in facilities
        if not mine:
            done.append(item.refuse("not_allowed", verb=item.command.verb))
            continue
        if outcome != "reached":
            rows[key] = (*key, body.outcome, body.how, item.command.happened_at)
            known[key] = (residence_id, facility_id, body.outcome)
            batch.record(
                "message.reached", item.person.id, item.command.happened_at,
                f'{{"cause":"{body.cause_id}","outcome":"{body.outcome}","how":"{body.how}"}}',
            )  # fmt: skip
        done.append(item.accept(body.cause_id))
    if rows:
        columns = [list(column) for column in zip(*(rows[key] for key in sorted(rows)), strict=True)]
        arrays.execute(batch.cursor, load("immunization", "reach_messages"), [batch.actor.id, *columns])
    return done


def _recall_still_true(cursor: psycopg.Cursor[Any], messages: Sequence[Claimed]) -> dict[tuple[UUID, UUID], str]:
    """Not sent: of a recall that was taken back, or to someone who has no dose of the lot any more."""
    arrays.execute(cursor, load("immunization", "still_had_recalled"), [sorted({m.cause_id for m in messages})])
    standing = {row[0]: row[1] for row in cursor.fetchall() if row[2] is None}
    arrays.execute(
        cursor, load("immunization", "doses_of_lots"),
        [sorted({m.person_id for m in messages}), sorted(set(standing.values()))],
    )  # fmt: skip
    having = set(cursor.fetchall())
    gone: dict[tuple[UUID, UUID], str] = {}
    for message in messages:
        lot_id = standing.get(message.cause_id)
        if lot_id is None:
            gone[message.person_id, message.cause_id] = "released"
        elif (message.person_id, lot_id) not in having:
            gone[message.person_id, message.cause_id] = "dose_gone"
    return gone


check_before_sending(TEMPLATE, _recall_still_true)
