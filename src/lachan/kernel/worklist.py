"""The list someone works through: commands that were refused or held, until each has been dealt with.

The kernel knows no roles: whoever asks says of which facilities and areas. An item belongs to the facility it concerns;
one without a facility belongs to the area (the commune of the person).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from lachan.kernel import journal
from lachan.kernel.commands import Command
from lachan.kernel.database import hot_cursor
from lachan.kernel.outcomes import ACCEPTED, REFUSED, Outcome
from lachan.kernel.sealing import sealer
from lachan.kernel.statements import load

MOST: Final = 200  # items a page, and items resolved at once
CONTENT_CONTEXT: Final = "kernel_worklistitem.content"
NOBODY: Final = UUID(int=(1 << 128) - 1)

# What may come of an item. ``attempt``: a second try that failed as well; the first item stays on the list for both.
RESOLUTIONS: Final = frozenset({"resent", "dismissed", "two_people", "same_person", "attempt"})


class Item(NamedTuple):
    """A refused or held command. ``params`` fill the sentence of ``reason``."""

    id: UUID
    command_id: UUID
    kind: str
    verb: str
    reason: str
    params: dict[str, Any]
    actor_id: UUID
    facility_id: int | None
    area_id: int | None
    person_id: UUID | None
    happened_at: datetime
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: UUID | None
    resolution: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Count:
    """Open items of one kind and reason."""

    kind: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose items: facility ids, and areas for items without a facility; None is the whole nation."""

    facilities: Sequence[int] | None
    areas: Sequence[int] | None

    def parameters(self) -> dict[str, Any]:
        return {
            "facilities": None if self.facilities is None else list(self.facilities),
            "areas": None if self.areas is None else list(self.areas),
        }


@dataclass(frozen=True, slots=True)
class Filter:
    """Narrowed to a kind, a reason, a person, or a time of entry (``since`` included, ``until`` not)."""

    kind: str = ""
    reason: str = ""
    person_id: UUID | None = None
    since: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    until: datetime = datetime(9000, 1, 1, tzinfo=UTC)


class Resolution(NamedTuple):
    """What was done about an item. ``by_command``: the command sent in its place."""

    item_id: UUID
    resolution: str
    note: str = ""
    by_command: UUID | None = None


Before = tuple[datetime, UUID]


def open_items(
    owners: Owners, wanted: Filter = Filter(), *, before: Before | None = None, limit: int = 50
) -> list[Item]:
    """Open items, newest first; ``before``: (created_at, id) of the last one of the page before. One query."""
    return _page("worklist_open", owners, wanted, before, limit)


def resolved_items(
    owners: Owners, wanted: Filter = Filter(), *, before: Before | None = None, limit: int = 50
) -> list[Item]:
    """Items dealt with, latest first; ``before``: (resolved_at, id). One query."""
    return _page("worklist_resolved", owners, wanted, before, limit)


def counts(owners: Owners) -> list[Count]:
    """Open items by kind and reason, the most frequent first. One query."""
    with hot_cursor() as cursor:
        cursor.execute(load("kernel", "worklist_counts"), owners.parameters())
        return [Count(*row) for row in cursor.fetchall()]


def items(ids: Sequence[UUID], owners: Owners) -> dict[UUID, tuple[Item, Command]]:
    """Items with the commands as they were sent, unsealed; those of other owners are left out. One query."""
    with hot_cursor() as cursor:
        cursor.execute(load("kernel", "worklist_items"), {"ids": list(ids)[:MOST], **owners.parameters()})
        return {row[0]: (_item(row[:16]), _opened(row[16])) for row in cursor.fetchall()}


def left_by(command_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Command id -> open item it left on the list. One query."""
    with hot_cursor() as cursor:
        cursor.execute(load("kernel", "worklist_of_commands"), [list(command_ids)])
        return {command_id: item_id for item_id, command_id in cursor.fetchall()}


def resolve(resolutions: Sequence[Resolution], *, actor_id: UUID, now: datetime) -> list[Outcome]:
    """Deal with items, each once; one outcome each, in order. Three statements however many.

    Refused, with the reason: ``item_unknown`` for an id that is none or was dealt with before, ``note_missing`` where
    someone must say why (everything but sending again). The caller has checked that the items are the actor's.
    """
    if len(resolutions) > MOST:
        raise ValueError(f"{len(resolutions)} items at once; the limit is {MOST}")
    for wish in resolutions:
        if wish.resolution not in RESOLUTIONS:
            raise ValueError(f"no resolution {wish.resolution!r}")
    wishes = {wish.item_id: wish for wish in resolutions if wish.by_command or len(wish.note.strip()) >= 3}
    done: dict[UUID, tuple[Any, ...]] = {}
    if wishes:
        order = sorted(wishes)  # one order everywhere: no deadlock between two people clearing one list
        columns = [[wishes[i].resolution for i in order], [wishes[i].note.strip()[:2_000] for i in order]]
        with hot_cursor() as cursor:
            cursor.execute(load("kernel", "resolve_worklist"), [now, actor_id, order, *columns])
            done = {row[0]: row[1:] for row in cursor.fetchall()}
            journal.append(cursor, [_entry(wishes[i], done[i], actor_id, now) for i in order if i in done])
    return [_outcome(wish, wishes, done) for wish in resolutions]


def _outcome(wish: Resolution, wishes: dict[UUID, Resolution], done: dict[UUID, tuple[Any, ...]]) -> Outcome:
    if wish.item_id not in wishes:
        return Outcome(REFUSED, "note_missing", wish.item_id)
    return (
        Outcome(ACCEPTED, None, wish.item_id)
        if wish.item_id in done
        else Outcome(REFUSED, "item_unknown", wish.item_id)
    )


def _entry(wish: Resolution, item: tuple[Any, ...], actor_id: UUID, now: datetime) -> journal.Entry:
    """The journal names commands and the resolution; the note is in the item, it may name somebody."""
    command_id, verb, reason = item
    body = {"command": command_id, "verb": verb, "reason": reason, "resolution": wish.resolution}
    if wish.by_command:
        body["by_command"] = wish.by_command
    return journal.Entry("worklist.resolved", wish.item_id, now, actor_id, msgspec.json.encode(body).decode())


def _page(statement: str, owners: Owners, wanted: Filter, before: Before | None, limit: int) -> list[Item]:
    at, item_id = before or (datetime(9000, 1, 1, tzinfo=UTC), NOBODY)
    parameters = {
        **owners.parameters(), "kind": wanted.kind, "reason": wanted.reason, "person_id": wanted.person_id,
        "since": wanted.since, "until": wanted.until, "before": at, "before_id": item_id, "most": min(limit, MOST),
    }  # fmt: skip
    with hot_cursor() as cursor:
        cursor.execute(load("kernel", statement), parameters)
        return [_item(row) for row in cursor.fetchall()]


def _item(row: Sequence[Any]) -> Item:
    params = row[5]
    return Item._make((*row[:5], msgspec.json.decode(params) if isinstance(params, str) else params, *row[6:]))


def _opened(sealed: bytes) -> Command:
    return msgspec.json.decode(sealer().open(sealed, CONTENT_CONTEXT), type=Command)
