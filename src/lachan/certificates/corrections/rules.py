"""The way of a request as data: which step may follow where, who takes it, how long it may last, whose it is. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from msgspec import Struct

VIETNAM: Final = timezone(timedelta(hours=7))
OPENS: Final = time(7, 30)


class State(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    TAKEN = "taken"
    PROPOSED = "proposed"
    APPROVED = "approved"  # the record is changed; the new card is on its way
    NEEDS_MORE = "needs_more"  # the person is asked something
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN: Final = (State.ASKED, State.TAKEN, State.PROPOSED, State.APPROVED, State.NEEDS_MORE)
CLOSED: Final = (State.DONE, State.REFUSED, State.WITHDRAWN)
UNDECIDED: Final = frozenset({State.ASKED, State.TAKEN, State.PROPOSED, State.NEEDS_MORE})
_LOOSE: Final = frozenset({State.ASKED, State.TAKEN, State.NEEDS_MORE})


class Who(StrEnum):
    """Who takes a step."""

    HANDLER = "handler"
    APPROVER = "approver"
    PERSON = "person"
    HOUSE = "house"


class Step(NamedTuple):
    """``since``: states it may begin in. ``to``: where it leads. ``words``: whether it must say why."""

    since: frozenset[State]
    to: State
    who: Who
    words: bool = False


STEPS: Final[Mapping[str, Step]] = {
    "take": Step(frozenset({State.ASKED}), State.TAKEN, Who.HANDLER),
    "propose": Step(_LOOSE, State.PROPOSED, Who.HANDLER, words=True),
    "send_back": Step(frozenset({State.PROPOSED}), State.TAKEN, Who.HANDLER, words=True),
    "approve": Step(frozenset({State.PROPOSED}), State.APPROVED, Who.APPROVER),
    "refuse": Step(UNDECIDED, State.REFUSED, Who.HANDLER, words=True),
    "ask_more": Step(frozenset({State.ASKED, State.TAKEN}), State.NEEDS_MORE, Who.HANDLER, words=True),
    "hand_over": Step(_LOOSE, State.ASKED, Who.HANDLER),
    "answer": Step(frozenset({State.NEEDS_MORE}), State.ASKED, Who.PERSON, words=True),
    "withdraw": Step(_LOOSE, State.WITHDRAWN, Who.PERSON),
    # what the record answered to an approved change: refused or held, so that nothing was changed
    "fail": Step(frozenset({State.PROPOSED}), State.TAKEN, Who.HOUSE),
    "finish": Step(frozenset({State.APPROVED}), State.DONE, Who.HOUSE),
    # asked something and never answered: a request that nobody can decide does not stay open for ever
    "lapse": Step(frozenset({State.NEEDS_MORE}), State.REFUSED, Who.HOUSE),
}

ABOUT_PERSON: Final = ("name", "birth_date", "sex", "number")
ABOUT_DOSE: Final = ("dose_wrong", "dose_not_mine", "dose_double")
KINDS: Final = (*ABOUT_PERSON, "dose_missing", *ABOUT_DOSE, "other")

# Which change a request of a kind can lead to; anything may turn out to be something else than the person thought.
CHANGES: Final = ("person.amend", "dose.amend", "dose.void", "dose.record")
USUAL_CHANGE: Final[Mapping[str, str]] = {
    "name": "person.amend", "birth_date": "person.amend", "sex": "person.amend", "number": "person.amend",
    "dose_missing": "dose.record", "dose_wrong": "dose.amend", "dose_not_mine": "dose.void",
    "dose_double": "dose.void", "other": "person.amend",
}  # fmt: skip

NO_ANSWER: Final = "no_answer"  # the reason of a lapse, chosen by nobody
REFUSALS: Final = ("record_is_right", "no_evidence", "other_person", "asked_before", "not_here", "other")


def fault(step: str, state: State, *, words: str = "", proposer: UUID | None = None, actor: UUID | None = None) -> str:
    """Why this step cannot be taken now, as a reason code; "" when it can.

    Codes: ``correction_step_unknown``, ``correction_not_now``, ``correction_words_missing``,
    ``correction_own_proposal`` (four eyes: nobody approves what they proposed), ``correction_without_proposal``.
    """
    rule = STEPS.get(step)
    if rule is None:
        return "correction_step_unknown"
    if state not in rule.since:
        return "correction_not_now"
    if rule.words and len(words.strip()) < 3:
        return "correction_words_missing"
    if rule.who is Who.APPROVER:
        if proposer is None:
            return "correction_without_proposal"
        if actor is None or actor == proposer:
            return "correction_own_proposal"
    return ""


class Owner(NamedTuple):
    """Who keeps the fact: exactly one of the two; both None when nobody does."""

    facility_id: int | None = None
    area_id: int | None = None


def owner_of(
    kind: str, *, dose_facility: int | None, named_facility: int | None, residence: int | None, seen_at: int | None
) -> Owner:
    """Whose request it is. A dose belongs to the facility that gave it; one that is missing, to the facility the person
    names; everything about who somebody is to the commune where they live. Where that is not known, to the facility
    that received the person last."""
    if kind in ABOUT_DOSE and dose_facility is not None:
        return Owner(facility_id=dose_facility)
    if kind == "dose_missing" and named_facility is not None:
        return Owner(facility_id=named_facility)
    if residence is not None:
        return Owner(area_id=residence)
    return Owner(facility_id=seen_at)


class Terms(Struct, frozen=True):
    """What was promised on a day. Days are working days; ``valid_to`` is not included."""

    valid_from: date
    valid_to: date | None
    answer_days: int
    steps: dict[str, int]
    card_minutes: int
    photo_days: int
    lapse_days: int
    most_open: int
    most_a_day: int
    most_photos: int


class DaysOff(Struct, frozen=True):
    """Days on which nobody works, both included."""

    first: date
    last: date
    name: str


class Calendar(NamedTuple):
    """Which days are worked on."""

    each_year: frozenset[str]
    days_off: tuple[DaysOff, ...]

    def works(self, day: date) -> bool:
        if day.weekday() >= 5 or day.strftime("%m-%d") in self.each_year:
            return False
        return not any(off.first <= day <= off.last for off in self.days_off)


def due_after(now: datetime, days: int, calendar: Calendar) -> datetime:
    """The same time of day, ``days`` working days later. What comes on a day off begins the next working morning."""
    local = now.astimezone(VIETNAM)
    if not calendar.works(local.date()):
        local = datetime.combine(local.date(), OPENS, VIETNAM)
        while not calendar.works(local.date()):
            local += timedelta(days=1)
    for _ in range(days):
        local += timedelta(days=1)
        while not calendar.works(local.date()):
            local += timedelta(days=1)
    return local


def step_due(state: State, now: datetime, terms: Terms, calendar: Calendar) -> datetime | None:
    """When the next step is due; None where nothing is waited for."""
    if state is State.APPROVED:
        return now + timedelta(minutes=terms.card_minutes)
    days = terms.steps.get(state.value)
    return due_after(now, days, calendar) if days is not None else None


class Clock(StrEnum):
    """How a step stands against its time."""

    RUNNING = "running"
    SOON = "soon"
    LATE = "late"
    STOPPED = "stopped"  # closed, or it is the person's turn


SOON: Final = timedelta(hours=4)


def clock(state: State, due_at: datetime | None, now: datetime) -> Clock:
    """How the step that is waited for stands. While the person is asked something, nobody of the staff is late."""
    if due_at is None or state in CLOSED or state is State.NEEDS_MORE:
        return Clock.STOPPED
    if now > due_at:
        return Clock.LATE
    return Clock.SOON if due_at - now <= SOON else Clock.RUNNING
