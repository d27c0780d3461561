"""Pieces settle into the lines the search over files gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.tracing.engine.oracle import Case, Meeting
from lachan.tracing.engine.settle import settle
from lachan.tracing.engine.shapes import ENCOUNTER, HOUSEHOLD, VISIT, Pieces
from tests.tracing.engine.worlds import DAY, MIDNIGHT, by_oracle, rule

ROWS = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.integers(-4, 40).map(lambda step: MIDNIGHT - 1200 + step * 300),
        st.sampled_from([0, 1, 300, 600, 900, 4000, DAY]),
        st.sampled_from([float("nan"), 0.5, 1.1, 2.5]),
    ),
    max_size=12,
)


def pieces(rows: list[tuple[int, int, int, float]], kind: int = ENCOUNTER) -> Pieces:
    count = len(rows)
    return Pieces(
        other=np.array([row[0] + (1 << 60) for row in rows], np.int64),
        start=np.array([row[1] for row in rows], np.int64),
        end=np.array([row[1] + row[2] for row in rows], np.int64),
        place=np.zeros(count, np.int64),
        kind=np.full(count, kind, np.uint8),
        closed=np.zeros(count, np.uint8),
        distance=np.array([row[3] for row in rows], np.float32),
    )


@settings(max_examples=400, deadline=None)
@given(ROWS, st.sampled_from(["single", "day", "window"]), st.sampled_from([0, 5, 15, 30]))
@pytest.mark.slow
def test_as_the_brute_force(rows: list[tuple[int, int, int, float]], how: str, minutes: float) -> None:
    asked = rule(sum=how, min_minutes=minutes, max_distance_m=1.1, days_before=0, days_after=0.1, end=None)
    meetings = [
        Meeting("f", str(row[0]), row[1], row[1] + row[2], None if np.isnan(row[3]) else row[3]) for row in rows
    ]
    [expected] = by_oracle([], meetings, [Case("f", MIDNIGHT, None, asked)])
    lines = settle(pieces(rows), window=(MIDNIGHT, MIDNIGHT + 8640), rule=asked)
    assert [
        (str(contact - (1 << 60)), first, last, seconds)
        for contact, first, last, seconds in zip(
            *(column.tolist() for column in (lines.contact, lines.first, lines.last, lines.seconds)), strict=True
        )
    ] == [(line.contact, line.first, line.last, line.seconds) for line in expected]


def test_a_household_is_a_contact_whatever_the_minutes() -> None:
    rows = [(1, MIDNIGHT, 60, float("nan"))]
    window = (MIDNIGHT, MIDNIGHT + DAY)
    assert not len(settle(pieces(rows, HOUSEHOLD), window=window, rule=rule()).contact)
    lines = settle(pieces(rows, HOUSEHOLD), window=window, rule=rule(), always={HOUSEHOLD})
    assert lines.contact.tolist() == [1 + (1 << 60)]
    assert lines.kind.tolist() == [HOUSEHOLD]
    assert not len(settle(pieces(rows, HOUSEHOLD), window=(0, MIDNIGHT), rule=rule(), always={HOUSEHOLD}).contact)


def test_open_air_counts_for_what_is_no_stay() -> None:
    rows = [(1, MIDNIGHT, 900, 1.0)]
    window, closed = (MIDNIGHT, MIDNIGHT + DAY), rule(closed_only=True)
    assert not len(settle(pieces(rows, VISIT), window=window, rule=closed).contact)
    assert len(settle(pieces(rows, ENCOUNTER), window=window, rule=closed).contact)
