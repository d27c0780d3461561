"""Bodies of the commands about venues and visits."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from lachan.immunization.bodies.base import Body, Short, Timed, Untimely, untimely
from lachan.people.facts import PersonRef

VenueCode = Annotated[str, Meta(min_length=9, max_length=9)]
Area = Annotated[int, Meta(ge=1, le=2_000_000_000)]
Capacity = Annotated[int, Meta(ge=1, le=1_000_000)]
CapacityOrNone = Annotated[int, Meta(ge=0, le=1_000_000)]
StayMinutes = Annotated[int, Meta(ge=5, le=720)]
Rotation = Annotated[int, Meta(ge=0, le=60)]
Address = Annotated[str, Meta(max_length=300)]


class VenueRegisterIn(Body):
    """``venue.register``: a venue in a commune, or a room of a venue (``parent``). What is left out is the kind's."""

    name: Short
    kind: Short
    area: Area
    address: Address = ""
    parent: VenueCode | None = None
    closed: bool | None = None
    capacity: Capacity | None = None
    stay_minutes: StayMinutes | None = None
    lat: float | None = None
    lon: float | None = None
    phone: Short = ""
    rotate_minutes: Rotation = 0


class VenueChangeIn(Body):
    """``venue.change``: what is left out stays. ``capacity`` 0: no limit any more. ``new_code``: posters and screens of
    before are refused from now on."""

    venue: VenueCode
    name: Short | None = None
    kind: Short | None = None
    address: Address | None = None
    closed: bool | None = None
    capacity: CapacityOrNone | None = None
    stay_minutes: StayMinutes | None = None
    lat: float | None = None
    lon: float | None = None
    phone: Short | None = None
    rotate_minutes: Rotation | None = None
    new_code: bool = False


class VenueCloseIn(Body):
    """``venue.close``: its codes and devices are refused from now on; its visits stay as long as visits do."""

    venue: VenueCode
    reopen: bool = False


class VisitRecordIn(Timed):
    """``visit.record``: somebody was at a venue. ``happened_at`` of the command is when they were scanned, or came."""

    person: PersonRef
    venue: VenueCode
    what: Literal["in", "out", "stay"] = "in"
    until: datetime | None = None

    def untimely(self, latest: datetime) -> Untimely | None:
        return untimely("until", self.until, None, latest)
