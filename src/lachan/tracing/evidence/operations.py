"""Groups of people, as interviews and lists tell them; lists of cases among them are worked out again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from lachan.access import scopes
from lachan.immunization.batch import Batch, Item
from lachan.kernel import arrays
from lachan.kernel.commands import Worked
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load
from lachan.places.queries import area_at
from lachan.places.rules import COMMUNE
from lachan.tracing.evidence.bodies import GroupIn
from lachan.tracing.lists.requests import ask_again

EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)  # since when, of a household nobody said
LONGEST_TRIP: Final = timedelta(days=7)


class GroupRow(NamedTuple):
    """A group; the times of a trip only."""

    id: UUID
    kind: str
    label: str
    area_id: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    source: str
    made_by: UUID


def record_groups(batch: Batch, items: list[Item]) -> list[Worked]:
    """New groups. The same again changes nothing."""
    rows, done = [], []
    for item in items:
        body = item.body
        area = area_at(body.area, COMMUNE, batch.today) if body.area else None
        fault = _group_fault(body)
        if body.area and area is None:
            done.append(item.refuse("group_area_unknown", field="area", area=body.area))
        elif fault is not None:
            done.append(item.refuse(fault, field="ends_at"))
        else:
            area_id = area.id if area else _own_area(batch)
            rows.append((body.group_id, body.kind, body.label, area_id, body.starts_at, body.ends_at, body.source))
            batch.record("group.recorded", body.group_id, item.command.happened_at, f'{{"kind": "{body.kind}"}}')
            done.append(item.accept(body.group_id))
    if rows:
        arrays.execute(
            batch.cursor, load("tracing", "insert_groups"), [batch.now, batch.actor.id, *arrays.columns(rows)]
        )
    return done


def join_groups(batch: Batch, items: list[Item]) -> list[Worked]:
    """People into groups; the times of a trip are those of its group unless said otherwise."""
    known = groups(batch, {item.body.group_id for item in items})
    rows: list[tuple[Any, ...]] = []
    done = []
    for item in items:
        body, group = item.body, known.get(item.body.group_id)
        if group is None:
            done.append(item.refuse("group_unknown", field="group_id"))
            continue
        if not _theirs(batch, "group.join", group):
            done.append(item.refuse("group_of_others", field="group_id"))
            continue
        since = body.from_at or group.starts_at or EVER
        until = body.to_at or group.ends_at
        if until is not None and until <= since:
            done.append(item.refuse("group_times_reversed", field="to_at"))
            continue
        record = new_id()
        rows.append((item.person.id, record, group.id, since, until, body.row, body.seat))
        batch.record("group.joined", item.person.id, item.command.happened_at, f'{{"kind": "{group.kind}"}}')
        done.append(item.accept(record))
    if rows:
        columns = arrays.columns(list({(row[0], row[2], row[3]): row for row in rows}.values()))
        arrays.execute(batch.cursor, load("tracing", "insert_memberships"), [batch.now, batch.actor.id, *columns])
        _ask(batch, {row[2] for row in rows})
    return done


def part_groups(batch: Batch, items: list[Item]) -> list[Worked]:
    """Take people out of groups they were put into by mistake."""
    known = groups(batch, {item.body.group_id for item in items})
    mine = {group_id for group_id, group in known.items() if _theirs(batch, "group.part", group)}
    pairs = sorted({(item.person.id, item.body.group_id) for item in items if item.body.group_id in mine})
    gone = _withdraw(batch, pairs) if pairs else set()
    done = []
    for item in items:
        if (item.person.id, item.body.group_id) in gone:
            batch.record("group.parted", item.person.id, item.command.happened_at, "{}")
            done.append(item.accept(item.body.group_id))
        else:
            others = item.body.group_id in known and item.body.group_id not in mine
            done.append(item.refuse("group_of_others" if others else "not_in_group", field="group_id"))
    return done


def _withdraw(batch: Batch, pairs: list[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Take (person, group) pairs out; those that were in."""
    _ask(batch, {group_id for _, group_id in pairs})  # while they still belong: their lists change
    people = sorted({person for person, _ in pairs})
    arrays.execute(batch.cursor, load("tracing", "withdraw_memberships"), [batch.now, *arrays.columns(pairs), people])
    return set(batch.cursor.fetchall())


def _theirs(batch: Batch, verb: str, group: GroupRow) -> bool:
    """Whether the actor may say who belongs: whoever recorded the group, and those of its commune."""
    if group.made_by == batch.actor.id or batch.actor.kind == "system":
        return True
    return group.area_id is not None and scopes.area_in_scope(batch.actor, group.area_id, verb)


def _own_area(batch: Batch) -> int | None:
    """The commune of a sender who has one and no more: where a group is that names none."""
    held = {grant.area_id for grant in batch.actor.grants if grant.area_id is not None}
    return held.pop() if len(held) == 1 else None


def groups(batch: Batch, ids: Collection[UUID]) -> dict[UUID, GroupRow]:
    """These groups. One query."""
    arrays.execute(batch.cursor, load("tracing", "groups"), [sorted(ids)])
    return {row[0]: GroupRow(*row) for row in batch.cursor.fetchall()}


def _group_fault(body: GroupIn) -> str | None:
    if body.kind != "vehicle":
        return "group_has_no_trip" if body.starts_at is not None or body.ends_at is not None else None
    if body.starts_at is None or body.ends_at is None:
        return "group_trip_missing"
    if body.ends_at <= body.starts_at:
        return "group_times_reversed"
    return "group_trip_too_long" if body.ends_at - body.starts_at > LONGEST_TRIP else None


def _ask(batch: Batch, group_ids: Collection[UUID]) -> None:
    """The lists of cases among the members are worked out again."""
    arrays.execute(batch.cursor, load("tracing", "cases_in_groups"), [sorted(group_ids)])
    ask_again(batch.cursor, batch.cursor.fetchall(), "named", batch.now)
