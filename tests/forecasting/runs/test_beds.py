"""Beds from paths of admissions: stays add up to beds, places to the nation; it begins with what is recorded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lachan.forecasting import beds
from lachan.forecasting.beds import Course
from lachan.forecasting.facts import LEVELS

LEVEL = np.array(LEVELS)
MIDDLE, LOW, HIGH = (LEVELS.index(level) for level in (0.5, 0.05, 0.95))
WEEKS, SAMPLES = 20, 200


def course(*, grows: float = 1.0, source: str = "admissions") -> Course:
    """Two places of 70 and 210 a week and their sum; the weeks ahead grow by a factor, about a tenth uncertain."""
    rng = np.random.default_rng(3)
    parts = np.array([70.0, 210.0])
    weekly = np.repeat(np.array([280.0, *parts])[:, None], WEEKS, axis=1)
    ahead = np.array([280.0, *parts])[:, None, None] * grows ** np.arange(1, 5)
    paths = ahead * np.exp(rng.normal(0, 0.1, (3, SAMPLES, 4)).cumsum(axis=2))
    return Course(source, weekly, paths, 0, True)


def made(of: Course) -> beds.Beds:
    return beds.beds(of, LEVEL, np.random.default_rng(5))


def test_as_many_are_in_hospital_as_are_admitted_in_a_stay() -> None:
    """Little's law: 280 a week, 7 to 14 days each, are between 280 and 560 people."""
    found = made(course()).quantiles["beds"][0, 0]
    assert 280 < found[LOW] < found[MIDDLE] < found[HIGH] < 560
    assert found[MIDDLE] == pytest.approx(40 * 9.2, rel=0.1)


def test_beds_follow_admissions_up_and_down_and_intensive_care_is_part_of_them() -> None:
    steady, rising, falling = (made(course(grows=factor)).quantiles for factor in (1.0, 1.5, 0.5))
    for name in ("beds", "icu", "oxygen"):
        middle = [entry[name][0, 3, MIDDLE] for entry in (falling, steady, rising)]
        assert middle == sorted(middle)
        assert middle[2] > 1.5 * middle[1]
    assert (steady["icu"] <= steady["beds"]).all()
    assert all((np.diff(values, axis=2) >= 0).all() for values in steady.values())


def test_in_every_path_the_places_add_up_to_the_nation_which_keeps_its_own_course() -> None:
    paths = course().paths
    summed = beds.summing(paths, 0)
    np.testing.assert_allclose(summed[0], summed[1:].sum(axis=0))
    for at in range(4):
        np.testing.assert_allclose(np.sort(summed[0, :, at]), np.sort(paths[0, :, at]), rtol=1e-6)
    np.testing.assert_allclose(np.median(summed[1:], axis=1), np.median(paths[1:], axis=1), rtol=0.1)


def test_it_begins_with_who_is_recorded_to_be_there_and_a_stay_is_as_long_as_that_says() -> None:
    here = course()
    stock = np.repeat(np.array([[800.0], [200.0], [600.0]]), WEEKS, axis=1)
    found = made(replace(here, stock=stock))
    assert found.card["anchored"] is True
    assert found.card["stay_factor"] == pytest.approx(800 / (40 * 9), rel=0.2)
    assert found.quantiles["beds"][0, 0, MIDDLE] == pytest.approx(800, rel=0.1)
    np.testing.assert_allclose(found.baseline["beds"][0, :, MIDDLE], 800)
    empty = replace(here, weekly=here.weekly * 0, paths=here.paths * 0, stock=stock)
    leaving = made(empty).quantiles["beds"][0, :, MIDDLE]
    assert (np.diff([800, *leaving]) < 0).all(), "nobody comes: whoever is there leaves, week by week"


def test_the_register_says_how_many_need_intensive_care_and_the_assumption_where_it_is_silent() -> None:
    here = course()
    assumed = made(here).card["icu_share"]
    known = made(replace(here, critical=here.weekly * 0.02)).card["icu_share"]
    assert known[0] <= 0.03 <= assumed[1]
    assert known[2] - known[0] < assumed[2] - assumed[0]


def test_from_cases_the_ranges_are_as_wide_as_nobody_knowing_who_needs_a_bed() -> None:
    found, cases = made(course()).quantiles["beds"][0, 1], made(course(source="cases"))
    wide = cases.quantiles["beds"][0, 1]
    assert wide[HIGH] / wide[LOW] > 2 * found[HIGH] / found[LOW]
    assert wide[HIGH] < 0.25 * found[HIGH]
    assert any(row["field"] == "beds.admitted_of_cases" and row["source"] for row in cases.card["assumptions"])
