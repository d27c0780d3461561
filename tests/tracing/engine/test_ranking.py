"""What moves a name up a list, and that the order is always the same."""

from __future__ import annotations

import numpy as np

from lachan.tracing.engine import ranking
from lachan.tracing.engine.answer import crowds
from lachan.tracing.engine.columns import Visits
from lachan.tracing.engine.shapes import ENCOUNTER, VISIT, Lines


def lines(seconds: list[int], kind: list[int] | None = None, level: list[int] | None = None) -> Lines:
    count = len(seconds)
    zero = np.zeros(count, np.int64)
    return Lines(
        contact=np.arange(count, dtype=np.int64)[::-1].copy(),
        level=np.array(level or [1] * count, np.uint8),
        first=zero,
        last=zero,
        seconds=np.array(seconds, np.int64),
        place=zero,
        kind=np.array(kind or [VISIT] * count, np.uint8),
        score=np.zeros(count, np.float32),
        via=zero,
    )


def test_each_thing_known_moves_a_name_its_way() -> None:
    pair = lines([900, 900])
    columns = {
        "crowd": np.array([10, 400], np.float32),
        "closed": np.array([1, 0], np.float32),
        "vaccinated": np.array([False, True]),
        "tested": np.array([1, -1], np.int64),
    }
    for name, values in columns.items():
        first, second = ranking.score(pair, **{name: values})
        assert first > second, name
    for better in (lines([901, 900]), lines([900, 900], [ENCOUNTER, VISIT]), lines([900, 900], level=[1, 2])):
        first, second = ranking.score(better)
        assert first > second
    unknown = ranking.score(pair, crowd=np.full(2, np.nan, np.float32), closed=np.full(2, np.nan, np.float32))
    assert unknown.tolist() == ranking.score(pair).tolist()
    assert 0 <= unknown.min() <= unknown.max() < 1


def test_equal_scores_are_called_in_one_order_and_the_rest_is_kept() -> None:
    given = lines([900, 900, 1800, 9000], level=[1, 1, 1, 2])
    given = given._replace(score=ranking.score(given))
    called, beyond = ranking.capped(given, 2)
    assert given.contact[called].tolist() == [1, 2]
    assert given.contact[beyond].tolist() == [3, 0], "an F2 comes after every F1"


def test_a_crowd_is_what_those_who_are_there_meet() -> None:
    """A hall full for an hour a day is a crowd, however empty it stands for the rest of it."""
    stays = [(person, 0, day * 86_400, day * 86_400 + 3600) for person in range(40) for day in range(3)]
    stays += [(person, 1, 0, 3 * 86_400) for person in range(5)]
    columns = np.array(stays, np.int64).T
    visits = Visits(
        columns[0].astype(np.int32), columns[1].astype(np.int32), columns[2], columns[3], np.ones(len(stays), np.uint8)
    )
    assert crowds(visits, 3)[0][:2].round(3).tolist() == [40, 5]
    assert np.isnan(crowds(visits, 3)[0][2])
