"""A vaccination day: sessions, arrivals, screenings, doses, reactions, releases and what corrects a dose."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta

from lachan.immunization.bodies.base import Body, Long, Number, OverrideIn, Short, Timed, Untimely, untimely
from lachan.immunization.bodies.harm import Criterion, Outcome
from lachan.people.facts import PersonRef


class ArrivalIn(Body):
    """``arrival.record``: a person is at the door of a session."""

    person: PersonRef
    session_id: UUID


class ScreeningIn(Body):
    """``screening.record``: a filled form. ``form`` is the code of a form in force; empty takes the one for the age."""

    person: PersonRef
    session_id: UUID
    form: Short = ""
    answers: dict[str, bool | str | None] = {}
    measures: dict[str, float | int | None] = {}
    product: Short = ""
    consent: bool = False


class DoseIn(Timed):
    """``dose.record``: a dose given. ``facility`` is a code; a session names its facility by itself.

    ``vial``: the vial it was drawn from; without one, where the session draws from vials, the oldest open one of the
    lot that is in time.
    """

    person: PersonRef
    product: Short
    lot: Short = ""
    facility: Short = ""
    session_id: UUID | None = None
    dose_number: Number | None = None
    given_at: datetime | None = None
    given_on: date | None = None
    site: Short = ""
    route: Short = ""
    vaccinator: UUID | None = None
    source: Literal["here", "elsewhere", "abroad"] = "here"
    country: Annotated[str, Meta(max_length=2)] = "VN"
    vial: UUID | None = None
    override: OverrideIn | None = None

    def untimely(self, latest: datetime) -> Untimely | None:
        return untimely("given_at", self.given_at, self.given_on, latest)


class NotGivenIn(Body):
    """``not_given.record``: not vaccinated, and why."""

    person: PersonRef
    reason: Literal["deferred", "contraindicated", "refused", "left", "no_vaccine", "had_elsewhere", "other"]
    session_id: UUID | None = None
    facility: Short = ""
    note: Long = ""


class ReactionIn(Timed):
    """``reaction.record``: something noted after a dose, in its session or by the dose alone.

    A severe one, or one with a criterion of seriousness, opens a case, under ``case_id`` when that is given.
    """

    person: PersonRef
    severity: Literal["mild", "moderate", "severe"]
    session_id: UUID | None = None
    dose_id: UUID | None = None
    symptoms: Annotated[tuple[Short, ...], Meta(max_length=40)] = ()
    onset_at: datetime | None = None
    note: Long = ""
    seriousness: Annotated[tuple[Criterion, ...], Meta(max_length=6)] = ()
    treatment: Long = ""
    outcome: Outcome | None = None
    case_id: UUID | None = None

    def untimely(self, latest: datetime) -> Untimely | None:
        if self.onset_at is not None and self.onset_at.tzinfo is not None and self.onset_at > latest:
            return Untimely("happened_in_future", {"field": "onset_at"})
        return untimely("onset_at", self.onset_at, None, latest)


class ReleaseIn(Body):
    """``release.record``: the person may go home."""

    person: PersonRef
    session_id: UUID


class VoidIn(Body):
    """``dose.void``: this dose was never given."""

    person: PersonRef
    dose_id: UUID
    reason: Annotated[str, Meta(min_length=3, max_length=2_000)]


class ChangesIn(Body):
    """What an amendment changes; what is left out stays."""

    product: Short | None = None
    lot: Short | None = None
    given_at: datetime | None = None
    given_on: date | None = None
    site: Short | None = None
    route: Short | None = None
    vaccinator: UUID | None = None
    facility: Short | None = None


class AmendIn(Timed):
    """``dose.amend``: the dose was given, but not as written."""

    person: PersonRef
    dose_id: UUID
    changes: ChangesIn
    reason: Annotated[str, Meta(min_length=3, max_length=2_000)]
    override: OverrideIn | None = None

    def untimely(self, latest: datetime) -> Untimely | None:
        return untimely("changes.given_at", self.changes.given_at, self.changes.given_on, latest)


class SessionOpenIn(Body):
    """``session.open``: a station begins a session. ``id`` is the client's, so that an offline day can refer to it."""

    session_id: UUID
    facility: Short
    date: date
    part: Literal["morning", "afternoon", "day"] = "day"
    capacity: Annotated[int, Meta(ge=1, le=20_000)] = 200
    lots: dict[str, str] = {}
    staff: tuple[dict[str, Any], ...] = ()


class SessionCloseIn(Body):
    """``session.close``: no more doses are given in it; those given while it was open may still come."""

    session_id: UUID
