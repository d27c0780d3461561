"""The compiled search says what brute force says: sealed, corrected or new, over midnights, to the second."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings

from lachan.tracing.engine import oracle
from lachan.tracing.engine.settle import settle
from lachan.tracing.engine.shapes import Lines, Rule
from lachan.tracing.segments.layout import DAY_S
from tests.tracing.segments.worlds import DAYS, FIRST, PEOPLE, Visit, rules, store_of, visits, windows

pytestmark = pytest.mark.slow


def by_oracle(
    made: Sequence[Visit], subject: int, window: tuple[int, int], rule: Rule
) -> list[list[tuple[object, ...]]]:
    """Lines of both levels by brute force, as tuples."""
    stays = [oracle.Stay(f"{v.subject:020}", f"{v.place:020}", v.t_in, v.t_out, v.closed) for v in made]
    begin, end = window
    case = oracle.Case(
        f"{subject:020}", begin, None, Rule(**{**_fields(rule), "days_before": 0, "days_after": (end - begin) / DAY_S})
    )
    [lines] = oracle.trace(stays, [], [case])
    return [
        [(int(x.contact), x.first, x.last, x.seconds, int(x.place), int(x.via or 0)) for x in lines if x.level == level]
        for level in (1, 2)
    ]


def _fields(rule: Rule) -> dict[str, object]:
    return {name: getattr(rule, name) for name in rule.__struct_fields__}


def plain(lines: Lines) -> list[tuple[int, ...]]:
    columns = (lines.contact, lines.first, lines.last, lines.seconds, lines.place, lines.via)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(made=visits, window=windows, rule=rules)
@settings(max_examples=150, deadline=None)
def test_equal_to_brute_force(made: list[Visit], window: tuple[int, int], rule: Rule) -> None:
    with store_of(made) as store:
        for person in range(1, PEOPLE + 1):
            subject = person << 40
            near = store.f1([subject], window, rule)
            first, second = by_oracle(made, subject, window, rule)
            assert plain(near) == first
            assert plain(store.f2([subject], near, window, rule)) == second
            settled = settle(store.pieces([subject], *window), window=window, rule=rule)
            for column, other in zip(near, settled, strict=True):
                assert column.dtype == other.dtype
                assert column.tolist() == other.tolist()


@given(made=visits, window=windows, rule=rules)
@settings(max_examples=60, deadline=None)
def test_pseudonyms_of_one_person_are_one_case(made: list[Visit], window: tuple[int, int], rule: Rule) -> None:
    one = [visit._replace(subject=1 << 40) if visit.subject == 2 << 40 else visit for visit in made]
    with store_of(made) as store:
        found = store.f1([1 << 40, 2 << 40], window, rule)
        assert plain(found) == by_oracle(one, 1 << 40, window, rule)[0]


@given(made=visits, window=windows)
@settings(max_examples=60, deadline=None)
def test_stays_guests_and_crowds(made: list[Visit], window: tuple[int, int]) -> None:
    begin, end = window
    within = [v for v in made if v.t_in < end and v.t_out > begin]
    with store_of(made, batches=3) as store:
        for person in range(1, PEOPLE + 1):
            found = store.stays([person << 40], begin, end)
            wanted = [v for v in within if v.subject == person << 40]
            assert sorted(
                zip(found.place.tolist(), found.t_in.tolist(), found.t_out.tolist(), found.closed.tolist(), strict=True)
            ) == sorted((v.place, v.t_in, v.t_out, v.closed) for v in wanted)
            assert found.t_in.tolist() == sorted(found.t_in.tolist())
        for place in range(1, 5):
            guests = store.visits_of_place(place, begin, end)
            assert sorted(
                zip(guests.subject.tolist(), guests.t_in.tolist(), guests.t_out.tolist(), strict=True)
            ) == sorted((v.subject, v.t_in, v.t_out) for v in within if v.place == place)
        for day in range(FIRST, FIRST + DAYS):
            there = [v for v in made if v.t_in < (day + 1) * DAY_S and v.t_out > day * DAY_S]
            assert store.crowd(np.array([1, 2, 3, 9]), day).tolist() == [
                len({v.subject for v in there if v.place == place}) for place in (1, 2, 3, 9)
            ]


@given(made=visits, window=windows, rule=rules)
@settings(max_examples=30, deadline=None)
def test_many_cases_at_once(made: list[Visit], window: tuple[int, int], rule: Rule) -> None:
    cases = [([person << 40], window) for person in range(1, PEOPLE + 1)]
    with store_of(made) as store:
        assert [plain(lines) for lines in store.many(cases, rule)] == [plain(store.f1(*case, rule)) for case in cases]


@given(made=visits)
@settings(max_examples=40, deadline=None)
def test_days_come_out_as_they_went_in(made: list[Visit]) -> None:
    with store_of(made, batches=5) as store:
        for day in range(FIRST, FIRST + DAYS):
            found = store.day(day)
            its = [v for v in made if v.t_in // DAY_S == day]
            assert sorted(
                zip(
                    found.place.tolist(), found.subject.tolist(), found.t_in.tolist(), found.t_out.tolist(), strict=True
                )
            ) == sorted(v[:4] for v in its)
