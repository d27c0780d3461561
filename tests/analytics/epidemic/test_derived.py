"""Figures made of counts: right where they can be said, silent where not."""

from __future__ import annotations

import numpy as np
import pytest

from lachan.analytics.epidemic import derived
from lachan.analytics.epidemic.definitions import COUNTED, STOCKS, indicator, indicators


def days(*values: int) -> np.ndarray:
    return np.array([values], dtype=np.int64)


def test_a_week_is_summed_from_its_seventh_day() -> None:
    found = derived.week_sums(days(*range(10)))[0]
    assert np.isnan(found[:6]).all()
    assert found[6:].tolist() == [21, 28, 35, 42]


def test_growth_is_not_said_of_few() -> None:
    assert derived.growth(derived.week_sums(days(*[2] * 7, *[3] * 7)))[0, -1] == pytest.approx(50)
    assert np.isnan(derived.growth(derived.week_sums(days(*[1] * 7, *[9] * 7)))[0, -1])


@pytest.mark.parametrize(("before", "now", "expected"), [(10, 20, 7), (20, 10, -7), (10, 40, 3.5)])
def test_doubling_and_halving(before: int, now: int, expected: float) -> None:
    assert derived.doubling(derived.week_sums(days(*[before] * 7, *[now] * 7)))[0, -1] == pytest.approx(expected)


def test_no_doubling_of_what_stands_still_or_is_rare() -> None:
    for counts in ([100] * 14, [0] * 7 + [100] * 7, [100] * 7 + [0] * 7):
        assert np.isnan(derived.doubling(derived.week_sums(days(*counts)))[0, -1])


def test_shares_and_incidence() -> None:
    counts = {
        "cases": days(*[10] * 7),
        "tests": days(*[100] * 7),
        "positives": days(*[20] * 7),
        "severe": days(*[1] * 7),
    }
    found = {name: values[0, -1] for name, values in derived.derive(counts, np.array([70_000.0])).items()}
    assert (found["positivity"], found["severity"], found["incidence7"]) == (20, 10, 100)
    nothing = {name: days(*[0] * 7) for name in counts}
    silent = derived.derive(nothing, np.array([np.nan]))
    assert np.isnan(silent["positivity"][0, -1])
    assert np.isnan(silent["incidence7"][0, -1])


def test_every_figure_is_defined_once_in_both_languages() -> None:
    found = indicators()
    assert len({one.id for one in found}) == len(found)
    assert set(COUNTED) >= {"tests", "positives", "cases", "deaths", "admissions", "in_hospital", "contacts"}
    assert STOCKS == ("in_hospital",)
    for one in found:
        for language in ("vi", "en"):
            assert one.name(language)
            assert one.definition(language).endswith(".")
            assert one.basis(language)
        assert one.denominator is None or one.kind == "derived"
    with pytest.raises(LookupError):
        indicator("happiness")
