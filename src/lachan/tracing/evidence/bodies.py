"""Bodies of the commands about groups of people."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from lachan.immunization.bodies.base import Body, Short, Timed, Untimely, untimely
from lachan.people.facts import PersonRef


class GroupIn(Timed, kw_only=True):
    """A household, class, workplace or vehicle; a vehicle is one trip and says when it began and ended."""

    group_id: UUID
    kind: Literal["household", "class", "workplace", "vehicle"]
    label: Annotated[str, Meta(min_length=1, max_length=120)]
    area: Annotated[str, Meta(max_length=5)] = ""  # code of the commune
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    source: Literal["interview", "list"] = "list"

    def untimely(self, latest: datetime) -> Untimely | None:
        return untimely("starts_at", self.starts_at, None, latest) or untimely("ends_at", self.ends_at, None, latest)


class MemberIn(Timed, kw_only=True):
    """Somebody belongs to a group; in a vehicle for the whole trip unless said otherwise. ``row``: of the seat."""

    person: PersonRef
    group_id: UUID
    from_at: datetime | None = None
    to_at: datetime | None = None
    row: Annotated[int, Meta(ge=1, le=500)] | None = None
    seat: Short = ""

    def untimely(self, latest: datetime) -> Untimely | None:
        return untimely("from_at", self.from_at, None, latest) or untimely("to_at", self.to_at, None, latest)


class PartIn(Body, kw_only=True):
    """It was said by mistake that somebody belongs to a group."""

    person: PersonRef
    group_id: UUID
