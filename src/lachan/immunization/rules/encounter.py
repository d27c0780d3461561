"""Where a person is on the way through a session, computed from when each step happened, never stored.

A dose entered after the session from paper, or from an offline day, may have no screening or consent before it: what
happened later speaks for the steps before, so the chain is read from the end of the way to its beginning.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct


class ObservationRule(Struct, frozen=True, gc=False):
    """How long a person stays after a dose given on or after ``valid_from``."""

    valid_from: date
    minutes: int
    reference: str


OBSERVATION: tuple[ObservationRule, ...] = (ObservationRule(date(2021, 3, 8), 30, "3588/QĐ-BYT, 34/2018/TT-BYT"),)
"""Newest first. From the first dose in the country on; then home follow-up, which is not this room's."""


class EncounterState(StrEnum):
    """States of an encounter in the order of the way."""

    WAITING = "waiting"
    SCREENING = "screening"
    READY = "ready"
    OBSERVATION = "observation"
    OVERDUE = "overdue"
    REACTION = "reaction"
    DONE = "done"
    DEFERRED = "deferred"
    CONTRAINDICATED = "contraindicated"
    REFUSED = "refused"
    NOT_GIVEN = "not_given"


class NextAction(StrEnum):
    """The biggest thing on the screen for a person in a state."""

    SCREEN = "screen"
    FINISH_SCREENING = "finish_screening"
    VACCINATE = "vaccinate"
    OBSERVE = "observe"
    RELEASE = "release"
    TREAT_REACTION = "treat_reaction"
    NOTHING = "nothing"


class EncounterFacts(Struct, frozen=True, gc=False):
    """When each step happened; None: not yet. Reaction severity: mild, moderate or severe."""

    screened_at: datetime | None = None
    screening_outcome: str | None = None
    consent_at: datetime | None = None
    dosed_at: datetime | None = None
    not_given_at: datetime | None = None
    not_given_reason: str | None = None
    observe_until: datetime | None = None
    reaction_severity: str | None = None
    released_at: datetime | None = None


PERSON_REFUSED = "refused"
"""Reason of a dose not given because the person, or a child's guardian, declined."""


def observe_until(dosed_at: datetime, given_on: date) -> datetime:
    """End of the observation of a dose given on that (local) day."""
    for rule in OBSERVATION:
        if rule.valid_from <= given_on:
            return dosed_at + timedelta(minutes=rule.minutes)
    return dosed_at + timedelta(minutes=OBSERVATION[-1].minutes)


def state(facts: EncounterFacts, now: datetime) -> EncounterState:
    """The one state of an encounter at ``now``."""
    if _vaccinated(facts):
        if _released(facts):
            return EncounterState.DONE
        if _needs_care(facts):
            return EncounterState.REACTION
        if _observation_over(facts, now):
            return EncounterState.OVERDUE
        return EncounterState.OBSERVATION
    if _declined(facts):
        return EncounterState.REFUSED
    if _contraindicated(facts):
        return EncounterState.CONTRAINDICATED
    if _deferred(facts):
        return EncounterState.DEFERRED
    if _not_given(facts):
        return EncounterState.NOT_GIVEN
    if not _screening_begun(facts):
        return EncounterState.WAITING
    if _may_be_vaccinated(facts):
        return EncounterState.READY
    return EncounterState.SCREENING


def minutes_left(facts: EncounterFacts, now: datetime) -> int | None:
    """Whole minutes, rounded up, until the person may go; negative once overdue; None when nobody is observed."""
    if not _vaccinated(facts) or _released(facts) or facts.observe_until is None:
        return None
    seconds = (facts.observe_until - now).total_seconds()
    return int(-(-seconds // 60))


def next_action(at: EncounterState) -> NextAction:
    """What the station does with a person in that state."""
    return _NEXT[at]


_NEXT: dict[EncounterState, NextAction] = {
    EncounterState.WAITING: NextAction.SCREEN,
    EncounterState.SCREENING: NextAction.FINISH_SCREENING,
    EncounterState.READY: NextAction.VACCINATE,
    EncounterState.OBSERVATION: NextAction.OBSERVE,
    EncounterState.OVERDUE: NextAction.RELEASE,
    EncounterState.REACTION: NextAction.TREAT_REACTION,
    EncounterState.DONE: NextAction.NOTHING,
    EncounterState.DEFERRED: NextAction.NOTHING,
    EncounterState.CONTRAINDICATED: NextAction.NOTHING,
    EncounterState.REFUSED: NextAction.NOTHING,
    EncounterState.NOT_GIVEN: NextAction.NOTHING,
}


def _vaccinated(facts: EncounterFacts) -> bool:
    return facts.dosed_at is not None


def _released(facts: EncounterFacts) -> bool:
    return facts.released_at is not None


def _needs_care(facts: EncounterFacts) -> bool:
    """A sore arm is noted and the clock runs on; anything more keeps the person until released by hand."""
    return facts.reaction_severity is not None and facts.reaction_severity != "mild"


def _observation_over(facts: EncounterFacts, now: datetime) -> bool:
    return facts.observe_until is not None and now >= facts.observe_until


def _not_given(facts: EncounterFacts) -> bool:
    return facts.not_given_at is not None


def _declined(facts: EncounterFacts) -> bool:
    return _not_given(facts) and facts.not_given_reason == PERSON_REFUSED


def _contraindicated(facts: EncounterFacts) -> bool:
    return facts.screening_outcome == "contraindicated"


def _deferred(facts: EncounterFacts) -> bool:
    return facts.screening_outcome == "defer"


def _screening_begun(facts: EncounterFacts) -> bool:
    return facts.screened_at is not None


def _may_be_vaccinated(facts: EncounterFacts) -> bool:
    """A class that allows it, and consent: without consent the person is still at the screening table."""
    return facts.screening_outcome in ("eligible", "caution") and facts.consent_at is not None
