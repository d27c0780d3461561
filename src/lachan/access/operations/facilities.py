"""Facilities opened, renamed and closed by an administrator, within the own area."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.operations._common import bounded
from lachan.access.rules import may
from lachan.kernel.outcomes import REFUSED, Outcome
from lachan.places.operations_facilities import Change, NewFacility, change_facilities, open_facilities


def open_up(items: Sequence[NewFacility], *, actor: Actor, now: datetime) -> list[Outcome]:
    """Open facilities. Refusals: not_allowed, out_of_scope, and those of ``places``."""
    return _allowed_only(
        items,
        lambda item: scopes.area_in_scope(actor, item.area_id, "facility.manage"),
        lambda left: open_facilities(left, actor_id=actor.id, now=now),
        actor,
    )


def change(items: Sequence[Change], *, actor: Actor, now: datetime) -> list[Outcome]:
    """Rename, close, reopen. Refusals: not_allowed, out_of_scope, and those of ``places``."""
    return _allowed_only(
        items,
        lambda item: scopes.facility_in_scope(actor, item.facility_id, "facility.manage"),
        lambda left: change_facilities(left, actor_id=actor.id, now=now),
        actor,
    )


def _allowed_only(
    items: Sequence[Any],
    within: Callable[[Any], bool],
    carry_out: Callable[[list[Any]], list[Outcome]],
    actor: Actor,
) -> list[Outcome]:
    """What lies in the actor's area is carried out; every item keeps its place in the answer."""
    bounded(items)
    if not may(actor, "facility.manage"):
        return [Outcome(REFUSED, "not_allowed") for _ in items]
    inside = [within(item) for item in items]
    done = iter(carry_out([item for item, good in zip(items, inside, strict=True) if good]))
    scopes.forget()  # which facilities an area holds is remembered for a minute
    return [next(done) if good else Outcome(REFUSED, "out_of_scope") for good in inside]
