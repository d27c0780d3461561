"""Where an actor's roles hold: facilities and areas, ready for SQL.

Two circles. *Facilities*: where one records and sees the day (a nurse: her station). *Areas*: whose residents one may
look up by name (a nurse: the district of her station, because people walk to the nearest one). ``None`` means the
whole nation. Both follow the change of maps: the district of 2021 includes the communes of 2025 that succeeded its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable
from typing import Final

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import allowed, may
from lachan.places import queries as places

NATION: Final = 1  # id of the country's area
MEMORY: Final = 60.0  # seconds; places change by deployment, not by the minute
MOST_REMEMBERED: Final = 50_000

Scope = frozenset[int] | None


class _Remembered:
    """Scopes kept for ``MEMORY`` seconds; emptied whole when full, which at this size is rarer than expiry."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[float, Scope]] = {}

    def get(self, key: Hashable, make: Callable[[], Scope]) -> Scope:
        now = time.monotonic()
        found = self._kept.get(key)
        if found is not None and now < found[0]:
            return found[1]
        value = make()
        if len(self._kept) >= MOST_REMEMBERED:
            self._kept.clear()
        self._kept[key] = (now + MEMORY, value)
        return value

    def clear(self) -> None:
        self._kept.clear()


_scopes = _Remembered()


def forget() -> None:
    """Drop what this process remembers (after loading reference data, and between tests)."""
    _scopes.clear()


def facility_ids(actor: Actor, verb: str | None = None) -> Scope:
    """Facilities at which the actor may do ``verb`` (any verb when None); None is every facility of the nation."""
    return _scope(actor, verb, "facilities", _facilities_of_grant)


def area_ids(actor: Actor, verb: str | None = None) -> Scope:
    """Areas, of every level and both maps, within which the actor may do ``verb``; None is the whole nation."""
    return _scope(actor, verb, "areas", _areas_of_grant)


def facility_array(actor: Actor, verb: str | None = None) -> list[int] | None:
    """As :func:`facility_ids`, sorted for ``(%(f)s::int[] IS NULL OR facility_id = ANY(%(f)s))``."""
    return _array(facility_ids(actor, verb))


def area_array(actor: Actor, verb: str | None = None) -> list[int] | None:
    """As :func:`area_ids`, sorted for ``(%(a)s::int[] IS NULL OR residence_id = ANY(%(a)s))``."""
    return _array(area_ids(actor, verb))


def facility_in_scope(actor: Actor, facility_id: int, verb: str | None = None) -> bool:
    scope = facility_ids(actor, verb)
    return scope is None or facility_id in scope


def area_in_scope(actor: Actor, area_id: int, verb: str | None = None) -> bool:
    scope = area_ids(actor, verb)
    return scope is None or area_id in scope


def may_at(actor: Actor, verb: str, facility_id: int | None) -> bool:
    """Whether the actor may do ``verb`` at this facility. None is a fact of no facility of ours (a dose given abroad):
    then the role alone decides."""
    return may(actor, verb) and (facility_id is None or facility_in_scope(actor, facility_id, verb))


def may_open_person(actor: Actor, *, residence_id: int | None, seen_at: Iterable[int]) -> bool:
    """Whether the actor may open a person's page without the person's document.

    Yes when the person lives within the actor's areas, or was received at one of the actor's facilities (``seen_at``:
    those of the person's encounters and doses). Whoever presents a document is served, see :func:`may_serve`.
    """
    if not may(actor, "person.read"):
        return False
    if residence_id is not None and area_in_scope(actor, residence_id, "person.read"):
        return True
    facilities = facility_ids(actor, "person.read")
    return facilities is None or not facilities.isdisjoint(seen_at)


def may_serve(actor: Actor) -> bool:
    """Whether the actor may open whoever presents an identifier or card, from anywhere in the country.

    Log it with :data:`lachan.access.operations.SERVED` as the purpose.
    """
    return may(actor, "person.serve")


def _array(scope: Scope) -> list[int] | None:
    return None if scope is None else sorted(scope)


def _scope(actor: Actor, verb: str | None, circle: str, of_grant: Callable[[GrantFact], Scope]) -> Scope:
    if verb is not None:
        allowed(verb)  # a misspelt verb raises even for the system
    if actor.kind == "system":
        return None
    return _scopes.get((circle, actor.grants, verb), lambda: _union(actor.grants, verb, of_grant))


def _union(grants: tuple[GrantFact, ...], verb: str | None, of_grant: Callable[[GrantFact], Scope]) -> Scope:
    found: frozenset[int] = frozenset()
    for grant in grants:
        if verb is not None and grant.role not in allowed(verb):
            continue
        part = of_grant(grant)
        if part is None:
            return None
        found = (
            found | part if found else part
        )  # with one grant the set is shared with everyone who holds the same place
    return found


def _areas_of_grant(grant: GrantFact) -> Scope:
    if grant.area_id == NATION:
        return None
    if grant.area_id is not None:
        return places.areas_under(grant.area_id)
    facility = places.facility(grant.facility_id or 0)
    if facility is None:  # closed and gone from the reference data: the grant covers nothing
        return frozenset()
    # the communes that follow July 2025 belong to no district
    return places.areas_under(facility.district_id or facility.area_id)


def _facilities_of_grant(grant: GrantFact) -> Scope:
    if grant.facility_id is not None:
        return frozenset({grant.facility_id})
    if grant.area_id == NATION:
        return None
    return places.facilities_in(grant.area_id or 0)
