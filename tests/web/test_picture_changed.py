"""What changed: what is said first, and that noise is not told as news."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from lachan.analytics.epidemic.changed import Change, Line, changes, compared, dispersion

DAY = date(2021, 8, 15)


def flat(value: int, area_id: int | None = None, days: int = 28, measure: str = "cases") -> Line:
    return Line([value] * days, area_id, f"area {area_id}", measure)


def kinds(found: list[Change]) -> list[str]:
    return [one.kind for one in found]


def test_a_doubling_is_told_before_everything_quiet() -> None:
    whole = [Line([100] * 21 + [200] * 7), flat(5, measure="deaths")]
    first, *rest = changes(DAY, whole, [])
    assert (first.kind, first.measure, first.count, first.before) == ("up", "cases", 1400, 700)
    assert first.low < 2 < first.high
    assert kinds(rest) == ["steady"]


def test_deaths_that_rise_come_before_cases_that_rise_as_much() -> None:
    rising = [100] * 21 + [200] * 7
    found = changes(DAY, [Line(rising), Line(rising, measure="deaths")], [])
    assert [one.measure for one in found] == ["deaths", "cases"]


@pytest.mark.parametrize(("mean", "scatter"), [(3, 1.0), (40, 1.0), (400, 4.0), (4000, 10.0)])
def test_of_a_hundred_quiet_weeks_few_are_told_as_a_change(mean: float, scatter: float) -> None:
    rng = np.random.default_rng(7)
    told = 0
    for _ in range(400):
        spread = rng.gamma(mean / (scatter - 1), scatter - 1, 28) if scatter > 1 else mean
        days = rng.poisson(spread, 28)
        told += kinds(changes(DAY, [Line([int(value) for value in days])], []))[0] in ("up", "down")
    assert told / 400 < 0.13  # 10 % by construction; the scatter is itself only estimated


@pytest.mark.slow
def test_of_sixty_three_quiet_provinces_one_is_named_on_one_day_in_ten_at_most() -> None:
    rng = np.random.default_rng(11)
    named = 0
    for _ in range(200):
        means = rng.lognormal(2.5, 1.2, 63)
        areas = [Line(rng.poisson(mean, 28).tolist(), index + 2, str(index)) for index, mean in enumerate(means)]
        named += bool({"area_up", "area_down", "begins", "silent", "heap"} & set(kinds(changes(DAY, [], areas))))
    assert named / 200 < 0.15


def test_a_real_rise_of_half_in_one_province_is_named() -> None:
    rng = np.random.default_rng(3)
    areas = [Line(rng.poisson(60, 28).tolist(), index + 2, str(index)) for index in range(62)]
    areas.append(Line([*rng.poisson(60, 21).tolist(), *rng.poisson(100, 7).tolist()], 99, "that one"))
    [found] = [one for one in changes(DAY, [], areas) if one.kind == "area_up"]
    assert found.name == "that one"
    assert found.low < found.count / found.before < found.high


def test_two_cases_after_one_are_no_growth() -> None:
    areas = [Line([0] * 20 + [1] + [0] * 6 + [2], 2, "small"), flat(50, 3)]
    assert changes(DAY, [], areas) == []


def test_a_province_that_fell_silent_is_told_before_the_fall_it_causes() -> None:
    whole = [Line([300] * 24 + [200] * 4)]
    areas = [Line([100] * 24 + [0] * 4, 2, "Bình Dương"), flat(200, 3)]
    first, *rest = changes(DAY, whole, areas)
    assert (first.kind, first.name, first.day) == ("silent", "Bình Dương", date(2021, 8, 12))
    assert first.share == pytest.approx(1 / 3)
    assert "area_down" not in kinds(rest)  # the silence is the news of that place, not a fall


def test_a_heap_of_late_entries_is_no_growth() -> None:
    heap = [50] * 25 + [900, 50, 50]
    found = changes(DAY, [Line([value + 100 for value in heap])], [Line(heap, 2, "Hà Nội"), flat(100, 3)])
    assert (found[0].kind, found[0].name, found[0].day, found[0].count) == ("heap", "Hà Nội", date(2021, 8, 13), 900)
    assert "area_up" not in kinds(found)


def test_first_cases_of_a_place_are_told() -> None:
    found = changes(DAY, [flat(50)], [flat(50, 2), Line([0] * 24 + [1, 2, 2, 4], 3, "Bạc Liêu")])
    assert (found[0].kind, found[0].name, found[0].count) == ("begins", "Bạc Liêu", 9)


def test_nothing_at_all_is_said_as_nothing() -> None:
    assert kinds(changes(DAY, [flat(0)], [flat(0, 2), flat(0, 3)])) == ["none"]


def test_there_are_three_sentences_at_most_and_each_says_another_thing() -> None:
    rising = [50] * 21 + [200] * 7
    areas = [Line(rising, key, f"area {key}") for key in range(2, 20)]
    overdue = Change("overdue", DAY, count=5, weight=1.0)
    whole = [Line(rising, measure=measure) for measure in ("cases", "deaths", "in_hospital")]
    found = changes(DAY, whole, areas, [overdue])
    assert len(found) == 3
    assert len({(one.kind, one.measure) for one in found}) == 3
    assert all(one.weight >= other.weight for one, other in pairwise(found))


def test_what_other_rooms_found_takes_its_place_by_weight() -> None:
    alarm = Change("alarms", DAY, count=2, name="Cà Mau", weight=4.0)
    assert kinds(changes(DAY, [flat(50)], [flat(50, 2)], [alarm])) == ["alarms", "steady"]


def test_corrections_below_zero_are_no_reason_to_fail() -> None:
    now, before, low, high = compared([10] * 21 + [-100] + [2] * 6)
    assert (now, before) == (0, 70)
    assert 0 < low < high < 1


def test_a_stock_is_compared_by_its_last_days_not_by_sums() -> None:
    now, before, _, _ = compared([1000] * 20 + [1000] + [1100] * 7, stock=True)
    assert (now, before) == (1100, 1000)


def test_weekdays_are_not_scatter() -> None:
    week = [100, 100, 100, 100, 100, 40, 20]
    assert dispersion(week * 4) == 1.0
    assert dispersion([10, 400] * 14) > 50
