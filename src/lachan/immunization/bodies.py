"""The bodies of this room's commands, as they are sent. A field that is not listed is refused by name, never
dropped."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Meta

from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import EARLIEST, LATEST
from lachan.people.facts import PersonRef

Short = Annotated[str, Meta(max_length=120)]
Long = Annotated[str, Meta(max_length=2_000)]
Number = Annotated[int, Meta(ge=1, le=20)]


class Body(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, gc=False):
    """What every body may be: nothing beyond its fields."""


class Untimely(NamedTuple):
    """What is wrong with a time in a body: reason code, and what fills its sentence."""

    reason: str
    params: dict[str, Any]


def untimely(field: str, at: datetime | None, on: date | None, latest: datetime) -> Untimely | None:
    """A time without offset, one no calendar of ours reaches, or one on another day than the day beside it.

    ``latest`` is the last instant that is not yet the future; a dose's own future is left to the rules, whose answer
    says more.
    """
    if at is not None and at.tzinfo is None:
        return Untimely("time_without_offset", {"field": field})
    for year in (at.year if at is not None else None, on.year if on is not None else None):
        if year is not None and year >= LATEST.year:
            return Untimely("happened_in_future", {"field": field})
        if year is not None and year < EARLIEST.year:
            return Untimely("malformed", {"problem": f"`{field}` is before {EARLIEST.year}"})
    if at is not None and on is not None and at.astimezone(VIETNAM).date() != on and at <= latest:
        return Untimely("malformed", {"problem": f"`{field}` is on another day than the day given beside it"})
    return None


class Timed(Body):
    """A body that carries a time of its own."""

    def untimely(self, latest: datetime) -> Untimely | None:
        """What is wrong with its times, None when nothing is."""
        raise NotImplementedError


class OverrideIn(Body):
    """Codes someone answers for, with the reason stated."""

    codes: Annotated[tuple[Short, ...], Meta(max_length=20)]
    reason: Long


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
    """``dose.record``: a dose given. ``facility`` is a code; a session names its facility by itself."""

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
    """``reaction.record``: something noted after a dose."""

    person: PersonRef
    severity: Literal["mild", "moderate", "severe"]
    session_id: UUID | None = None
    dose_id: UUID | None = None
    symptoms: Annotated[tuple[Short, ...], Meta(max_length=40)] = ()
    onset_at: datetime | None = None
    note: Long = ""

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


class StockIn(Body):
    """``stock.move``: doses received, counted, wasted or returned. ``quantity`` is in doses; ``adjust`` may be
    negative."""

    facility: Short
    product: Short
    lot: Annotated[str, Meta(min_length=1, max_length=60)]
    kind: Literal["receive", "adjust", "waste", "return"]
    quantity: Annotated[int, Meta(ge=-1_000_000, le=1_000_000)]
    expires_on: date | None = None
    document: Short = ""
    reason: Long = ""


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
