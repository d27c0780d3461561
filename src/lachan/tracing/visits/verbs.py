"""Verbs of venues and visits: venues first, so that a slice may register one and record who was there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from lachan.access import scopes
from lachan.immunization.batch import Batch, Item
from lachan.immunization.verbs.base import Verb
from lachan.kernel.commands import Worked
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, Outcome
from lachan.places.venues import venues_by_code
from lachan.places.venues.operations import NewVenue, VenueChange, change_venues, register_venues
from lachan.tracing.visits import bodies, operations
from lachan.tracing.visits.charge import in_charge, registering
from lachan.tracing.visits.facts import STAFF, STAY, VisitIn
from lachan.tracing.visits.operations import Sender


def _register(batch: Batch, items: list[Item]) -> list[Worked]:
    parents = venues_by_code({item.body.parent for item in items if item.body.parent is not None})
    refused: dict[int, Worked] = {}
    new = []
    for index, item in enumerate(items):
        body: bodies.VenueRegisterIn = item.body
        parent = parents.get(body.parent) if body.parent is not None else None
        # a room hangs beside its venue's poster and is served by its venue's devices
        if not scopes.area_in_scope(batch.actor, body.area, "venue.register") or (
            parent is not None and not in_charge(batch.actor, parent, "venue.register")
        ):
            refused[index] = item.refuse("venue_not_yours")
            continue
        facility = parent.facility_id if parent is not None else registering(batch.actor, body.area)
        new.append(NewVenue(
            body.name, body.kind, body.area, item.command.id, body.address,
            parent.id if parent is not None else 0 if body.parent is not None else None,
            body.closed, body.capacity, body.stay_minutes, body.lat, body.lon, body.phone, body.rotate_minutes,
            facility,
        ))  # fmt: skip
    return _told(items, refused, register_venues(batch.cursor, new, actor_id=batch.actor.id, now=batch.now))


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
        known = venues_by_code({item.body.venue for item in items})
        refused: dict[int, Worked] = {}
        changes = []
        for index, item in enumerate(items):
            venue = known.get(item.body.venue)
            if venue is None:
                refused[index] = item.refuse("venue_unknown")
            elif not in_charge(batch.actor, venue, verb):
                refused[index] = item.refuse("venue_not_yours")
            else:
                changes.append(change_of(item, venue.id))
        return _told(items, refused, change_venues(batch.cursor, changes, actor_id=batch.actor.id, now=batch.now))

    return handler


def _record(batch: Batch, items: list[Item]) -> list[Worked]:
    known = venues_by_code({item.body.venue for item in items})
    refused: dict[int, Worked] = {}
    visits = []
    for index, item in enumerate(items):
        body: bodies.VisitRecordIn = item.body
        venue = known.get(body.venue)
        if venue is None:
            refused[index] = item.refuse("venue_unknown")
        elif not scopes.area_in_scope(batch.actor, venue.area_id, item.command.verb):
            refused[index] = item.refuse("venue_not_yours")
        elif (body.what == STAY) != (body.until is not None):
            refused[index] = item.refuse("malformed", problem="`until` goes with a stay, and a stay with `until`")
        else:
            until = int(body.until.timestamp()) if body.until is not None else None
            at = int(item.command.happened_at.timestamp())
            visits.append(VisitIn(venue.id, at, body.what, item.person.id, None, STAFF, until))
    sender = Sender(batch.actor.id, batch.actor.label, None)
    outcomes = operations.record_in(batch.cursor, visits, actor=sender, now=batch.now) if visits else []
    return _told(items, refused, outcomes)


def _told(items: list[Item], refused: Mapping[int, Worked], outcomes: Iterable[Outcome]) -> list[Worked]:
    """``outcomes``: of those not refused here, in order."""
    others = iter(outcomes)
    return [refused[index] if index in refused else _worked(item, next(others)) for index, item in enumerate(items)]


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
