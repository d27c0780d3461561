"""The way through a session: every combination of facts has one state, and the clock moves only the observed."""

from datetime import date, datetime, timedelta
from itertools import product

import pytest

from lachan.immunization.rules.encounter import (
    EncounterFacts,
    EncounterState,
    NextAction,
    minutes_left,
    next_action,
    observe_until,
    state,
)
from lachan.immunization.rules.facts import VIETNAM

NOW = datetime(2021, 10, 16, 9, 30, tzinfo=VIETNAM)
EARLIER = NOW - timedelta(minutes=10)
WAITING, SCREENING, READY = EncounterState.WAITING, EncounterState.SCREENING, EncounterState.READY
OBSERVATION, OVERDUE, REACTION = EncounterState.OBSERVATION, EncounterState.OVERDUE, EncounterState.REACTION
DONE, DEFERRED, REFUSED = EncounterState.DONE, EncounterState.DEFERRED, EncounterState.REFUSED
NOT_GIVEN, CONTRAINDICATED = EncounterState.NOT_GIVEN, EncounterState.CONTRAINDICATED

# How far the person came. Columns: screening begun and its class, consent, what became of the dose, reaction, release.
SCREENED = {
    "not": EncounterFacts(),
    "begun": EncounterFacts(screened_at=EARLIER),
    "eligible": EncounterFacts(screened_at=EARLIER, screening_outcome="eligible"),
    "caution": EncounterFacts(screened_at=EARLIER, screening_outcome="caution"),
    "defer": EncounterFacts(screened_at=EARLIER, screening_outcome="defer"),
    "contraindicated": EncounterFacts(screened_at=EARLIER, screening_outcome="contraindicated"),
}
DOSE = ["none", "watched", "time over", "not given", "declined"]
REACTIONS = [None, "mild", "moderate", "severe"]


def facts(screened: str, consent: bool, dose: str, reaction: str | None, released: bool) -> EncounterFacts:
    begun = SCREENED[screened]
    until = {"watched": NOW + timedelta(minutes=20), "time over": NOW}.get(dose)
    left = dose in ("not given", "declined")
    return EncounterFacts(
        screened_at=begun.screened_at,
        screening_outcome=begun.screening_outcome,
        consent_at=EARLIER if consent else None,
        dosed_at=until - timedelta(minutes=30) if until else None,
        not_given_at=EARLIER if left else None,
        not_given_reason={"not given": "no_vaccine", "declined": "refused"}.get(dose),
        observe_until=until,
        reaction_severity=reaction,
        released_at=NOW if released else None,
    )


def expected(screened: str, consent: bool, dose: str, reaction: str | None, released: bool) -> EncounterState:
    """The table of states, said once more in other words: by what became of the dose first."""
    table = {
        "not": WAITING,
        "begun": SCREENING,
        "eligible": READY if consent else SCREENING,
        "caution": READY if consent else SCREENING,
        "defer": DEFERRED,
        "contraindicated": CONTRAINDICATED,
    }
    if dose == "declined":
        return REFUSED
    if dose == "not given":
        return table[screened] if screened in ("defer", "contraindicated") else NOT_GIVEN
    if dose == "none":
        return table[screened]
    if released:
        return DONE
    if reaction in ("moderate", "severe"):
        return REACTION
    return OBSERVATION if dose == "watched" else OVERDUE


COMBINATIONS = list(product(SCREENED, (False, True), DOSE, REACTIONS, (False, True)))


def test_every_combination_has_its_state() -> None:
    wrong = [row for row in COMBINATIONS if state(facts(*row), NOW) is not expected(*row)]
    assert wrong == []
    assert {state(facts(*row), NOW) for row in COMBINATIONS} == set(EncounterState)


def test_every_state_has_its_next_action() -> None:
    assert {at: next_action(at) for at in EncounterState if next_action(at) is not NextAction.NOTHING} == {
        WAITING: NextAction.SCREEN,
        SCREENING: NextAction.FINISH_SCREENING,
        READY: NextAction.VACCINATE,
        OBSERVATION: NextAction.OBSERVE,
        OVERDUE: NextAction.RELEASE,
        REACTION: NextAction.TREAT_REACTION,
    }


def test_time_moves_only_those_who_are_observed() -> None:
    later = NOW + timedelta(days=1)
    for row in COMBINATIONS:
        now, then = state(facts(*row), NOW), state(facts(*row), later)
        assert then is (OVERDUE if now is OBSERVATION else now)


@pytest.mark.parametrize(
    ("seconds", "minutes", "at"),
    [
        (0, 30, OBSERVATION),
        (1, 30, OBSERVATION),
        (60, 29, OBSERVATION),
        (1799, 1, OBSERVATION),
        (1800, 0, OVERDUE),
        (1860, -1, OVERDUE),
    ],
)
def test_thirty_minutes_count_down(seconds: int, minutes: int, at: EncounterState) -> None:
    watched = EncounterFacts(dosed_at=NOW, observe_until=observe_until(NOW, date(2021, 10, 16)))
    now = NOW + timedelta(seconds=seconds)
    assert (minutes_left(watched, now), state(watched, now)) == (minutes, at)


def test_nobody_is_counted_down_before_the_dose_or_after_release() -> None:
    assert minutes_left(facts("eligible", True, "none", None, False), NOW) is None
    assert minutes_left(facts("eligible", True, "watched", None, True), NOW) is None
