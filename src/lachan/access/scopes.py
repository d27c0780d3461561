"""Where an actor's roles hold: facilities and areas, ready for SQL.

Two circles. *Facilities*: where one records and sees the day (a nurse: her station). *Areas*: whose residents one may
look up by name (a nurse: the district of her station, because people walk to the nearest one). ``None`` means the
whole nation. Both follow the change of maps: the district of 2021 includes the communes of 2025 that succeeded its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable
from typing import Final, Generic, TypeVar

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import allowed, may
from lachan.places import queries as places

NATION: Final = 1  # id of the country's area
MEMORY: Final = 60.0  # seconds; facilities and maps change by deployment or at midnight, not by the minute
MOST_REMEMBERED: Final = 50_000

Scope = frozenset[int] | None
_Value = TypeVar("_Value")


class _Remembered(Generic[_Value]):
    """Answers kept for ``MEMORY`` seconds; emptied whole when full, which at this size is rarer than expiry."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[float, _Value]] = {}

    def get(self, key: Hashable, make: Callable[[], _Value]) -> _Value:
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


_areas: _Remembered[frozenset[int]] = _Remembered()
_facilities: _Remembered[frozenset[int]] = _Remembered()
_scopes: _Remembered[Scope] = _Remembered()


def forget() -> None:
    """Drop what this process remembers (after loading reference data, and between tests)."""
    _areas.clear()
    _facilities.clear()
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

    Yes when the person lives within the actor's areas, or was received (``seen_at``: facilities of encounters and doses)
    at one of the actor's facilities. Whoever presents a document is served everywhere, see :func:`may_serve`.
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
    found: set[int] = set()
    for grant in grants:
        if verb is not None and grant.role not in allowed(verb):
            continue
        part = of_grant(grant)
        if part is None:
            return None
        found |= part
    return frozenset(found)


def _areas_under(area_id: int) -> frozenset[int]:
    return _areas.get(area_id, lambda: places.areas_under(area_id, follow=True) | {area_id})


def _areas_of_grant(grant: GrantFact) -> Scope:
    if grant.area_id == NATION:
        return None
    if grant.area_id is not None:
        return _areas_under(grant.area_id)
    facility = places.facility_table().get(grant.facility_id or 0)
    if facility is None:  # closed and gone from the reference data: the grant covers nothing
        return frozenset()
    # the communes that follow July 2025 belong to no district
    return _areas_under(facility.district_id or facility.area_id)


def _facilities_of_grant(grant: GrantFact) -> Scope:
    if grant.facility_id is not None:
        return frozenset({grant.facility_id})
    if grant.area_id == NATION:
        return None
    area_id = grant.area_id or 0
    return _facilities.get(area_id, lambda: _facilities_in(_areas_under(area_id)))


def _facilities_in(areas: frozenset[int]) -> frozenset[int]:
    return frozenset(row.id for row in places.facility_table().values() if row.area_id in areas)
