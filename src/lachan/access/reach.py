"""Whose figures somebody may read: an area by its grants, and where a reader begins."""

from __future__ import annotations

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.rules import may
from lachan.kernel.errors import Forbidden, Problem
from lachan.places import queries as places
from lachan.places.facts import AreaFact


def may_see(actor: Actor, verb: str, area_id: int) -> bool:
    """Whether ``verb`` holds in the area; in the nation only by a grant for the nation."""
    return may(actor, verb) and scopes.area_in_scope(actor, area_id, verb)


def known(area_id: int) -> AreaFact:
    """The area; Problem 404 where there is none."""
    area = places.area(area_id)
    if area is None:
        raise Problem("area_unknown", "Unknown area", f"There is no area {area_id}.", status=404)
    return area


def seen(actor: Actor, verb: str, area_id: int, what: str) -> AreaFact:
    """The area, if ``what`` of it ("The figures") is the actor's to read. Problem 404, ``Forbidden``."""
    area = known(area_id)
    if not may_see(actor, verb, area_id):
        raise Forbidden(f"{what} of {area.full_name} are not within your grants.")
    return area


def home(actor: Actor, verb: str) -> AreaFact | None:
    """Where a reader begins: the widest area granted, a station's commune for its head; None: nowhere."""
    if may_see(actor, verb, scopes.NATION):
        return places.area(scopes.NATION)
    found: list[AreaFact] = []
    for grant in actor.grants:
        facility = places.facility(grant.facility_id) if grant.facility_id is not None else None
        area = places.area(grant.area_id or (facility.area_id if facility else 0))
        if area is not None and may_see(actor, verb, area.id):
            found.append(area)
    return min(found, key=lambda area: (area.level, area.id), default=None)
