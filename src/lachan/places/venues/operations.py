"""Venues are registered, changed, closed. Whether somebody may is decided by whoever calls."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

import psycopg

from lachan.kernel import journal
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED, Outcome
from lachan.kernel.sealing import seal
from lachan.places import queries as places
from lachan.places.models import Venue
from lachan.places.rules import COMMUNE, search_form
from lachan.places.venues import queries
from lachan.places.venues.kinds import kinds

MOST_ITEMS: Final = 1_000
LONGEST_NAME: Final = 120
VIETNAM: Final = (5.0, 101.0, 24.0, 119.0)  # south, west, north, east, the islands included
_AS_SAID: Final = ("kind", "closed", "stay_minutes", "lat", "lon", "rotate_minutes", "active")
_CHANGING: Final = (
    *_AS_SAID, "name", "search_name", "address", "capacity", "contact", "code_version", "changed_at",
)  # fmt: skip
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_SPACE: Final = UUID("5bd3f1f4-52a2-5c3a-9a51-1b0d5a1f0005")


class NewVenue(NamedTuple):
    """A venue in a commune. ``closed`` and ``stay_minutes`` None: as the kind has it; ``parent_id``: the venue this
    room lies in; ``request_id``: of the sender's making, so that the same request again makes no second venue;
    ``facility_id``: whose head registers it."""

    name: str
    kind: str
    area_id: int
    request_id: UUID
    address: str = ""
    parent_id: int | None = None
    closed: bool | None = None
    capacity: int | None = None
    stay_minutes: int | None = None
    lat: float | None = None
    lon: float | None = None
    phone: str = ""
    rotate_minutes: int = 0
    facility_id: int | None = None


class VenueChange(NamedTuple):
    """What changes; None: as it is. ``capacity`` 0: no limit any more. ``new_code``: posters and screens of before are
    refused from now on."""

    venue_id: int
    name: str | None = None
    kind: str | None = None
    address: str | None = None
    closed: bool | None = None
    capacity: int | None = None
    stay_minutes: int | None = None
    lat: float | None = None
    lon: float | None = None
    phone: str | None = None
    rotate_minutes: int | None = None
    new_code: bool = False
    active: bool | None = None


def subject_of(venue_id: int) -> UUID:
    """The id under which the journal knows a venue."""
    return uuid5(_SPACE, str(venue_id))


def code_of(request_id: UUID) -> str:
    """The code printed under a poster: ``D`` and eight letters and digits that are not mistaken for each other."""
    number = uuid5(_SPACE, request_id.hex).int
    letters = []
    for _ in range(8):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    text = "".join(letters)
    return "D" + (text if any(c.isdigit() for c in text) else text[:7] + "2")


def register_venues(
    cursor: psycopg.Cursor[Any], items: Sequence[NewVenue], *, actor_id: UUID, now: datetime
) -> list[Outcome]:
    """Register venues in the caller's transaction, one outcome each, ``params.id`` and ``params.code`` with it.

    Duplicate: the same request again. Refusals: venue_name_missing, venue_kind_unknown, venue_needs_commune,
    venue_place_unlikely (coordinates outside the country), venue_parent_unknown, venue_number_unlikely (capacity, stay
    or rotation out of bounds).
    """
    if len(items) > MOST_ITEMS:
        raise ValueError(f"{len(items)} venues at once; the limit is {MOST_ITEMS}")
    known = dict(Venue.objects.filter(code__in=[code_of(item.request_id) for item in items]).values_list("code", "id"))
    parents = {item.parent_id for item in items if item.parent_id is not None}
    there = set(Venue.objects.filter(id__in=parents, parent__isnull=True).values_list("id", flat=True))
    new: dict[str, Venue] = {}
    told: list[Outcome | str] = []  # of a venue that stands now: its code; its id is known once all are written
    for item in items:
        code = code_of(item.request_id)
        reason = None if code in known or code in new else _fault(item, there)
        if reason is not None:
            told.append(Outcome(REFUSED, reason, params={"name": item.name[:LONGEST_NAME]}))
            continue
        if code not in known:
            new.setdefault(code, _row(item, code, now))
        told.append(code)
    Venue.objects.bulk_create(new.values())
    journal.append(cursor, [_registered(row, actor_id) for row in new.values()])
    queries.forget()
    return [_standing(one, known, new) if isinstance(one, str) else one for one in told]


def _registered(row: Venue, actor_id: UUID) -> journal.Entry:
    body = {"venue": row.id, "code": row.code, "kind": row.kind, "area": row.area_id}
    return journal.Entry("venue.registered", subject_of(row.id), row.registered_at, actor_id, json.dumps(body))


def _standing(code: str, known: dict[str, int], new: dict[str, Venue]) -> Outcome:
    """Accepted the first time a new venue is told of, duplicate from then on."""
    row = new.pop(code, None)
    if row is not None:
        known[code] = row.id
    params = {"id": known[code], "code": code}
    return Outcome(DUPLICATE if row is None else ACCEPTED, None, subject_of(known[code]), params)


def _fault(item: NewVenue, parents: set[int]) -> str | None:
    if not item.name.strip():
        return "venue_name_missing"
    if item.kind not in kinds():
        return "venue_kind_unknown"
    area = places.area(item.area_id)
    if area is None or area.level != COMMUNE:
        return "venue_needs_commune"
    if item.parent_id is not None and item.parent_id not in parents:
        return "venue_parent_unknown"
    if not _likely(item.lat, item.lon):
        return "venue_place_unlikely"
    return None if _in_bounds(item.capacity, item.stay_minutes, item.rotate_minutes) else "venue_number_unlikely"


def _likely(lat: float | None, lon: float | None) -> bool:
    if lat is None or lon is None:
        return lat is None and lon is None
    south, west, north, east = VIETNAM
    return south <= lat <= north and west <= lon <= east


def _in_bounds(capacity: int | None, stay: int | None, rotate: int | None) -> bool:
    return (
        (capacity is None or 0 < capacity <= 1_000_000)
        and (stay is None or 5 <= stay <= 720)
        and (rotate is None or rotate == 0 or 1 <= rotate <= 60)
    )


def _row(item: NewVenue, code: str, now: datetime) -> Venue:
    kind = kinds()[item.kind]
    return Venue(
        code=code, name=item.name.strip()[:LONGEST_NAME], search_name=search_form(item.name)[:LONGEST_NAME],
        kind=item.kind, area_id=item.area_id, address=item.address.strip()[:300], parent_id=item.parent_id,
        closed=kind.closed if item.closed is None else item.closed, capacity=item.capacity,
        stay_minutes=item.stay_minutes, lat=item.lat, lon=item.lon,
        contact=seal(item.phone, queries.CONTACT_CONTEXT) if item.phone else None,
        rotate_minutes=item.rotate_minutes, facility_id=item.facility_id, registered_at=now, changed_at=now,
    )  # fmt: skip


def change_venues(
    cursor: psycopg.Cursor[Any], items: Sequence[VenueChange], *, actor_id: UUID, now: datetime
) -> list[Outcome]:
    """Change, close (``active`` False) or reopen venues in the caller's transaction. Duplicate: nothing changes.

    Refusals: venue_unknown, venue_name_missing, venue_kind_unknown, venue_place_unlikely, venue_number_unlikely."""
    if len(items) > MOST_ITEMS:
        raise ValueError(f"{len(items)} venues at once; the limit is {MOST_ITEMS}")
    ids = [item.venue_id for item in items]
    rows = {row.id: row for row in Venue.objects.select_for_update().filter(id__in=ids).order_by("id")}
    outcomes, facts = [], []
    for item in items:
        row = rows.get(item.venue_id)
        if row is None:
            outcomes.append(Outcome(REFUSED, "venue_unknown"))
            continue
        reason = _change_fault(row, item)
        if reason is not None:
            outcomes.append(Outcome(REFUSED, reason, params={"name": row.name}))
            continue
        changed = _change(row, item)
        if changed:
            row.changed_at = now
            body = json.dumps({"venue": row.id, "changed": sorted(changed)})
            verb = "venue.closed" if changed == {"active"} and not row.active else "venue.changed"
            facts.append(journal.Entry(verb, subject_of(row.id), now, actor_id, body))
        params = {"id": row.id, "code": row.code}
        outcomes.append(Outcome(ACCEPTED if changed else DUPLICATE, None, subject_of(row.id), params))
    Venue.objects.bulk_update([row for row in rows.values() if row.changed_at == now], _CHANGING, batch_size=100)
    journal.append(cursor, facts)
    queries.forget()
    return outcomes


def _change_fault(row: Venue, item: VenueChange) -> str | None:
    if item.name is not None and not item.name.strip():
        return "venue_name_missing"
    if item.kind is not None and item.kind not in kinds():
        return "venue_kind_unknown"
    if not _likely(item.lat, item.lon):
        return "venue_place_unlikely"
    if not _in_bounds(item.capacity or None, item.stay_minutes, item.rotate_minutes):
        return "venue_number_unlikely"
    return "venue_number_unlikely" if item.new_code and row.code_version >= 255 else None


def _change(row: Venue, item: VenueChange) -> set[str]:
    """Names of the columns that changed. Values are not said in the journal: a telephone may be among them."""
    said = {name: value for name in _AS_SAID if (value := getattr(item, name)) is not None}
    if item.name is not None:
        said |= {"name": item.name.strip()[:LONGEST_NAME], "search_name": search_form(item.name)[:LONGEST_NAME]}
    if item.address is not None:
        said["address"] = item.address.strip()[:300]
    if item.capacity is not None:
        said["capacity"] = item.capacity or None
    changed = {name for name, value in said.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, said[name])
    if item.phone is not None and item.phone != queries.opened(row.contact):
        row.contact = seal(item.phone, queries.CONTACT_CONTEXT) if item.phone else None
        changed.add("contact")
    if item.new_code:
        row.code_version += 1
        changed.add("code_version")
    return changed
