"""Who is in charge of a venue: the officers of its area, and the facility that registered it."""

from __future__ import annotations

from django.utils import timezone

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import allowed
from lachan.access.scopes import NATION
from lachan.places import queries as places
from lachan.places.facts import FacilityRow
from lachan.places.venues import VenueFacts


def in_charge(actor: Actor, venue: VenueFacts, verb: str) -> bool:
    """Whether the actor may do ``verb`` at a venue: change it, close it, hang a room into it.

    Officers may within their areas. The head of a facility may look after what her facility registered, and in her
    facility's own commune what officers registered; never what another facility of the district did.
    """
    return actor.kind == "system" or any(_over(grant, venue) for grant in _grants(actor, verb))


def registering(actor: Actor, area_id: int) -> int | None:
    """The facility that stands for a venue which this actor registers there, her own commune's first; None: the
    officers do."""
    grants = _grants(actor, "venue.register")
    if any(grant.area_id is not None and _holds(grant.area_id, area_id) for grant in grants):
        return None
    facilities = places.facilities(grant.facility_id for grant in grants if grant.facility_id is not None)
    nearest = min(facilities, key=lambda row: (not _in_commune_of(row, area_id), row.id), default=None)
    return nearest.id if nearest is not None else None


def _grants(actor: Actor, verb: str) -> list[GrantFact]:
    return [grant for grant in actor.grants if grant.role in allowed(verb)]


def _over(grant: GrantFact, venue: VenueFacts) -> bool:
    if grant.area_id is not None:
        return _holds(grant.area_id, venue.area_id)
    if venue.facility_id is not None:
        return grant.facility_id == venue.facility_id
    facility = places.facility(grant.facility_id or 0)
    return facility is not None and _in_commune_of(facility, venue.area_id)


def _in_commune_of(facility: FacilityRow, area_id: int) -> bool:
    """Whether an area is a facility's own commune: of the day it was laid out, or the one that became of it."""
    became = places.commune_mapping(timezone.localdate()).get(facility.area_id)
    return _holds(facility.area_id, area_id) or (became is not None and became.commune_id == area_id)


def _holds(area_id: int, place: int) -> bool:
    """Whether ``place`` lies in the area, on either map."""
    return area_id == NATION or place in places.areas_under(area_id)
