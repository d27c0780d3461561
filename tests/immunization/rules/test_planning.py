"""A week proposed: every number can be added up again."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lachan.immunization.rules.planning import PARTS, Slot, Supply, clash, propose

MONDAY = date(2021, 10, 18)
PFIZER, MODERNA = 1, 2
WEEK = [Slot(MONDAY + timedelta(days=step), part) for step in range(6) for part in PARTS]


def test_people_over_capacity_are_sessions_rounded_up() -> None:
    found = propose({PFIZER: 150}, 0, [Supply(PFIZER, 500, None)], WEEK, 100)
    assert (found.people, found.needed, found.left) == (150, 2, 0)
    assert [session.people for session in found.sessions] == [75, 75], "spread evenly"
    assert [session.slot.part for session in found.sessions] == ["morning", "afternoon"]


def test_first_doses_come_from_what_the_due_ones_leave() -> None:
    found = propose({PFIZER: 80}, 60, [Supply(PFIZER, 100, None), Supply(MODERNA, 50, None)], WEEK, 200)
    [session] = found.sessions
    assert session.doses == {PFIZER: 90, MODERNA: 50}
    assert not session.short


def test_what_the_stock_lacks_is_said_by_session_and_day() -> None:
    found = propose({PFIZER: 300}, 0, [Supply(PFIZER, 220, None)], WEEK, 100)
    assert [session.short for session in found.sessions] == [{}, {}, {PFIZER: 80}]
    [need] = found.needs
    assert (need.due, need.planned, need.stock, need.short) == (300, 300, 220, 80)
    assert need.enough_until == MONDAY


def test_a_lot_that_expires_first_goes_first_and_not_after_its_day() -> None:
    tuesday = MONDAY + timedelta(days=1)
    stock = [Supply(PFIZER, 100, tuesday), Supply(PFIZER, 150, None)]
    found = propose({PFIZER: 250}, 0, stock, WEEK, 50)
    assert sum(sum(session.short.values()) for session in found.sessions) == 0
    late = propose({PFIZER: 250}, 0, [Supply(PFIZER, 250, MONDAY)], WEEK, 50)
    assert late.needs[0].short == 150
    assert late.needs[0].enough_until == MONDAY


def test_nobody_due_needs_no_session() -> None:
    found = propose({}, 0, [Supply(PFIZER, 100, None)], WEEK, 100)
    assert (found.needed, found.sessions, found.needs) == (0, (), ())


def test_without_any_stock_the_need_is_still_named() -> None:
    found = propose({PFIZER: 30}, 10, [], WEEK, 100)
    assert found.needs[0]._replace(enough_until=None) == (PFIZER, 40, 40, 0, 40, None)


@given(
    due=st.dictionaries(st.integers(1, 3), st.integers(0, 400), max_size=3),
    first=st.integers(0, 400),
    stock=st.lists(st.tuples(st.integers(1, 3), st.integers(0, 400), st.integers(-1, 8)), max_size=4),
    capacity=st.integers(1, 300),
    slots=st.integers(0, 12),
)
def test_nobody_is_planned_twice_or_lost(
    due: dict[int, int], first: int, stock: list[tuple[int, int, int]], capacity: int, slots: int
) -> None:
    supply = [Supply(p, n, MONDAY + timedelta(days=d) if d < 7 else None) for p, n, d in stock]
    found = propose(due, first, supply, WEEK[:slots], capacity)
    planned = sum(session.people for session in found.sessions)
    assert planned + found.left == found.people
    assert found.people == sum(due.values()) + (first if supply or sum(due.values()) else 0)
    assert all(session.people <= capacity for session in found.sessions)
    for need in found.needs:
        used = need.planned - need.short
        assert 0 <= used <= need.stock
        assert need.short == sum(session.short.get(need.product_id, 0) for session in found.sessions)


def test_a_whole_day_meets_both_halves() -> None:
    assert clash((MONDAY, "day"), (MONDAY, "morning"))
    assert not clash((MONDAY, "morning"), (MONDAY, "afternoon"))
    assert not clash((MONDAY, "day"), (MONDAY + timedelta(days=1), "day"))
