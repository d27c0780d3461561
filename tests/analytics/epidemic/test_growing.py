"""Which of many places truly grow: as for one place, and not one in ten of thousands by chance."""

from __future__ import annotations

import numpy as np

from lachan.analytics.epidemic import changed
from lachan.analytics.epidemic.growing import clear, dispersion


def test_the_scatter_of_many_is_that_of_each() -> None:
    values = np.random.default_rng(5).poisson(np.geomspace(0.2, 60, 40)[:, None], (40, 28))
    assert np.allclose(dispersion(values), [changed.dispersion(row) for row in values.tolist()])


def test_one_place_alone_is_judged_by_its_interval() -> None:
    rng = np.random.default_rng(6)
    for _ in range(40):
        values = rng.poisson(rng.uniform(1, 20), 28)
        values[-7:] = rng.poisson(rng.uniform(1, 30), 7)
        now, before, low, high = changed.compared(values.tolist())
        if min(abs(np.log(low)), abs(np.log(high))) < 0.03:  # the quantile of one is an approximation
            continue
        told = now + before >= changed.LEAST_IN_PLACE and abs(now - before) >= changed.SAME * before
        assert clear(values[None])[0] == (told and not low <= 1 <= high)


def test_of_three_thousand_still_places_hardly_one_is_coloured_and_those_that_triple_are() -> None:
    rng = np.random.default_rng(7)
    values = rng.poisson(4.0, (3_000, 28))
    assert clear(values).sum() <= 3
    values[:100, -7:] = rng.poisson(14.0, (100, 7))
    found = clear(values)
    assert found[:100].sum() > 85
    assert found[100:].sum() <= 25  # of those coloured one in ten may be so by chance


def test_what_was_taken_back_and_places_without_a_case_end_no_map() -> None:
    values = np.zeros((3, 28), dtype=np.int64)
    values[1, -10:] = -3
    values[2, 3] = 40
    assert not clear(values)[:2].any()
