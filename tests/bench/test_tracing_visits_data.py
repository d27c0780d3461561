"""Visits to measure with are what their documentation says of them, every time."""

from __future__ import annotations

import numpy as np

from lachan.bench.tracing_engine import binary
from lachan.bench.tracing_visits_data import DAYS, FIRST_DAY, by_day, people_of, places_of, subjects
from lachan.tracing.answers.truth import _ROW
from lachan.tracing.segments.layout import DAY_S, LONGEST_S

VISITS = 210_000


def test_as_dense_and_uneven_as_a_nation() -> None:
    days = list(by_day(VISITS))
    assert [day for day, _ in days] == list(range(FIRST_DAY, FIRST_DAY + DAYS))
    for day, rows in days[:3]:
        assert set((rows.t_in // DAY_S).tolist()) == {day}
        assert (rows.t_out - rows.t_in).min() >= 0
        assert (rows.t_out - rows.t_in).max() <= LONGEST_S
        keys = np.stack([rows.place, rows.subject, rows.t_in])
        assert np.unique(keys, axis=1).shape[1] == len(rows.place)
    _, rows = days[0]
    a_place = np.bincount(rows.place, minlength=places_of(VISITS) + 1)[1:]
    assert 45 < a_place.mean() < 52
    assert np.percentile(a_place, 99) > 8 * a_place.mean()
    assert np.isin(rows.subject, subjects(people_of(VISITS))).all()


def test_the_same_again() -> None:
    (_, one), (_, other) = next(by_day(VISITS)), next(by_day(VISITS))
    assert all((mine == its).all() for mine, its in zip(one, other, strict=True))


def test_pseudonyms_are_different_and_of_63_bits() -> None:
    made = subjects(100_000)
    assert len(np.unique(made)) == 100_000
    assert made.min() >= 0
    assert made.max() > 1 << 62


def test_what_is_copied_in_is_what_is_copied_out() -> None:
    _, rows = next(by_day(2_100))
    read = np.frombuffer(binary(rows), _ROW)
    assert read["place"].tolist() == rows.place.tolist()
    assert (read["t_in"] // 1_000_000 + 946_684_800).tolist() == rows.t_in.tolist()
