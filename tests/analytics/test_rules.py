"""What is counted as what, how counts are compared, what is worth a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lachan.analytics.changes import changes
from lachan.analytics.facts import AreaRow, DayRow
from lachan.analytics.rules import MOST_LISTED, Sums, compare, compare_sorted, total
from lachan.places.facts import AreaFact

DAY = date(2021, 10, 16)
AREA = AreaFact(
    7, "79", 1, 1, 7, None, "Thành phố", "City", "Hồ Chí Minh", "Thành phố Hồ Chí Minh", "Ho Chi Minh City", "",
    date(2019, 12, 1), None, None, None, None, 1_000,
)  # fmt: skip


def test_sums_add_up() -> None:
    assert (
        total([Sums(1, 2, 3, 4), Sums(10, 20, 30, 40)])
        == Sums(11, 22, 33, 44)
        == Sums(1, 2, 3, 4).plus(Sums(10, 20, 30, 40))
    )
    assert total([]) == Sums()


def test_equal_counts_are_equal_and_say_how_many_rows() -> None:
    found = compare({(1,): 2, (2,): 3}, {(2,): 3, (1,): 2})
    assert (found.equal, found.rows, str(found)) == (True, 2, "2 rows")


def test_a_row_too_many_too_few_and_a_wrong_one_are_named() -> None:
    found = compare({("a",): 1, ("b",): 2, ("d",): 4}, {("b",): 3, ("c",): 9, ("d",): 4})
    assert [tuple(entry) for entry in found.listed] == [(("a",), 1, None), (("b",), 2, 3), (("c",), None, 9)]
    assert str(found) == "3 of 4 rows differ: a: kept 1, found None; b: kept 2, found 3; c: kept None, found 9"


def test_a_key_twice_on_one_side_is_a_difference() -> None:
    assert not compare_sorted(iter([((1,), 1), ((1,), 1)]), iter([((1,), 1)])).equal


def test_only_the_first_differences_are_listed_but_all_are_counted() -> None:
    found = compare({(n,): 1 for n in range(100)}, {})
    assert (found.wrong, len(found.listed)) == (100, MOST_LISTED)


@given(
    st.dictionaries(st.integers(0, 20), st.integers(0, 3), max_size=12),
    st.dictionaries(st.integers(0, 20), st.integers(0, 3), max_size=12),
)
def test_streams_and_sets_find_the_same_differences(kept: dict[int, int], found: dict[int, int]) -> None:
    compared = compare({(key,): value for key, value in kept.items()}, {(key,): value for key, value in found.items()})
    expected = {key for key in kept.keys() | found.keys() if kept.get(key) != found.get(key)}
    assert {entry.key[0] for entry in compared.listed} == expected
    assert compared.rows == len(kept.keys() | found.keys())


def days(*doses: int) -> list[DayRow]:
    """Rows that end with ``DAY``; the last number is of that unfinished day."""
    first = DAY - timedelta(days=len(doses) - 1)
    return [DayRow(first + timedelta(days=step), Sums(count)) for step, count in enumerate(doses)]


def test_the_last_whole_day_is_compared_with_the_week_before_it() -> None:
    [pace] = changes(days(*[100] * 7, 120, 3), {}, [], None)
    assert (pace.kind, pace.day, pace.count, pace.usual) == ("pace", DAY - timedelta(days=1), 120, 100)
    assert pace.ratio == pytest.approx(0.2)


def test_a_day_without_doses_after_a_busy_week_is_said() -> None:
    [quiet] = changes(days(*[100] * 7, 0, 3), {}, [], None)
    assert (quiet.kind, quiet.usual) == ("quiet", 100)


def test_nothing_ever_is_no_sentence() -> None:
    assert changes(days(*[0] * 9), {}, [], None) == []


@pytest.mark.parametrize(("yesterday", "kind"), [(400, "rise"), (0, "fall")])
def test_the_area_that_moved_most_is_named(yesterday: int, kind: str) -> None:
    other = replace(AREA, id=8, name="Hà Nội")
    steady = {DAY - timedelta(days=step): 100 for step in range(1, 9)}
    moved = steady | {DAY - timedelta(days=1): yesterday}
    found = changes(days(*[200] * 9), {AREA: steady, other: moved}, [], None)
    assert [(change.kind, change.area_id, change.count) for change in found[1:]] == [(kind, 8, yesterday)]


def test_a_handful_of_doses_more_is_no_news() -> None:
    moved = {DAY - timedelta(days=1): 6}
    assert [change.kind for change in changes(days(*[6] * 9), {AREA: moved}, [], None)] == ["pace"]


def test_the_lowest_area_is_set_against_the_whole() -> None:
    rows = [AreaRow(AREA, Sums(completed=500), 0), AreaRow(replace(AREA, id=8), Sums(completed=100), 0)]
    [_, lowest] = changes(days(*[9] * 9), {}, rows, 30.0)
    assert (lowest.kind, lowest.area_id, lowest.share, lowest.usual) == ("lowest", 8, 10.0, 30.0)


def test_shares_need_a_population() -> None:
    row = AreaRow(AREA, Sums(first=250, completed=120, boosters=3), 2)
    assert [row.percent(name) for name in ("first", "completed", "boosters", "today")] == [25.0, 12.0, 0.3, 200.0]
    assert AreaRow(replace(AREA, population=0), Sums(first=1), 0).percent("first") is None
