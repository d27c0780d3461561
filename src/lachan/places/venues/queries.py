"""Venues as the rooms above need them. Each process remembers those it was asked for lately."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, NamedTuple

from lachan.kernel.memory import Memory
from lachan.kernel.sealing import unseal
from lachan.places.models import Venue
from lachan.places.rules import search_form
from lachan.places.venues.kinds import kinds

CONTACT_CONTEXT: Final = "places_venue.contact"
MEMORY: Final = 30.0  # seconds: how long another process may not know of a change
MOST_REMEMBERED: Final = 50_000  # about 20 MB
MOST_LISTED: Final = 500
_FIELDS = (
    "id", "code", "name", "kind", "area_id", "address", "parent_id", "closed", "capacity", "stay_minutes", "lat", "lon",
    "active", "code_version", "rotate_minutes", "facility_id",
)  # fmt: skip


class VenueFacts(NamedTuple):
    """A venue. ``stay``: seconds a visit lasts when nobody sees them leave; ``closed``: a closed space;
    ``facility_id``: whose head registered it, None: an officer."""

    id: int
    code: str
    name: str
    kind: str
    area_id: int
    address: str
    parent_id: int | None
    closed: bool
    capacity: int | None
    stay_minutes: int | None
    lat: float | None
    lon: float | None
    active: bool
    code_version: int
    rotate_minutes: int
    facility_id: int | None
    stay: int

    @property
    def position(self) -> tuple[float, float] | None:
        """(latitude, longitude) where both are known."""
        return (self.lat, self.lon) if self.lat is not None and self.lon is not None else None


_memory: Memory[int, VenueFacts] = Memory(MOST_REMEMBERED)


def forget() -> None:
    """Drop what this process remembers: after a change, and between tests."""
    _memory.clear()


def venues(ids: Iterable[int]) -> dict[int, VenueFacts]:
    """Venues by id, active or not; unknown ids are left out. At most one query, none for those asked for lately."""
    clock = time.monotonic()
    found: dict[int, VenueFacts] = {}
    missing = []
    for venue_id in set(ids):
        known, facts = _memory.get(venue_id, clock)
        if not known:
            missing.append(venue_id)
        elif facts is not None:
            found[venue_id] = facts
    if missing:
        rows = {row[0]: _facts(row) for row in Venue.objects.filter(id__in=missing).values_list(*_FIELDS)}
        _memory.put({venue_id: rows.get(venue_id) for venue_id in missing}, clock + MEMORY)
        found |= rows
    return found


def _facts(row: Sequence[Any]) -> VenueFacts:
    kind = kinds().get(row[3])
    minutes = row[9] if row[9] is not None else kind.stay_minutes if kind is not None else 60
    return VenueFacts._make((*row, minutes * 60))


def venues_by_code(codes: Iterable[str]) -> dict[str, VenueFacts]:
    """Venues by the code printed under the poster, as it was typed; unknown codes are left out. One query."""
    typed = {code: code.strip().upper() for code in codes}
    rows = Venue.objects.filter(code__in=set(typed.values())).values_list(*_FIELDS)
    found = {row[1]: _facts(row) for row in rows}
    return {code: found[plain] for code, plain in typed.items() if plain in found}


def venue_by_code(code: str) -> VenueFacts | None:
    """The venue of a code as printed under the poster; one query."""
    return venues_by_code([code]).get(code)


def venues_in(
    areas: Collection[int] | None, text: str = "", *, kind: str = "", active: bool | None = True, limit: int = 100,
    after: tuple[str, int] = ("", 0),
) -> list[VenueFacts]:  # fmt: skip
    """Venues of areas (None: the nation) by name, at most 500; ``after``: (folded name, id) of the last one seen."""
    found = Venue.objects.all()
    if areas is not None:
        found = found.filter(area_id__in=areas)
    if active is not None:
        found = found.filter(active=active)
    if kind:
        found = found.filter(kind=kind)
    if text.strip():
        code = text.strip().upper()
        found = found.filter(code=code) if _is_code(code) else found.filter(search_name__contains=search_form(text))
    if after != ("", 0):
        found = found.filter(search_name__gte=after[0]).exclude(search_name=after[0], id__lte=after[1])
    rows = found.order_by("search_name", "id").values_list(*_FIELDS)[: min(limit, MOST_LISTED)]
    return [_facts(row) for row in rows]


def _is_code(text: str) -> bool:
    return len(text) == 9 and text.startswith("D") and text[1:].isalnum() and any(c.isdigit() for c in text)


def rooms_of(venue_id: int) -> list[VenueFacts]:
    """Rooms inside a venue, by name."""
    return [_facts(row) for row in Venue.objects.filter(parent_id=venue_id).order_by("name").values_list(*_FIELDS)]


def contact_of(venue_id: int) -> str:
    """Telephone of whoever answers for the door; empty where none was given."""
    return opened(Venue.objects.filter(id=venue_id).values_list("contact", flat=True).first())


def contacts_of(ids: Collection[int]) -> dict[int, str]:
    """Telephones of those who answer for these doors: venue staff are warned. One query."""
    rows = Venue.objects.filter(id__in=ids, contact__isnull=False).values_list("id", "contact")
    return {venue_id: opened(sealed) for venue_id, sealed in rows}


def opened(contact: bytes | memoryview[int] | None) -> str:
    """A sealed telephone; empty where none was given."""
    return unseal(bytes(contact), CONTACT_CONTEXT) if contact is not None else ""
