"""At which place somebody repairs, and under which purpose numbers are shown to them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.rules import Role, may
from lachan.places import queries as places
from lachan.web.parts.people.reached import PURPOSES, acting

READ: Final = "repair.read"
SHEET: Final = "repair.sheet"
SHOWN_FOR_S: Final = 1_800
_PURPOSE: Final = "repair_purpose"
_REASON: Final = "repair_reason"
_ABOVE: Final = frozenset({Role.DISTRICT_OFFICER, Role.PROVINCE_OFFICER})


@dataclass(frozen=True, slots=True)
class Desk:
    """Where somebody repairs. ``area_id``: the place of the list; ``areas``: it and what lies in it, within the
    actor's own. ``overview``: many communes, to choose one from."""

    actor: Actor
    area_id: int
    areas: frozenset[int]
    overview: bool
    above: bool

    @property
    def place(self) -> str:
        return places.address(self.area_id)

    @property
    def may_sheet(self) -> bool:
        return may(self.actor, SHEET) and scopes.area_in_scope(self.actor, self.area_id, SHEET)


def desk(request: HttpRequest) -> Desk:
    """The place asked for (``area``), else the actor's own; 404 outside of it. Officers above a commune get the
    communes to choose from until they chose one, or asked for ``all``."""
    actor = acting(request)
    scope = scopes.area_ids(actor, READ)
    home = _home(actor)
    above = any(grant.role in _ABOVE for grant in actor.grants)
    wanted = request.GET.get("area") or request.POST.get("area") or ""
    area_id = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else home
    area = places.area(area_id)
    if area is None or (scope is not None and area_id not in scope):
        raise Http404
    areas = places.areas_under(area_id)
    overview = area.level < 3 and "all" not in request.GET
    return Desk(actor, area_id, areas if scope is None else areas & scope, overview, above)


def _home(actor: Actor) -> int:
    """The area of the first grant that may repair; of a station its commune."""
    for grant in sorted(actor.grants, key=lambda grant: grant.role not in _ABOVE):
        if grant.area_id is not None and grant.area_id != scopes.NATION:
            return grant.area_id
    facility = next((places.facility(grant.facility_id) for grant in actor.grants if grant.facility_id), None)
    return facility.area_id if facility is not None else 0


def in_reach(actor: Actor, residence_id: int | None, verb: str = READ) -> bool:
    """Whether this person's record is the actor's to mend."""
    return residence_id is not None and scopes.area_in_scope(actor, residence_id, verb)


def purpose(request: HttpRequest) -> str:
    """The purpose stated for this sitting, half an hour from the latest use; empty when numbers stay masked."""
    stated = request.session.get(_PURPOSE)
    if not stated or time.time() - stated[1] > SHOWN_FOR_S or stated[0] not in PURPOSES:
        return ""
    return str(stated[0])


def state_purpose(request: HttpRequest, wanted: str) -> None:
    request.session[_PURPOSE] = [wanted, time.time()] if wanted in PURPOSES else None


def reason(request: HttpRequest, usual: str) -> str:
    """Why records are changed, as this person wrote it last."""
    return str(request.session.get(_REASON) or usual)


def keep_reason(request: HttpRequest, written: str) -> None:
    request.session[_REASON] = written[:200]


def uuids(texts: list[str], most: int) -> list[UUID]:
    """Well-formed ids among what was posted, at most ``most``."""
    found = []
    for text in texts[:most]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))
