"""The way of a request, its clocks and its owners: pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lachan.certificates.corrections.rules import (
    CLOSED,
    OPEN,
    STEPS,
    VIETNAM,
    Clock,
    Owner,
    State,
    Who,
    clock,
    due_after,
    fault,
    owner_of,
    step_due,
)
from lachan.certificates.corrections.terms import calendar, terms_on


def at(day: str, clock_time: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock_time}").replace(tzinfo=VIETNAM)


def test_every_open_state_leads_on_and_no_closed_one_does() -> None:
    for state in OPEN:
        assert any(state in step.since for step in STEPS.values()), state
    for state in CLOSED:
        assert all(state not in step.since for step in STEPS.values()), state
    assert {step.to for step in STEPS.values()} | {State.ASKED} == set(State)


def test_a_change_comes_only_after_a_proposal_and_its_approval() -> None:
    assert [name for name, step in STEPS.items() if step.to is State.APPROVED] == ["approve"]
    assert STEPS["approve"].since == {State.PROPOSED}
    assert STEPS["approve"].who is Who.APPROVER
    assert [name for name, step in STEPS.items() if step.to is State.PROPOSED] == ["propose"]


def test_nobody_approves_their_own() -> None:
    me, other = uuid4(), uuid4()
    assert fault("approve", State.PROPOSED, proposer=me, actor=me) == "correction_own_proposal"
    assert fault("approve", State.PROPOSED, proposer=me, actor=None) == "correction_own_proposal"
    assert fault("approve", State.PROPOSED, proposer=None, actor=me) == "correction_without_proposal"
    assert fault("approve", State.PROPOSED, proposer=me, actor=other) == ""


@pytest.mark.parametrize(
    ("asked", "days", "due"),
    [
        (at("2026-11-23"), 1, at("2026-11-24")),  # Monday to Tuesday
        (at("2026-11-20"), 1, at("2026-11-23")),  # Friday to Monday
        (at("2026-11-21", "22:00"), 1, at("2026-11-24", "07:30")),  # asked on Saturday: begins on Monday morning
        (at("2026-11-19"), 3, at("2026-11-24")),
        (at("2021-04-29"), 1, at("2021-05-03")),  # 30 April, 1 May and a Sunday between
        (at("2026-02-13"), 1, at("2026-02-23")),  # over Tết
    ],
)
def test_working_days(asked: datetime, days: int, due: datetime) -> None:

    assert due_after(asked, days, calendar()) == due


@given(st.datetimes(datetime(2021, 1, 1), datetime(2027, 1, 1)), st.integers(0, 10))  # noqa: DTZ001  made aware below
def test_what_is_due_is_due_later_and_on_a_working_day(moment: datetime, days: int) -> None:
    asked = moment.replace(tzinfo=VIETNAM)
    due = due_after(asked, days, calendar())
    assert due >= asked
    assert calendar().works(due.date())
    assert due - asked <= timedelta(days=days * 3 + 15)


def test_nobody_of_the_staff_is_late_while_the_person_is_asked() -> None:
    now = at("2026-11-24")
    late = now - timedelta(minutes=1)
    assert clock(State.TAKEN, late, now) is Clock.LATE
    assert clock(State.NEEDS_MORE, late, now) is Clock.STOPPED
    assert clock(State.DONE, late, now) is Clock.STOPPED
    assert clock(State.ASKED, now + timedelta(hours=1), now) is Clock.SOON
    assert clock(State.ASKED, now + timedelta(days=1), now) is Clock.RUNNING
    assert step_due(State.DONE, now, terms_on(date(2026, 11, 24)), calendar()) is None


@pytest.mark.parametrize(
    ("kind", "dose", "named", "home", "seen", "owner"),
    [
        ("dose_wrong", 7, None, 500, 9, Owner(facility_id=7)),
        ("dose_wrong", None, None, 500, 9, Owner(area_id=500)),  # given abroad, or at a place nobody knows
        ("dose_missing", None, 8, 500, 9, Owner(facility_id=8)),
        ("dose_missing", None, None, 500, 9, Owner(area_id=500)),
        ("birth_date", 7, 8, 500, 9, Owner(area_id=500)),
        ("name", None, None, None, 9, Owner(facility_id=9)),
        ("other", None, None, None, None, Owner()),
    ],
)
def test_whose_request_it_is(
    kind: str, dose: int | None, named: int | None, home: int | None, seen: int | None, owner: Owner
) -> None:
    assert owner_of(kind, dose_facility=dose, named_facility=named, residence=home, seen_at=seen) == owner
