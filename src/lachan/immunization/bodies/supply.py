"""Lots set apart and recalled, people told, plans, temperatures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from lachan.immunization.bodies.base import Body, Long, Short, Timed, Untimely, untimely
from lachan.people.facts import PersonRef

LotNumber = Annotated[str, Meta(min_length=1, max_length=60)]
Stated = Annotated[str, Meta(min_length=3, max_length=2_000)]
Doses = Annotated[int, Meta(ge=0, le=100_000_000)]
Degrees = Annotated[float, Meta(ge=-273, le=200)]
MOST_LINES = 2_000


class LotPlaced(Timed):
    """A lot at a place: a facility by its code, or an area by its id; neither is the nation."""

    product: Short
    lot: LotNumber
    reason: Stated
    facility: Short = ""
    area_id: int | None = None
    document: Short = ""


class LotMarkIn(LotPlaced):
    """``lot.quarantine``, ``lot.recall``: not to be used there from ``since`` on; when it happened, if that is not
    said. ``excursion_id``: the temperatures that are the cause."""

    since: datetime | None = None
    excursion_id: UUID | None = None

    def untimely(self, latest: datetime) -> Untimely | None:
        if self.since is not None and self.since.tzinfo is not None and self.since > latest:
            return Untimely("happened_in_future", {"field": "since"})
        return untimely("since", self.since, None, latest)


class LotReleaseIn(LotPlaced):
    """``lot.release``: what was set there is taken back; the place must be the one it was set for."""

    def untimely(self, latest: datetime) -> Untimely | None:
        return None


class ReachIn(Body):
    """``message.reach``: what came of a call or visit to someone who is to be told. ``cause_id`` names the recall, or
    whatever else the message was about."""

    person: PersonRef
    cause_id: UUID
    how: Literal["phone", "visit"]
    outcome: Literal["reached", "no_answer", "wrong_number", "moved", "refused"]


class PlanIn(Body):
    """``allocation.plan``: doses a level has to give to the places below it. Sent again it changes what it says."""

    plan_id: UUID
    giver_id: int
    product: Short
    title: Annotated[str, Meta(min_length=1, max_length=120)]
    available: Doses
    due_on: date
    parent_id: UUID | None = None
    note: Long = ""


class AskIn(Body):
    """``allocation.ask``: doses a place asks for in a plan; a facility by its code, an area by its id."""

    plan_id: UUID
    doses: Doses
    facility: Short = ""
    area_id: int | None = None
    note: Long = ""


class PlanLineIn(msgspec.Struct, forbid_unknown_fields=True):
    """Doses given to a place: ``a`` and an area's id, or ``f`` and a facility's."""

    place: Annotated[str, Meta(pattern=r"^[af][0-9]{1,9}$")]
    doses: Doses | None


class GiveIn(Body):
    """``allocation.give``: what places get. More than the level has only with ``over_reason``. ``decide`` ends it."""

    plan_id: UUID
    lines: Annotated[tuple[PlanLineIn, ...], Meta(max_length=MOST_LINES)] = ()
    over_reason: Long = ""
    decide: bool = False


class DeviceIn(Body):
    """``cold.device``: a fridge, freezer or cold box; sent again it changes name or kind, ``retired`` ends it."""

    facility: Short
    device_id: UUID
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    storage: Short
    retired: bool = False


class ExcursionIn(Timed):
    """``excursion.record``: a time outside the limits, read from the thermometer by a person."""

    facility: Short
    device_id: UUID
    began_at: datetime
    ended_at: datetime
    lowest: Degrees
    highest: Degrees
    note: Long = ""

    def untimely(self, latest: datetime) -> Untimely | None:
        for field in ("began_at", "ended_at"):
            at: datetime = getattr(self, field)
            if at.tzinfo is not None and at > latest:
                return Untimely("happened_in_future", {"field": field})
            if (found := untimely(field, at, None, latest)) is not None:
                return found
        if self.ended_at < self.began_at or self.highest < self.lowest:
            return Untimely(
                "malformed", {"problem": "the end is before the beginning, or the highest under the lowest"}
            )
        return None


class ExcursionDecideIn(Body):
    """``excursion.decide``: acknowledged, with what was found and whether the vials may be used."""

    facility: Short
    excursion_id: UUID
    decision: Literal["use", "discard"]
    comment: Stated
