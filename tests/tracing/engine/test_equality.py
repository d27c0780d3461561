"""The engine and the brute force answer alike, on worlds made to tie, touch and cross midnight."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.tracing.engine.oracle import Case, Meeting, Stay
from tests.tracing.engine.worlds import DAY, MIDNIGHT, MINUTE, by_engine, by_oracle, rule

PEOPLE = st.sampled_from("abcdef")
PLACES = st.sampled_from("pqr")
# a coarse clock around two midnights: ties, touching ends and stays of no time are common
COARSE = st.integers(-4, 60).map(lambda step: MIDNIGHT - 20 * MINUTE + step * 5 * MINUTE)
FINE = st.integers(MIDNIGHT - 1000, MIDNIGHT + 2 * DAY)
CLOCK = st.one_of(COARSE, COARSE, FINE)
LENGTH = st.sampled_from([0, 1, 5 * MINUTE, 14 * MINUTE + 59, 15 * MINUTE, 30 * MINUTE, 12 * 3600, 13 * 3600, 3 * DAY])


@st.composite
def stays(draw: Any) -> Stay:
    begin = draw(CLOCK)
    return Stay(draw(PEOPLE), draw(PLACES), begin, begin + draw(LENGTH), draw(st.booleans()))


@st.composite
def meetings(draw: Any) -> Meeting:
    begin = draw(CLOCK)
    distance = draw(st.sampled_from([None, 0.0, 1.0, 1.1, 2.0, 2.0000001, 30.0]))
    return Meeting(draw(PEOPLE), draw(PEOPLE), begin, begin + draw(LENGTH), distance)


RULES = st.builds(
    rule,
    days_before=st.sampled_from([0, 0.01, 1, 2]),
    days_after=st.sampled_from([0, 0.02, 1, 10]),
    end=st.sampled_from(["isolated_at", None]),
    min_minutes=st.sampled_from([0, 1 / 60, 5, 15, 20.5, 60]),
    sum=st.sampled_from(["single", "day", "window"]),
    max_distance_m=st.sampled_from([0, 1.1, 2]),
    closed_only=st.booleans(),
    levels=st.sampled_from([1, 2, 2]),
    latent_days=st.sampled_from([0, 0.01, 1]),
)


@st.composite
def worlds(draw: Any) -> tuple[list[Stay], list[Meeting], list[Case]]:
    one = draw(RULES)
    cases = st.builds(Case, PEOPLE, CLOCK, st.one_of(st.none(), CLOCK), st.just(one))
    return (
        draw(st.lists(stays(), max_size=14)),
        draw(st.lists(meetings(), max_size=10)),
        draw(st.lists(cases, min_size=1, max_size=3)),
    )


@pytest.mark.slow
@settings(max_examples=1500, deadline=None)
@given(worlds())
def test_the_engine_answers_as_the_brute_force(world: tuple[list[Stay], list[Meeting], list[Case]]) -> None:
    assert by_engine(*world) == by_oracle(*world)
