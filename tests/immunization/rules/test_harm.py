"""The way of a case and its clock, as pure decisions."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lachan.immunization.reaction_form import form_on, versions
from lachan.immunization.rules.harm import (
    GRAVITY,
    SERIOUSNESS,
    Case,
    Clock,
    Due,
    Fact,
    Fault,
    Kind,
    State,
    clock,
    completed,
    due,
    fault_of,
    fold,
    milder,
)

KNEW = datetime(2022, 3, 10, 10, 0, tzinfo=timezone(timedelta(hours=7)))
DAY = timedelta(hours=24)
HOUR = timedelta(hours=1)


def fact(kind: Kind, hours: float = 0, known: float | None = None, **fields: Any) -> Fact:
    at = KNEW + timedelta(hours=hours)
    return Fact(kind.value, at, at if known is None else KNEW + timedelta(hours=known), fields)


SERIOUS = fact(Kind.REPORT, severity="severe", seriousness=["hospitalisation"])


def test_the_clock_begins_when_it_was_known_to_be_serious() -> None:
    mild = fact(Kind.REPORT, severity="mild")
    worse = fact(Kind.FOLLOW_UP, 30, 29, severity="severe", seriousness=["life_threatening"])
    assert fold([mild], DAY).due_at is None
    assert fold([mild, worse], DAY).due_at == KNEW + timedelta(hours=29) + DAY


def test_it_stops_at_the_first_report_up_and_a_second_one_makes_nothing_late() -> None:
    case = fold([SERIOUS, fact(Kind.NOTIFY, 20), fact(Kind.NOTIFY, 40)], DAY)
    assert case.notified_at == KNEW + timedelta(hours=20)
    assert case.state is State.REPORTED


@pytest.mark.parametrize(
    ("hours", "notified", "serious", "expected"),
    [
        (1, None, True, Clock.RUNNING), (20, None, True, Clock.SOON), (24, None, True, Clock.SOON),
        (24.1, None, True, Clock.LATE), (30, 23, True, Clock.MET), (30, 25, True, Clock.MET_LATE),
        (30, None, False, Clock.NONE), (30, 25, False, Clock.MET_LATE),
    ],
)  # fmt: skip
def test_where_the_clock_stands(hours: float, notified: float | None, serious: bool, expected: Clock) -> None:
    at = None if notified is None else KNEW + timedelta(hours=notified)
    stands = clock(due_at=KNEW + DAY, notified_at=at, serious=serious, now=KNEW + timedelta(hours=hours))
    assert stands is expected


def test_who_is_reminded_and_when_it_goes_to_the_nation() -> None:
    def asks(facts: list[Fact], hours: float) -> Due | None:
        return due(fold(facts, DAY), KNEW + timedelta(hours=hours), timedelta(hours=6))

    assert asks([SERIOUS], 23) is None
    assert asks([SERIOUS], 25) is Due.REMIND_STATION
    reminded = [SERIOUS, fact(Kind.REMIND, 25)]
    assert asks(reminded, 26) is None
    assert asks(reminded, 32) is Due.ESCALATE
    reported = [SERIOUS, fact(Kind.NOTIFY, 2)]
    assert asks(reported, 7) is None
    assert asks(reported, 9) is Due.REMIND_PROVINCE
    assert asks([*reported, fact(Kind.REMIND, 9)], 16) is Due.ESCALATE
    assert asks([*reported, fact(Kind.ACKNOWLEDGE, 9)], 90) is None
    assert asks([*reminded, fact(Kind.ESCALATE, 32)], 90) is None
    late_then_reported = [*reminded, fact(Kind.NOTIFY, 26)]
    assert asks(late_then_reported, 31) is None
    assert asks(late_then_reported, 33) is Due.REMIND_PROVINCE, "the province's own time begins with the report"


def test_a_serious_case_takes_no_step_before_the_one_it_rests_on() -> None:
    new = fold([SERIOUS], DAY)
    assert fault_of(new, Kind.CLASSIFY, {}) is Fault.NOT_INVESTIGATED
    assert fault_of(new, Kind.CLOSE, {}) is Fault.NOT_CLASSIFIED
    mild = fold([fact(Kind.REPORT, severity="mild")], DAY)
    assert fault_of(mild, Kind.CLOSE, {}) is None
    closed = fold([fact(Kind.REPORT, severity="mild"), fact(Kind.CLOSE, 1)], DAY)
    assert fault_of(closed, Kind.NOTIFY, {}) is Fault.CASE_CLOSED
    assert fault_of(closed, Kind.FOLLOW_UP, {"outcome": "recovered"}) is None


_fields = st.fixed_dictionaries(
    {},
    optional={
        "severity": st.sampled_from(GRAVITY),
        "seriousness": st.lists(st.sampled_from(SERIOUSNESS), unique=True),
        "outcome": st.sampled_from(["unknown", "recovered", "died"]),
    },
)


@given(_fields, st.lists(_fields, max_size=8))
def test_without_a_reason_no_case_ever_becomes_milder(first: dict[str, Any], more: list[dict[str, Any]]) -> None:
    facts = [Fact("report", KNEW, KNEW, completed(dict(first)))]
    case = fold(facts, DAY)
    for fields in more:
        if fault_of(case, Kind.FOLLOW_UP, fields) is not None:
            assert milder(case, fields)
            continue
        facts.append(Fact("follow_up", KNEW, KNEW, fields))
        after = fold(facts, DAY)
        assert GRAVITY.index(after.severity) >= GRAVITY.index(case.severity)
        assert set(after.seriousness) >= set(case.seriousness)
        assert (after.due_at or KNEW + 9 * DAY) <= (case.due_at or KNEW + 9 * DAY)
        case = after


@given(_fields)
def test_what_was_said_is_completed_to_the_grave_side(fields: dict[str, Any]) -> None:
    done = completed(dict(fields))
    if fields.get("severity") == "severe" or fields.get("outcome") == "died" or fields.get("seriousness"):
        assert done["seriousness"]
    assert ("death" in (done.get("seriousness") or ())) == (done.get("outcome") == "died")


def test_a_case_without_facts_is_nothing() -> None:
    assert fold([], DAY) == Case(fields={})


def test_the_form_knows_every_code_of_the_rules_in_both_languages() -> None:
    form = form_on(KNEW.date())
    assert form.codes("seriousness") == SERIOUSNESS
    assert form.codes("severity") == GRAVITY
    assert form.deadline == DAY
    for version in versions():
        for choices in version.body["choices"].values():
            assert all(entry["vi"] and entry["en"] for entry in choices)
        who = {field["who"] for field in version.fields() if "who" in field}
        assert set(range(1, 26)) - who == {2}, "WHO's 25 core variables; the country (2) is this one"
        assert {field["basis"] for field in version.fields()} <= {"source", "recalled"}
