"""Bodies of the commands a tracer or an officer sends; each names its person, and the watch when there are several."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from lachan.immunization.bodies.base import Body, Long, Short, Timed, Untimely, untimely
from lachan.people.facts import PersonRef

OutcomeWord = Literal["reached", "household", "no_answer", "wrong_number", "refuses"]
Staying = Literal["home", "facility", "elsewhere"]
Relation = Literal["household", "work", "class", "transport", "care", "other"]
Reason = Annotated[str, Meta(min_length=3, max_length=2_000)]


class OfWatch(Body, kw_only=True):
    """Without ``watch_id`` the person's only open watch is meant."""

    person: PersonRef
    watch_id: UUID | None = None


class CallIn(OfWatch, Timed, kw_only=True):
    """What came of a try, and what was said. Symptoms are codes of ``data/work.json``; an empty list says none."""

    outcome: OutcomeWord
    symptoms: Annotated[tuple[Short, ...], Meta(max_length=20)] = ()
    staying: Staying | None = None
    quarantined_on: date | None = None
    tested_on: date | None = None  # the day a sample was taken
    note: Long = ""

    def untimely(self, latest: datetime) -> Untimely | None:
        return untimely("quarantined_on", None, self.quarantined_on, latest) or untimely(
            "tested_on", None, self.tested_on, latest
        )


class QuarantineIn(OfWatch, Timed, kw_only=True):
    """Quarantine has begun."""

    since: datetime
    staying: Staying

    def untimely(self, latest: datetime) -> Untimely | None:
        return untimely("since", self.since, None, latest)


class UndoIn(OfWatch, kw_only=True):
    """A slip of the hand: the call of this id is taken back."""

    call_id: UUID


class HandoverIn(OfWatch, kw_only=True):
    """Offered to another place. ``to_area_id`` as the area stands in the reference data; 1 is the centre."""

    to_area_id: int
    reason: Reason


class AcceptIn(Body, kw_only=True):
    """The place that was asked takes over."""

    person: PersonRef
    handover_id: UUID


class ReturnIn(Body, kw_only=True):
    """The place that was asked says no, and why."""

    person: PersonRef
    handover_id: UUID
    reason: Reason


class AddIn(Timed, kw_only=True):
    """``person`` was near ``other``, who is a case: named by somebody who was asked."""

    person: PersonRef
    other: PersonRef
    disease: Short
    relation: Relation
    first_at: datetime
    last_at: datetime
    minutes: Annotated[int, Meta(ge=0, le=100_000)] | None = None
    note: Long = ""

    def untimely(self, latest: datetime) -> Untimely | None:
        return untimely("first_at", self.first_at, None, latest) or untimely("last_at", self.last_at, None, latest)


class LetGoIn(OfWatch, kw_only=True):
    """An officer lets somebody go before the last day, and answers for it."""

    reason: Reason


class QuarantineOrderIn(OfWatch, kw_only=True):
    """The quarantine order the watch asks for is written: from today, or the first day, to the last one."""


class AssignIn(OfWatch, kw_only=True):
    """Whose task it is; None: anybody's of the place."""

    to_user_id: UUID | None = None


class CapacityIn(Body, kw_only=True):
    """How many calls a place makes in a day."""

    area_id: int
    calls_a_day: Annotated[int, Meta(ge=0, le=100_000)]
