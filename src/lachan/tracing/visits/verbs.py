"""Verbs of venues and visits: venues first, so that a slice may register one and record who was there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from lachan.access import scopes
from lachan.immunization.batch import Batch, Item
from lachan.immunization.verbs.base import Verb
from lachan.kernel.commands import Worked
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, Outcome
from lachan.places.venues import venue_by_code
from lachan.places.venues.operations import NewVenue, VenueChange, change_venues, register_venues
from lachan.tracing.visits import bodies, operations
from lachan.tracing.visits.facts import STAFF, STAY, VisitIn
from lachan.tracing.visits.operations import Sender


def _register(batch: Batch, items: list[Item]) -> list[Worked]:
    done: list[Worked | None] = [None] * len(items)
    new: dict[int, NewVenue] = {}
    for index, item in enumerate(items):
        body: bodies.VenueRegisterIn = item.body
        if not scopes.area_in_scope(batch.actor, body.area, "venue.register"):
            done[index] = item.refuse("venue_not_yours")
            continue
        parent = venue_by_code(body.parent) if body.parent is not None else None
        # a room hangs beside its venue's poster and is served by its venue's devices
        if parent is not None and not scopes.area_in_scope(batch.actor, parent.area_id, "venue.register"):
            done[index] = item.refuse("venue_not_yours")
            continue
        new[index] = NewVenue(
            body.name, body.kind, body.area, item.command.id, body.address,
            parent.id if parent is not None else 0 if body.parent is not None else None,
            body.closed, body.capacity, body.stay_minutes, body.lat, body.lon, body.phone, body.rotate_minutes,
        )  # fmt: skip
    outcomes = register_venues(batch.cursor, list(new.values()), actor_id=batch.actor.id, now=batch.now)
    for index, outcome in zip(new, outcomes, strict=True):
        done[index] = _worked(items[index], outcome)
    return done  # type: ignore[return-value]


def _change_of(item: Item, venue_id: int) -> VenueChange:
    body: bodies.VenueChangeIn = item.body
    return VenueChange(
        venue_id, body.name, body.kind, body.address, body.closed, body.capacity, body.stay_minutes, body.lat,
        body.lon, body.phone, body.rotate_minutes, body.new_code,
    )  # fmt: skip


def _closing_of(item: Item, venue_id: int) -> VenueChange:
    return VenueChange(venue_id, active=bool(item.body.reopen))


def _changed(verb: str, change_of: Callable[[Item, int], VenueChange]) -> Callable[[Batch, list[Item]], list[Worked]]:
    def handler(batch: Batch, items: list[Item]) -> list[Worked]:
        done: list[Worked | None] = [None] * len(items)
        changes: dict[int, VenueChange] = {}
        for index, item in enumerate(items):
            venue = venue_by_code(item.body.venue)
            if venue is None:
                done[index] = item.refuse("venue_unknown")
            elif not scopes.area_in_scope(batch.actor, venue.area_id, verb):
                done[index] = item.refuse("venue_not_yours")
            else:
                changes[index] = change_of(item, venue.id)
        outcomes = change_venues(batch.cursor, list(changes.values()), actor_id=batch.actor.id, now=batch.now)
        for index, outcome in zip(changes, outcomes, strict=True):
            done[index] = _worked(items[index], outcome)
        return done  # type: ignore[return-value]

    return handler


def _record(batch: Batch, items: list[Item]) -> list[Worked]:
    done: list[Worked | None] = [None] * len(items)
    visits: dict[int, VisitIn] = {}
    for index, item in enumerate(items):
        body: bodies.VisitRecordIn = item.body
        venue = venue_by_code(body.venue)
        if venue is None:
            done[index] = item.refuse("venue_unknown")
            continue
        if not scopes.area_in_scope(batch.actor, venue.area_id, item.command.verb):
            done[index] = item.refuse("venue_not_yours")
            continue
        if (body.what == STAY) != (body.until is not None):
            done[index] = item.refuse("malformed", problem="`until` goes with a stay, and a stay with `until`")
            continue
        until = int(body.until.timestamp()) if body.until is not None else None
        at = int(item.command.happened_at.timestamp())
        visits[index] = VisitIn(venue.id, at, body.what, item.person.id, None, STAFF, until)
    sender = Sender(batch.actor.id, batch.actor.label, None)
    outcomes: Sequence[Outcome] = ()
    if visits:
        outcomes = operations.record_in(batch.cursor, list(visits.values()), actor=sender, now=batch.now)
    for index, outcome in zip(visits, outcomes, strict=True):
        done[index] = _worked(items[index], outcome)
    return done  # type: ignore[return-value]


def _worked(item: Item, outcome: Outcome) -> Worked:
    if outcome.status is ACCEPTED:
        return item.accept(outcome.id or item.command.id, **(outcome.params or {}))
    if outcome.status is DUPLICATE:
        return Worked(outcome, item.owner)
    return item.refuse(outcome.reason or "", **(outcome.params or {}))


VERBS: Final[dict[str, Verb]] = {
    "venue.register": Verb(4, bodies.VenueRegisterIn, _register, False),
    "venue.change": Verb(5, bodies.VenueChangeIn, _changed("venue.change", _change_of), False),
    "venue.close": Verb(6, bodies.VenueCloseIn, _changed("venue.close", _closing_of), False),
    "visit.record": Verb(150, bodies.VisitRecordIn, _record, False),
}
