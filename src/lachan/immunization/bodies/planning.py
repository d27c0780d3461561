"""Sessions to come, and the tally at closing time."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from lachan.immunization.bodies.base import Body, Long, Short

Part = Literal["morning", "afternoon", "day"]
Desk = Literal["reception", "screening", "vaccination", "observation"]
Capacity = Annotated[int, Meta(ge=1, le=20_000)]
Doses = Annotated[int, Meta(ge=0, le=20_000)]
ByProduct = Annotated[dict[Short, Doses], Meta(max_length=20)]
Why = Annotated[str, Meta(min_length=3, max_length=2_000)]


class DutyIn(Body):
    """Someone at a desk. ``user`` is the id of a user who holds a role at the facility."""

    user: UUID
    desk: Desk


Duties = Annotated[tuple[DutyIn, ...], Meta(max_length=60)]


class SessionPlanIn(Body):
    """``session.plan``: a session to come. ``doses`` by product key as expected; ``double_duty`` says why somebody is
    to be at two sessions at once."""

    session_id: UUID
    facility: Short
    date: date
    part: Part = "day"
    capacity: Capacity = 200
    doses: ByProduct = {}
    staff: Duties = ()
    double_duty: Long = ""


class SessionReplanIn(Body):
    """``session.replan``: a planned session changes; what is left out stays."""

    session_id: UUID
    reason: Why
    date: date | None = None
    part: Part | None = None
    capacity: Capacity | None = None
    doses: ByProduct | None = None
    double_duty: Long = ""


class SessionStaffIn(Body):
    """``session.staff``: who is at which desk, of a session planned or open; replaces what was."""

    session_id: UUID
    staff: Duties
    double_duty: Long = ""


class SessionCancelIn(Body):
    """``session.cancel``: a planned session does not take place."""

    session_id: UUID
    reason: Why


class TallyLineIn(Body):
    """Doses of a product counted on paper. ``numbers``: by dose number, where they were counted so; they add up to
    ``doses``. ``vials``: opened."""

    product: Short
    doses: Doses
    vials: Doses | None = None
    numbers: Annotated[dict[Literal["1", "2", "3", "4", "5"], Doses], Meta(max_length=5)] = {}


Lines = Annotated[tuple[TallyLineIn, ...], Meta(max_length=20)]


class TallyIn(Body):
    """``tally.enter``: what the head counted on paper when the session ended."""

    session_id: UUID
    lines: Lines


class TallyCorrectIn(Body):
    """``tally.correct``: the paper was counted again; the former count stays in the history."""

    session_id: UUID
    lines: Lines
    reason: Why


class DebtExplainIn(Body):
    """``debt.explain``: why the doses still missing from a session will not be recorded."""

    session_id: UUID
    cause: Literal["miscounted", "other_facility", "not_given", "paper_lost", "other"]
    reason: Why


class DebtAcceptIn(Body):
    """``debt.accept``: somebody above the station accepts the explanation, or returns it with a reason."""

    session_id: UUID
    explanation: UUID
    accepted: bool = True
    reason: Long = ""
