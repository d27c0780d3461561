"""Who it is: every count in one band, sexes and vaccination adding up to it, rates against people of that age."""

from __future__ import annotations

import csv
from importlib import resources

import pytest
from scipy.stats import chi2

from lachan.analytics.epidemic.breakdowns import by_band, poisson90, residents
from lachan.analytics.epidemic.facts import Breakdown
from lachan.immunization.rules.bands import AGE_BANDS


def test_the_nation_has_as_many_people_as_its_table() -> None:
    with (resources.files("lachan.people") / "data" / "age_sex.csv").open(encoding="utf-8") as handle:
        rows = [(int(row["age_from"]), int(row["male"]) + int(row["female"])) for row in csv.DictReader(handle)]
    whole = sum(count for _first, count in rows)
    found = residents(whole)
    assert sum(found.values()) == pytest.approx(whole)
    of = dict(rows)
    assert found[25] == pytest.approx(of[25])
    assert found[12] == pytest.approx(0.6 * (of[10] + of[15]))
    assert residents(None) == residents(0) == {}


def test_counts_fall_into_their_band_and_add_up() -> None:
    counted = [(30, "F", 0, 4), (30, "M", 2, 3), (30, "U", 3, 1), (-1, "U", 0, 2)]
    rows = by_band([Breakdown(*one) for one in counted], 100_000)
    assert [row.band for row in rows] == [*AGE_BANDS, -1]
    one = next(row for row in rows if row.band == 30)
    assert (one.female, one.male, one.unknown, one.total, one.vaccinated) == (4, 3, 1, 8, (4, 0, 3, 1))
    assert one.rate == pytest.approx(8 * 100_000 / residents(100_000)[30])
    assert one.interval is not None
    assert one.interval[0] < (one.rate or 0) < one.interval[1]
    assert rows[-1].rate is None  # nobody knows how many of them there are
    assert all(row.rate is None for row in by_band([], None))


@pytest.mark.parametrize("count", [0, 1, 3, 10, 80, 900])
def test_the_interval_is_nearly_the_exact_one(count: int) -> None:
    low, high = poisson90(count)
    exact = chi2.ppf(0.05, 2 * count) / 2 if count else 0.0
    assert low == pytest.approx(exact, abs=0.02 * max(count, 1))
    assert high == pytest.approx(chi2.ppf(0.95, 2 * (count + 1)) / 2, rel=0.01)
    assert poisson90(-4) == poisson90(0)
