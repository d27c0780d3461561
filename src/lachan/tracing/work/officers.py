"""What officers decide: let somebody go, whose task it is, how many calls a day; and contacts that were named."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from lachan.access import scopes
from lachan.access.queries import holdings
from lachan.access.rules import Role
from lachan.immunization.batch import Batch, Item
from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.commands import Worked
from lachan.kernel.ids import new_id
from lachan.kernel.sealing import seal
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.tracing.lists.requests import ask_again
from lachan.tracing.work.facts import RELEASED, WatchChange
from lachan.tracing.work.planning import follow_watches
from lachan.tracing.work.watchbook import WatchBook, WatchRow, elsewhere

NOTE: Final = "tracing_named.sealed_note"
CALLING: Final = frozenset({Role.TRACER, Role.COMMUNE_OFFICER})


def release(batch: Batch, items: list[Item]) -> list[Worked]:
    """Let people go before the last day of their watch: their tasks fall away, the officer's reason stays."""
    book = WatchBook(batch, items)
    gone: list[tuple[WatchRow, str]] = []

    def step(item: Item, watch: WatchRow) -> Worked:
        gone.append((watch, item.body.reason))
        book.close(watch)
        said = msgspec.json.encode({"watch": watch.id, "disease": watch.disease}).decode()
        batch.record("contact.released", watch.person_id, item.command.happened_at, said)
        return item.accept(watch.id)

    done = book.each(items, step)
    if gone:
        rows = [(watch.person_id, watch.id, f"officer: {reason}") for watch, reason in gone]
        arrays.execute(batch.cursor, load("tracing", "release_watches"), [batch.now, *columns(rows)])
        follow_watches(batch.cursor, [_change(watch, RELEASED) for watch, _ in gone], now=batch.now)
    return done


def _change(watch: WatchRow, what: str) -> WatchChange:
    return WatchChange(
        watch.person_id, watch.id, watch.disease, what, watch.area_id, watch.level, watch.since, watch.until,
        watch.test_days, watch.quarantine, watch.score,
    )  # fmt: skip


def assign(batch: Batch, items: list[Item]) -> list[Worked]:
    """Whose tasks these are; nobody's in particular again with no user."""
    book = WatchBook(batch, items)
    wanted = {item.body.to_user_id for item in items if item.body.to_user_id is not None}
    held = {user: {grant.role for grant in grants} for user, grants in holdings(wanted).items()}
    rows: dict[UUID, tuple[Any, ...]] = {}

    def step(item: Item, watch: WatchRow) -> Worked:
        user = item.body.to_user_id
        if user is not None and not held.get(user, set()) & CALLING:
            return item.refuse("not_a_tracer", field="to_user_id")
        rows[watch.id] = (watch.person_id, watch.id, user)
        said = msgspec.json.encode({"watch": watch.id, "to": user}).decode()
        batch.record("contact.assigned", watch.person_id, item.command.happened_at, said)
        return item.accept(watch.id)

    done = book.each(items, step)
    if rows:
        arrays.execute(batch.cursor, load("tracing", "assign_tasks"), columns(list(rows.values())))
    return done


def set_capacity(batch: Batch, items: list[Item]) -> list[Worked]:
    """How many calls a day a place makes; the latest of a slice counts."""
    rows: dict[int, tuple[int, int]] = {}
    done = []
    for item in items:
        area = item.body.area_id
        if places.area(area) is None:
            done.append(item.refuse("area_unknown_here", field="area_id"))
        elif not scopes.area_in_scope(batch.actor, area, item.command.verb):
            done.append(item.refuse("another_place_answers", place=places.address(area)))
        else:
            rows[area] = (area, item.body.calls_a_day)
            said = msgspec.json.encode({"area": area, "calls_a_day": item.body.calls_a_day}).decode()
            batch.record("contact.capacity_set", item.command.id, item.command.happened_at, said)
            done.append(item.accept(item.command.id))
    if rows:
        arrays.execute(
            batch.cursor, load("tracing", "set_capacity"), [batch.now, batch.actor.id, *columns(list(rows.values()))]
        )
    return done


def add_contacts(batch: Batch, items: list[Item]) -> list[Worked]:
    """Contacts that a case named: kept as evidence, and the lists of the case are worked out again."""
    cases = _cases(batch, items)
    rows: list[tuple[Any, ...]] = []
    again: set[tuple[UUID, UUID, str]] = set()
    done = []
    for item in items:
        body, case_person = item.body, item.other.person if item.other is not None else None
        if case_person is None or case_person.id == item.person.id:
            done.append(item.refuse("person_unknown", field="other"))
            continue
        # first whose business it is: who is ill is not told to whoever answers for neither
        homes = {area for area in (case_person.residence_id, item.person.residence_id) if area is not None}
        if not any(scopes.area_in_scope(batch.actor, area, item.command.verb) for area in homes):
            done.append(elsewhere(item, case_person.residence_id or 1))
            continue
        mine = [found for found in cases[case_person.id] if found.disease == body.disease]
        if not mine:
            done.append(item.refuse("no_list_of_case", field="other"))
            continue
        record = new_id()
        rows.append(
            (
                item.person.id, record, case_person.id, body.disease, body.relation, body.first_at,
                max(body.first_at, body.last_at), body.minutes,
                seal(body.note, NOTE) if body.note else None, item.command.happened_at,
            )
        )  # fmt: skip
        again |= {(found.case_id, case_person.id, found.disease) for found in mine}
        said = msgspec.json.encode({"relation": body.relation, "disease": body.disease}).decode()
        batch.record("contact.named", item.person.id, item.command.happened_at, said)
        done.append(item.accept(record))
    if rows:
        statement = load("tracing", "insert_named")
        arrays.execute(batch.cursor, statement, [batch.actor.id, batch.now, *columns(rows)])
        ask_again(batch.cursor, sorted(again), "named", batch.now)
    return done


class _Case(NamedTuple):
    case_id: UUID
    disease: str


def _cases(batch: Batch, items: list[Item]) -> dict[UUID, list[_Case]]:
    """Cases of the people who are said to have been near, by person."""
    ids = sorted({item.other.person.id for item in items if item.other is not None and item.other.person is not None})
    found: dict[UUID, list[_Case]] = defaultdict(list)
    if ids:
        arrays.execute(batch.cursor, load("tracing", "lists_of_people"), [ids])
        for person_id, case_id, disease in batch.cursor.fetchall():
            found[person_id].append(_Case(case_id, disease))
    return found
