"""Reads about requests, each within the places of who asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.rules import may
from lachan.certificates.corrections.facts import PHOTO, RequestRow, StepRow, row_of, step_of
from lachan.kernel.database import hot_cursor
from lachan.kernel.sealing import sealer
from lachan.kernel.statements import load

MOST: Final = 200
MOST_SKIPPED: Final = 10_000
MOST_OF_PERSON: Final = 50


@dataclass(frozen=True, slots=True)
class Filter:
    """Narrowed to; ``here``: owned by a facility where the actor has a grant of their own."""

    mine: bool = False
    late: bool = False
    decide: bool = False
    here: bool = False
    facility: int | None = None


class Counts(NamedTuple):
    """Open requests of the actor's places, and which of them want something."""

    open: int
    late: int
    mine: int
    decide: int
    here: int


class LateOwner(NamedTuple):
    """Who has requests over their time."""

    facility_id: int | None
    area_id: int | None
    open: int
    late: int
    oldest: datetime


class PhotoRow(NamedTuple):
    """A picture, without its content."""

    id: UUID
    width: int
    height: int
    added_at: datetime


def in_reach(actor: Actor, verb: str, row: RequestRow) -> bool:
    """Whether the actor may do this where the fact is kept, or where the person was received last."""
    if not may(actor, verb):
        return False
    facilities = {row.owner_facility_id, row.served_facility_id} - {None}
    if any(scopes.facility_in_scope(actor, facility or 0, verb) for facility in facilities):
        return True
    return row.owner_area_id is not None and scopes.area_in_scope(actor, row.owner_area_id, verb)


def open_requests(actor: Actor, wanted: Filter, *, now: datetime, skip: int = 0, limit: int = 50) -> list[RequestRow]:
    """Open requests of the actor's places, the oldest first; one query."""
    asked = _places(actor, now) | {name: getattr(wanted, name) for name in Filter.__slots__}
    asked |= {"skip": min(skip, MOST_SKIPPED), "limit": min(limit, MOST)}
    return [row_of(record) for record in _all("corrections_open", asked)]


def closed_requests(
    actor: Actor, *, since: datetime, now: datetime, skip: int = 0, limit: int = 50
) -> list[RequestRow]:
    """Requests of the actor's places that were answered, the latest first."""
    asked = _places(actor, now) | {"since": since, "skip": min(skip, MOST_SKIPPED), "limit": min(limit, MOST)}
    return [row_of(record) for record in _all("corrections_closed", asked)]


def counts(actor: Actor, now: datetime) -> Counts:
    """How many requests of the actor's places are open, late, theirs, and wait for their approval; one query."""
    return Counts(*_all("correction_counts", _places(actor, now))[0])


def late_by_owner(actor: Actor, now: datetime, limit: int = 50) -> list[LateOwner]:
    """Facilities and communes with requests over their time, the most first."""
    return [LateOwner(*record) for record in _all("corrections_late_by_owner", _places(actor, now) | {"limit": limit})]


def request(request_id: UUID, actor: Actor) -> RequestRow | None:
    """One request, when it is kept within the actor's places."""
    row = by_id(request_id)
    return row if row is not None and in_reach(actor, "correction.handle", row) else None


def by_id(request_id: UUID) -> RequestRow | None:
    """One request, whoever asks: the caller sees to it that they may."""
    found = _all("correction_by_id", [request_id])
    return row_of(found[0]) if found else None


def requests_of(person_ids: Iterable[UUID]) -> list[RequestRow]:
    """Requests of persons, the latest first: for the person's own page, and for the record's."""
    return [row_of(record) for record in _all("corrections_of_persons", [list(person_ids), MOST_OF_PERSON])]


def steps(row: RequestRow) -> list[StepRow]:
    """The way of a request, in order."""
    return [step_of(record) for record in _all("correction_steps", [row.person_id, row.id])]


def photos(row: RequestRow) -> list[PhotoRow]:
    """Its pictures."""
    return [PhotoRow(*record) for record in _all("correction_photos", [row.person_id, row.id])]


def photo(row: RequestRow, photo_id: UUID) -> bytes | None:
    """A picture of this request, opened: JPEG. The caller logs the look."""
    found = _all("correction_photo", [row.person_id, row.id, photo_id])
    return sealer().open(found[0][0], PHOTO) if found else None


def _places(actor: Actor, now: datetime) -> dict[str, Any]:
    """Parameters that bind a statement to the actor's places."""
    own = [grant.facility_id for grant in actor.grants if grant.facility_id is not None]
    return {
        "facilities": scopes.facility_array(actor, "correction.handle"),
        "areas": scopes.area_array(actor, "correction.handle") or [],
        "own": own,
        "actor": actor.id,
        "now": now,
    }


def _all(statement: str, parameters: Any) -> list[tuple[Any, ...]]:
    with hot_cursor() as cursor:
        cursor.execute(load("certificates", statement), parameters)
        return cursor.fetchall()
